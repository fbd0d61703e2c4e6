/** `plan --org` through the real SDK clients: read-only, complete about what it could not read, and held to what was named. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseOrganizationPlan } from '../../src/commands/organization-plan-file.ts';
import type { OrganizationPlan } from '../../src/domain/organization/organization-plan.ts';
import { nightlyBackup } from '../../src/simulator/scenarios/cast.ts';
import { openScenario } from '../../src/simulator/scenarios.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import type { Account } from '../../src/simulator/world.ts';
import { addPolicy, MANAGEMENT_ACCOUNT, MEMBER_ROLE, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { writeTrailLogs } from '../support/trail-logs.ts';
import { closeOperator, lastProblem, openOperator, sha256, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

const DAY_MS = 86_400_000;
const [UNUSED, USED, BARRED, ASLEEP] = ['AKIAEXAMPLEUNUSED001', 'AKIAEXAMPLEUSEDKEY01', 'AKIAEXAMPLEBARRED001', 'AKIAEXAMPLEASLEEP001'];
const STRICT = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}';

type Stage = OrganizationWorld & { unused: Account; used: Account; barred: Account; asleep: Account };

/** Four members with a root key: one never used, one used every night, one behind a policy that denies root sessions, one suspended. */
async function open(furnish: (stage: Stage) => void = () => undefined): Promise<Stage> {
  const given = openOrganizationWorld();
  const { world, organization, members } = given;
  organization.trustedServices.push('iam.amazonaws.com');
  organization.rootFeatures.push('RootCredentialsManagement');
  const active = members.filter(({ state }) => state === 'ACTIVE');
  const [unused, used, barred, asleep] = [active[0], active[5], active[6], active[7]];
  if (unused === undefined || used === undefined || barred === undefined || asleep === undefined) throw new Error('too few members');
  for (const [account, id] of [[unused, UNUSED], [used, USED], [barred, BARRED], [asleep, ASLEEP]] as const) addRootKey(world, account, { id, status: 'Active', createdAt: world.now - 900 * DAY_MS });
  world.agenda.push({ kind: 'root-call', at: world.now - 20 * DAY_MS, everyMs: DAY_MS, untilAt: world.now - DAY_MS / 2, call: nightlyBackup(used.id, USED) });
  addPolicy(organization, 'old-deny-root', STRICT, barred.id);
  asleep.state = 'SUSPENDED';
  const stage = { ...given, unused, used, barred, asleep };
  furnish(stage);
  operator = await openOperator(world);
  return stage;
}

async function plan(...options: string[]): Promise<{ exit: number | 'crashed'; plan: OrganizationPlan }> {
  const exit = await type(operator, ['plan', '--org', '-o', 'json', ...options]);
  return { exit, plan: parseOrganizationPlan(JSON.parse(operator.result), sha256) };
}
const refusal = async (...options: string[]): Promise<string> => {
  const exit = await type(operator, ['plan', ...options]);
  return `${exit} ${lastProblem(operator) ?? ''}`;
};
const reason = ({ notCovered }: OrganizationPlan, { id }: Account): string => notCovered.find(({ account }) => account === id)?.because ?? '';
const plannedIds = ({ waves }: OrganizationPlan): string[] => waves.flatMap(({ accounts }) => accounts);

describe('plan --org', () => {
  it('changes nothing, plans what can be reached and is unused, and says of the rest why not', async () => {
    const { world, unused, used, barred, asleep } = await open();
    const { exit, plan: made } = await plan();
    expect(exit).toBe(0);
    expect(plannedIds(made)).toEqual([unused.id]);
    expect(reason(made, used)).toContain(`key ${USED} was last used on`);
    expect(reason(made, barred)).toContain('old-deny-root');
    expect(reason(made, asleep)).toContain('suspended');
    expect(made.notCovered).toHaveLength(3);
    expect(world.effects).toEqual([]);
    expect(operator.calls.filter(({ action }) => action === 'sts:AssumeRoot').every(({ input }) => JSON.stringify(input['TaskPolicyArn']).includes('IAMAuditRootUserCredentials'))).toBe(true);
  });

  it('sees by a role in the members who uses a key, asks to acknowledge that caller, and waits for its rhythm', async () => {
    const { used, unused } = await open();
    const { plan: first } = await plan('--member-role', MEMBER_ROLE);
    const fingerprint = /caller ([0-9a-f]{12}) /.exec(reason(first, used))?.[1] ?? '';
    expect(fingerprint).not.toBe('');
    const { exit, plan: second } = await plan('--member-role', MEMBER_ROLE, '--acknowledge', `${fingerprint}=moved to a role`);
    expect(exit).toBe(0);
    expect(plannedIds(second)).toEqual([unused.id, used.id]);
    const account = second.accounts.find((one) => one.account === used.id);
    expect(account?.usage?.callers.map((caller) => caller.fingerprint)).toContain(fingerprint);
    expect(account?.soak.plannedMs).toBeGreaterThanOrEqual(26 * 3_600_000);
    expect(second.acknowledgements).toEqual([{ fingerprint, reason: 'moved to a role' }]);
  });

  it('takes an acknowledgement of a key by its id where nobody can see who uses it', async () => {
    const { used, unused } = await open();
    const { plan: made } = await plan('--acknowledge', `${USED}=retired host`, '--waves', 'size');
    expect(plannedIds(made)).toEqual([unused.id, used.id]);
    expect(made.accounts.find(({ account }) => account === used.id)?.usage).toBeNull();
  });

  it('takes log files of the trail as evidence: of the accounts whose files there are, and of no other', async () => {
    const { world, used } = await open();
    await plan();
    const logs = join(operator.directory, 'logs');
    writeTrailLogs(world, logs);
    const { plan: seen } = await plan('--logs', logs);
    const fingerprint = /caller ([0-9a-f]{12}) /.exec(reason(seen, used))?.[1] ?? '';
    expect(reason(seen, used)).toMatch(/the log files begin on 2026-11-\d\d only/);
    const { plan: made } = await plan('--logs', logs, '--acknowledge', `${fingerprint}=moved to a role`, '--acknowledge', `${USED}=nothing else runs there`);
    expect(made.accounts.find(({ account }) => account === used.id)?.usage).toMatchObject({ coverage: { readable: true }, callers: [{ fingerprint }] });
    const empty = join(operator.directory, 'empty');
    await mkdir(empty);
    expect(reason((await plan('--logs', empty)).plan, used)).toContain('no log file of this account');
  });

  it('says what cannot be read in an account where the role is missing, and lets that stop no other', async () => {
    const { used, unused } = await open(({ used: member }) => { member.roles = (member.roles ?? []).filter(({ name }) => name !== MEMBER_ROLE); });
    const { plan: made } = await plan('--member-role', MEMBER_ROLE);
    expect(reason(made, used)).toContain('The role in the member account could not be assumed');
    expect(plannedIds(made)).toEqual([unused.id]);
  });

  it('reads password, certificates and MFA devices only where they are named', async () => {
    const { unused } = await open(({ unused: member }) => { member.root.hasPassword = true; member.root.mfa = 'virtual'; });
    await plan();
    expect(operator.calls.some(({ action }) => action === 'iam:GetLoginProfile')).toBe(false);
    const { plan: made } = await plan('--credentials', 'mfa,keys,password', '--account', unused.id);
    expect(made.accounts[0]?.actions.map(({ kind }) => kind)).toEqual(['quarantine', 'soak', 'delete-key', 'delete-password', 'deactivate-mfa', 'verify', 'release']);
  });

  it('is limited to what was selected, and begins with the canary that was named', async () => {
    const { used } = await open();
    const { plan: made } = await plan('--account', used.id, '--acknowledge', `${USED}=known`, '--canary', used.id);
    expect(made.waves).toMatchObject([{ name: 'canary', accounts: [used.id] }]);
    expect(made.notCovered).toEqual([]);
  });

  it('replaces the quarantine by a guardrail where that was asked for', async () => {
    const { organization, unused } = await open();
    const { plan: made } = await plan('--afterwards', 'replace', '--replace-target', organization.parents[unused.id] ?? '');
    expect(made.afterwards).toMatchObject({ kind: 'replace', policy: { name: 'rootzero-deny-root-user' } });
    expect(made.accounts[0]?.actions.at(-1)).toMatchObject({ kind: 'release' });
  });

  it('leaves the management account to its runbook', async () => {
    await open(({ world }) => {
      const management = world.accounts[MANAGEMENT_ACCOUNT];
      if (management !== undefined) addRootKey(world, management, { id: 'AKIAEXAMPLEMANAGE001', status: 'Active', createdAt: 0 });
    });
    const { plan: made } = await plan();
    expect(made.notCovered.find(({ account }) => account === MANAGEMENT_ACCOUNT)).toMatchObject({ next: 'rootzero runbook management-account' });
  });

  it('leaves out an account whose session is refused once, whichever it is, and no other; and never calls it clean', async () => {
    for (const skip of [0, 1, 5]) {
      const { world, unused, used, barred, asleep } = await open();
      world.faults.push({ operation: 'sts:AssumeRoot', kind: 'access-denied', skip, remaining: 1 });
      const { exit, plan: made } = await plan('--acknowledge', `${USED}=known`);
      expect(exit).toBe(0);
      const told = [...plannedIds(made), ...made.notCovered.map(({ account }) => account)];
      expect(told).toEqual(expect.arrayContaining([unused.id, used.id, barred.id, asleep.id]));
      expect(made.notCovered.filter(({ because }) => because.includes('not authorized')), `the call after ${skip}`).toHaveLength(1);
      await closeOperator(operator);
    }
  });

  it('writes the file that it prints, and shows a person the same in 80 columns', async () => {
    await open();
    const path = join(operator.directory, 'plan.json');
    expect(await type(operator, ['plan', '--org', '--out', path])).toBe(0);
    const written = parseOrganizationPlan(JSON.parse(await readFile(path, 'utf8')), sha256);
    expect(operator.result).toContain(written.digest);
    expect(operator.result).toContain('12 accounts · 1 to retire · 3 left out · 8 with nothing to retire');
    expect(operator.result).toContain(`rootzero apply ${path} --approve ${written.digest}`);
    expect(operator.result).not.toContain(UNUSED);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"canary"', '"sparrow"'));
    expect(await type(operator, ['apply', path, '--approve', written.digest])).toBe(6);
    expect(lastProblem(operator)).toBe('plan/tampered');
  });
});

describe('plan --org by others', () => {
  it('a delegated administrator needs somebody in the management account, and cannot open a root session in its own account', async () => {
    const world = openScenario('member-account', Date.parse('2026-11-24T12:00:00Z'));
    const { organization } = world;
    delete world.profiles['root'];
    organization?.trustedServices.push('iam.amazonaws.com');
    organization?.rootFeatures.push('RootCredentialsManagement');
    organization?.delegatedAdministrators.push({ accountId: '444455556666', servicePrincipal: 'iam.amazonaws.com' });
    for (const { allow } of world.principals) allow?.push('sts:AssumeRoot');
    const [delegate, sandbox] = [world.accounts['444455556666'], world.accounts['222233334444']];
    if (delegate === undefined || sandbox === undefined) throw new Error('no such account');
    delegate.root.keys.length = 0;
    for (const account of [delegate, sandbox]) addRootKey(world, account, { id: `AKIAEXAMPLE${account.id}`, status: 'Active', createdAt: 0 });
    operator = await openOperator(world);
    const alone = await plan('--profile', 'admin');
    expect(alone).toMatchObject({ exit: 4, plan: { blockers: [{ code: 'credentials/organization-needed' }], manager: null } });
    expect(reason(alone.plan, delegate)).not.toBe('');
    const together = await plan('--profile', 'admin', '--org-profile', 'management');
    expect(together).toMatchObject({ exit: 0, plan: { blockers: [], manager: { name: 'management' }, reading: { name: 'admin' } } });
    expect(plannedIds(together.plan).sort()).toEqual(['222233334444', '444455556666']);
  });

  it('in GovCloud every member is in the plan with its own way out, since none has root sessions', async () => {
    const world = openScenario('govcloud-member', Date.parse('2026-11-24T12:00:00Z'));
    delete world.profiles['root'];
    operator = await openOperator(world);
    const { exit, plan: made } = await plan('--profile', 'management');
    expect(exit).toBe(0);
    expect(made.waves).toEqual([]);
    expect(made.notCovered.length).toBeGreaterThan(0);
    expect(made.notCovered.filter(({ because }) => because.includes('GovCloud')).every(({ next }) => next === 'rootzero runbook retire-root-keys')).toBe(true);
    expect(made.notCovered.map(({ account }) => account)).toContain('777788889999');
  });
});

describe('plan --org refuses', () => {
  it('what it cannot do safely, or does not understand, before anything is read', async () => {
    await open();
    expect(await refusal('--org', '--credentials', 'keys,mfa')).toBe('3 input/usage');
    expect(await refusal('--org', '--credentials', 'passwords')).toBe('3 input/usage');
    expect(await refusal('--org', '--afterwards', 'replace')).toBe('3 input/usage');
    expect(await refusal('--org', '--replace-target', 'ou-ex4m-unit0001')).toBe('3 input/usage');
    expect(await refusal('--org', '--console')).toBe('3 input/usage');
    expect(await refusal('--member-role', MEMBER_ROLE)).toBe('3 input/usage');
    expect(await refusal('--ou', 'sandbox')).toBe('3 input/usage');
    expect(operator.calls).toEqual([]);
  });

  it('a password without its keys, for that account alone', async () => {
    const { unused } = await open(({ unused: member }) => { member.root.hasPassword = true; });
    const { plan: made } = await plan('--credentials', 'password', '--account', unused.id);
    expect(made.accounts).toEqual([]);
    expect(reason(made, unused)).toContain('come after its root keys');
  });

  it('a canary and targets that fit nothing', async () => {
    const { barred } = await open();
    expect(await refusal('--org', '--canary', barred.id)).toBe('3 guardrail/no-canary');
    expect(await refusal('--org', '--afterwards', 'replace', '--replace-target', 'ou-ex4m-nowhere1')).toBe('3 guardrail/target-unknown');
  });

  it('an organization without centralized root access, with what to do', async () => {
    await open(({ organization }) => { organization.rootFeatures.length = 0; });
    expect(await refusal('--org')).toBe('6 member/root-access-off');
  });

  it('a short soak without a reason: the plan is blocked, and says so', async () => {
    await open();
    const { exit, plan: made } = await plan('--soak', '30m');
    expect(exit).toBe(6);
    expect(made.blockers).toMatchObject([{ code: 'plan/blocked' }]);
    expect((await plan('--soak', '30m', '--accept-short-soak', 'a test')).exit).toBe(0);
  });
});
