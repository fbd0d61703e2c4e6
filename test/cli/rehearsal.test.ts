/** `rootzero rehearse` from outside: every scenario plays itself, a world is gone on with, a run moves house and is undone. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../src/simulator/scenarios.ts';
import type { World } from '../../src/simulator/world.ts';
import { listKept, makePlan, openRehearsalCli, openSandbox, runRootzero, type Sandbox } from '../support/cli.ts';

let sandbox: Sandbox;
beforeAll(() => { sandbox = openSandbox(); });
afterAll(() => sandbox.close());

const ACCOUNT = '111122223333';
const keysIn = (world: World): [string, string][] => (world.accounts[ACCOUNT]?.root.keys ?? []).map(({ id, status }) => [id, status]);
const rulesIn = (world: World): string[] => Object.values(world.accounts[ACCOUNT]?.config ?? {}).flatMap(({ rules }) => rules.map(({ name }) => name));
/** Everything that signs: nothing of it may be seen or kept outside the world itself. */
const secretsOf = (world: World): string[] => [...Object.values(world.profiles), ...world.principals].flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken ?? secretAccessKey]).concat(Object.values(world.rootSecrets));

describe('the first command of the README', () => {
  it('ends with 0 and a verified result, in plain text, without a terminal', async () => {
    const { start } = JSON.parse(readFileSync('package.json', 'utf8')).scripts as { start: string };
    const [, , ...argv] = start.split(' ');
    const { exitCode, stdout, stderr } = await runRootzero(sandbox, ...argv);
    expect(exitCode, stderr).toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/✔ No root access keys in 111122223333, verified live at/);
    expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('has the help of the program itself', async () => {
    const [baked, own] = await Promise.all([runRootzero(sandbox, '--help'), runRootzero(sandbox, 'help')]);
    expect(baked).toEqual(own);
    expect(baked).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe.concurrent('every scenario plays itself', () => {
  it.each(Object.values(SCENARIOS).map(({ name, answers }) => [name, answers.steps.at(-1)?.expectExit]))('%s ends with %i', async (name, expected) => {
    const stateDir = sandbox.path('played', name);
    const { exitCode, stdout, stderr } = await runRootzero(sandbox, 'rehearse', name, '--state-dir', stateDir);
    expect(exitCode, stderr).toBe(expected);
    expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at .*:\d+:\d+/);

    const kept = listKept(stateDir);
    expect(kept.filter(({ text, mode }) => mode !== (text === '' ? '700' : '600'))).toEqual([]);
    const world = JSON.parse(kept.find(({ path }) => path.endsWith('world.json'))?.text ?? '') as World;
    const shown = [stdout, stderr, ...kept.filter(({ path }) => !path.endsWith('world.json')).map(({ text }) => text)].join('\n');
    expect(secretsOf(world).filter((secret) => shown.includes(secret))).toEqual([]);
    expect(secretsOf(world).length).toBeGreaterThan(0);
  });
});

describe('a run in a kept world', () => {
  it('goes on with `rehearse --continue -- resume`, says so in status, and is over', async () => {
    const rehearsal = openRehearsalCli(sandbox, 'flagged-account');
    const planFile = sandbox.path('continued.json');
    const { digest } = await makePlan(rehearsal.run, planFile);
    const applied = await rehearsal.run('apply', planFile, '--approve', digest);
    expect(applied.exitCode, applied.stderr).toBe(75);
    expect(keysIn(rehearsal.readWorld())).toEqual([['AKIAEXAMPLEROOT07QXA', 'Inactive']]);

    const waiting = JSON.parse((await rehearsal.run('status', '-o', 'json')).stdout);
    expect(waiting.runs).toMatchObject([{ state: 'waiting', account: ACCOUNT, world: 'rehearsal flagged-account' }]);
    expect(waiting.runs[0].next).toBe(`rootzero resume ${waiting.runs[0].runId}`);

    const resumed = await rehearsal.run('resume');
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect([keysIn(rehearsal.readWorld()), rulesIn(rehearsal.readWorld())]).toEqual([[], ['iam-root-access-key-check']]);
    expect(JSON.parse((await rehearsal.run('status', '-o', 'json')).stdout).runs).toMatchObject([{ state: 'done', next: null }]);

    const effects = rehearsal.readWorld().effects;
    expect((await rehearsal.run('resume', waiting.runs[0].runId)).exitCode).toBe(0);
    expect(rehearsal.readWorld().effects).toEqual(effects);
  });

  it('moves to another state folder, and goes on only there', async () => {
    const here = openRehearsalCli(sandbox, 'flagged-account', sandbox.path('here'));
    const there = openRehearsalCli(sandbox, 'flagged-account', sandbox.path('there'));
    const [planFile, bundle] = [sandbox.path('moved-plan.json'), sandbox.path('bundle.json')];
    const { digest } = await makePlan(here.run, planFile);
    expect((await here.run('apply', planFile, '--approve', digest)).exitCode).toBe(75);
    const [{ runId }] = JSON.parse((await here.run('status', '-o', 'json')).stdout).runs;
    expect((await here.run('run', 'export', runId, '--out', bundle)).exitCode).toBe(0);
    expect(listKept(sandbox.folder).find(({ path }) => path === 'bundle.json')?.mode).toBe('600');
    expect(secretsOf(here.readWorld()).filter((secret) => readFileSync(bundle, 'utf8').includes(secret))).toEqual([]);

    const before = here.readWorld();
    const refused = await here.run('resume', runId);
    expect(refused.exitCode).toBe(6);
    expect(refused.stderr).toContain('run/moved');
    expect(here.readWorld().effects).toEqual(before.effects);

    // The same AWS, seen from another machine.
    await there.run('status');
    there.writeWorld((world) => Object.assign(world, here.readWorld()));
    expect((await there.run('run', 'import', bundle)).exitCode).toBe(0);
    const resumed = await there.run('resume', runId);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(keysIn(there.readWorld())).toEqual([]);
    expect(there.readWorld().effects.filter(({ operation }) => operation === 'UpdateAccessKey')).toHaveLength(1);
  });

  it('is undone by rollback: the world is as it was', async () => {
    const rehearsal = openRehearsalCli(sandbox, 'flagged-account', sandbox.path('undone'));
    const planFile = sandbox.path('undone.json');
    const { digest } = await makePlan(rehearsal.run, planFile);
    const before = rehearsal.readWorld();
    expect((await rehearsal.run('apply', planFile, '--approve', digest)).exitCode).toBe(75);
    const rolledBack = await rehearsal.run('rollback');
    expect(rolledBack.exitCode, rolledBack.stderr).toBe(0);
    const after = rehearsal.readWorld();
    expect([keysIn(after), rulesIn(after)]).toEqual([keysIn(before), rulesIn(before)]);
    expect(after.effects.map(({ operation }) => operation)).toEqual(['UpdateAccessKey', 'UpdateAccessKey']);

    const again = await rehearsal.run('rollback', JSON.parse((await rehearsal.run('status', '-o', 'json')).stdout).runs[0].runId);
    expect(again.exitCode).toBe(6);
    expect(again.stderr).toContain('run/over');
  });
});

describe('text from AWS that wants to drive the terminal', () => {
  /** Clears the screen, sets the title, links, turns writing around, forges a line, C1, a zero-width and a tag character. */
  const HOSTILE = 'x\u001b[2J\u001b]0;owned\u0007\u001b]8;;http://203.0.113.1\u001b\\\u202egnp\u2066\r\n✔ No root access keys\u009b31m\u200b\u{e0041}\u00ad';
  const DANGEROUS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  it.each([['table', 6], ['ndjson', 6], ['json', 6]])('is inert in %s', async (format, expected) => {
    const rehearsal = openRehearsalCli(sandbox, 'flagged-account', sandbox.path('hostile', format));
    await rehearsal.run('status');
    rehearsal.writeWorld((world) => {
      for (const event of world.events) Object.assign(event.detail, { userAgent: HOSTILE, sourceIPAddress: HOSTILE });
    });
    const planFile = sandbox.path(`hostile-${format}.json`);
    const { exitCode, stdout, stderr } = await rehearsal.run('plan', '-o', format, '--out', planFile);
    expect(exitCode, stderr).toBe(expected);
    const printed = [...`${stdout}${stderr}`.split('\n'), ...readFileSync(planFile, 'utf8').split('\n')];
    expect(printed.filter((line) => DANGEROUS.test(line))).toEqual([]);
    expect(printed.filter((line) => line.startsWith('✔ No root access keys'))).toEqual([]);
    expect(`${stdout}${stderr}`).toContain('owned');
    if (format === 'ndjson') {
      const messages = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
      const { usage } = messages.find(({ code }) => code === 'look-back/done');
      expect(usage.callers[0].userAgent).toBe(HOSTILE);
    }
  });
});
