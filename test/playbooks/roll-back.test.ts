/** Rolling back: what the run did is undone, what it found is left as it was, and what is gone stays gone. */
import { afterEach, describe, expect, it } from 'vitest';
import { FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, SECOND_KEY } from '../../src/simulator/scenarios/cast.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import type { World } from '../../src/simulator/world.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { closeOperator, lastProblem, makePlan, newestRun, openOperator, retire, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

const keys = (world: World): string[] => (world.accounts[FLAGGED_ACCOUNT]?.root.keys ?? []).map((key) => `${key.id} ${key.status}`);
const operations = (): string[] => operator.world.effects.map((effect) => effect.operation);

async function startSoak(scenario: string, furnish: (world: World) => void = () => undefined, ...options: string[]): Promise<World> {
  const world = openStageWorld(scenario);
  furnish(world);
  operator = await openOperator(world);
  const { exit } = await retire(operator, ...options);
  expect(exit, operator.output).toBe(75);
  return world;
}

it('in the soak switches every contained key on again, and the run is over', async () => {
  const world = await startSoak('two-keys');
  expect(await type(operator, ['rollback'])).toBe(0);
  expect(keys(world)).toEqual([`${KEY} Active`, `${SECOND_KEY} Active`]);
  const run = await newestRun(operator);
  expect(run?.state).toBe('rolled-back');
  expect(await type(operator, ['rollback', run?.runId ?? ''])).toBe(6);
  expect(lastProblem(operator)).toBe('run/over');
  expect(await type(operator, ['resume', run?.runId ?? ''])).toBe(0);
  expect(keys(world)).toEqual([`${KEY} Active`, `${SECOND_KEY} Active`]);
});

it('never switches on a key that was inactive before the run', async () => {
  const world = await startSoak('flagged-account', (opened) => {
    const account = opened.accounts[FLAGGED_ACCOUNT];
    if (account !== undefined) addRootKey(opened, account, { id: SECOND_KEY, status: 'Inactive', createdAt: KEY_CREATED_AT });
  });
  expect(await type(operator, ['rollback'])).toBe(0);
  expect(keys(world)).toEqual([`${KEY} Active`, `${SECOND_KEY} Inactive`]);
});

describe('after the delete', () => {
  it('says that a deleted key cannot be brought back, and changes nothing where nothing else can be undone', async () => {
    await startSoak('flagged-account', () => undefined, '--no-config');
    expect(await type(operator, ['resume'])).toBe(0);
    const run = await newestRun(operator);
    expect(await type(operator, ['rollback', run?.runId ?? ''])).toBe(6);
    expect(lastProblem(operator)).toBe('rollback/key-gone');
    expect(operations()).toEqual(['UpdateAccessKey', 'DeleteAccessKey']);
  });

  it('takes the run\'s guardrails off again, and lists the deleted keys as not undone', async () => {
    const world = await startSoak('management-account', () => undefined, '--scp-target', 'ou-ex4m-sandbox1');
    const before = structuredClone(world.organization);
    expect(await type(operator, ['resume'])).toBe(0);
    const run = await newestRun(operator);
    expect(await type(operator, ['rollback', run?.runId ?? '']), operator.output).toBe(0);
    expect(world.organization?.policies).toEqual(before?.policies);
    expect(world.organization?.attachments).toEqual(before?.attachments);
    expect(world.accounts[FLAGGED_ACCOUNT]?.config['us-east-1']?.rules).toEqual([]);
    expect(operator.output).toMatch(new RegExp(`key ${KEY}: it was deleted; a deleted key cannot be\\s+brought back`));
    expect(keys(world)).toEqual([]);
  });
});

it('leaves a policy alone that was there before: it is detached, not deleted', async () => {
  const world = await startSoak('management-account', () => undefined, '--scp-target', 'ou-ex4m-sandbox1');
  expect(await type(operator, ['resume'])).toBe(0);
  // The second run finds the policy of the first one, and attaches it somewhere else.
  const { plan, path } = await makePlan(operator, '--scp-target', '222233334444', '--no-config');
  expect(plan.actions.map((action) => action.kind)).toEqual(['attach-guardrail']);
  expect(await type(operator, ['apply', path])).toBe(0);
  const policies = world.organization?.policies.length;
  const run = await newestRun(operator);
  expect(await type(operator, ['rollback', run?.runId ?? '']), operator.output).toBe(0);
  expect(world.organization?.policies).toHaveLength(policies ?? 0);
  expect(world.organization?.attachments['222233334444']).toHaveLength(1);
});

it('goes on as a rollback after a crash, also when told to resume', async () => {
  const world = await startSoak('two-keys');
  expect(await type(operator, ['rollback'], { crashOn: (point, subject) => point === 'step/after-act' && subject.startsWith('rollback-') })).toBe('crashed');
  expect(await type(operator, ['resume'])).toBe(0);
  expect(keys(world)).toEqual([`${KEY} Active`, `${SECOND_KEY} Active`]);
  expect(operations()).toEqual(['UpdateAccessKey', 'UpdateAccessKey', 'UpdateAccessKey', 'UpdateAccessKey']);
});

it('of a suspected compromise is never offered first: it needs the digest of the plan', async () => {
  operator = await openOperator(openStageWorld('compromised'));
  const { plan, path } = await makePlan(operator, '--suspected-compromise');
  expect(await type(operator, ['apply', path, '--approve', plan.digest])).toBe(6);
  expect(lastProblem(operator)).toBe('compromise/contained');
  expect(operator.output).not.toMatch(/next .*rollback/);
  expect(keys(operator.world)).toEqual([`${KEY} Inactive`]);
  const run = await newestRun(operator);
  expect(await type(operator, ['rollback', run?.runId ?? ''])).toBe(6);
  expect(lastProblem(operator)).toBe('rollback/compromise');
  expect(await type(operator, ['rollback', run?.runId ?? '', '--approve', 'f'.repeat(64)])).toBe(3);
  expect(keys(operator.world)).toEqual([`${KEY} Inactive`]);
  expect(await type(operator, ['rollback', run?.runId ?? '', '--approve', plan.digest])).toBe(0);
  expect(keys(operator.world)).toEqual([`${KEY} Active`]);
});
