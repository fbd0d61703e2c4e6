/** The soak as a run keeps it: durable, read back as a whole, broken by anybody else's hand, and stopped with containment kept. */
import { afterEach, describe, expect, it } from 'vitest';
import { EVENT_LATENCY_MS } from '../../src/domain/plan.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { addMintedSession, addRootSession } from '../../src/simulator/world-builder.ts';
import { consoleChange, FLAGGED_ACCOUNT, KEY, SECOND_KEY } from '../../src/simulator/scenarios/cast.ts';
import type { Happening, RootCall, World } from '../../src/simulator/world.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { acknowledgeAll, closeOperator, lastProblem, makePlan, openOperator, retire, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

async function startSoak(scenario = 'flagged-account', ...options: string[]): Promise<World> {
  operator = await openOperator(openStageWorld(scenario));
  const { exit } = await retire(operator, ...options);
  expect(exit, operator.output).toBe(75);
  return operator.world;
}

/** Somebody signed in to the console. */
function somebody(world: World): RootCall {
  const account = world.accounts[FLAGGED_ACCOUNT];
  if (account === undefined) throw new Error('no account');
  return consoleChange(FLAGGED_ACCOUNT, addRootSession(world, account).accessKeyId);
}

const statusOf = (world: World, keyId = KEY): string | undefined => world.accounts[FLAGGED_ACCOUNT]?.root.keys.find((key) => key.id === keyId)?.status;
const timeOf = (world: World, operation: string): number => world.effects.find((effect) => effect.operation === operation)?.at ?? Number.NaN;

describe('the deadline', () => {
  it('is on disk: a resume before it waits on, and nothing is deleted before it and the latency of events', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(75);
    world.now += 20 * HOUR_MS;
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(75);
    expect(timeOf(world, 'DeleteAccessKey')).toBeNaN();
    expect(await type(operator, ['resume'])).toBe(0);
    const soaked = timeOf(world, 'DeleteAccessKey') - timeOf(world, 'UpdateAccessKey');
    expect(soaked).toBeGreaterThanOrEqual(26 * HOUR_MS + EVENT_LATENCY_MS);
    expect(soaked).toBeLessThan(27 * HOUR_MS);
  });

  it('of an inactive key counts from its last deactivation: after five days only the latency of events is waited for', async () => {
    const world = await startSoak('inactive-key');
    const startedAt = world.now;
    expect(await type(operator, ['resume'])).toBe(0);
    expect(world.effects.map((effect) => effect.operation)).toEqual(['DeleteAccessKey', 'PutConfigRule']);
    expect(timeOf(world, 'DeleteAccessKey') - startedAt).toBeLessThan(EVENT_LATENCY_MS + MINUTE_MS);
  });

  it('of an inactive key is no deadline when somebody had it on a moment before the plan, unseen as yet', async () => {
    const opened = openStageWorld('inactive-key');
    const by = somebody(opened);
    for (const [minutesAgo, status] of [[4, 'Active'], [2, 'Inactive']] as const) {
      opened.agenda.push({ kind: 'set-key-status', at: opened.now - minutesAgo * MINUTE_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status, by });
    }
    operator = await openOperator(opened);
    expect((await retire(operator)).exit).toBe(75);
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('soak/key-not-contained');
    expect(opened.effects).toEqual([]);
  });

  it('of an inactive key is not moved by a sign-in that was over before the plan, and stood in it', async () => {
    const opened = openStageWorld('inactive-key');
    const look = { ...somebody(opened), operation: 'ListUsers', isReadOnly: true };
    opened.agenda.push({ kind: 'root-call', at: opened.now - 2 * DAY_MS, call: look });
    operator = await openOperator(opened);
    const { exit, plan } = await retire(operator);
    expect(exit, operator.output).toBe(75);
    expect(plan.callers.map((caller) => caller.kind)).toContain('sign-in-session');
    expect(await type(operator, ['resume']), operator.output).toBe(0);
  });

  it('of an inactive key stops for the same hand when it comes back after the plan', async () => {
    const opened = openStageWorld('inactive-key');
    const look = { ...somebody(opened), operation: 'ListUsers', isReadOnly: true };
    opened.agenda.push({ kind: 'root-call', at: opened.now - 2 * DAY_MS, call: look }, { kind: 'root-call', at: opened.now + 3 * MINUTE_MS, call: look });
    operator = await openOperator(opened);
    expect((await retire(operator)).exit).toBe(75);
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('soak/root-use');
    expect(opened.effects).toEqual([]);
  });

  it('moves when an acknowledged caller came back after the plan was made', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    const { path, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    const { world } = operator;
    const nightly = world.events.findLast((event) => event.accessKeyId === KEY && event.name === 'ListBuckets');
    if (nightly === undefined) throw new Error('no nightly caller');
    world.events.push({ ...structuredClone(nightly), id: 'came-back', at: world.now - 10 * MINUTE_MS, visibleAt: world.now - 5 * MINUTE_MS, detail: { ...nightly.detail, eventID: 'came-back', eventTime: new Date(world.now - 10 * MINUTE_MS).toISOString() } });
    expect(await type(operator, ['apply', path, '--approve', plan.digest]), operator.output).toBe(75);
    expect(operator.output).toContain('The soak is longer than planned');
    expect(await type(operator, ['resume'])).toBe(0);
    // Two weeks of silence before: the next visit may be as far away.
    expect(timeOf(world, 'DeleteAccessKey') - timeOf(world, 'UpdateAccessKey')).toBeGreaterThan(14 * DAY_MS);
  });

  it('comes sooner only with a reason on record', async () => {
    const world = await startSoak('flagged-account', '--soak', '30m', '--accept-short-soak', 'the host is gone');
    expect(await type(operator, ['resume'])).toBe(0);
    expect(timeOf(world, 'DeleteAccessKey') - timeOf(world, 'UpdateAccessKey')).toBeLessThan(HOUR_MS);
  });

  it('lets nobody ask for a shorter soak at apply', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    const { path, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    expect(await type(operator, ['apply', path, '--approve', plan.digest, '--soak', '5m'])).toBe(3);
    expect(await type(operator, ['apply', path, '--approve', plan.digest, '--accept-short-soak', 'x'])).toBe(3);
    expect(operator.world.effects).toEqual([]);
  });
});

describe('somebody else', () => {
  it.each<[string, (world: World, by: RootCall) => Happening[], string]>([
    ['switches the key on for a minute', ({ now }, by) => [
      { kind: 'set-key-status', at: now + 5 * HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status: 'Active', by },
      { kind: 'set-key-status', at: now + 5 * HOUR_MS + MINUTE_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status: 'Inactive', by },
    ], 'soak/key-not-contained'],
    ['makes a new key', ({ now }, by) => [{ kind: 'create-key', at: now + HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: SECOND_KEY, by }], 'soak/new-key'],
    ['works as root', ({ now }, by) => [{ kind: 'root-call', at: now + HOUR_MS, call: { ...by, operation: 'CreateUser', parameters: { userName: 'mallory' } } }], 'soak/root-use'],
  ])('%s: stopped with who and what, the key neither deleted nor switched on by us', async (_, happenings, code) => {
    const world = await startSoak();
    world.agenda.push(...happenings(world, somebody(world)));
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe(code);
    expect(operator.output).toContain('192.0.2.44');
    expect(statusOf(world)).toBe('Inactive');
    expect(world.effects.map((effect) => effect.operation)).toEqual(['UpdateAccessKey']);
  });

  it('is seen by an early resume too, long before the deadline', async () => {
    const world = await startSoak();
    world.agenda.push({ kind: 'create-key', at: world.now + HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: SECOND_KEY, by: somebody(world) });
    world.now += 3 * HOUR_MS;
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(6);
    expect(lastProblem(operator)).toBe('soak/new-key');
  });

  it('deletes the contained key: stopped, since nobody of us did it', async () => {
    const world = await startSoak();
    const by = somebody(world);
    world.agenda.push({ kind: 'root-call', at: world.now + HOUR_MS, call: { ...by, operation: 'DeleteAccessKey', parameters: { accessKeyId: KEY } } });
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('soak/root-use');
  });

  it('switches on a key that nobody switched off again: kept, and the plan is over', async () => {
    const world = await startSoak();
    world.agenda.push({ kind: 'set-key-status', at: world.now + HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status: 'Active', by: somebody(world) });
    expect(await type(operator, ['resume'])).toBe(6);
    expect(statusOf(world)).toBe('Active');
    // The deletion stays out of reach however often it is asked for.
    expect(await type(operator, ['resume'])).toBe(6);
    expect(timeOf(world, 'DeleteAccessKey')).toBeNaN();
  });
});

describe('the proof', () => {
  it('needs every Region that the plan could read; once it can be read again, the run goes on', async () => {
    const world = await startSoak();
    world.accounts[FLAGGED_ACCOUNT]?.unreadableTrailRegions.push('eu-west-1');
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('soak/not-proved');
    expect(operator.output).toContain('eu-west-1');
    world.accounts[FLAGGED_ACCOUNT]?.unreadableTrailRegions.pop();
    expect(await type(operator, ['resume'])).toBe(0);
  });

  it('may be done without only by an override in the plan', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    operator.world.accounts[FLAGGED_ACCOUNT]?.unreadableTrailRegions.push('us-east-1');
    expect((await makePlan(operator)).exit).toBe(6);
    const { exit, plan } = await retire(operator, '--accept-unproved-soak', 'CloudTrail is denied here');
    expect(exit).toBe(75);
    expect(plan.overrides.map((override) => override.kind)).toEqual(['unproved-soak']);
    expect(await type(operator, ['resume'])).toBe(0);
  });

  it('is made of the whole interval, from containment to the moment before the delete', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume', '-o', 'ndjson'])).toBe(0);
    const readBack: { from: string; to: string; isProved: boolean } = operator.result.split('\n').filter((line) => line.includes('"soak/read-back"')).map((line) => JSON.parse(line))[0];
    expect(readBack.isProved).toBe(true);
    expect(Date.parse(readBack.from) - timeOf(world, 'UpdateAccessKey')).toBeLessThan(MINUTE_MS);
    expect(timeOf(world, 'DeleteAccessKey') - Date.parse(readBack.to)).toBeLessThan(MINUTE_MS);
  });
});

describe('what the watch tells apart', () => {
  it('a session that the key minted before it was contained: stopped, and said to be one', async () => {
    const world = await startSoak();
    const account = world.accounts[FLAGGED_ACCOUNT];
    if (account === undefined) throw new Error('no account');
    const session = addMintedSession(world, account, world.now + 50 * MINUTE_MS);
    const call = { ...somebody(world), accessKeyId: session.accessKeyId, isConsole: false, service: 's3', operation: 'ListBuckets', isReadOnly: true, sourceIp: '198.51.100.77', userAgent: 'Boto3/1.34' };
    world.agenda.push({ kind: 'root-call', at: world.now + 20 * MINUTE_MS, call });
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('soak/root-use');
    expect(operator.output).toContain('a session that was minted earlier');
    expect(statusOf(world)).toBe('Inactive');
  });

  it('a root call that AWS refused: stopped too', async () => {
    const world = await startSoak();
    world.agenda.push({ kind: 'root-call', at: world.now + HOUR_MS, call: { ...somebody(world), operation: 'CreateUser', errorCode: 'AccessDenied' } });
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('soak/root-use');
    expect(operator.output).toContain('and refused');
  });

  it('a delete of its own that AWS refused: once the permission is mended, the run goes on to its end', async () => {
    const world = await startSoak();
    world.faults.push({ kind: 'access-denied', operation: 'iam:DeleteAccessKey', skip: 0, remaining: Number.MAX_SAFE_INTEGER });
    expect(await type(operator, ['resume'])).toBe(4);
    world.faults = [];
    world.now += HOUR_MS;
    expect(await type(operator, ['resume']), operator.output.slice(-800)).toBe(0);
    expect(timeOf(world, 'DeleteAccessKey')).not.toBeNaN();
  });

  it('many uses: the first are told, the rest counted', async () => {
    const world = await startSoak();
    const by = somebody(world);
    for (let minute = 1; minute <= 40; minute += 1) world.agenda.push({ kind: 'root-call', at: world.now + minute * MINUTE_MS, call: { ...by, operation: 'CreateUser' } });
    expect(await type(operator, ['resume'])).toBe(6);
    expect(operator.output).toContain('And 35 more.');
  });
});
