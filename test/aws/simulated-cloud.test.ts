/** The adapters against the embedded AWS, through the real clients: one way through everything a run reads and writes. */
import { describe, expect, it } from 'vitest';
import { openCloud } from '../../src/aws/aws-cloud.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { instantOf } from '../../src/domain/instant.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import { addAccount, addKeyProfile, addOrganization, addRole, addRoleProfile, addRootKey, addRootProfile, openWorld } from '../../src/simulator/world-builder.ts';
import type { World } from '../../src/simulator/world.ts';
import { IDENTITY, openVirtualClock } from './scripted-cloud.ts';

const MINUTE = 60_000;
const [MANAGEMENT, SANDBOX] = ['111122223333', '222233334444'];
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

function openExample() {
  const clock = openVirtualClock();
  const world = openWorld('adapters', clock.now(), { limits: { rates: {} } });
  const createdAt = Date.parse('2019-03-04T05:06:07Z');
  const account = addAccount(world, { id: MANAGEMENT, name: 'main', createdAt, alias: 'acme', root: { mfa: 'virtual' }, optIns: { 'af-south-1': true, 'me-south-1': false } });
  addAccount(world, { id: SANDBOX, name: 'sandbox-a', createdAt });
  addRootKey(world, account, { id: 'AKIAROOTKEY000000001', status: 'Active', createdAt });
  addKeyProfile(world, 'key', 'AKIAROOTKEY000000001');
  addRootProfile(world, 'root', account);
  addRoleProfile(world, 'admin', account, 'Admin', ['*']);
  addRoleProfile(world, 'blind', account, 'Blind', ['sts:*']);
  addOrganization(world, {
    id: 'o-exampleorg1', rootId: 'r-ab12', managementAccountId: MANAGEMENT, units: [{ id: 'ou-ab12-sandbox1', name: 'sandbox', parentId: 'r-ab12' }],
    parents: { [MANAGEMENT]: 'r-ab12', [SANDBOX]: 'ou-ab12-sandbox1' },
  });
  const { requestHandler } = openSimulator({ world, clock });
  const as = (profile: string): Cloud => {
    const credentials = world.profiles[profile];
    if (credentials === undefined) throw new Error(`no profile ${profile}`);
    const transport = { kind: 'rehearsal', requestHandler, credentials } as const;
    const settings = { ...IDENTITY, name: profile, region: 'us-east-1' };
    return openCloud(settings, { transport, policy: { run: (_lane, _effect, call) => call() }, clock, runId: null });
  };
  return { world, clock, as };
}

function never(): never {
  throw new Error('no key');
}

const effectsOf = (world: World): string[] => world.effects.map(({ service, operation }) => `${service}:${operation}`);

describe('in the embedded AWS', () => {
  it('root and a role are told apart, and only root sees root\'s keys', async () => {
    const { as } = openExample();
    expect((await as('root').reader.readCaller()).kind).toBe('root-session');
    expect((await as('key').reader.readCaller()).kind).toBe('root-key');
    expect((await as('admin').reader.readCaller()).kind).toBe('role');
    expect(await as('root').reader.readRootKeys()).toMatchObject([{ keyId: 'AKIAROOTKEY000000001', status: 'active', createdAt: '2019-03-04T05:06:07.000Z' }]);
    await expect(as('admin').reader.readRootKeys()).rejects.toMatchObject({ code: 'facts/not-root-caller' });
  });

  it('the facts agree with the world', async () => {
    const { as, clock } = openExample();
    const { reader } = as('admin');
    const summary = await reader.readAccountSummary();
    expect(summary).toEqual({ keysPresent: true, mfaEnabled: true, passwordPresent: true, certificatesPresent: false });
    expect(await reader.readRootMfa(summary)).toBe('virtual');
    expect(await reader.readAccountAlias()).toBe('acme');
    expect(await reader.readCredentialReport()).toMatchObject({ keys: [{ isActive: true }, { isActive: false }], passwordEnabled: true, mfaActive: true });
    expect(clock.slept).toBeGreaterThanOrEqual(3_000);
    const { regions, isComplete } = await reader.readEnabledRegions();
    expect([isComplete, regions.includes('af-south-1'), regions.includes('me-south-1')]).toEqual([true, true, false]);
    expect(await reader.readPlace()).toEqual({ kind: 'management', organization: 'o-exampleorg1' });
  });

  it('a reader that may read nothing is refused, never told that all is well', async () => {
    const { reader } = openExample().as('blind');
    for (const refused of [reader.readAccountSummary(), reader.readAccountAlias(), reader.readCredentialReport(), reader.readPlace()]) {
      await expect(refused).rejects.toMatchObject({ code: 'aws/access-denied' });
    }
    await expect(reader.isScpEnabled()).rejects.toMatchObject({ code: 'guardrail/not-management' });
    expect((await reader.readEnabledRegions()).isComplete).toBe(false);
  });

  it('a key is deactivated and deleted, and CloudTrail says so under the name that root has there', async () => {
    const { as, world, clock } = openExample();
    const root = as('root');
    const [key] = await root.reader.readRootKeys();
    if (key === undefined) throw new Error('no key');
    expect(await root.reader.readLastUse(key.keyId)).toBeNull();
    await as('key').reader.readAccountAlias();
    expect(await root.reader.readLastUse(key.keyId)).toMatchObject({ service: 'iam' });
    await root.writer.updateRootKey(key.keyId, 'inactive');
    await expect(as('key').reader.readCaller()).rejects.toMatchObject({ code: 'credentials/expired' });
    await clock.sleep(MINUTE);
    expect(await root.reader.readRootKeys()).toMatchObject([{ status: 'inactive' }]);
    await root.writer.deleteRootKey(key.keyId);
    await clock.sleep(MINUTE);
    expect(await root.reader.readRootKeys()).toEqual([]);
    expect((await as('admin').reader.readAccountSummary()).keysPresent).toBe(false);
    await expect(root.writer.deleteRootKey(key.keyId)).rejects.toMatchObject({ code: 'aws/not-found' });
    expect(effectsOf(world)).toEqual(['iam:UpdateAccessKey', 'iam:DeleteAccessKey']);

    await clock.sleep(30 * MINUTE);
    const events: RootEvent[] = [];
    const query = { region: 'us-east-1', from: instantOf(clock.now() - 60 * MINUTE), to: instantOf(clock.now()), attribute: 'Username', value: 'acme' } as const;
    for await (const page of as('admin').reader.readRootEvents(query)) events.push(...page);
    expect(events.flatMap(({ kind, keyChange, errorCode }) => (keyChange === null || errorCode !== null ? [] : [[kind, keyChange.change]]))).toEqual([
      ['sign-in-session', 'deleted'], ['sign-in-session', 'deactivated'],
    ]);
  });

  it('a policy goes to the sandbox and comes off again', async () => {
    const { as, world } = openExample();
    const { reader, writer } = as('admin');
    expect(await reader.isScpEnabled()).toBe(true);
    expect(await reader.readOrganizationTarget('ou-ab12-sandbox1')).toEqual({ kind: 'organizational-unit', id: 'ou-ab12-sandbox1', name: 'sandbox' });
    expect(await reader.findServiceControlPolicy('deny-root-user')).toBeNull();
    const policyId = await writer.createServiceControlPolicy('deny-root-user', 'about', POLICY);
    expect(await reader.findServiceControlPolicy('deny-root-user')).toEqual({ id: policyId, name: 'deny-root-user', content: POLICY, isAwsManaged: false });
    await expect(writer.createServiceControlPolicy('deny-root-user', 'about', POLICY)).rejects.toMatchObject({ code: 'aws/already-exists' });
    await writer.attachPolicy(policyId, SANDBOX);
    await expect(writer.attachPolicy(policyId, SANDBOX)).rejects.toMatchObject({ code: 'aws/already-exists' });
    expect((await reader.readAttachedPolicies(SANDBOX)).map(({ name }) => name)).toEqual(['FullAWSAccess', 'deny-root-user']);
    await writer.detachPolicy(policyId, SANDBOX);
    await expect(writer.detachPolicy(policyId, SANDBOX)).rejects.toMatchObject({ code: 'aws/not-found' });
    await writer.deleteServiceControlPolicy(policyId);
    expect(effectsOf(world)).toEqual(['organizations:CreatePolicy', 'organizations:AttachPolicy', 'organizations:DetachPolicy', 'organizations:DeletePolicy']);
  });

  it('the tree is read whole, over empty pages, with the state of each account', async () => {
    const { as, world } = openExample();
    const { organization, accounts } = world;
    if (organization === undefined) throw new Error('no organization');
    organization.units.push({ id: 'ou-ab12-nested01', name: 'nested', parentId: 'ou-ab12-sandbox1' });
    for (let index = 0; index < 45; index += 1) {
      const { id } = addAccount(world, { id: String(500_000_000_000 + index), name: `account-${index}`, createdAt: 0 });
      organization.parents[id] = 'ou-ab12-nested01';
    }
    const [closed] = Object.values(accounts).slice(-1);
    if (closed !== undefined) closed.state = 'SUSPENDED';
    const tree = await as('admin').reader.readOrganizationTree();
    expect(tree).toMatchObject({ id: 'o-exampleorg1', managementAccount: MANAGEMENT, hasAllFeatures: true, isScpEnabled: true, root: { id: 'r-ab12', name: 'Root' } });
    expect(tree.units).toEqual([{ id: 'ou-ab12-sandbox1', name: 'sandbox', parentId: 'r-ab12' }, { id: 'ou-ab12-nested01', name: 'nested', parentId: 'ou-ab12-sandbox1' }]);
    expect(tree.accounts).toHaveLength(47);
    expect(tree.accounts.filter(({ state }) => state === 'suspended').map(({ id }) => id)).toEqual([closed?.id]);
    await expect(as('blind').reader.readOrganizationTree()).rejects.toMatchObject({ code: 'guardrail/not-management' });
  });

  it('policies are read with where they are attached', async () => {
    const { as } = openExample();
    const { reader, writer } = as('admin');
    const policyId = await writer.createServiceControlPolicy('deny-root-user', 'about', POLICY);
    await writer.attachPolicy(policyId, SANDBOX);
    const policies = await reader.readServiceControlPolicies();
    expect(policies.find(({ id }) => id === policyId)).toEqual({ id: policyId, name: 'deny-root-user', content: POLICY, isAwsManaged: false, targetIds: [SANDBOX] });
    expect(policies.find(({ isAwsManaged }) => isAwsManaged)?.targetIds.sort()).toEqual([MANAGEMENT, SANDBOX, 'ou-ab12-sandbox1', 'r-ab12']);
    expect(await reader.readAttachedPolicyIds(SANDBOX)).toEqual(['p-FullAWSAccess', policyId]);
  });

  it('centralized root access is off until trusted access and the feature are on, and can be taken back', async () => {
    const { as, world } = openExample();
    const { reader, writer } = as('admin');
    expect(await reader.readCentralRootAccess()).toEqual({ credentialsManagement: false, rootSessions: false });
    await expect(writer.setRootFeature('credentialsManagement', true)).rejects.toMatchObject({ code: 'aws/precondition' });
    await writer.setTrustedAccess('iam.amazonaws.com', true);
    expect(await reader.readTrustedServices()).toEqual(['iam.amazonaws.com']);
    await writer.setRootFeature('credentialsManagement', true);
    await writer.setRootFeature('rootSessions', true);
    expect(await reader.readCentralRootAccess()).toEqual({ credentialsManagement: true, rootSessions: true });
    await writer.setDelegatedAdministrator(parseAccountId(SANDBOX), 'iam.amazonaws.com', true);
    expect(await reader.readDelegatedAdministrators('iam.amazonaws.com')).toEqual([SANDBOX]);
    await expect(writer.setDelegatedAdministrator(parseAccountId(SANDBOX), 'iam.amazonaws.com', true)).rejects.toMatchObject({ code: 'aws/already-exists' });
    await expect(writer.setTrustedAccess('iam.amazonaws.com', false)).rejects.toMatchObject({ code: 'aws/precondition' });
    await writer.setDelegatedAdministrator(parseAccountId(SANDBOX), 'iam.amazonaws.com', false);
    expect(await reader.readDelegatedAdministrators()).toEqual([]);
    await writer.setRootFeature('rootSessions', false);
    await writer.setTrustedAccess('iam.amazonaws.com', false);
    expect(world.organization).toMatchObject({ trustedServices: [], rootFeatures: ['RootCredentialsManagement'] });
    expect(await reader.readCentralRootAccess()).toEqual({ credentialsManagement: false, rootSessions: false });
  });

  it('a session of a member\'s root user sees its keys, and says why when it is refused', async () => {
    const { as, world } = openExample();
    const admin = as('admin');
    const session = admin.inRootSession(parseAccountId(SANDBOX), 'audit-credentials');
    await expect(session.reader.readRootKeys()).rejects.toMatchObject({ code: 'member/root-access-off' });
    Object.assign(world.organization ?? {}, { trustedServices: ['iam.amazonaws.com'], rootFeatures: ['RootCredentialsManagement'] });
    expect(await session.reader.readCaller()).toMatchObject({ account: SANDBOX, kind: 'root-session' });
    expect(await session.reader.readRootKeys()).toEqual([]);
    expect(session.signedBy().size).toBe(1);
    for (const id of session.signedBy()) expect(admin.signedBy()).toContain(id);
    await expect(admin.inRootSession(parseAccountId(MANAGEMENT), 'audit-credentials').reader.readCaller()).rejects.toMatchObject({ code: 'member/root-refused' });
    await expect(session.writer.updateRootKey((await as('root').reader.readRootKeys())[0]?.keyId ?? never(), 'inactive')).rejects.toMatchObject({ code: 'aws/access-denied' });
  });

  it('a Config rule is put, evaluated and taken away', async () => {
    const { as, clock } = openExample();
    const { reader, writer } = as('admin');
    const rule = {
      name: 'iam-root-access-key-check', sourceOwner: 'AWS', sourceIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK', description: 'about', maximumExecutionFrequency: 'TwentyFour_Hours',
      inputParameters: null, createdBy: null,
    };
    expect(await reader.readConfigRecorder('us-east-1')).toBe('recording');
    expect(await reader.readConfigRecorder('eu-west-1')).toBe('none');
    await writer.putConfigRule('us-east-1', rule);
    expect(await reader.findConfigRules('us-east-1', 'x', rule.sourceIdentifier)).toEqual([rule]);
    expect(await reader.readConfigCompliance('us-east-1', rule.name)).toBeNull();
    await clock.sleep(5 * MINUTE);
    expect(await reader.readConfigCompliance('us-east-1', rule.name)).toBe('NON_COMPLIANT');
    await expect(writer.putConfigRule('eu-west-1', rule)).rejects.toMatchObject({ code: 'guardrail/no-recorder' });
    await writer.startConfigEvaluation('us-east-1', rule.name);
    await expect(writer.startConfigEvaluation('us-east-1', rule.name)).rejects.toMatchObject({ code: 'aws/precondition', retry: 'later' });
    await writer.deleteConfigRule('us-east-1', rule.name);
    expect(await reader.findConfigRules('us-east-1', rule.name, rule.sourceIdentifier)).toEqual([]);
  });

  it.each([
    ['throttle', 'aws/throttled', false, 0],
    ['server-error', 'aws/server-error', true, 0],
    ['timeout', 'aws/unreachable', true, 0],
    ['lost-reply', 'aws/unreachable', true, 1],
    ['access-denied', 'aws/access-denied', false, 0],
  ] as const)('%s is %s', async (kind, code, isOutcomeUnknown, effects) => {
    const { as, world } = openExample();
    const root = as('root');
    const [key] = await root.reader.readRootKeys();
    if (key === undefined) throw new Error('no key');
    world.faults.push({ kind, operation: 'iam:DeleteAccessKey', skip: 0, remaining: 1 });
    await expect(root.writer.deleteRootKey(key.keyId)).rejects.toMatchObject({ code, isOutcomeUnknown });
    expect(world.effects).toHaveLength(effects);
  });
});

describe('a role in another account', () => {
  const openWithRole = () => {
    const example = openExample();
    addRole(example.world, SANDBOX, { name: 'SecurityAudit', trustedAccountId: MANAGEMENT, allow: ['iam:*'] });
    const sessions = (): number => example.world.principals.filter(({ arn }) => arn.includes('assumed-role/SecurityAudit/')).length;
    return { ...example, sessions };
  };
  const account = parseAccountId(SANDBOX);

  it('is assumed once for calls side by side, anew before its session ends, and signs as itself', async () => {
    const { as, clock, sessions } = openWithRole();
    const cloud = as('admin').inAccount(account, 'SecurityAudit');
    expect(sessions()).toBe(0);
    const [caller] = await Promise.all([cloud.reader.readCaller(), cloud.reader.readAccountSummary(), cloud.reader.readAccountAlias()]);
    expect(caller).toMatchObject({ account: SANDBOX, kind: 'role', arn: `arn:aws:sts::${SANDBOX}:assumed-role/SecurityAudit/rootzero` });
    expect(sessions()).toBe(1);
    clock.slept += 54 * MINUTE;
    await cloud.reader.readAccountSummary();
    expect(sessions()).toBe(1);
    clock.slept += 2 * MINUTE;
    await cloud.reader.readAccountSummary();
    expect(sessions()).toBe(2);
    expect(cloud.signedBy().size).toBe(2);
    expect([...cloud.signedBy()].every((keyId) => keyId.startsWith('ASIA'))).toBe(true);
  });

  it('that refuses is a refusal of each call, and is asked again', async () => {
    const { as, world, sessions } = openWithRole();
    const cloud = as('admin').inAccount(account, 'Later');
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(cloud.reader.readAccountSummary()).rejects.toMatchObject({ code: 'member/role-refused', detail: expect.stringContaining('sts:AssumeRole') });
    addRole(world, SANDBOX, { name: 'Later', trustedAccountId: MANAGEMENT, allow: ['iam:*'] });
    expect(await cloud.reader.readAccountSummary()).toMatchObject({ keysPresent: false });
    expect(sessions()).toBe(0);
  });
});
