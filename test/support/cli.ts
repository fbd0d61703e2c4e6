/** The built program as a person has it: spawned, with a home of its own and nothing of AWS in its environment. Knows the worlds that it keeps, and no other type of src. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { World } from '../../src/simulator/world.ts';

export const PROGRAM = resolve('dist/rootzero.js');

export type Environment = Record<string, string>;
export type Ended = { exitCode: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
export type Running = { process: ChildProcess; ended: Promise<Ended> };

/** A folder of its own, with a home in it; gone after `close`. */
export type Sandbox = { folder: string; path: (...names: string[]) => string; environment: Environment; close: () => void };

export function openSandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'rootzero-cli-'));
  const path = (...names: string[]): string => join(folder, ...names);
  mkdirSync(path('home'));
  const inherited = Object.entries(process.env).filter(([name, value]) => value !== undefined && !/^(AWS_|ROOTZERO_|XDG_|NODE_|HTTPS?_PROXY|https?_proxy|VITEST)/.test(name));
  const environment = { ...Object.fromEntries(inherited), HOME: path('home'), XDG_STATE_HOME: path('state'), AWS_EC2_METADATA_DISABLED: 'true' } as Environment;
  return { folder, path, environment, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts a program without a terminal. */
export function start(command: string, argv: readonly string[], { environment, folder }: Pick<Sandbox, 'environment' | 'folder'>): Running {
  const child = spawn(command, argv, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const ended = new Promise<Ended>((resolveEnd, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolveEnd({ exitCode, signal, stdout, stderr }));
  });
  return { process: child, ended };
}

export const startRootzero = (sandbox: Pick<Sandbox, 'environment' | 'folder'>, ...argv: string[]): Running => start(process.execPath, [PROGRAM, ...argv], sandbox);

export const runRootzero = (sandbox: Pick<Sandbox, 'environment' | 'folder'>, ...argv: string[]): Promise<Ended> => startRootzero(sandbox, ...argv).ended;

/** Rehearsals in the sandbox: the first command opens the scenario's world, the others go on in it. */
export type Rehearsal = { run: Run; stateDir: string; worldFile: string; readWorld: () => World; writeWorld: (change: (world: World) => void) => void };

export function openRehearsalCli(sandbox: Sandbox, scenario: string, stateDir = sandbox.path('rehearsals', scenario)): Rehearsal {
  const worldFile = join(stateDir, 'rehearsal', 'world.json');
  const readWorld = (): World => JSON.parse(readFileSync(worldFile, 'utf8')) as World;
  return {
    stateDir,
    worldFile,
    readWorld,
    writeWorld: (change) => {
      const world = readWorld();
      change(world);
      writeFileSync(worldFile, JSON.stringify(world));
    },
    run: (...argv) => runRootzero(sandbox, 'rehearse', ...(existsSync(worldFile) ? ['--continue'] : [scenario]), '--state-dir', stateDir, '--', ...argv),
  };
}

/** A served scenario. `sandbox.environment` is what a shell has after reading the printed exports. */
export type Served = { printed: string; endpoint: string; sandbox: Sandbox; running: Running; stop: (signal?: NodeJS.Signals) => Promise<Ended> };

export const serveScenario = (scenario: string, speed: number): Promise<Served> => {
  const sandbox = openSandbox();
  return serve(sandbox, scenario, '--speed', String(speed), '--state-dir', sandbox.path('server'));
};

/** Serves what `rehearse` is told to. */
export async function serve(sandbox: Sandbox, ...rehearse: string[]): Promise<Served> {
  const running = startRootzero(sandbox, 'rehearse', ...rehearse, '--serve', '--port', '0');
  const printed = await new Promise<string>((resolvePrinted, reject) => {
    running.process.stdout?.once('data', (text: string) => resolvePrinted(text));
    void running.ended.then(({ stderr }) => reject(new Error(`The server ended: ${stderr}`)));
  });
  const environment = readExports(printed, sandbox.environment);
  return {
    printed,
    endpoint: environment['AWS_ENDPOINT_URL'] ?? '',
    sandbox: { ...sandbox, environment },
    running,
    stop: async (signal = 'SIGTERM') => {
      running.process.kill(signal);
      const ended = await running.ended;
      sandbox.close();
      return ended;
    },
  };
}

/** The printed lines read by a shell, as a person would paste them. */
function readExports(printed: string, environment: Environment): Environment {
  const script = 'eval "$1"; exec "$2" -e "console.log(JSON.stringify(process.env))"';
  return JSON.parse(execFileSync('sh', ['-c', script, 'sh', printed, process.execPath], { env: environment, encoding: 'utf8' })) as Environment;
}

export type Run = (...argv: string[]) => Promise<Ended>;

/** A plan as a careful operator makes it: look first, then acknowledge everybody who was found. */
export async function makePlan(run: Run, planFile: string, ...flags: string[]): Promise<{ digest: string; ended: Ended }> {
  const looked = await run('plan', '-o', 'json', ...flags);
  const { callers } = JSON.parse(looked.stdout) as { callers: { fingerprint: string; kind: string }[] };
  const acknowledged = callers.filter(({ kind }) => kind === 'root-key').flatMap(({ fingerprint }) => ['--acknowledge', `${fingerprint}=has moved to a role`]);
  const ended = await run('plan', '--out', planFile, ...acknowledged, ...flags);
  const { digest } = JSON.parse(readFileSync(planFile, 'utf8')) as { digest: string };
  return { digest, ended };
}

export type KeptFile = { path: string; mode: string; text: string };

/** Every file and folder below, with its mode as `700`; the text of folders is empty. */
export function listKept(folder: string): KeptFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
    const path = join(folder, name);
    const stat = statSync(path);
    return { path: name, mode: (stat.mode & 0o777).toString(8), text: stat.isFile() ? readFileSync(path, 'utf8') : '' };
  });
}
