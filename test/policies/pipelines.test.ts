/** What runs `rootzero check` by itself: the GitHub action's steps, the GitLab job, the crontab and the systemd unit, each carried out against a served world. */
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseWaivers } from '../../src/commands/waivers-file.ts';
import { PROGRAM, serveScenario, start, type Ended, type Environment, type Served } from '../support/cli.ts';
import { openWalk, parseWalkthrough } from '../support/walkthrough.ts';
import { judgeAction, judgeJunit, judgeSarif } from '../support/published-schemas.ts';

const readYaml = (path: string): unknown => parse(readFileSync(path, 'utf8'));
const step = z.object({ name: z.string(), id: z.string().optional(), shell: z.literal('bash'), env: z.record(z.string(), z.string()).default({}), run: z.string() });
const action = z.object({ inputs: z.record(z.string(), z.object({ default: z.string() })), outputs: z.record(z.string(), z.object({ value: z.string() })), runs: z.object({ steps: z.array(step) }) }).parse(readYaml('action.yml'));

const SCENARIOS = ['clean', 'flagged-account', 'denied-reader'] as const;
type Scenario = (typeof SCENARIOS)[number];
const served = new Map<Scenario, Served>();
beforeAll(async () => {
  for (const scenario of SCENARIOS) served.set(scenario, await serveScenario(scenario, 1));
});
afterAll(async () => {
  for (const world of served.values()) await world.stop();
});

let opened = 0;
/** A working folder as a runner or a user has it, with the credentials of a served world and `rootzero` on the path. */
function openWorkspace(scenario: Scenario): { folder: string; environment: Environment; path: (name: string) => string } {
  const world = served.get(scenario);
  if (world === undefined) throw new Error(`${scenario} is not served`);
  const folder = world.sandbox.path(`workspace-${opened += 1}`);
  mkdirSync(`${folder}/bin`, { recursive: true });
  writeFileSync(`${folder}/bin/rootzero`, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(`${folder}/bin/rootzero`, 0o700);
  return { folder, path: (name) => `${folder}/${name}`, environment: { ...world.sandbox.environment, PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` } };
}

type Job = Ended & { outputs: Record<string, string>; summary: string; path: (name: string) => string };

/** Carries out the action as a runner does: inputs filled into the environment of each step, its shell, its files. */
async function runAction(scenario: Scenario, inputs: Record<string, string> = {}, files: Record<string, string> = {}): Promise<Job> {
  const { environment, folder, path } = openWorkspace(scenario);
  for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
  for (const name of ['output', 'summary']) writeFileSync(path(name), name === 'summary' ? 'From an earlier step.\n' : '');
  const runner = { ...environment, RUNNER_TEMP: folder, GITHUB_ACTIONS: 'true', GITHUB_ACTION_PATH: resolve('.'), GITHUB_OUTPUT: path('output'), GITHUB_STEP_SUMMARY: path('summary') };
  const fill = (value: string): string => value.replaceAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? `no input ${name}`);
  let ended: Ended = { exitCode: null, signal: null, stdout: '', stderr: 'no step' };
  for (const { env, run } of action.runs.steps) {
    const filled = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
    ended = await start('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], { folder, environment: { ...runner, ...filled } }).ended;
    if (ended.exitCode !== 0) break;
  }
  const outputs = Object.fromEntries(readFileSync(path('output'), 'utf8').split('\n').filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { ...ended, outputs, summary: readFileSync(path('summary'), 'utf8'), path };
}

describe('the GitHub action', () => {
  it('is valid by the published schema, and writes no input into a script', () => {
    expect(judgeAction(readYaml('action.yml'))).toEqual([]);
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
    const used = action.runs.steps.flatMap(({ env }) => Object.values(env)).join(' ');
    for (const name of Object.keys(action.inputs)) expect(used).toContain(`\${{ inputs.${name} }}`);
    for (const { value } of Object.values(action.outputs)) expect(value).toMatch(/^\$\{\{ steps\.check\.outputs\.[a-z-]+ \}\}$/);
  });

  it.each([['clean', 0, '✔ no root access keys'], ['flagged-account', 1, '✖ active root access key'], ['denied-reader', 2, '? could not tell']] as const)('on %s ends with %i, a summary and SARIF', async (scenario, exits, says) => {
    const { exitCode, outputs, summary, stdout, stderr, path } = await runAction(scenario);
    expect(exitCode, stderr).toBe(exits);
    expect(outputs).toEqual({ 'exit-code': String(exits), 'sarif': 'rootzero.sarif' });
    expect(judgeSarif(readFileSync(path('rootzero.sarif'), 'utf8'))).toEqual([]);
    expect(summary).toMatch(/^From an earlier step\.\n## Root user of 111122223333\n/);
    expect(summary).toContain(`**${says}**`);
    expect(stdout).toContain('Verdict   ');
  });

  it('takes profile, what to fail on and waivers; without a SARIF file it names none', async () => {
    const waivers = 'waivers:\n  - account: 111122223333\n    finding: root-access-key\n    reason: moves in January\n    owner: platform\n    expires: 2999-12-31\n';
    const waived = await runAction('flagged-account', { 'profile': 'admin', 'fail-on': 'active', 'waivers': 'waivers.yml', 'sarif': '' }, { 'waivers.yml': waivers });
    expect(waived.exitCode, waived.stderr).toBe(0);
    expect(waived.outputs).toEqual({ 'exit-code': '0' });
    expect(waived.summary).toContain('Waived until 2999-12-31. `platform` `moves in January`');
    const located = await runAction('flagged-account', { waivers: 'waivers.yml' }, { 'waivers.yml': waivers });
    const { runs } = JSON.parse(readFileSync(located.path('rootzero.sarif'), 'utf8')) as { runs: { results: { locations: { physicalLocation: object }[] }[] }[] };
    expect(runs[0]?.results[0]?.locations[0]?.physicalLocation).toEqual({ artifactLocation: { uri: 'waivers.yml' }, region: { startLine: 2 } });
  });

  it('fails on bad input with 3, runs nothing of it, and names no document', async () => {
    for (const inputs of [{ 'fail-on': 'any"; touch pwned; "' }, { 'waivers': '$(touch pwned)' }, { 'profile': '`touch pwned`' }]) {
      const { exitCode, outputs, path } = await runAction('clean', inputs);
      expect([3, 4]).toContain(exitCode);
      expect(outputs).toEqual({ 'exit-code': String(exitCode) });
      expect(existsSync(path('pwned'))).toBe(false);
    }
  });
});

describe('the GitLab job', () => {
  const job = z.object({ rootzero: z.object({ variables: z.record(z.string(), z.string()), script: z.array(z.string()), artifacts: z.object({ reports: z.object({ junit: z.string() }), paths: z.array(z.string()) }) }) }).parse(readYaml('policies/ci/gitlab-ci.yml')).rootzero;

  it.each([['clean', 0], ['flagged-account', 1], ['denied-reader', 2]] as const)('on %s ends with %i and leaves its artifacts', async (scenario, exits) => {
    const { environment, folder, path } = openWorkspace(scenario);
    symlinkSync(resolve('.'), path('rootzero'));
    const { exitCode, stderr } = await start('bash', ['-eo', 'pipefail', '-c', job.script.join('\n')], { folder, environment: { ...environment, ROOTZERO_FAIL_ON: job.variables['ROOTZERO_FAIL_ON'] ?? '' } }).ended;
    expect(exitCode, stderr).toBe(exits);
    expect(await judgeJunit(readFileSync(path(job.artifacts.reports.junit), 'utf8'))).toEqual([]);
    for (const artifact of job.artifacts.paths) expect(existsSync(path(artifact)), artifact).toBe(true);
  });
});

describe('on a schedule', () => {
  const [line = ''] = readFileSync('policies/ci/crontab', 'utf8').split('\n').filter((text) => !text.startsWith('#'));
  const [, command = ''] = /^(?:[\d*,/-]+ ){5}(.*)$/.exec(line) ?? [];

  it('cron is silent while nothing is found, and says what is', async () => {
    expect(command).toContain('--profile audit');
    // An unescaped % ends the command of a crontab.
    expect(command).not.toMatch(/(?<!\\)%/);
    const say = async (scenario: Scenario): Promise<string> => {
      const { environment, folder } = openWorkspace(scenario);
      const { stdout, stderr } = await start('sh', ['-c', command.replace('--profile audit', '--profile admin')], { folder, environment }).ended;
      return stdout + stderr;
    };
    expect(await say('clean')).toBe('');
    expect(await say('flagged-account')).toContain('✖ 1 active root access key');
    expect(await say('denied-reader')).toContain('? could not tell');
  });

  it('the systemd service fails as the check does, once a day', async () => {
    const service = readFileSync('policies/ci/systemd/rootzero-check.service', 'utf8');
    const [, exec = ''] = /^ExecStart=(.*)$/m.exec(service) ?? [];
    expect(exec).toMatch(/^\/usr\/bin\/env rootzero check /);
    expect(service).not.toMatch(/^(SuccessExitStatus|ExecStart=-)/m);
    for (const [scenario, exits] of [['clean', 0], ['flagged-account', 1], ['denied-reader', 2]] as const) {
      const { environment, folder } = openWorkspace(scenario);
      const [program = '', ...words] = exec.split(' ');
      expect((await start(program, words, { folder, environment }).ended).exitCode).toBe(exits);
    }
    expect(readFileSync('policies/ci/systemd/rootzero-check.timer', 'utf8')).toMatch(/^OnCalendar=\*-\*-\* \d\d:\d\d:\d\d$/m);
  });
});

describe('the README beside them', () => {
  const walk = openWalk();
  afterAll(() => walk.close());

  it.each(parseWalkthrough(readFileSync('policies/ci/README.md', 'utf8')).map((each) => [each.line, each] as const))('line %i', async (_line, each) => {
    await walk.run(each);
  });
});

it('the example of a waivers file is one', () => {
  expect(parseWaivers('policies/ci/waivers.yml', readFileSync('policies/ci/waivers.yml', 'utf8'))).toHaveLength(1);
});
