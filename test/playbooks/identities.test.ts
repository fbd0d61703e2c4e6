/** Who may act: a run belongs to one account, every write asks again, and what the credential at hand cannot do is said before anything happens. */
import { afterEach, describe, expect, it } from 'vitest';
import { addAccount, addRoleProfile, openWorld } from '../../src/simulator/world-builder.ts';
import { FLAGGED_ACCOUNT, KEY, SECURITY_ADMIN } from '../../src/simulator/scenarios/cast.ts';
import { NOON, openAccount, profilesOfOthers } from '../promises/random-account.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { acknowledgeAll, closeOperator, lastProblem, makePlan, openOperator, retire, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

const ACCOUNT = { place: 'standalone' as const, keys: [{ status: 'active' as const, use: 'never' as const }], root: 'independent' as const, person: 'does nothing' as const, isWitnessed: true, unreadable: 'nothing' as const, hasStaleReport: false };

describe('credentials of another account', () => {
  const stages: [string, (point: string, subject: string) => boolean][] = [
    ['before containment', (point, subject) => point === 'step/before-act' && subject.startsWith('contain-')],
    ['after containment', (point, subject) => point === 'step/after-act' && subject.startsWith('contain-')],
    ['before the delete', (point, subject) => point === 'step/before-act' && subject.startsWith('delete-')],
    ['after the delete', (point, subject) => point === 'step/after-act' && subject.startsWith('delete-')],
    ['before the guardrail', (point, subject) => point === 'step/before-act' && subject === 'config-rule/put'],
  ];

  it.each(stages)('%s: the run stops before the next write, and goes on with the right ones', async (_, crashOn) => {
    operator = await openOperator(openAccount(ACCOUNT));
    const { world } = operator;
    const { path, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    const first = await type(operator, ['apply', path, '--approve', plan.digest], { crashOn });
    if (first === 75) expect(await type(operator, ['resume'], { crashOn })).toBe('crashed');
    const own = world.profiles;
    const others = profilesOfOthers(world);
    for (const foreign of [others, { ...own, root: others['root'] ?? own['root'] }, { ...own, admin: others['admin'] ?? own['admin'] }]) {
      world.profiles = Object.fromEntries(Object.entries(foreign).flatMap(([name, profile]) => (profile === undefined ? [] : [[name, profile]])));
      const before = structuredClone(world.effects);
      expect(await type(operator, ['resume']), operator.output.slice(-800)).toBe(6);
      expect(lastProblem(operator)).toMatch(/^identity\/(wrong-account|two-accounts)$/);
      expect(world.effects).toEqual(before);
    }
    world.profiles = own;
    expect(await type(operator, ['resume']), operator.output.slice(-800)).toBe(0);
    expect(world.effects.map((effect) => effect.operation)).toEqual(['UpdateAccessKey', 'DeleteAccessKey', 'PutConfigRule']);
  });

  it('cannot apply a plan: nothing is begun', async () => {
    operator = await openOperator(openAccount(ACCOUNT));
    const { path, plan } = await makePlan(operator);
    operator.world.profiles = profilesOfOthers(operator.world);
    expect(await type(operator, ['apply', path, '--approve', plan.digest])).toBe(6);
    expect(operator.world.effects).toEqual([]);
  });

  it('cannot be mixed with those of this account', async () => {
    operator = await openOperator(openAccount(ACCOUNT));
    const { root } = profilesOfOthers(operator.world);
    if (root !== undefined) operator.world.profiles['root'] = root;
    expect(await type(operator, ['plan'])).toBe(6);
    expect(lastProblem(operator)).toBe('identity/two-accounts');
  });
});

describe('the root session', () => {
  it('is needed: a reading role alone gets a plan that says so', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    delete operator.world.profiles['root'];
    const { exit, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    expect(exit).toBe(4);
    expect(plan.blockers.map((blocker) => blocker.code)).toEqual(['credentials/root-session-needed']);
  });

  it('has to be root', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    const account = operator.world.accounts[FLAGGED_ACCOUNT];
    if (account !== undefined) addRoleProfile(operator.world, 'auditor', account, 'Auditor', SECURITY_ADMIN);
    expect(await type(operator, ['plan', '--profile', 'admin', '--root-profile', 'auditor'])).toBe(4);
    expect(lastProblem(operator)).toBe('credentials/not-root');
  });

  it('that AWS refuses the key APIs is probed before planning, and sent to the console', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    const options = await acknowledgeAll(operator);
    operator.world.faults.push({ kind: 'access-denied', operation: 'iam:ListAccessKeys', skip: 0, remaining: 100 });
    const { exit, plan } = await makePlan(operator);
    expect(options.length).toBeGreaterThan(0);
    expect(exit).not.toBe(0);
    expect(plan.blockers.map((blocker) => blocker.code)).toContain('credentials/root-session-unusable');
  });

  it('that ended in the soak stops the resume with 4; signed in again, the same command goes on', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    expect((await retire(operator)).exit).toBe(75);
    const session = operator.world.principals.find((principal) => principal.kind === 'root-session');
    if (session !== undefined) session.expiresAt = operator.world.now + 1;
    expect(await type(operator, ['resume'])).toBe(4);
    expect(lastProblem(operator)).toBe('credentials/expired');
    delete session?.expiresAt;
    expect(await type(operator, ['resume'])).toBe(0);
  });
});

describe('the plan file', () => {
  it('is refused once the world differs: nothing is changed', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    const { path, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    const key = operator.world.accounts[FLAGGED_ACCOUNT]?.root.keys.find((listed) => listed.id === KEY);
    if (key !== undefined) key.status = 'Inactive';
    expect(await type(operator, ['apply', path, '--approve', plan.digest])).toBe(6);
    expect(lastProblem(operator)).toBe('plan/stale');
    expect(operator.world.effects).toEqual([]);
  });

  it('needs its own digest as approval', async () => {
    operator = await openOperator(openStageWorld('flagged-account'));
    const { path } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    expect(await type(operator, ['apply', path])).toBe(3);
    expect(await type(operator, ['apply', path, '--approve', '0'.repeat(64)])).toBe(3);
    expect(operator.world.effects).toEqual([]);
  });

  it('with an unknown caller is blocked, and offers the path of a suspected compromise', async () => {
    operator = await openOperator(openStageWorld('compromised'));
    const { exit, plan, path } = await makePlan(operator);
    expect(exit).toBe(6);
    expect(plan.blockers.every((blocker) => blocker.text.includes('--suspected-compromise'))).toBe(true);
    expect(await type(operator, ['apply', path, '--approve', plan.digest])).toBe(6);
    expect(operator.world.effects).toEqual([]);
  });
});

it('in China there are no root credentials: said and done', async () => {
  const world = openWorld('random', NOON, { partition: 'aws-cn' });
  addRoleProfile(world, 'admin', addAccount(world, { id: FLAGGED_ACCOUNT, name: 'shop', createdAt: NOON }), 'SecurityAdmin', SECURITY_ADMIN.filter((action) => !action.startsWith('iam:')));
  operator = await openOperator(world);
  expect(await type(operator, ['check'])).toBe(0);
  expect(operator.output.replaceAll(/\s+/g, ' ')).toContain('Accounts in this partition have no root user credentials.');
  const { plan } = await makePlan(operator, '--no-config');
  expect(plan.actions).toEqual([]);
  expect(plan.blockers).toEqual([]);
});
