/** A person at the console in place of a root session: told, watched, and never taken at their silence. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Ask } from '../../src/ports/questions.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/simulator/durations.ts';
import { consoleChange, FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, SECOND_KEY } from '../../src/simulator/scenarios/cast.ts';
import { openPerson } from '../../src/simulator/scenarios/console.ts';
import { addKeyProfile, addRootKey, addRootSession } from '../../src/simulator/world-builder.ts';
import type { Account, Happening, RootCall, World } from '../../src/simulator/world.ts';
import { assessHistory } from '../promises/ledger.ts';
import { readRuns } from '../promises/story.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { closeOperator, lastProblem, makePlan, newestRun, openOperator, readRunFile, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(async () => {
  const runs = await readRuns(operator);
  expect(assessHistory({ world: operator.world, runs, inactiveFromTheStart: new Set([KEY, SECOND_KEY]) }), operator.output).toEqual([]);
  await closeOperator(operator);
});

const accountOf = (world: World): Account => {
  const account = world.accounts[FLAGGED_ACCOUNT];
  if (account === undefined) throw new Error('no account');
  return account;
};
const keys = (): string[] => accountOf(operator.world).root.keys.map((key) => `${key.id.slice(-4)} ${key.status}`);
const said = (code: string): { task: string; keyIds: string[]; basis?: string }[] =>
  operator.output.split('\n').filter((line) => line.startsWith(`{"code":"${code}"`)).map((line) => JSON.parse(line));
/** What the person was told in these commands, in order. */
const told = (): string[] => said('console/clicks').map(({ task, keyIds }) => `${task} ${keyIds.map((keyId) => keyId.slice(-4)).join(' ')}`.trimEnd()).filter((text, index, all) => text !== all[index - 1]);

type Acts = (by: RootCall) => Partial<Record<'deactivate' | 'delete' | 'activate', Happening[]>>;
const change = (kind: 'off' | 'on' | 'delete', by: RootCall, afterMs: number, keyId = KEY): Happening =>
  kind === 'delete'
    ? { kind: 'delete-key', at: afterMs, accountId: FLAGGED_ACCOUNT, keyId, by }
    : { kind: 'set-key-status', at: afterMs, accountId: FLAGGED_ACCOUNT, keyId, status: kind === 'on' ? 'Active' : 'Inactive', by };
const careful: Acts = (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS)], delete: [change('delete', by, 10 * MINUTE_MS)], activate: [change('on', by, 10 * MINUTE_MS)] });

/** The scenario's account with another person at its console. */
async function open(acts: Acts = careful, furnish: (world: World) => void = () => undefined): Promise<World> {
  const world = openStageWorld('console-only');
  furnish(world);
  world.agenda = world.agenda.filter((happening) => happening.kind !== 'after-told');
  const { by, when } = openPerson(world, accountOf(world));
  for (const [task, happenings] of Object.entries(acts(by))) world.agenda.push(when(task as 'delete', happenings));
  operator = await openOperator(world);
  return world;
}

/** Nobody used or changed the key in CloudTrail's memory. */
const withoutEvents = (world: World): void => {
  world.events = [];
};
const withSecondKey = (world: World): void => addRootKey(world, accountOf(world), { id: SECOND_KEY, status: 'Active', createdAt: KEY_CREATED_AT });

async function apply(...options: string[]): Promise<number | 'crashed'> {
  const { plan: first } = await makePlan(operator, '--console', ...options);
  const acknowledged = first.callers.filter(({ kind }) => kind === 'root-key').flatMap(({ fingerprint }) => ['--acknowledge', `${fingerprint}=known`]);
  const { plan, path } = await makePlan(operator, '--console', ...acknowledged, ...options);
  return type(operator, ['apply', path, '--approve', plan.digest, '-o', 'ndjson']);
}
const resume = (circumstances = {}): Promise<number | 'crashed'> => type(operator, ['resume', '-o', 'ndjson'], circumstances);

describe('the plan', () => {
  it('names the keys that events show, and tells clicks instead of calls', async () => {
    await open();
    const { plan } = await makePlan(operator, '--console');
    expect(plan.keys).toMatchObject([{ keyId: KEY, status: 'active', isSigning: false }]);
    expect(plan.root).toBeNull();
    expect(plan.actions.map((action) => action.kind)).toEqual(['attend-console', 'soak', 'attend-console', 'verify-no-root-keys', 'put-config-rule']);
  });

  it('cannot be made where the watcher would be blind', async () => {
    const world = await open();
    const reader = world.principals.find(({ kind }) => kind === 'role');
    for (const denied of ['iam:GetAccountSummary', 'cloudtrail:LookupEvents']) {
      if (reader !== undefined) reader.deny = [denied];
      const { plan } = await makePlan(operator, '--console');
      expect(plan.blockers.map(({ code }) => code)).toContain('console/blind');
      expect(plan.blockers.map(({ text }) => text).join()).toContain(denied);
    }
    if (reader !== undefined) reader.deny = [];
    accountOf(world).root.hasPassword = false;
    expect((await makePlan(operator, '--console')).plan.blockers.map(({ text }) => text).join()).toContain('no password');
  });

  it('is not made where root has no console', async () => {
    operator = await openOperator(openStageWorld('govcloud'));
    expect((await makePlan(operator, '--console')).plan.blockers.map(({ text }) => text).join()).toContain('cannot sign in to a console');
  });

  it('is stale once somebody clicked before it was applied', async () => {
    const world = await open();
    const { plan: first } = await makePlan(operator, '--console');
    const { plan, path } = await makePlan(operator, '--console', ...first.callers.flatMap(({ fingerprint }) => ['--acknowledge', `${fingerprint}=known`]));
    world.agenda.push(change('off', consoleChange(FLAGGED_ACCOUNT, addRootSession(world, accountOf(world)).accessKeyId), world.now + MINUTE_MS));
    world.now += HOUR_MS;
    expect(await type(operator, ['apply', path, '--approve', plan.digest])).toBe(6);
    expect(lastProblem(operator)).toBe('plan/stale');
    expect(operator.output).not.toContain('Deactivate in the console');
  });
});

describe('somebody who does what they are told', () => {
  it('is told to delete only after the soak; the run is done, and the journal says what was seen of whom', async () => {
    const world = await open();
    expect(await apply()).toBe(75);
    expect(told()).toEqual(['deactivate 7QXA']);
    const { runId, state } = (await newestRun(operator)) ?? { runId: '', state: '' };
    expect(state).toBe('waiting');
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['deactivate 7QXA', 'delete 7QXA']);
    expect(keys()).toEqual([]);
    const journal = await readRunFile(operator, runId, 'journal.ndjson');
    expect(journal).toContain('"attendants":["192.0.2.44"]');
    // Nothing of it was done by rootzero.
    expect(world.effects.map(({ operation }) => operation)).toEqual(['PutConfigRule']);
  });

  it('shows which key it is where no event ever named one', async () => {
    await open(careful, withoutEvents);
    expect(await apply()).toBe(75);
    expect(told()).toEqual(['deactivate']);
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['deactivate', 'delete 7QXA']);
  });

  it('may find a key that was switched off before anybody remembers: the credential report says so, and that it is weaker is said', async () => {
    const world = await open(careful, (opened) => {
      withoutEvents(opened);
      for (const key of accountOf(opened).root.keys) key.status = 'Inactive';
    });
    expect(await apply()).toBe(75);
    expect(told()).toEqual([]);
    expect(said('console/seen')).toMatchObject([{ task: 'deactivate', keyIds: [], basis: 'report' }]);
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['delete']);
    expect(accountOf(world).root.keys).toEqual([]);
  });

  it('is not needed any more where the soak is over and the key is gone already', async () => {
    await open((by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS), change('delete', by, 40 * HOUR_MS)] }));
    expect(await apply()).toBe(75);
    expect(await resume({ isWaiting: false })).toBe(75);
    operator.world.now += HOUR_MS;
    expect(await resume({ isWaiting: false })).toBe(75);
    operator.world.now += 2 * DAY_MS;
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['deactivate 7QXA']);
  });

  it('is waited for no longer than a console session lasts; then the run waits on disk', async () => {
    const world = await open(() => ({}));
    expect(await apply()).toBe(75);
    const before = world.now;
    expect(await resume()).toBe(75);
    expect(world.now - before).toBeGreaterThanOrEqual(12 * HOUR_MS);
    expect(world.now - before).toBeLessThan(13 * HOUR_MS);
    expect((await newestRun(operator))?.state).toBe('waiting');
    expect(keys()).toEqual(['7QXA Active']);
  });

  it('acts in place of a signing key too, which is never deactivated by a call of its own', async () => {
    await open(careful, (world) => addKeyProfile(world, 'root', KEY));
    expect(await apply('--profile', 'admin', '--root-profile', 'root')).toBe(75);
    expect(await resume(), operator.output).toBe(0);
    expect(operator.world.effects.map(({ operation }) => operation)).toEqual(['PutConfigRule']);
  });

  it('contains a suspected compromise first; what root did is listed after', async () => {
    await open();
    expect(await apply('--suspected-compromise')).toBe(75);
    expect(told()).toEqual(['deactivate']);
    expect(await resume()).toBe(6);
    expect(lastProblem(operator) ?? operator.output).toContain('compromise/contained');
    expect(keys()).toEqual(['7QXA Inactive']);
  });
});

describe('somebody who does something else', () => {
  it.each<[string, Acts, ((world: World) => void) | undefined, string, string[]]>([
    ['deletes right away', (by) => ({ deactivate: [change('delete', by, 10 * MINUTE_MS)] }), undefined, 'console/deleted-early', ['deactivate 7QXA']],
    ['deletes in the soak', (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS), change('delete', by, 2 * HOUR_MS)] }), undefined, 'console/deleted-early', ['deactivate 7QXA']],
    ['switches the key on for a minute', (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS), change('on', by, 5 * HOUR_MS), change('off', by, 5 * HOUR_MS + MINUTE_MS)] }), undefined, 'soak/key-not-contained', ['deactivate 7QXA']],
    ['makes a new key', (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS), { kind: 'create-key', at: 5 * HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: SECOND_KEY, by }] }), undefined, 'soak/new-key', ['deactivate 7QXA']],
    ['switches off another key', (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS, SECOND_KEY)] }), withSecondKey, 'console/wrong-key', ['deactivate 7QXA']],
    ['deletes another key', (by) => ({ ...careful(by), delete: [change('delete', by, 10 * MINUTE_MS, SECOND_KEY)] }), withSecondKey, 'console/wrong-key', ['deactivate 7QXA', 'delete 7QXA']],
    ['deletes the right one, where there is another that nobody knew of', careful, withSecondKey, 'console/key-left', ['deactivate 7QXA', 'delete 7QXA']],
    ['switches the key on when told to delete it', (by) => ({ ...careful(by), delete: [change('on', by, 10 * MINUTE_MS)] }), undefined, 'soak/key-not-contained', ['deactivate 7QXA', 'delete 7QXA']],
    ['works as root in the console meanwhile', (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS), { kind: 'root-call', at: 3 * HOUR_MS, call: { ...by, operation: 'CreateUser', parameters: { userName: 'new' } } }] }), undefined, 'soak/root-use', ['deactivate 7QXA']],
    ['is not alone in the console', (by) => ({ deactivate: [change('off', by, 10 * MINUTE_MS), { kind: 'root-call', at: 3 * HOUR_MS, call: { ...by, sourceIp: '198.51.100.9', operation: 'ListUsers', isReadOnly: true } }] }), undefined, 'soak/root-use', ['deactivate 7QXA']],
  ])('%s: stopped, said, and told nothing further', async (_, acts, furnish, code, expected) => {
    await open(acts, furnish);
    expect(await apply()).toBe(75);
    expect(await resume(), operator.output).toBe(6);
    expect(operator.output).toContain(`"code":"${code}"`);
    expect(told()).toEqual(expected);
    expect(await resume()).toBe(6);
    expect(told()).toEqual(expected);
    expect((await newestRun(operator))?.state).toBe('stopped');
  });

  it('leaves a second key that nobody knew of: the run says so, and is not done', async () => {
    await open(careful, (world) => {
      withoutEvents(world);
      withSecondKey(world);
    });
    expect(await apply()).toBe(75);
    expect(await resume(), operator.output).toBe(6);
    expect(operator.output).toContain('"code":"console/key-left"');
    expect(keys()).toEqual(['4MZB Active']);
  });

  it('switches off both keys in one sitting, and both are soaked', async () => {
    await open((by) => ({
      deactivate: [change('off', by, 10 * MINUTE_MS), change('off', by, 18 * MINUTE_MS, SECOND_KEY)],
      delete: [change('delete', by, 10 * MINUTE_MS), change('delete', by, 11 * MINUTE_MS, SECOND_KEY)],
    }), (world) => {
      withoutEvents(world);
      withSecondKey(world);
    });
    expect(await apply()).toBe(75);
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['deactivate', 'delete 7QXA 4MZB']);
  });
});

describe('the deletion', () => {
  it('is not told before the word of a person, where nobody approved the plan by digest', async () => {
    await open();
    const { plan: first } = await makePlan(operator, '--console');
    const { path } = await makePlan(operator, '--console', ...first.callers.flatMap(({ fingerprint }) => ['--acknowledge', `${fingerprint}=known`]));
    const asked: string[] = [];
    const answering = (isTyping: boolean) => (): Ask => async (code, about) => {
      asked.push(`${code} ${'keyId' in about ? about.keyId : ''}`);
      if (code !== 'delete') throw new Error(`asked about ${code}`);
      return isTyping;
    };
    expect(await type(operator, ['apply', path], { ask: answering(true) }), operator.output).toBe(75);
    expect(await type(operator, ['resume'], { ask: answering(false) })).toBe(75);
    expect(lastProblem(operator)).toBe('delete/not-confirmed');
    expect(operator.output).not.toContain('Delete in the console');
    expect(await type(operator, ['resume'], { ask: answering(true) }), operator.output).toBe(0);
    expect(asked).toEqual([`delete ${KEY}`, `delete ${KEY}`]);
  });
});

describe('a rollback', () => {
  it('tells the click that undoes, and is over when it was seen', async () => {
    await open();
    expect(await apply()).toBe(75);
    operator.world.now += HOUR_MS;
    expect(await resume({ isWaiting: false })).toBe(75);
    expect(await type(operator, ['rollback', '-o', 'ndjson'])).toBe(75);
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['deactivate 7QXA', 'activate 7QXA']);
    expect(keys()).toEqual(['7QXA Active']);
    expect((await newestRun(operator))?.state).toBe('rolled-back');
  });

  it('waits for clicks that do not show yet, before it calls anything undone', async () => {
    const world = await open((by) => ({ ...careful(by), deactivate: [change('off', by, MINUTE_MS)] }));
    expect(await apply()).toBe(75);
    world.now += 2 * MINUTE_MS;
    expect(await type(operator, ['rollback', '-o', 'ndjson'])).toBe(75);
    expect(operator.result).toContain('Whether a key was switched off in the console shows by');
    expect(keys()).toEqual(['7QXA Inactive']);
    expect(await resume(), operator.output).toBe(0);
    expect(keys()).toEqual(['7QXA Active']);
  });

  it('of a click that nobody made ends without one', async () => {
    await open(() => ({}));
    expect(await apply()).toBe(75);
    expect(await type(operator, ['rollback', '-o', 'ndjson'])).toBe(75);
    expect(await resume(), operator.output).toBe(0);
    expect(told()).toEqual(['deactivate 7QXA']);
    expect((await newestRun(operator))?.state).toBe('rolled-back');
  });
});
