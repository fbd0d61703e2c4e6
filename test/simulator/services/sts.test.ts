/** Who one is, the sessions that root mints, and AssumeRoot with all its refusals. */
import { CreateLoginProfileCommand, DeleteLoginProfileCommand, GetUserCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, AssumeRootCommand, GetCallerIdentityCommand, GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, ADMIN, clientOptions, LOGIN, MANAGEMENT, MANAGER, open, organizationWorld, ROOT_KEY } from '../small-world.ts';

const AUDIT = 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials';

function sessionClient<Client>(
  simulator: ReturnType<typeof open>, make: (options: ReturnType<typeof clientOptions>) => Client, accessKeyId: string | undefined,
): Client {
  return make(clientOptions(simulator, accessKeyId ?? ''));
}

describe('GetCallerIdentity', () => {
  it('names root by its ARN and the account id, for a key and for a session', async () => {
    const simulator = open();
    for (const accessKeyId of [ROOT_KEY, LOGIN]) {
      const identity = await new STSClient(clientOptions(simulator, accessKeyId)).send(new GetCallerIdentityCommand({}));
      expect(identity).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root`, UserId: ACCOUNT });
    }
  });
});

describe('sessions minted from a root key', () => {
  it.each([
    ['GetSessionToken', (sts: STSClient) => sts.send(new GetSessionTokenCommand({ DurationSeconds: 36_000 }))],
    ['GetFederationToken', (sts: STSClient) => sts.send(new GetFederationTokenCommand({ Name: 'bob' }))],
  ])('by %s last an hour, reach no IAM, and outlive the key', async (_operation, mint) => {
    const simulator = open();
    const { Credentials } = await mint(new STSClient(clientOptions(simulator, ROOT_KEY)));
    expect(Credentials?.Expiration).toEqual(new Date(simulator.world.now + 3_600_000));
    const keys = simulator.world.accounts[ACCOUNT]?.root;
    if (keys !== undefined) keys.keys = [];
    const iam = sessionClient(simulator, (options) => new IAMClient(options), Credentials?.AccessKeyId);
    const sts = sessionClient(simulator, (options) => new STSClient(options), Credentials?.AccessKeyId);
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
    simulator.clock.advance(3_600_000);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
  });

  it('cannot be minted by a session of root or by a role', async () => {
    const simulator = open();
    for (const accessKeyId of [LOGIN, ADMIN]) {
      const sts = new STSClient(clientOptions(simulator, accessKeyId));
      await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });
});

describe('AssumeRoot', () => {
  const assume = (changes: object = {}) => new AssumeRootCommand({ TargetPrincipal: ACCOUNT, TaskPolicyArn: { arn: AUDIT }, ...changes });

  it.each([ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`])('opens a session of the member %s for the management account', async (TargetPrincipal) => {
    const simulator = open(organizationWorld());
    const { Credentials } = await new STSClient(clientOptions(simulator, MANAGER)).send(assume({ TargetPrincipal }));
    expect(Credentials?.Expiration).toEqual(new Date(simulator.world.now + 900_000));
    const iam = sessionClient(simulator, (options) => new IAMClient(options), Credentials?.AccessKeyId);
    expect((await iam.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toMatchObject([{ AccessKeyId: ROOT_KEY }]);
    expect((await iam.send(new GetUserCommand({}))).User).toMatchObject({ UserId: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` });
  });

  it('gives root a password where it has none, and takes it away, by the tasks that are for it', async () => {
    const given = organizationWorld();
    Object.assign(given.accounts[ACCOUNT]?.root ?? {}, { hasPassword: false });
    const simulator = open(given);
    const openTask = async (task: string) => {
      const { Credentials } = await new STSClient(clientOptions(simulator, MANAGER)).send(assume({ TaskPolicyArn: { arn: `arn:aws:iam::aws:policy/root-task/${task}` } }));
      return sessionClient(simulator, (options) => new IAMClient(options), Credentials?.AccessKeyId);
    };
    const [creating, deleting] = [await openTask('IAMCreateRootUserPassword'), await openTask('IAMDeleteRootUserCredentials')];
    await expect(deleting.send(new DeleteLoginProfileCommand({}))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(deleting.send(new CreateLoginProfileCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await creating.send(new CreateLoginProfileCommand({}));
    expect(simulator.world.accounts[ACCOUNT]?.root.hasPassword).toBe(true);
    await expect(creating.send(new CreateLoginProfileCommand({}))).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    await deleting.send(new DeleteLoginProfileCommand({}));
    expect(simulator.world.accounts[ACCOUNT]?.root.hasPassword).toBe(false);
  });

  it.each([
    ['a task longer than 900 seconds', { DurationSeconds: 901 }, 'ValidationError', 'durationSeconds'],
    ['another policy', { TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' } }, 'ValidationError',
      'Request must contain valid AWS managed task policy ARN'],
    ['a user as target', { TargetPrincipal: `arn:aws:iam::${ACCOUNT}:user/alice` }, 'ValidationError', 'Request must contain a valid target principal'],
    ['the management account as target', { TargetPrincipal: MANAGEMENT }, 'AccessDenied',
      `is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::${MANAGEMENT}:root`],
    ['an account outside the organization', { TargetPrincipal: '999988887777' }, 'AccessDenied', 'is not authorized to perform: sts:AssumeRoot'],
    ['a task of a feature that is off', { TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' } }, 'AccessDenied',
      'Root sessions feature is not enabled for your AWS Organization.'],
    ['no target', { TargetPrincipal: undefined }, 'ValidationError', "Value null at 'TargetPrincipal'"],
  ])('refuses %s', async (_what, changes, name, message) => {
    const sts = new STSClient(clientOptions(open(organizationWorld()), MANAGER));
    await expect(sts.send(assume(changes))).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it('refuses while root credentials management is off', async () => {
    const world = organizationWorld();
    if (world.organization !== undefined) world.organization.rootFeatures = [];
    await expect(new STSClient(clientOptions(open(world), MANAGER)).send(assume())).rejects.toMatchObject({
      message: 'Root credentials management feature is not enabled for your AWS Organization.',
    });
  });

  it('refuses members, unless one is the delegated administrator, and root of any account', async () => {
    const world = organizationWorld();
    const simulator = open(world);
    const send = (accessKeyId: string) => new STSClient(clientOptions(simulator, accessKeyId)).send(assume());
    await expect(send(ADMIN)).rejects.toMatchObject({ name: 'AccessDenied' });
    world.organization?.delegatedAdministrators.push({ accountId: ACCOUNT, servicePrincipal: 'iam.amazonaws.com' });
    await expect(send(ADMIN)).resolves.toHaveProperty('Credentials');
    await expect(send('AKIAFAKEMANAGEMENT7XA')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('AssumeRole', () => {
  const world = () => {
    const made = organizationWorld();
    const member = made.accounts[ACCOUNT];
    if (member !== undefined) member.roles = [{ name: 'Audit', trustedAccountId: MANAGEMENT, allow: ['iam:Get*'] }];
    return made;
  };
  const assume = (role: string) => new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, RoleSessionName: 'rootzero' });

  it('opens a session with the permissions of the role', async () => {
    const simulator = open(world());
    const { Credentials, AssumedRoleUser } = await new STSClient(clientOptions(simulator, MANAGER)).send(assume('security/Audit'));
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Audit/rootzero`);
    expect(Credentials?.Expiration).toEqual(new Date(simulator.world.now + 3_600_000));
    const iam = sessionClient(simulator, (options) => new IAMClient(options), Credentials?.AccessKeyId);
    await expect(iam.send(new ListAccessKeysCommand({ UserName: 'alice' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(iam.send(new GetUserCommand({ UserName: 'alice' }))).resolves.toHaveProperty('User');
  });

  it('refuses a role that is not there, and callers of an account that the role does not trust', async () => {
    const simulator = open(world());
    const send = (accessKeyId: string, role: string) => new STSClient(clientOptions(simulator, accessKeyId)).send(assume(role));
    await expect(send(MANAGER, 'Other')).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('sts:AssumeRole') });
    await expect(send(ADMIN, 'Audit')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
