/** Who surveys: the management account, IAM's delegated administrator with and without an identity of the management account, and who may not. */
import { describe, expect, it } from 'vitest';
import { ORGANIZATION_ADMIN } from '../../../src/simulator/scenarios/cast.ts';
import { addAccount, addRoleProfile, addRootKey, addRootProfile } from '../../../src/simulator/world-builder.ts';
import { addPolicy, MANAGEMENT_ACCOUNT, openOrganizationWorld, type OrganizationWorld } from '../../support/organization-world.ts';
import { inWords, openSurveyStage, survey, type Surveyed } from './survey-bench.ts';

const DELEGATE = '200005000015';
const SURVEYOR = [...ORGANIZATION_ADMIN, 'sts:AssumeRoot'];
const deny = (condition: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRoot', Resource: '*', Condition: condition }] });

/** Profiles: `admin` of the management account, `security` of IAM's delegated administrator, `outsider` of another member. */
function open(): OrganizationWorld {
  const opened = openOrganizationWorld();
  const { organization, world } = opened;
  organization.trustedServices.push('iam.amazonaws.com');
  organization.rootFeatures.push('RootCredentialsManagement');
  organization.delegatedAdministrators.push({ accountId: DELEGATE, servicePrincipal: 'iam.amazonaws.com' });
  for (const [profile, id] of [['security', DELEGATE], ['outsider', '200006000018']] as const) {
    const account = world.accounts[id];
    if (account !== undefined) addRoleProfile(world, profile, account, 'Security', SURVEYOR);
  }
  return opened;
}
const said = ({ accounts }: Surveyed, id: string): string[] => accounts.filter(({ account }) => account === id).map((account) => `${account.by}: ${inWords(account)}`);

describe('the delegated administrator', () => {
  it('reads the members; its own account and the management account are read by the identity of the latter', async () => {
    const { world } = open();
    const stage = openSurveyStage(world, 'security', 'admin');
    const surveyed = await survey(stage);
    expect(surveyed.failure).toBeNull();
    expect(said(surveyed, DELEGATE)).toEqual(['root-session: absent']);
    expect(said(surveyed, MANAGEMENT_ACCOUNT)).toEqual(['own: absent']);
    const openers = stage.calls.filter(({ action }) => action === 'sts:AssumeRoot').map(({ caller, input }) => [caller.accountId, input['TargetPrincipal']]);
    expect(openers.filter(([, target]) => target === DELEGATE)).toEqual([[MANAGEMENT_ACCOUNT, DELEGATE]]);
    expect(new Set(openers.filter(([, target]) => target !== DELEGATE).map(([opener]) => opener))).toEqual(new Set([DELEGATE]));
  });

  it('alone reads its own account by itself, and says that nobody reads the management account', async () => {
    const surveyed = await survey(openSurveyStage(open().world, 'security'));
    expect(said(surveyed, DELEGATE)).toEqual(['own: absent']);
    expect(said(surveyed, MANAGEMENT_ACCOUNT)).toEqual(['nobody: unknown member/no-identity']);
    expect(surveyed.accounts).toHaveLength(12);
  });

  it.each<[string, object]>([
    ['everybody', {}],
    ['this role', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Security' } }],
  ])('that a policy on its own account denies sts:AssumeRoot, to %s, is told which and where, once and before anything else', async (_, condition) => {
    const { world, organization } = open();
    addPolicy(organization, 'no-assume-root', deny(condition), 'ou-ex4m-unit0002');
    const stage = openSurveyStage(world, 'security', 'admin');
    const { accounts, failure } = await survey(stage, { units: ['sandbox'] });
    expect(accounts).toEqual([]);
    expect(failure).toMatchObject({ code: 'survey/delegate-denied', exitCode: 6, detail: expect.stringContaining('It is no-assume-root (p-noassumeroot), attached to ou-ex4m-unit0002.') as string });
    expect(stage.calls.filter(({ action }) => action === 'sts:AssumeRoot')).toHaveLength(1);
  });

  it('that lacks the permission, without such a policy, is told for each account', async () => {
    const { world } = open();
    world.faults.push({ operation: 'sts:AssumeRoot', kind: 'access-denied', skip: 0, remaining: 1_000 });
    const surveyed = await survey(openSurveyStage(world, 'security', 'admin'), { units: ['sandbox'] });
    expect(surveyed.failure).toBeNull();
    expect(surveyed.accounts.map(inWords)).toEqual(Array.from({ length: 3 }, () => 'unknown member/root-refused'));
  });
});

describe('others', () => {
  it('a member that is no delegate surveys nothing by itself, and everything with the management account', async () => {
    const { world } = open();
    expect((await survey(openSurveyStage(world, 'outsider'))).failure).toMatchObject({ code: 'survey/not-entitled', exitCode: 4 });
    const surveyed = await survey(openSurveyStage(world, 'outsider', 'admin'));
    expect(surveyed.failure).toBeNull();
    expect(surveyed.accounts.map(inWords)).toEqual(Array.from({ length: 12 }, () => 'absent'));
  });

  it('an account that stands alone has no organization to survey', async () => {
    const { world, organization } = open();
    addRoleProfile(world, 'alone', addAccount(world, { id: '999988887777', name: 'alone', createdAt: world.now }), 'Security', SURVEYOR);
    expect((await survey(openSurveyStage(world, 'alone'))).failure).toMatchObject({ code: 'survey/not-entitled' });
    expect((await survey(openSurveyStage(world, 'security', 'alone'))).failure).toMatchObject({ code: 'identity/other-organization' });
    expect(organization.delegatedAdministrators).toHaveLength(1);
  });

  it('root of the management account lists its keys; root of another account is refused', async () => {
    const { world, members: [first] } = open();
    const management = world.accounts[MANAGEMENT_ACCOUNT];
    if (management === undefined || first === undefined) throw new Error('no account');
    addRootKey(world, management, { id: 'AKIAEXAMPLEROOT01KEY', status: 'Inactive', createdAt: world.now - 1_000_000 });
    addRootProfile(world, 'root', management);
    addRootProfile(world, 'member-root', first);
    expect(said(await survey(openSurveyStage(world, 'admin', null, 'root')), MANAGEMENT_ACCOUNT)).toEqual(['own: inactive']);
    expect(said(await survey(openSurveyStage(world, 'admin')), MANAGEMENT_ACCOUNT)).toEqual(['own: present']);
    expect((await survey(openSurveyStage(world, 'admin', null, 'member-root'))).failure).toMatchObject({ code: 'identity/two-accounts' });
  });
});

it('root of the management account is told that it cannot open root sessions, once, after its own account was read', async () => {
  const { world } = open();
  const management = world.accounts[MANAGEMENT_ACCOUNT];
  if (management === undefined) throw new Error('no account');
  addRootProfile(world, 'root', management);
  const stage = openSurveyStage(world, 'root');
  const { accounts, failure } = await survey(stage);
  expect(failure).toMatchObject({ code: 'survey/not-entitled' });
  expect(accounts.map(({ account, by }) => [account, by])).toEqual([[MANAGEMENT_ACCOUNT, 'own']]);
  expect(stage.calls.filter(({ action }) => action === 'sts:AssumeRoot')).toEqual([]);
});

describe('what ends a survey', () => {
  it('credentials that expire: what was read before is handed on, and nothing is called clean or unknown for it', async () => {
    const { world } = open();
    const stage = openSurveyStage(world);
    stage.session.ui = {
      ask: null,
      emit: (message) => {
        if (message.code === 'survey/progress' && message.done === 1) world.principals.splice(0);
      },
    };
    const { accounts, failure } = await survey(stage);
    expect(failure).toMatchObject({ code: 'credentials/expired', exitCode: 4 });
    expect(accounts.length).toBeLessThan(12);
    expect(accounts.filter(({ posture }) => posture.kind === 'unknown')).toEqual([]);
  });

  it('an interruption', async () => {
    const stage = openSurveyStage(open().world);
    stage.signal.abort(new Error('interrupted'));
    const { accounts, failure } = await survey(stage);
    expect(accounts).toEqual([]);
    expect(failure).not.toBeNull();
  });
});
