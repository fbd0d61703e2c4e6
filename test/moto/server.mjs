// moto's server on a free port of 127.0.0.1, in a virtual environment of its own; it ends with the tests.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { installPythonTool } from '../../.ci/python-tool.mjs';

const MOTO = 'moto[server]==5.2.5';
const START_MS = 60_000;

const findFreePort = () => new Promise((resolve, reject) => {
  const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

async function isAnswering(endpoint) {
  try {
    return (await fetch(`${endpoint}/moto-api/`)).ok;
  } catch {
    return false;
  }
}

export default async function startMoto(project) {
  const program = installPythonTool(MOTO, 'moto_server');
  const port = await findFreePort();
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  const giveUpAt = Date.now() + START_MS;
  while (!(await isAnswering(endpoint))) {
    if (server.exitCode !== null || Date.now() > giveUpAt) {
      server.kill();
      throw new Error(`${MOTO} did not start; this is no pass.`);
    }
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  project.provide('moto', endpoint);
  return () => { server.kill(); };
}
