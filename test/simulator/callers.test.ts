/** Who is let in, what each kind of caller may do, and what a refusal leaves behind. */
import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand, DeleteAccessKeyCommand, GetAccountSummaryCommand, IAMClient, ListAccessKeysCommand, ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/world.ts';
import { ACCOUNT, ADMIN, clientOptions, LOGIN, MANAGEMENT, MANAGER, open, organizationWorld, principal, ROOT_KEY, smallWorld, START } from './small-world.ts';

const ROOT_ARN = `arn:aws:iam::${ACCOUNT}:root`;

function iamAs(accessKeyId: string, world: World = smallWorld()) {
  const simulator = open(world);
  return { simulator, iam: new IAMClient(clientOptions(simulator, accessKeyId)) };
}

describe('authentication', () => {
  it.each(['Inactive', 'deleted', 'unknown'])('refuses a %s root key without a trace', async (state) => {
    const world = smallWorld();
    const root = world.accounts[ACCOUNT]?.root;
    if (root === undefined) throw new Error('no root');
    root.keys = state === 'Inactive' ? root.keys.map((key) => ({ ...key, status: 'Inactive' })) : [];
    const { simulator, iam } = iamAs(state === 'unknown' ? 'AKIAFAKEUNKNOWN' : ROOT_KEY, world);
    const refusal = { name: 'InvalidClientTokenId', message: 'The security token included in the request is invalid.', $metadata: { httpStatusCode: 403 } };
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject(refusal);
    expect(simulator.world.events).toEqual([]);
    expect(root.keys.every(({ lastUsed }) => lastUsed === undefined)).toBe(true);
  });

  it('has another code for the same in JSON services', async () => {
    const simulator = open();
    const trail = new CloudTrailClient(clientOptions(simulator, 'AKIAFAKEUNKNOWN'));
    await expect(trail.send(new LookupEventsCommand({}))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it.each([['a wrong token', 'other'], ['no token', undefined]])('refuses a session with %s', async (_what, sessionToken) => {
    const simulator = open();
    const options = clientOptions(simulator, LOGIN);
    const { accessKeyId, secretAccessKey } = options.credentials;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    const iam = new IAMClient({ ...options, credentials });
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('ends with the session', async () => {
    const world = smallWorld({ principals: [principal('login', { kind: 'root-session', arn: ROOT_ARN, expiresAt: START + 1_000 })] });
    const { simulator, iam } = iamAs(LOGIN, world);
    await iam.send(new ListAccessKeysCommand({}));
    simulator.clock.advance(1_000);
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    const account = new AccountClient(clientOptions(simulator, LOGIN));
    await expect(account.send(new ListRegionsCommand({}))).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('refuses requests that are not signed', async () => {
    const { respond } = open();
    const answer = await respond({ method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body: new Uint8Array() });
    expect(answer).toMatchObject({ kind: 'reply', status: 403 });
    expect(new TextDecoder().decode(answer.kind === 'reply' ? answer.body : undefined)).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});

describe('roles', () => {
  it('do what their lists allow, and a deny wins', async () => {
    const { iam } = iamAs(ADMIN, smallWorld({ principals: [principal('admin', { allow: ['iam:Get*', 'iam:List*'], deny: ['iam:ListUsers'] })] }));
    await iam.send(new GetAccountSummaryCommand({}));
    const role = `arn:aws:sts::${ACCOUNT}:assumed-role/admin/session`;
    await expect(iam.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied', message: `User: ${role} is not authorized to perform: iam:ListUsers on resource: * with an explicit deny in an identity-based policy`,
    });
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))).rejects.toMatchObject({
      message: `User: ${role} is not authorized to perform: iam:CreateAccessKey on resource: arn:aws:iam::${ACCOUNT}:user/alice `
        + 'because no identity-based policy allows the iam:CreateAccessKey action',
    });
  });

  it('may always ask who they are', async () => {
    const simulator = open(smallWorld({ principals: [principal('admin', { allow: [], deny: ['*'] })] }));
    const sts = new STSClient(clientOptions(simulator, ADMIN));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: ACCOUNT, UserId: 'AROAFAKE:admin' });
  });
});

describe('a denied call of root', () => {
  it('is recorded and counts as use', async () => {
    const deny = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }] });
    const { simulator, iam } = iamAs(ROOT_KEY, organizationWorld({ 'ou-fake-unit': [deny] }));
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied', message: expect.stringContaining('with an explicit deny in a service control policy'),
    });
    expect(simulator.world.events).toMatchObject([{ name: 'ListAccessKeys', accessKeyId: ROOT_KEY, detail: { errorCode: 'AccessDenied' } }]);
    expect(simulator.world.accounts[ACCOUNT]?.root.keys[0]?.lastUsed).toEqual({ at: START, service: 'iam', region: 'us-east-1' });
  });
});

describe('service control policies', () => {
  const denyRoot = JSON.stringify({
    Statement: [{
      Effect: 'Deny', Action: '*', Resource: '*',
      Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' }, Null: { 'aws:AssumedRoot': 'true' } },
    }],
  });

  it.each(['r-fake', 'ou-fake-unit', ACCOUNT])('bind root of a member from %s downwards, but not its roles', async (target) => {
    const world = organizationWorld({ [target]: [denyRoot] });
    for (const rootCredentials of [LOGIN, ROOT_KEY]) {
      await expect(iamAs(rootCredentials, world).iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    }
    await iamAs(ADMIN, world).iam.send(new GetAccountSummaryCommand({}));
  });

  it('never bind the management account', async () => {
    const world = organizationWorld({ 'r-fake': [denyRoot], [MANAGEMENT]: [denyRoot] });
    await iamAs('AKIAFAKEMANAGEMENT7XA', world).iam.send(new ListAccessKeysCommand({}));
    await iamAs(MANAGER, world).iam.send(new GetAccountSummaryCommand({}));
  });

  it('do nothing while the policy type is off', async () => {
    const world = organizationWorld({ 'r-fake': [denyRoot] });
    if (world.organization !== undefined) world.organization.isScpEnabled = false;
    await iamAs(ROOT_KEY, world).iam.send(new ListAccessKeysCommand({}));
  });

  it('spare a session of AssumeRoot by its own key', async () => {
    const world = organizationWorld({ 'r-fake': [denyRoot] });
    world.principals.push(principal('task', {
      kind: 'assumed-root', arn: ROOT_ARN, userId: ACCOUNT, taskPolicyArn: 'arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials',
    }));
    await iamAs('ASIAFAKETASK', world).iam.send(new ListAccessKeysCommand({}));
  });

  it('see a role as its role ARN', async () => {
    const onlyAdmin = JSON.stringify({
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/admin` } } }],
    });
    const world = organizationWorld({ [ACCOUNT]: [onlyAdmin] });
    await iamAs(ADMIN, world).iam.send(new GetAccountSummaryCommand({}));
    await expect(iamAs(LOGIN, world).iam.send(new GetAccountSummaryCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a session of AssumeRoot', () => {
  const session = (task: string) => principal('task', {
    kind: 'assumed-root', arn: ROOT_ARN, userId: ACCOUNT, taskPolicyArn: `arn:aws:iam::aws:policy/root-task/${task}`,
  });
  it.each([
    ['IAMAuditRootUserCredentials', { list: true, summary: true, delete: false }],
    ['IAMDeleteRootUserCredentials', { list: true, summary: false, delete: true }],
    ['IAMCreateRootUserPassword', { list: false, summary: false, delete: false }],
  ])('under %s', async (task, may) => {
    const { iam } = iamAs('ASIAFAKETASK', smallWorld({ principals: [session(task)] }));
    const isAllowed = (call: Promise<unknown>) => call.then(() => true, (error: unknown) => {
      expect(error).toMatchObject({ name: 'AccessDenied' });
      return false;
    });
    expect({
      list: await isAllowed(iam.send(new ListAccessKeysCommand({}))),
      summary: await isAllowed(iam.send(new GetAccountSummaryCommand({}))),
      delete: await isAllowed(iam.send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }))),
    }).toEqual(may);
    expect(await isAllowed(iam.send(new UpdateAccessKeyCommand({ AccessKeyId: ROOT_KEY, Status: 'Inactive' })))).toBe(false);
    expect(await isAllowed(iam.send(new CreateAccessKeyCommand({})))).toBe(false);
  });
});
