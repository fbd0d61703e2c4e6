/** What IAM says of root's keys, and when. */
import {
  CreateAccessKeyCommand, DeleteAccessKeyCommand, GenerateCredentialReportCommand, GetAccessKeyLastUsedCommand, GetAccountSummaryCommand,
  GetCredentialReportCommand, GetLoginProfileCommand, GetUserCommand, IAMClient, ListAccessKeysCommand, ListAccountAliasesCommand,
  ListMFADevicesCommand, ListSigningCertificatesCommand, ListUsersCommand, ListVirtualMFADevicesCommand, UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, ADMIN, clientOptions, LOGIN, open, ROOT_KEY, smallWorld } from '../small-world.ts';

const HOUR_MS = 3_600_000;

function setUp(world = smallWorld()) {
  const simulator = open(world);
  return {
    simulator,
    clock: simulator.clock,
    root: new IAMClient(clientOptions(simulator, LOGIN)),
    admin: new IAMClient(clientOptions(simulator, ADMIN)),
    key: new IAMClient(clientOptions(simulator, ROOT_KEY)),
  };
}

describe('access keys', () => {
  it('belong to the signing identity when no user is named', async () => {
    const { root, admin } = setUp();
    const { AccessKeyMetadata } = await root.send(new ListAccessKeysCommand({}));
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: ROOT_KEY, Status: 'Active', CreateDate: new Date(Date.UTC(2019, 2, 4)) }]);
    await expect(admin.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({
      name: 'ValidationError', message: 'Must specify userName when calling with non-User credentials',
    });
    expect((await admin.send(new ListAccessKeysCommand({ UserName: 'alice' }))).AccessKeyMetadata).toEqual([]);
    await expect(admin.send(new ListAccessKeysCommand({ UserName: 'nobody' }))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('show a change only after the propagation delay, while authentication fails at once', async () => {
    const { root, key, clock, simulator } = setUp();
    await root.send(new UpdateAccessKeyCommand({ AccessKeyId: ROOT_KEY, Status: 'Inactive' }));
    const statuses = async () => (await root.send(new ListAccessKeysCommand({}))).AccessKeyMetadata?.map(({ Status }) => Status);
    expect(await statuses()).toEqual(['Active']);
    await expect(key.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    clock.advance(simulator.world.limits.iamPropagationMs);
    expect(await statuses()).toEqual(['Inactive']);
    await root.send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }));
    expect(await statuses()).toEqual(['Inactive']);
    clock.advance(simulator.world.limits.iamPropagationMs);
    expect(await statuses()).toEqual([]);
  });

  it('count one effect per real change, by whom', async () => {
    const { root, simulator } = setUp();
    const deactivate = new UpdateAccessKeyCommand({ AccessKeyId: ROOT_KEY, Status: 'Inactive' });
    await root.send(deactivate);
    await root.send(deactivate);
    await root.send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }));
    await expect(root.send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }))).rejects.toMatchObject({
      name: 'NoSuchEntityException', message: `The Access Key with id ${ROOT_KEY} cannot be found.`,
    });
    expect(simulator.world.effects).toMatchObject([
      { service: 'iam', operation: 'UpdateAccessKey', target: ROOT_KEY, by: LOGIN },
      { service: 'iam', operation: 'DeleteAccessKey', target: ROOT_KEY, by: LOGIN },
    ]);
  });

  it('can delete the very key that signs, once', async () => {
    const { key, simulator } = setUp();
    await key.send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }));
    await expect(key.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    expect(simulator.world.accounts[ACCOUNT]?.root.keys).toEqual([]);
  });

  it('are at most two, and a new one signs', async () => {
    const { root, simulator } = setUp();
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({}));
    const created = new IAMClient(clientOptions(simulator, AccessKey?.AccessKeyId ?? ''));
    await expect(created.send(new GetUserCommand({}))).resolves.toMatchObject({ User: { UserId: ACCOUNT } });
    await expect(root.send(new CreateAccessKeyCommand({}))).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('tell their last use, and N/A before the first', async () => {
    const { key, admin, simulator, clock } = setUp();
    const lastUsed = async () => (await admin.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: ROOT_KEY }))).AccessKeyLastUsed;
    expect(await lastUsed()).toEqual({ LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' });
    clock.advance(HOUR_MS);
    await key.send(new GetUserCommand({}));
    expect(await lastUsed()).toEqual({ LastUsedDate: new Date(simulator.world.now), ServiceName: 'iam', Region: 'us-east-1' });
  });
});

describe('the account summary', () => {
  it('raises a flag for any key, inactive ones too', async () => {
    const { root, admin, clock } = setUp();
    const present = async () => (await admin.send(new GetAccountSummaryCommand({}))).SummaryMap?.AccountAccessKeysPresent;
    await root.send(new CreateAccessKeyCommand({}));
    await root.send(new UpdateAccessKeyCommand({ AccessKeyId: ROOT_KEY, Status: 'Inactive' }));
    clock.advance(HOUR_MS);
    expect(await present()).toBe(1);
    for (const { AccessKeyId } of (await root.send(new ListAccessKeysCommand({}))).AccessKeyMetadata ?? []) {
      await root.send(new DeleteAccessKeyCommand({ AccessKeyId }));
    }
    expect(await present()).toBe(1);
    clock.advance(HOUR_MS);
    expect(await present()).toBe(0);
  });
});

describe('the credential report', () => {
  it('is absent, started, in progress, complete, cached for four hours and then expired', async () => {
    const { admin, root, clock } = setUp();
    const generate = async () => (await admin.send(new GenerateCredentialReportCommand({}))).State;
    const read = async () => (await admin.send(new GetCredentialReportCommand({}))).Content;
    await expect(read()).rejects.toMatchObject({ name: 'CredentialReportNotPresentException', $metadata: { httpStatusCode: 410 } });
    expect(await generate()).toBe('STARTED');
    expect(await generate()).toBe('INPROGRESS');
    await expect(read()).rejects.toMatchObject({ name: 'CredentialReportNotReadyException', $metadata: { httpStatusCode: 404 } });
    clock.advance(3_000);
    expect(await generate()).toBe('COMPLETE');
    const first = await read();
    await root.send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }));
    clock.advance(4 * HOUR_MS - 1);
    expect(await generate()).toBe('COMPLETE');
    expect(await read()).toEqual(first);
    clock.advance(1);
    await expect(read()).rejects.toMatchObject({ name: 'CredentialReportExpiredException' });
    expect(await generate()).toBe('STARTED');
  });

  it('has a row for root and one for each user, in lower-case booleans', async () => {
    const { admin, clock } = setUp();
    await admin.send(new GenerateCredentialReportCommand({}));
    clock.advance(3_000);
    const { Content } = await admin.send(new GetCredentialReportCommand({}));
    const [header, root, alice, ...more] = new TextDecoder().decode(Content).split('\n');
    expect(header).toBe('user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,'
      + 'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,'
      + 'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,'
      + 'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info');
    expect(root).toBe(`<root_account>,arn:aws:iam::${ACCOUNT}:root,2019-03-04T00:00:00+00:00,true,no_information,N/A,not_supported,true,`
      + 'true,2019-03-04T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,N/A');
    expect(alice?.split(',').length).toBe(header?.split(',').length);
    expect(more).toEqual([]);
  });

  it('shows an inactive key as not active', async () => {
    const { admin, root, clock } = setUp();
    await root.send(new UpdateAccessKeyCommand({ AccessKeyId: ROOT_KEY, Status: 'Inactive' }));
    await admin.send(new GenerateCredentialReportCommand({}));
    clock.advance(3_000);
    const { Content } = await admin.send(new GetCredentialReportCommand({}));
    expect(new TextDecoder().decode(Content).split('\n')[1]?.split(',').slice(8, 10)).toEqual(['false', 'N/A']);
  });
});

describe('other root credentials', () => {
  it('are told as they are', async () => {
    const world = smallWorld();
    const account = world.accounts[ACCOUNT];
    if (account !== undefined) {
      account.alias = 'flagged';
      account.root.signingCertificates = 1;
      account.root.passwordLastUsedAt = Date.UTC(2026, 0, 1);
    }
    const { root, admin } = setUp(world);
    const rootArn = `arn:aws:iam::${ACCOUNT}:root`;
    const serial = `arn:aws:iam::${ACCOUNT}:mfa/root-account-mfa-device`;
    expect((await root.send(new ListMFADevicesCommand({}))).MFADevices).toMatchObject([{ SerialNumber: serial }]);
    expect((await admin.send(new ListVirtualMFADevicesCommand({}))).VirtualMFADevices).toMatchObject([{ SerialNumber: serial, User: { Arn: rootArn } }]);
    expect((await root.send(new ListSigningCertificatesCommand({}))).Certificates).toHaveLength(1);
    expect((await root.send(new GetLoginProfileCommand({}))).LoginProfile).toBeDefined();
    const { User } = await root.send(new GetUserCommand({}));
    expect(User).toMatchObject({ Arn: rootArn, UserId: ACCOUNT, PasswordLastUsed: new Date(Date.UTC(2026, 0, 1)) });
    expect(User?.UserName).toBeUndefined();
    expect((await admin.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(['flagged']);
    expect((await admin.send(new ListUsersCommand({}))).Users).toMatchObject([{ UserName: 'alice', Arn: `arn:aws:iam::${ACCOUNT}:user/alice` }]);
  });

  it('are absent where root has none', async () => {
    const world = smallWorld();
    Object.assign(world.accounts[ACCOUNT]?.root ?? {}, { mfa: 'none', hasPassword: false });
    const { root, admin } = setUp(world);
    expect((await root.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([]);
    expect((await admin.send(new ListVirtualMFADevicesCommand({}))).VirtualMFADevices).toEqual([]);
    await expect(root.send(new GetLoginProfileCommand({}))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});
