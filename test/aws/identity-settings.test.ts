/** Which Region and endpoint each identity gets, from which source, and which overrides are refused. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveIdentity, type IdentitySettings } from '../../src/aws/identity-settings.ts';
import { partitionOf } from '../../src/aws/partition.ts';

const CONFIG = `
[default]
region = ap-south-1
endpoint_url = http://127.0.0.1:4999
[profile root]
region = eu-west-1
endpoint_url = http://127.0.0.1:4600
login_session = arn:aws:iam::111122223333:root
[profile admin]
region = eu-central-1
endpoint_url = http://localhost:4700
[profile plain]
output = json
[profile sso]
sso_session = corporate
region = us-gov-west-1
[profile mixed]
services = local
endpoint_url = http://[::1]:4800
[profile ignoring]
ignore_configured_endpoint_urls = true
endpoint_url = https://evil.example
[profile evil]
endpoint_url = https://evil.example
[profile broken]
endpoint_url = not a url
[profile lost]
services = nowhere
[services local]
iam =
  endpoint_url = http://127.0.0.2:4801
config_service =
  endpoint_url = http://127.0.0.3:4802
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  await writeFile(join(folder, 'config'), CONFIG);
  await writeFile(join(folder, 'credentials'), '[only-credentials]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n');
});
afterAll(() => rm(folder, { recursive: true }));

type Choice = { profile?: string; region?: string; allow?: string[]; environment?: Record<string, string> };

const resolve = ({ profile, region, allow = [], environment = {} }: Choice): Promise<IdentitySettings> =>
  resolveIdentity({
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    allowEndpoints: allow,
    environment: { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'), ...environment },
  });

describe('Region', () => {
  it.each<[string, Choice, string]>([
    ['the one given wins', { profile: 'root', region: 'us-west-2', environment: { AWS_REGION: 'sa-east-1' } }, 'us-west-2'],
    ['then AWS_REGION', { profile: 'root', environment: { AWS_REGION: 'sa-east-1', AWS_DEFAULT_REGION: 'us-west-1' } }, 'sa-east-1'],
    ['then AWS_DEFAULT_REGION', { profile: 'root', environment: { AWS_DEFAULT_REGION: 'us-west-1' } }, 'us-west-1'],
    ['then the profile', { profile: 'root' }, 'eu-west-1'],
    ['of AWS_PROFILE too', { environment: { AWS_PROFILE: 'admin' } }, 'eu-central-1'],
    ['of the default profile where none is named', {}, 'ap-south-1'],
    ['else us-east-1', { profile: 'plain' }, 'us-east-1'],
    ['never the global endpoint, which does not know AssumeRoot', { profile: 'root', environment: { AWS_REGION: 'aws-global' } }, 'us-east-1'],
  ])('%s', async (_, choice, region) => {
    expect((await resolve(choice)).region).toBe(region);
  });

  it.each([
    ['eu-west-1', 'aws'], ['us-gov-east-1', 'aws-us-gov'], ['cn-northwest-1', 'aws-cn'], ['eusc-de-east-1', 'aws-eusc'],
  ])('%s is in %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});

describe('endpoint', () => {
  it('two profiles have two endpoints, and the default profile\'s is neither\'s', async () => {
    expect((await resolve({ profile: 'root' })).endpoints.iam).toBe('http://127.0.0.1:4600');
    expect((await resolve({ profile: 'admin' })).endpoints.iam).toBe('http://localhost:4700');
    expect(await resolve({ profile: 'plain' })).toMatchObject({ endpoints: {}, endpoint: null });
  });

  it.each<[string, Choice, string, string]>([
    ['a service in the environment before all', { profile: 'root', environment: { AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' } }, 'http://127.0.0.1:1', 'http://127.0.0.1:2'],
    ['the environment before the profile', { profile: 'root', environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' } }, 'http://127.0.0.1:2', 'http://127.0.0.1:2'],
    ['the services section before the profile', { profile: 'mixed' }, 'http://127.0.0.2:4801', 'http://[::1]:4800'],
    ['an empty variable is none', { profile: 'root', environment: { AWS_ENDPOINT_URL: '' } }, 'http://127.0.0.1:4600', 'http://127.0.0.1:4600'],
  ])('%s', async (_, choice, iam, sts) => {
    expect((await resolve(choice)).endpoints).toMatchObject({ iam, sts });
  });

  it('is named as one line, with the services where they differ', async () => {
    expect((await resolve({ profile: 'root' })).endpoint).toBe('http://127.0.0.1:4600');
    expect((await resolve({ profile: 'mixed' })).endpoint).toBe(
      'http://127.0.0.2:4801 (iam), http://[::1]:4800 (sts, organizations, cloudtrail, account, eventbridge, sns, kms), http://127.0.0.3:4802 (config_service)',
    );
    expect((await resolve({ profile: 'plain', environment: { AWS_ENDPOINT_URL_STS: 'http://127.9.9.9' } })).endpoint).toBe('http://127.9.9.9 (sts)');
  });

  it.each([
    'https://evil.example', 'http://127.0.0.1.evil.example', 'http://localhost.evil.example', 'http://10.0.0.1', 'http://0.0.0.0', 'https://iam.amazonaws.com', 'http://[::2]',
  ])('%s is refused, in the profile, the environment and for one service', async (url) => {
    await expect(resolve({ profile: 'plain', environment: { AWS_ENDPOINT_URL: url } })).rejects.toMatchObject({ code: 'endpoint/overridden', exitCode: 3 });
    await expect(resolve({ profile: 'root', environment: { AWS_ENDPOINT_URL_CONFIG_SERVICE: url } })).rejects.toMatchObject({ code: 'endpoint/overridden' });
  });

  it('another host is accepted by its name, and no other one with it', async () => {
    await expect(resolve({ profile: 'evil' })).rejects.toMatchObject({ code: 'endpoint/overridden' });
    await expect(resolve({ profile: 'evil', allow: ['good.example'] })).rejects.toMatchObject({ code: 'endpoint/overridden' });
    expect((await resolve({ profile: 'evil', allow: ['EVIL.example'] })).endpoint).toBe('https://evil.example');
  });

  it.each(['not a url', 'ftp://127.0.0.1', 'http://user:word@127.0.0.1', '127.0.0.1:4600'])('%s is malformed', async (url) => {
    await expect(resolve({ environment: { AWS_ENDPOINT_URL: url } })).rejects.toMatchObject({ code: 'endpoint/malformed' });
  });

  it('a broken profile says so', async () => {
    await expect(resolve({ profile: 'broken' })).rejects.toMatchObject({ code: 'endpoint/malformed' });
    await expect(resolve({ profile: 'lost' })).rejects.toMatchObject({ code: 'endpoint/malformed' });
  });

  it('overrides that are to be ignored are', async () => {
    expect((await resolve({ profile: 'ignoring' })).endpoints).toEqual({});
    expect((await resolve({ profile: 'evil', environment: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'TRUE' } })).endpoints).toEqual({});
  });
});

describe('profile', () => {
  it('that is in neither file is unknown', async () => {
    await expect(resolve({ profile: 'nobody' })).rejects.toMatchObject({ code: 'credentials/profile-unknown', exitCode: 4 });
    await expect(resolve({ environment: { AWS_PROFILE: '__proto__' } })).rejects.toMatchObject({ code: 'credentials/profile-unknown' });
    expect((await resolve({ profile: 'only-credentials' })).name).toBe('only-credentials');
  });

  it('is named, or the environment is', async () => {
    expect(await resolve({ profile: 'root' })).toMatchObject({ name: 'root', profile: 'root' });
    expect(await resolve({ environment: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' } })).toMatchObject({ name: 'environment', profile: null });
    expect(await resolve({})).toMatchObject({ name: 'default', profile: null });
  });

  it('tells how to sign in again', async () => {
    expect((await resolve({ profile: 'root' })).signInCommand).toBe('aws login --profile root');
    expect((await resolve({ profile: 'sso' })).signInCommand).toBe('aws sso login --profile sso');
    expect((await resolve({ profile: 'plain' })).signInCommand).toBeNull();
  });
});
