// The survey of an organization: its time on the world's clock against what latency and quotas allow; the tool's own memory and processor time, with the world in another process. Prints, and asserts nothing.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const SIZES = [1_000, 10_000];
/** The served world's seconds go by so much faster; what is measured there does not depend on it. */
const SPEED = 12;
const GOALS = { time: 1.25, megabytes: 250, exponent: 1.05 };

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const verdict = (value, goal) => `goal ≤ ${goal}   ${value <= goal ? 'met' : 'MISSED'}`;

/** In the tool's process: leaves behind what it used, at its end. */
const WITNESS = "import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(process.env.BENCH_USAGE, JSON.stringify(process.resourceUsage())));";

/** The tool as people run it, by itself, against a world that another process serves. */
async function measureTool(program, folder, environment, accounts) {
  const directory = join(folder, `served-${accounts}`);
  mkdirSync(directory, { recursive: true });
  const server = spawn(process.execPath, [program, 'serve', String(accounts), String(SPEED), directory], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise((done) => server.stdout.setEncoding('utf8').once('data', done));
  const served = Object.fromEntries([...printed.matchAll(/(AWS_\w+|ROOTZERO_\w+)='?([^'\s]+)'?/g)].map(([, name, value]) => [name, value]));
  const usageFile = join(directory, 'usage.json');
  const argv = ['--import', `data:text/javascript,${encodeURIComponent(WITNESS)}`, resolve('dist/rootzero.js'), 'check', '--org', '--profile', 'admin', '-o', 'ndjson'];
  const tool = spawn(process.execPath, argv, { env: { ...environment, ...served, BENCH_USAGE: usageFile }, stdio: ['ignore', 'ignore', 'inherit'] });
  const exitCode = await new Promise((done) => tool.once('exit', done));
  server.kill();
  await new Promise((done) => server.once('exit', done));
  // There are root keys to be found.
  if (exitCode !== 1) throw new Error(`check --org ended with ${exitCode}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usageFile, 'utf8'));
  return { cpu: (userCPUTime + systemCPUTime) / 1e3, peak: maxRSS * 1_024 };
}

export async function benchOrganization(folder, environment) {
  // The program looks for its name and version one folder up.
  const program = join(folder, 'organization', 'organization.mjs');
  copyFileSync('package.json', join(folder, 'package.json'));
  await build({
    entryPoints: ['test/bench/organization.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'node20.19', mainFields: ['module', 'main'], logLevel: 'error',
    banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
  });
  const measured = [];
  for (const accounts of SIZES) {
    const clock = JSON.parse(execFileSync(process.execPath, [program, 'clock', String(accounts)], { env: environment, encoding: 'utf8' }));
    const tool = await measureTool(program, folder, environment, accounts);
    measured.push({ ...clock, cpu: tool.cpu, peak: tool.peak });
    const [ratio, megabytes] = [clock.took / clock.bound, tool.peak / 1e6];
    const found = Object.entries(clock.counts).map(([state, count]) => `${count} ${state}`).join(', ');
    console.log(`survey (world clock)         ${seconds(clock.took).padStart(9)}   ${accounts} accounts: ${found}; ${clock.opened} AssumeRoot; bound ${seconds(clock.bound)}   ratio ${ratio.toFixed(2)}   ${verdict(ratio, GOALS.time)}`);
    console.log(`survey, check --org alone    ${seconds(tool.cpu).padStart(9)} of processor   peak memory ${megabytes.toFixed(0)} MB   ${verdict(megabytes, GOALS.megabytes)}`);
  }
  const [small, large] = measured;
  const exponent = (of) => Math.log(of(large) / of(small)) / Math.log(SIZES[1] / SIZES[0]);
  const growth = { 'time on the world clock': exponent(({ took }) => took), 'processor time': exponent(({ cpu }) => cpu), 'peak memory': exponent(({ peak }) => peak) };
  for (const [what, value] of Object.entries(growth)) console.log(`survey, growth               exponent ${value.toFixed(2)} of ${what}, from ${SIZES[0]} to ${SIZES[1]} accounts   ${verdict(value, GOALS.exponent)}`);
}
