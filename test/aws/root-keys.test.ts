/** Root's own keys: who may list them, what is asked, and how every answer reads. */
import { describe, expect, it } from 'vitest';
import { parseAccessKeyId } from '../../src/domain/identifiers.ts';
import { queryAnswer, queryError, rootIdentity, type Reply, type SeenRequest } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const KEY = parseAccessKeyId('AKIAIOSFODNN7EXAMPLE');

const identity = (arn: string): Reply => queryAnswer('GetCallerIdentity', `<Arn>${arn}</Arn><UserId>x</UserId><Account>111122223333</Account>`);
const member = (keyId: string, status: string): string =>
  `<member><AccessKeyId>${keyId}</AccessKeyId><Status>${status}</Status><CreateDate>2019-03-04T05:06:07Z</CreateDate></member>`;
const keyList = (members: string, more = '<IsTruncated>false</IsTruncated>'): Reply =>
  queryAnswer('ListAccessKeys', `${members === '' ? '<AccessKeyMetadata/>' : `<AccessKeyMetadata>${members}</AccessKeyMetadata>`}${more}`);
const asRoot = (reply: (request: SeenRequest) => Reply) => (request: SeenRequest) => (request.operation === 'GetCallerIdentity' ? rootIdentity : reply(request));

describe('the caller', () => {
  it.each([
    ['arn:aws:iam::111122223333:root', 'AKIAROOTKEY000000001', 'root-key'],
    ['arn:aws:iam::111122223333:root', 'ASIAROOTSESSION00001', 'root-session'],
    ['arn:aws-us-gov:iam::111122223333:root', 'AKIAROOTKEY000000001', 'root-key'],
    ['arn:aws:iam::111122223333:user/root', 'AKIAUSER000000000001', 'user'],
    ['arn:aws:iam::111122223333:user/path/root', 'AKIAUSER000000000001', 'user'],
    ['arn:aws:sts::111122223333:assumed-role/root/session', 'ASIAROLE000000000001', 'role'],
    ['arn:aws:sts::111122223333:federated-user/root', 'ASIAFED0000000000001', 'federated'],
  ])('%s with %s is a %s', async (arn, accessKeyId, kind) => {
    const { cloud } = openScriptedCloud(() => identity(arn), accessKeyId);
    expect(await cloud.reader.readCaller()).toMatchObject({ account: '111122223333', arn, kind, accessKeyId });
  });

  it.each(['', 'root', 'arn:aws-moon:iam::111122223333:root', 'arn:aws'])('an ARN such as %j is not understood', async (arn) => {
    await expect(openScriptedCloud(() => identity(arn)).cloud.reader.readCaller()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it('leaves its key id on record, and the application in the user agent', async () => {
    const { cloud, handler } = openScriptedCloud(() => rootIdentity);
    expect([...cloud.signedBy()]).toEqual([]);
    await cloud.reader.readCaller();
    expect([...cloud.signedBy()]).toEqual(['ASIAROOTSESSION00001']);
    expect(handler.seen[0]).toMatchObject({ accessKeyId: 'ASIAROOTSESSION00001', region: 'eu-west-1', userAgent: expect.stringContaining(' app/rootzero-7f3a-91c2') });
  });
});

describe('listing root\'s keys', () => {
  it('names no user, pages on, and is signed in the home Region', async () => {
    const { cloud, handler } = openScriptedCloud(
      asRoot(({ parameters }) =>
        parameters.get('Marker') === 'more' ? keyList(member('AKIAROOTKEY000000002', 'Inactive')) : keyList(member(KEY, 'Active'), '<IsTruncated>true</IsTruncated><Marker>more</Marker>'),
      ),
    );
    expect(await cloud.reader.readRootKeys()).toEqual([
      { keyId: KEY, status: 'active', createdAt: '2019-03-04T05:06:07.000Z' },
      { keyId: 'AKIAROOTKEY000000002', status: 'inactive', createdAt: '2019-03-04T05:06:07.000Z' },
    ]);
    const lists = handler.seen.filter((request) => request.operation === 'ListAccessKeys');
    expect(lists.map(({ parameters }) => parameters.has('UserName'))).toEqual([false, false]);
    expect(lists[0]).toMatchObject({ host: 'iam.amazonaws.com', region: 'us-east-1' });
  });

  it.each([['Active', 'active'], ['Inactive', 'inactive'], ['Expired', 'inactive']])('a key that is %s is %s, and there', async (status, expected) => {
    const { cloud } = openScriptedCloud(asRoot(() => keyList(member(KEY, status))));
    expect(await cloud.reader.readRootKeys()).toMatchObject([{ status: expected }]);
  });

  it('an empty list is empty', async () => {
    expect(await openScriptedCloud(asRoot(() => keyList(''))).cloud.reader.readRootKeys()).toEqual([]);
  });

  it.each(['<member/>', '<member><AccessKeyId>x y</AccessKeyId><Status>Active</Status></member>', `<member><AccessKeyId>${KEY}</AccessKeyId></member>`])(
    'a key that cannot be read (%s) is not left out',
    async (broken) => {
      await expect(openScriptedCloud(asRoot(() => keyList(broken))).cloud.reader.readRootKeys()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    },
  );

  it.each(['arn:aws:iam::111122223333:user/root', 'arn:aws:sts::111122223333:assumed-role/Audit/x', 'arn:aws:sts::111122223333:federated-user/root'])(
    '%s never has its own keys taken for root\'s, nor changes one',
    async (arn) => {
      const { cloud, handler } = openScriptedCloud(({ operation }) => (operation === 'GetCallerIdentity' ? identity(arn) : keyList(member(KEY, 'Active'))), 'AKIAUSER000000000001');
      const refused = { code: 'facts/not-root-caller' };
      await expect(cloud.reader.readRootKeys()).rejects.toMatchObject(refused);
      await expect(cloud.writer.updateRootKey(KEY, 'inactive')).rejects.toMatchObject(refused);
      await expect(cloud.writer.deleteRootKey(KEY)).rejects.toMatchObject(refused);
      expect(new Set(handler.seen.map(({ operation }) => operation))).toEqual(new Set(['GetCallerIdentity']));
    },
  );

  it.each(['ValidationError', 'AccessDenied', 'InvalidClientTokenId'])('a temporary root session that IAM refuses with %s is not usable', async (code) => {
    const { cloud } = openScriptedCloud(asRoot(() => queryError(code, 'Must specify userName', 403)));
    await expect(cloud.reader.readRootKeys()).rejects.toMatchObject({ code: 'credentials/root-session-unusable', detail: expect.stringContaining('Must specify userName') });
  });

  it('a session that STS refuses as well has expired', async () => {
    const { cloud } = openScriptedCloud(({ operation }, count) => (operation === 'GetCallerIdentity' && count === 1 ? rootIdentity : queryError('ExpiredToken', 'expired', 403)));
    await expect(cloud.reader.readRootKeys()).rejects.toMatchObject({ code: 'credentials/expired', nextStep: expect.stringContaining('aws login --profile root') });
  });

  it('a root key that is refused was refused, nothing else', async () => {
    const { cloud } = openScriptedCloud(asRoot(() => queryError('AccessDenied', 'explicit deny in a service control policy', 403)), 'AKIAROOTKEY000000001');
    await expect(cloud.reader.readRootKeys()).rejects.toMatchObject({ code: 'aws/access-denied' });
  });
});

describe('changing root\'s keys', () => {
  it('names the key and no user, as a write', async () => {
    const { cloud, handler, lanes } = openScriptedCloud(asRoot(({ operation }) => ({ body: `<${operation}Response/>` })));
    await cloud.writer.updateRootKey(KEY, 'inactive');
    await cloud.writer.deleteRootKey(KEY);
    const writes = handler.seen.filter(({ operation }) => operation !== 'GetCallerIdentity').map(({ parameters }) => Object.fromEntries(parameters));
    expect(writes).toEqual([
      { Action: 'UpdateAccessKey', Version: '2010-05-08', AccessKeyId: KEY, Status: 'Inactive' },
      { Action: 'DeleteAccessKey', Version: '2010-05-08', AccessKeyId: KEY },
    ]);
    expect(lanes.filter(({ effect }) => effect === 'write').map(({ name }) => name)).toEqual(['iam', 'iam']);
  });
});

describe('facts about root', () => {
  const summaryOf = (entries: Record<string, number>): Reply =>
    queryAnswer('GetAccountSummary', `<SummaryMap>${Object.entries(entries).map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`).join('')}</SummaryMap>`);
  const flags = { AccountAccessKeysPresent: 1, AccountMFAEnabled: 0, AccountPasswordPresent: 1, AccountSigningCertificatesPresent: 0 };

  it('reads the four flags of the summary', async () => {
    const { cloud } = openScriptedCloud(() => summaryOf({ ...flags, Users: 7 }));
    expect(await cloud.reader.readAccountSummary()).toEqual({ keysPresent: true, mfaEnabled: false, passwordPresent: true, certificatesPresent: false });
  });

  it.each(Object.keys(flags))('a summary without %s is not a clean one', async (missing) => {
    const { cloud } = openScriptedCloud(() => summaryOf(Object.fromEntries(Object.entries(flags).filter(([name]) => name !== missing))));
    await expect(cloud.reader.readAccountSummary()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it.each([
    ['<ServiceName>N/A</ServiceName><Region>N/A</Region>', null],
    ['<LastUsedDate>2026-10-01T02:10:00Z</LastUsedDate><ServiceName>s3</ServiceName><Region>eu-west-1</Region>', { at: '2026-10-01T02:10:00.000Z', service: 's3', region: 'eu-west-1' }],
    ['<LastUsedDate>2026-10-01T02:10:00Z</LastUsedDate><ServiceName>iam</ServiceName><Region>N/A</Region>', { at: '2026-10-01T02:10:00.000Z', service: 'iam', region: 'N/A' }],
  ])('last use %s', async (xml, expected) => {
    const { cloud } = openScriptedCloud(() => queryAnswer('GetAccessKeyLastUsed', `<UserName>x</UserName><AccessKeyLastUsed>${xml}</AccessKeyLastUsed>`));
    expect(await cloud.reader.readLastUse(KEY)).toEqual(expected);
  });

  const device = (serial: string, arn: string): string => `<member><SerialNumber>${serial}</SerialNumber><User><Arn>${arn}</Arn></User></member>`;
  it.each([
    [false, '', 'none'],
    [true, '', 'hardware'],
    [true, device('arn:aws:iam::111122223333:mfa/alice', 'arn:aws:iam::111122223333:user/alice'), 'hardware'],
    [true, device('arn:aws:iam::111122223333:mfa/phone', 'arn:aws:iam::111122223333:root'), 'virtual'],
    [true, device('arn:aws:iam::111122223333:mfa/root-account-mfa-device', ''), 'virtual'],
  ])('MFA enabled %s with devices %j is %s', async (mfaEnabled, devices, expected) => {
    const list = devices === '' ? '<VirtualMFADevices/>' : `<VirtualMFADevices>${devices}</VirtualMFADevices>`;
    const { cloud } = openScriptedCloud(() => queryAnswer('ListVirtualMFADevices', `<IsTruncated>false</IsTruncated>${list}`));
    expect(await cloud.reader.readRootMfa({ keysPresent: false, mfaEnabled, passwordPresent: true, certificatesPresent: false })).toBe(expected);
  });

  it.each([['<AccountAliases/>', null], ['<AccountAliases><member>acme</member></AccountAliases>', 'acme']])('alias %s', async (xml, expected) => {
    const { cloud } = openScriptedCloud(() => queryAnswer('ListAccountAliases', `<IsTruncated>false</IsTruncated>${xml}`));
    expect(await cloud.reader.readAccountAlias()).toBe(expected);
  });
});
