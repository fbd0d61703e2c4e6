/** Root keys as the only session of root: never deactivated by itself, deleted directly only by decision, verified by a witness or not at all. */
import { afterEach, describe, expect, it } from 'vitest';
import { EVENT_LATENCY_MS } from '../../src/domain/plan.ts';
import { HOUR_MS } from '../../src/domain/instant.ts';
import { addKeyProfile } from '../../src/simulator/world-builder.ts';
import { KEY, SECOND_KEY } from '../../src/simulator/scenarios/cast.ts';
import { callWith } from '../promises/random-account.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { closeOperator, lastProblem, makePlan, newestRun, openOperator, retire, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

const DIRECTLY = ['--delete-signing-key', `${KEY}=no other session of root can be had`];
const effects = (): string[] => operator.world.effects.map((effect) => `${effect.operation} ${effect.target} by ${effect.by.slice(0, 4)}`);
const open = async (scenario: string): Promise<void> => {
  operator = await openOperator(openStageWorld(scenario));
};

it('blocks the plan until its direct deletion is decided, with what to do instead', async () => {
  await open('self-key');
  const { exit } = await retire(operator);
  expect(exit).toBe(6);
  expect(lastProblem(operator)).toBe('plan/blocked');
  expect(operator.output).toContain('aws login');
  expect(effects()).toEqual([]);
});

it('is deleted by itself after its own waiting time, and the witness verifies', async () => {
  await open('self-key');
  expect((await retire(operator, ...DIRECTLY)).exit).toBe(75);
  const startedAt = operator.world.now;
  expect(await type(operator, ['resume'])).toBe(0);
  expect(effects()[0]).toBe(`DeleteAccessKey ${KEY} by AKIA`);
  expect((operator.world.effects[0]?.at ?? 0) - startedAt).toBeGreaterThan(HOUR_MS + EVENT_LATENCY_MS - 60_000);
  expect(operator.output).toContain('verified live');
  expect(operator.output).toMatch(/by the\s+witness/);
});

it('leaves the other key to the ordinary way: contained, soaked, deleted; only then itself', async () => {
  await open('self-key-two');
  expect((await retire(operator, ...DIRECTLY)).exit).toBe(75);
  expect(await type(operator, ['resume'])).toBe(0);
  expect(effects().slice(0, 3)).toEqual([`UpdateAccessKey ${SECOND_KEY} by AKIA`, `DeleteAccessKey ${SECOND_KEY} by AKIA`, `DeleteAccessKey ${KEY} by AKIA`]);
});

it('without a witness ends with 2: accepted, not verified', async () => {
  await open('no-witness');
  expect((await retire(operator, ...DIRECTLY)).exit).toBe(75);
  expect(await type(operator, ['resume'])).toBe(2);
  expect(operator.output).toContain('delete accepted, not verified');
  const run = await newestRun(operator);
  expect(run?.state).toBe('done-unverified');
  // Unknown stays unknown, however often it is asked.
  expect(await type(operator, ['resume', run?.runId ?? ''])).toBe(2);
});

it('is kept when somebody else uses it in its waiting time', async () => {
  await open('self-key');
  expect((await retire(operator, ...DIRECTLY)).exit).toBe(75);
  const { world } = operator;
  world.agenda.push({ kind: 'root-call', at: world.now + HOUR_MS / 2, call: callWith(world, KEY) });
  expect(await type(operator, ['resume'])).toBe(6);
  expect(lastProblem(operator)).toBe('soak/root-use');
  expect(effects()).toEqual([]);
});

it('in GovCloud deletes itself after the look-back, and is never deactivated', async () => {
  await open('govcloud');
  const { exit, plan } = await retire(operator, ...DIRECTLY);
  expect(exit, operator.output).toBe(75);
  expect(plan.boundTo.partition).toBe('aws-us-gov');
  expect(await type(operator, ['resume'])).toBe(0);
  expect(effects().filter((effect) => effect.includes('AccessKey'))).toEqual([`DeleteAccessKey ${KEY} by AKIA`]);
});

describe('the reading profile', () => {
  it('may not be signed by a key that is about to be contained', async () => {
    await open('two-keys');
    addKeyProfile(operator.world, 'script', SECOND_KEY);
    const { exit, plan } = await makePlan(operator, '--profile', 'script', '--root-profile', 'root');
    expect(exit).toBe(6);
    expect(plan.blockers.map((blocker) => blocker.code)).toContain('credentials/reader-signed-by-planned-key');
  });

  it('is asked again when the plan is applied: a plan made with another reader does not let it through', async () => {
    await open('two-keys');
    addKeyProfile(operator.world, 'script', SECOND_KEY);
    const { plan, path } = await makePlan(operator);
    const acknowledgements = plan.callers.flatMap((caller) => ['--acknowledge', `${caller.fingerprint}=known`]);
    const { plan: acknowledged } = await makePlan(operator, ...acknowledgements);
    const exit = await type(operator, ['apply', path, '--approve', acknowledged.digest, '--profile', 'script', '--root-profile', 'root']);
    expect(exit).not.toBe(75);
    expect(operator.world.effects.filter((effect) => effect.target === SECOND_KEY)).toEqual([]);
  });
});

it('is never the one that deactivates: a root session that turns out to be the key stops before the write', async () => {
  await open('flagged-account');
  addKeyProfile(operator.world, 'key', KEY);
  const { plan } = await makePlan(operator);
  const acknowledgements = plan.callers.flatMap((caller) => ['--acknowledge', `${caller.fingerprint}=known`]);
  const { plan: acknowledged, path } = await makePlan(operator, ...acknowledgements);
  expect(await type(operator, ['apply', path, '--approve', acknowledged.digest, '--root-profile', 'key'])).toBe(6);
  expect(operator.world.effects).toEqual([]);
});
