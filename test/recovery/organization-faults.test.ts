/**
 * Trouble in any single account of a run over an organization: the others finish, the one is named with its next step, nothing is called done
 * that was not read back; and once the trouble is over, resume ends as if there had been none. Or a person finishes without it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountNamed } from '../../src/simulator/scenarios/retire-organization.ts';
import type { Fault, World } from '../../src/simulator/world.ts';
import { attachmentsOf } from '../support/organization-world.ts';
import { change, endOf, memberOf, moveTo, planOrganization, statusOf, type PlannedStage } from '../support/organization-run.ts';
import { closeStage, listRuns, perform, repeatStage, worldOf, type Stage } from './stage.ts';

let planned: PlannedStage;
let expected: unknown;
beforeAll(async () => {
  planned = await planOrganization();
  const clean = await repeatStage(planned.stage);
  await perform(clean, ['apply', planned.path, '--approve', planned.plan.digest]);
  await perform(clean, ['resume']);
  expected = endOf(worldOf(clean));
  await closeStage(clean);
}, 60_000);
afterAll(() => closeStage(planned.stage));

const begin = (stage: Stage): Promise<number> => perform(stage, ['apply', planned.path, '--approve', planned.plan.digest]);

const KINDS: Fault['kind'][] = ['throttle', 'server-error', 'timeout', 'lost-reply', 'access-denied'];
/** Each in the account where it is struck; what is not in a member account strikes whoever comes. */
const OPERATIONS = ['sts:AssumeRoot', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:DeleteAccessKey', 'iam:DeleteSigningCertificate', 'iam:DeleteLoginProfile', 'iam:DeactivateMFADevice', 'organizations:AttachPolicy', 'organizations:DetachPolicy'];
/** Clean ends: done, could not tell, credentials, stopped; never a defect. */
const CLEAN = [0, 2, 4, 6];

describe.each(KINDS)('a lasting %s', (kind) => {
  it.each(OPERATIONS)('at %s stays where it strikes', async (operation) => {
    const stage = await repeatStage(planned.stage);
    expect(await begin(stage)).toBe(75);
    // More than any patience: the call fails for good in whatever account meets it.
    change(stage, (world) => world.faults.push({ kind, operation, skip: 4, remaining: kind === 'throttle' ? 40 : 7 }));
    const exit = await perform(stage, ['resume']);
    const where = `${kind} at ${operation}: ${exit}\n${stage.output.slice(-1_500)}`;
    expect(CLEAN, where).toContain(exit);
    const { troubles, done } = await statusOf(stage);
    if (exit !== 0) {
      for (const { text, next } of troubles) expect([text, next], where).not.toContain('');
      if (troubles.length > 0) expect(done, where).toBeGreaterThan(0);
    }
    change(stage, (world) => void world.faults.splice(0));
    let last: number = exit;
    for (let tries = 0; last !== 0 && tries < 3; tries += 1) last = await perform(stage, ['resume']);
    expect(last, where).toBe(0);
    expect(endOf(worldOf(stage)), where).toEqual(expected);
    await closeStage(stage);
  }, 60_000);
});

/** Something is wrong in one account only, as its operators would make it. */
const TROUBLES: { what: string; name: string; strike: (world: World) => void; mend: (world: World) => void; code: string }[] = [
  {
    what: 'an account is suspended', name: 'search', code: 'member/not-active',
    strike: (world) => { memberOf(world, 'search').state = 'SUSPENDED'; }, mend: (world) => { memberOf(world, 'search').state = 'ACTIVE'; },
  },
  {
    what: 'an account is moved', name: 'mobile', code: 'plan/stale',
    strike: (world) => { moveTo(world, 'mobile', 'ou-ex4m-sandbox1'); }, mend: (world) => { moveTo(world, 'mobile', 'ou-ex4m-engineer'); },
  },
  {
    what: 'a second key appears', name: 'intranet', code: 'plan/stale',
    strike: (world) => { memberOf(world, 'intranet').root.keys.push({ id: 'AKIAEXAMPLESTRANGER1', status: 'Active', createdAt: world.now }); },
    mend: (world) => { const { root } = memberOf(world, 'intranet'); root.keys = root.keys.filter(({ id }) => id !== 'AKIAEXAMPLESTRANGER1'); },
  },
];

describe.each(TROUBLES)('while a run goes on, $what', ({ name, strike, mend, code }) => {
  it('the others finish, it is named, and resume takes it up again once it is mended', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage);
    change(stage, strike);
    expect(await perform(stage, ['resume']), stage.output.slice(-1_000)).toBe(6);
    const { troubles, done } = await statusOf(stage);
    expect(troubles.map((trouble) => [trouble.account, trouble.code])).toEqual([[accountNamed(name), code]]);
    expect(done).toBe(planned.plan.accounts.length - 1);
    change(stage, mend);
    expect(await perform(stage, ['resume']), stage.output.slice(-1_000)).toBe(0);
    expect(endOf(worldOf(stage))).toEqual(expected);
    await closeStage(stage);
  }, 60_000);

  it('a person finishes without it, with a reason, and the summary says so', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage);
    change(stage, strike);
    await perform(stage, ['resume']);
    const [run = ''] = await listRuns(stage);
    stage.output = '';
    expect(await perform(stage, ['resume', run, '--leave-out', `${accountNamed(name)}=its owner looks into it`])).toBe(0);
    expect(stage.output.replaceAll(/\s+/g, ' ')).toContain(`${name} (${accountNamed(name)}): left out: its owner looks into it`);
    expect(worldOf(stage).accounts[accountNamed(name)]?.root.keys.length).toBeGreaterThan(0);
    await closeStage(stage);
  }, 60_000);
});

describe('a policy of ours that refuses our own session', () => {
  it('comes off that account at once, and the others go on', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage);
    const strange = accountNamed('warehouse');
    change(stage, (world) => { if (world.organization !== undefined) world.organization.unmarkedAssumedRoots = [strange]; });
    expect(await perform(stage, ['resume'])).toBe(6);
    const { troubles, done } = await statusOf(stage);
    expect(troubles.map(({ account, code }) => [account, code])).toEqual([[strange, 'rollout/probe-refused']]);
    expect(done).toBe(planned.plan.accounts.length - 1);
    const { organization, accounts } = worldOf(stage);
    expect(organization === undefined ? null : attachmentsOf(organization)[strange]).toBeUndefined();
    expect(accounts[strange]?.root.keys).toHaveLength(1);
    // Tried again under a number of its own, and taken off again.
    expect(await perform(stage, ['resume'])).toBe(6);
    change(stage, (world) => { delete world.organization?.unmarkedAssumedRoots; });
    expect(await perform(stage, ['resume'])).toBe(0);
    expect(worldOf(stage).accounts[strange]?.root.keys).toEqual([]);
    await closeStage(stage);
  }, 60_000);
});

describe('the canary', () => {
  it('stops the run where our policy refuses root sessions there: nobody else is quarantined; mended, it goes on', async () => {
    const stage = await repeatStage(planned.stage);
    const canary = planned.plan.waves[0]?.accounts[0] ?? '';
    const before = worldOf(stage).organization;
    change(stage, (world) => { if (world.organization !== undefined) world.organization.unmarkedAssumedRoots = [canary]; });
    expect(await begin(stage)).toBe(6);
    expect(stage.output.replaceAll(/\s+/g, ' ')).toContain('no other account was quarantined');
    const { organization: stopped } = worldOf(stage);
    expect(stopped === undefined ? null : attachmentsOf(stopped)).toEqual(before === undefined ? null : attachmentsOf(before));
    expect((await statusOf(stage)).troubles.map(({ account, code }) => [account, code])).toEqual([[canary, 'rollout/probe-refused']]);
    change(stage, (world) => { delete world.organization?.unmarkedAssumedRoots; });
    expect(await perform(stage, ['resume'])).toBe(0);
    await closeStage(stage);
  }, 60_000);
});
