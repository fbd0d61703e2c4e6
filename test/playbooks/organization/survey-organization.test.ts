/** A survey of an organization: every root user is read or said to be unknown, and no account's trouble is another's. */
import { describe, expect, it } from 'vitest';
import { addRootKey } from '../../../src/simulator/world-builder.ts';
import type { World } from '../../../src/simulator/world.ts';
import { addPolicy, MANAGEMENT_ACCOUNT, openOrganizationWorld, type OrganizationWorld } from '../../support/organization-world.ts';
import { inWords, openSurveyStage, survey, type Surveyed, type SurveyStage } from './survey-bench.ts';

const KEY = 'AKIAEXAMPLEROOT01KEY';
const DENY_ALL_ROOT = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}';
const DENY_REGIONS = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}]}';

/** An organization whose root credentials are managed centrally. */
function openCentral(): OrganizationWorld {
  const opened = openOrganizationWorld();
  opened.organization.trustedServices.push('iam.amazonaws.com');
  opened.organization.rootFeatures.push('RootCredentialsManagement');
  return opened;
}

const stateOf = ({ accounts }: Surveyed, id: string | undefined): string | undefined => accounts.filter(({ account }) => account === id).map(inWords).join();
const postureOf = ({ accounts }: Surveyed, id: string | undefined) => accounts.find(({ account }) => account === id)?.posture;
const count = ({ calls }: SurveyStage, action: string): number => calls.filter((call) => call.action === action).length;
const refuse = (world: World, operation: string, kind: 'access-denied' | 'throttle', remaining: number, skip = 0): void => void world.faults.push({ operation, kind, skip, remaining });

describe('a survey', () => {
  it('whose credentials end before the policies are read hands on every account that was denied, and then says so', async () => {
    const { world, organization } = openCentral();
    addPolicy(organization, 'seal', DENY_ALL_ROOT, 'ou-ex4m-unit0001');
    // Policies take a while; the accounts are read in a moment.
    refuse(world, 'organizations:ListTargetsForPolicy', 'throttle', 12);
    for (const principal of world.principals) principal.expiresAt = world.now + 6_000;
    const stage = openSurveyStage(world);
    const { accounts, failure } = await survey(stage, { units: ['sandbox'] });
    expect(failure).toMatchObject({ code: 'credentials/expired' });
    expect(accounts.map(inWords)).toEqual(Array.from({ length: 3 }, () => 'unknown member/session-denied'));
  });

  it('hands on each account once, with where it stands and who read it', async () => {
    const { world } = openCentral();
    const { accounts, failure } = await survey(openSurveyStage(world));
    expect(failure).toBeNull();
    expect(accounts.map(({ account }) => account).sort()).toEqual(Object.keys(world.accounts).sort());
    expect(new Set(accounts.filter(({ isManagement }) => !isManagement).map(({ by }) => by))).toEqual(new Set(['root-session']));
    expect(accounts.find(({ account }) => account === '200004000012')?.path.names).toEqual(['Root', 'data-2', 'logistics-prod-4']);
    expect(accounts.filter(({ isManagement }) => isManagement).map(({ account, by }) => [account, by])).toEqual([[MANAGEMENT_ACCOUNT, 'own']]);
  });

  it('opens one session for each account, with the audit task policy, and asks it two things where there is nothing to find', async () => {
    const { world, members } = openCentral();
    const stage = openSurveyStage(world);
    await survey(stage, { units: ['sandbox'] });
    const ofSession = stage.calls.filter(({ caller }) => caller.kind === 'assumed-root');
    expect(count(stage, 'sts:AssumeRoot')).toBe(3);
    expect(ofSession.map(({ caller, action }) => `${caller.accountId} ${action}`).sort())
      .toEqual(members.slice(0, 3).flatMap(({ id }) => [`${id} iam:GetAccountSummary`, `${id} iam:ListAccessKeys`]));
    const policies = stage.calls.filter(({ action }) => action === 'sts:AssumeRoot').map(({ input }) => input['TaskPolicyArn']);
    expect(policies).toEqual(Array.from({ length: 3 }, () => ({ arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' })));
  });

  it('tells keys with their status and last use, and which kind of MFA device there is', async () => {
    const { world, members } = openCentral();
    const [first, second, third] = members;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three members');
    addRootKey(world, first, { id: KEY, status: 'Active', createdAt: world.now - 1_000_000 });
    addRootKey(world, second, { id: 'AKIAEXAMPLEROOT02KEY', status: 'Inactive', createdAt: world.now - 1_000_000 });
    first.root.mfa = 'virtual';
    second.root.mfa = 'hardware';
    const surveyed = await survey(openSurveyStage(world), { units: ['sandbox'] });
    expect([first, second, third].map(({ id }) => stateOf(surveyed, id))).toEqual(['active', 'inactive', 'absent']);
    const facts = [first, second, third].map(({ id }) => {
      const posture = postureOf(surveyed, id);
      return posture?.kind === 'read' ? posture.facts : undefined;
    });
    expect(facts.map((fact) => (fact?.mfa.known === true ? fact.mfa.value : null))).toEqual(['virtual', 'hardware', 'none']);
    expect(Object.keys(facts[0]?.lastUses ?? {})).toEqual([KEY]);
  });
});

describe('an account that cannot be read', () => {
  it('is unknown and never clean: whatever refuses, wherever (aws-root-manager prints an account whose audit failed as deleted)', async () => {
    for (const refused of [['sts:AssumeRoot'], ['iam:GetAccountSummary'], ['iam:ListAccessKeys', 'iam:GetAccountSummary']]) {
      for (const kind of ['access-denied', 'throttle'] as const) {
        const { world } = openCentral();
        for (const operation of refused) refuse(world, operation, kind, 10_000);
        const { accounts, failure } = await survey(openSurveyStage(world));
        expect(failure).toBeNull();
        expect(accounts).toHaveLength(12);
        const clean = accounts.filter((account) => account.posture.kind === 'read' && account.posture.findings.every(({ state }) => state === 'pass' || state === 'not-applicable'));
        expect(clean.filter(({ isManagement }) => !isManagement), `${refused.join()} ${kind}`).toEqual([]);
      }
    }
  });

  it('has a password of which nothing is known (a script takes any error of GetLoginProfile for a password, and no error of the others for none)', async () => {
    const { world, members: [first] } = openCentral();
    if (first === undefined) throw new Error('a member');
    for (const hasPassword of [true, false]) {
      first.root.hasPassword = hasPassword;
      world.faults = [];
      refuse(world, 'iam:GetAccountSummary', 'access-denied', 10);
      const posture = postureOf(await survey(openSurveyStage(world), { accounts: [first.id] }), first.id);
      if (posture?.kind !== 'read') throw new Error('keys can be read');
      expect(posture.findings.filter(({ id }) => ['root-password', 'root-mfa', 'root-signing-certificates'].includes(id)).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    }
  });

  it('names the policy that denies root sessions, where it hangs, and what to change', async () => {
    const { world, organization, members } = openCentral();
    addPolicy(organization, 'deny-root', DENY_ALL_ROOT, 'ou-ex4m-unit0001');
    addPolicy(organization, 'aws-guardrails-XmvkYd', DENY_ALL_ROOT, '200005000015');
    addPolicy(organization, 'regions', DENY_REGIONS, '200006000018');
    const surveyed = await survey(openSurveyStage(world));
    expect(members.map(({ id }) => stateOf(surveyed, id)).filter((state) => state !== 'absent')).toEqual(Array(5).fill('unknown member/session-denied'));
    expect(postureOf(surveyed, '200001000003')).toMatchObject({ detail: 'deny-root (p-denyroot) on ou-ex4m-unit0001 denies root sessions.', remedy: expect.stringContaining('aws:AssumedRoot') as string });
    expect(postureOf(surveyed, '200005000015')).toMatchObject({ remedy: expect.stringContaining('ExemptAssumeRoot') as string });
    expect(postureOf(surveyed, '200006000018')).toMatchObject({ remedy: expect.stringContaining('exempt iam:*') as string });
  });

  it('is told by its state, without a call', async () => {
    for (const state of ['SUSPENDED', 'CLOSED', 'PENDING_CLOSURE', 'PENDING_ACTIVATION'] as const) {
      const { world, members: [first] } = openCentral();
      if (first === undefined) throw new Error('a member');
      first.state = state;
      const stage = openSurveyStage(world);
      const surveyed = await survey(stage, { accounts: [first.id] });
      expect(stateOf(surveyed, first.id)).toBe('unknown member/not-active');
      expect(count(stage, 'sts:AssumeRoot')).toBe(0);
    }
  });
});
