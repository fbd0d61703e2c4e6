/** Deletion and its proof: once, only what is planned, and `done` only when the world has no root key. */
import { afterEach, describe, expect, it } from 'vitest';
import { KEY, SECOND_KEY, FLAGGED_ACCOUNT } from '../../src/simulator/scenarios/cast.ts';
import type { Fault, World } from '../../src/simulator/world.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { closeOperator, lastProblem, newestRun, openOperator, readRunFile, retire, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

async function startSoak(scenario = 'flagged-account', ...options: string[]): Promise<World> {
  operator = await openOperator(openStageWorld(scenario));
  const { exit } = await retire(operator, ...options);
  expect(exit, operator.output).toBe(75);
  return operator.world;
}

const disturb = (world: World, kind: Fault['kind'], operation: string): void => void world.faults.push({ kind, operation, skip: 0, remaining: 1 });
const countOf = (world: World, operation: string): number => world.effects.filter((effect) => effect.operation === operation).length;
const callsOf = (world: World, operation: string): number => world.events.filter((event) => event.name === operation && event.source === 'iam.amazonaws.com').length;
const rootKeys = (world: World): World['accounts'][string]['root']['keys'] => world.accounts[FLAGGED_ACCOUNT]?.root.keys ?? [];
const deletion = (point: string) => (reached: string, subject: string): boolean => reached === point && subject === `delete-${KEY}/delete`;

async function journalEntries(): Promise<{ kind: string; step?: string; via?: string }[]> {
  const run = await newestRun(operator);
  const text = await readRunFile(operator, run?.runId ?? '', 'journal.ndjson');
  return text.trim().split('\n').map((line) => JSON.parse(line).entry);
}

describe('after a lost reply', () => {
  it('the deactivation is looked for, found, and not repeated', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    disturb(operator.world, 'lost-reply', 'iam:UpdateAccessKey');
    expect((await retire(operator)).exit).toBe(75);
    expect(callsOf(operator.world, 'UpdateAccessKey')).toBe(1);
    expect(await journalEntries()).toContainEqual(expect.objectContaining({ kind: 'succeeded', step: `contain-${KEY}/deactivate`, via: 'observe' }));
  });

  it('the delete is looked for, found, and not repeated', async () => {
    const world = await startSoak();
    disturb(world, 'lost-reply', 'iam:DeleteAccessKey');
    expect(await type(operator, ['resume'])).toBe(0);
    expect(callsOf(world, 'DeleteAccessKey')).toBe(1);
    expect(await journalEntries()).toContainEqual(expect.objectContaining({ kind: 'succeeded', step: `delete-${KEY}/delete`, via: 'observe' }));
  });

  it('a policy that exists is the one that was created: no second one', async () => {
    const world = await startSoak('management-account', '--scp-target', 'ou-ex4m-sandbox1');
    disturb(world, 'lost-reply', 'organizations:CreatePolicy');
    disturb(world, 'lost-reply', 'organizations:AttachPolicy');
    disturb(world, 'lost-reply', 'config:PutConfigRule');
    expect(await type(operator, ['resume']), operator.output).toBe(0);
    expect(['CreatePolicy', 'AttachPolicy', 'PutConfigRule'].map((operation) => countOf(world, operation))).toEqual([1, 1, 1]);
  });
});

describe('after a crash', () => {
  it('between the effect and its record, NoSuchEntity means done', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume'], { crashOn: deletion('step/after-act') })).toBe('crashed');
    expect(rootKeys(world)).toEqual([]);
    expect(await type(operator, ['resume']), operator.output).toBe(0);
    expect(countOf(world, 'DeleteAccessKey')).toBe(1);
    expect(callsOf(world, 'DeleteAccessKey')).toBe(1);
  });

  it('between intent and effect, the delete happens once', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume'], { crashOn: deletion('step/before-act') })).toBe('crashed');
    expect(rootKeys(world)).toHaveLength(1);
    expect(await type(operator, ['resume']), operator.output).toBe(0);
    expect(countOf(world, 'DeleteAccessKey')).toBe(1);
  });

  it('the soak is proved anew: a key that somebody switched on meanwhile is not deleted', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume'], { crashOn: deletion('step/before-act') })).toBe('crashed');
    const key = rootKeys(world)[0];
    if (key !== undefined) key.status = 'Active';
    expect(await type(operator, ['resume'])).toBe(6);
    expect(countOf(world, 'DeleteAccessKey')).toBe(0);
  });
});

describe('done', () => {
  it('is not said while any root key is there: one that appeared after the delete stops the run', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume'], { crashOn: deletion('step/after-act') })).toBe('crashed');
    rootKeys(world).push({ id: SECOND_KEY, status: 'Active', createdAt: world.now });
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('verify/keys-left');
    expect(rootKeys(world).map((key) => key.id)).toEqual([SECOND_KEY]);
  });

  it('is not said where the account summary can no longer be read', async () => {
    const world = await startSoak();
    world.faults.push({ kind: 'access-denied', operation: 'iam:GetAccountSummary', skip: 0, remaining: 100 });
    expect(await type(operator, ['resume'])).toBe(4);
    expect((await journalEntries()).some((entry) => entry.kind === 'run-ended')).toBe(false);
    world.faults = [];
    expect(await type(operator, ['resume'])).toBe(0);
  });

  it('comes with when dashboards agree and until when sessions may live, which are two facts', async () => {
    await startSoak();
    expect(await type(operator, ['resume', '-o', 'ndjson'])).toBe(0);
    const summary: { outcome: string; removed: string[]; convergence: Record<string, string> } = JSON.parse(operator.result.split('\n').filter((line) => line.includes('"code":"summary"'))[0] ?? '');
    expect(summary).toMatchObject({ outcome: 'done', removed: [KEY] });
    expect(Date.parse(summary.convergence['reportStillShowsUntil'] ?? '')).toBeGreaterThan(0);
    expect(Date.parse(summary.convergence['sessionsMayLiveUntil'] ?? '')).toBeGreaterThan(0);
  });

  it('is final: another resume changes nothing and says so', async () => {
    const world = await startSoak();
    expect(await type(operator, ['resume'])).toBe(0);
    const effects = structuredClone(world.effects);
    const run = await newestRun(operator);
    expect(await type(operator, ['resume', run?.runId ?? ''])).toBe(0);
    expect(world.effects).toEqual(effects);
  });
});

it('deletes nothing that the plan does not name: a second key stops it before the first is deleted', async () => {
  const world = await startSoak();
  expect(await type(operator, ['resume'], { crashOn: deletion('step/before-act') })).toBe('crashed');
  rootKeys(world).push({ id: SECOND_KEY, status: 'Inactive', createdAt: world.now });
  expect(await type(operator, ['resume'])).toBe(6);
  expect(rootKeys(world)).toHaveLength(2);
});
