// Measures the goals that can be measured on one machine, pairwise in one run: whatever slows the machine slows both sides. Prints, and asserts nothing.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchEvidence } from './evidence-bench.mjs';
import { benchOrganization } from './organization-bench.mjs';

const PROGRAM = resolve('dist/rootzero.js');
const START_ROUNDS = 21;
const CHECK_ROUNDS = 7;
const FIRST_ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), 'rootzero-bench-'));
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|ROOTZERO_)/.test(name)));
Object.assign(environment, { HOME: folder, XDG_STATE_HOME: join(folder, 'state') });

/** Wall time of one process in milliseconds; its exit code must be one of `exitCodes`. */
function time(command, argv, env = environment, exitCodes = [0]) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(command, argv, { env, encoding: 'utf8' });
  if (!exitCodes.includes(status)) throw new Error(`${command} ${argv.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - startedAt;
}

const median = (values) => values.toSorted((first, second) => first - second)[Math.floor(values.length / 2)];

/** Medians of both sides, measured in turns. */
function measurePairs(rounds, ours, theirs) {
  const pairs = Array.from({ length: rounds }, () => [ours(), theirs()]);
  return { ours: median(pairs.map(([first]) => first)), theirs: median(pairs.map(([, second]) => second)), ratio: median(pairs.map(([first, second]) => first / second)) };
}

function print(name, { ours, theirs, ratio }, against, goal) {
  console.log(`${name.padEnd(28)} ${ours.toFixed(0).padStart(6)} ms   ${against} ${theirs.toFixed(0)} ms   ratio ${ratio.toFixed(2)}   goal ≤ ${goal.toFixed(2)}   ${ratio <= goal ? 'met' : 'MISSED'}`);
}

function benchStart() {
  const node = () => time(process.execPath, ['-e', '0']);
  for (const flag of ['--version', '--help']) print(`rootzero ${flag}`, measurePairs(START_ROUNDS, () => time(process.execPath, [PROGRAM, flag]), node), 'node -e 0', 1.5);
}

/** The README's first command plays the whole job: seconds, on a machine on which Node starts in some tens of milliseconds. */
function benchFirstCommand() {
  const [, program, ...argv] = JSON.parse(readFileSync('package.json', 'utf8')).scripts.start.split(' ');
  print('npm start, the whole job', measurePairs(FIRST_ROUNDS, () => time(process.execPath, [resolve(program), ...argv]), () => time(process.execPath, ['-e', '0'])), 'node -e 0', 40);
}

/** Starts a served world; resolves with the environment that its printed lines make. */
async function serve(scenario) {
  const server = spawn(process.execPath, [PROGRAM, 'rehearse', scenario, '--serve', '--state-dir', join(folder, 'server')], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise((done) => server.stdout.setEncoding('utf8').once('data', done));
  const values = [...printed.matchAll(/(AWS_\w+|ROOTZERO_\w+)='?([^'\s]+)'?/g)].map(([, name, value]) => [name, value]);
  return { server, env: { ...environment, ...Object.fromEntries(values) } };
}

async function benchCheck() {
  if (spawnSync('aws', ['--version']).status !== 0) return console.log('rootzero check               not compared: the AWS CLI is not installed');
  const { server, env } = await serve('clean');
  const aws = (operation) => time('aws', ['--endpoint-url', env.AWS_ENDPOINT_URL, 'iam', operation], env);
  const check = () => time(process.execPath, [PROGRAM, 'check', '--root-profile', 'root'], env);
  // The report is made once, before anybody is timed: the wait for it is the same for both.
  check();
  print('rootzero check', measurePairs(CHECK_ROUNDS, check, () => aws('generate-credential-report') + aws('get-credential-report')), 'AWS CLI, its two report calls', 1 / 3);
  server.kill();
  await new Promise((done) => server.once('exit', done));
}

try {
  benchStart();
  benchFirstCommand();
  await benchCheck();
  await benchEvidence(folder);
  await benchOrganization(folder, environment);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
