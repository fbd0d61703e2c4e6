/** Identities over a real connection: which host each one reaches, with which credentials, through which proxy, and what a rehearsal may not reach. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCloud } from '../../src/aws/aws-cloud.ts';
import { resolveIdentity } from '../../src/aws/identity-settings.ts';
import type { Network } from '../../src/aws/request-handler.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { openVirtualClock } from './scripted-cloud.ts';

type Seen = { action: string; accessKeyId: string; body: string };

const answers: Record<string, (seen: Seen) => string> = {
  GetCallerIdentity: ({ accessKeyId }) => `<Arn>arn:aws:iam::111122223333:${accessKeyId.includes('ROOT') ? 'root' : 'user/alice'}</Arn><UserId>x</UserId><Account>111122223333</Account>`,
  AssumeRole: () =>
    '<Credentials><AccessKeyId>ASIAASSUMEDROLE00001</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>',
  ListAccountAliases: () => '<AccountAliases/>',
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listen(onRequest: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A server that answers as IAM and STS do, and keeps what it saw. */
async function openAws(): Promise<{ server: Server; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const action = new URLSearchParams(body).get('Action') ?? '';
      const call = { action, accessKeyId: /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '', body };
      seen.push(call);
      response.setHeader('x-amzn-requestid', 'r');
      response.end(`<${action}Response><${action}Result>${answers[action]?.(call) ?? ''}</${action}Result></${action}Response>`);
    });
  });
  return { server, seen };
}

let folder = '';
let first: Awaited<ReturnType<typeof openAws>>;
let second: Awaited<ReturnType<typeof openAws>>;

beforeEach(async () => {
  [first, second] = [await openAws(), await openAws()];
  folder = await mkdtemp(join(tmpdir(), 'network-'));
  const url = (server: Server): string => `endpoint_url = http://127.0.0.1:${portOf(server)}`;
  await writeFile(
    join(folder, 'config'),
    `[default]\nendpoint_url = http://127.0.0.1:1\n[profile root]\n${url(first.server)}\n[profile alice]\n${url(second.server)}\n[profile plain]\n
[profile role]\nrole_arn = arn:aws:iam::111122223333:role/Audit\nsource_profile = alice\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n${url(second.server)}
[profile sso]\nsso_session = corporate\nsso_account_id = 111122223333\nsso_role_name = Audit\n${url(first.server)}\n[sso-session corporate]\nsso_region = eu-west-1\nsso_start_url = https://corporate.example/start\n
[profile login]\nlogin_session = arn:aws:iam::111122223333:root\n${url(first.server)}\n[profile closed]\nendpoint_url = http://127.0.0.1:1\n`,
  );
  const keys = (id: string): string => `aws_access_key_id = ${id}\naws_secret_access_key = secret\n`;
  await writeFile(
    join(folder, 'credentials'),
    `[root]\n${keys('AKIAROOTKEY000000001')}[alice]\n${keys('AKIAALICE00000000001')}[plain]\n${keys('AKIAALICE00000000001')}[closed]\n${keys('AKIAALICE00000000001')}`,
  );
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_LOGIN_CACHE_DIRECTORY', folder);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFROMENVIRONMENT1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  for (const { server } of [first, second]) server.close().closeAllConnections();
});

async function openIdentity(profile: string, change: Partial<Network> = {}): Promise<Cloud> {
  const environment = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'), ...change.environment };
  const settings = await resolveIdentity({ profile, environment, allowEndpoints: [] });
  const transport: Network = { kind: 'network', certificateAuthorities: null, readMfaCode: null, onlyLoopback: false, ...change, environment };
  return openCloud(settings, { transport, policy: { run: (_lane, _effect, call) => call() }, clock: openVirtualClock(), runId: null });
}

describe('an identity', () => {
  it('reaches the endpoint of its own profile with its own key, beside another one', async () => {
    const [root, alice] = [await openIdentity('root'), await openIdentity('alice')];
    expect(await root.reader.readCaller()).toMatchObject({ kind: 'root-key', accessKeyId: 'AKIAROOTKEY000000001' });
    expect(await alice.reader.readCaller()).toMatchObject({ kind: 'user', accessKeyId: 'AKIAALICE00000000001' });
    expect(first.seen.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKIAROOTKEY000000001']);
    expect(second.seen.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKIAALICE00000000001']);
    expect(root.endpoint).toBe(`http://127.0.0.1:${portOf(first.server)}`);
  });

  it('assumes its role at its own endpoint, asks for the code once, and remembers every key that signed', async () => {
    const serials: string[] = [];
    const readMfaCode = (serial: string): Promise<string> => {
      serials.push(serial);
      return Promise.resolve('123456');
    };
    const cloud = await openIdentity('role', { readMfaCode });
    await Promise.all([cloud.reader.readCaller(), cloud.reader.readAccountAlias()]);
    expect(serials).toEqual(['arn:aws:iam::111122223333:mfa/alice']);
    expect(second.seen.map(({ action, accessKeyId }) => `${action} ${accessKeyId}`).sort()).toEqual([
      'AssumeRole AKIAALICE00000000001', 'GetCallerIdentity ASIAASSUMEDROLE00001', 'ListAccountAliases ASIAASSUMEDROLE00001',
    ]);
    expect(second.seen[0]?.body).toContain('TokenCode=123456');
    expect([...cloud.signedBy()].sort()).toEqual(['AKIAALICE00000000001', 'ASIAASSUMEDROLE00001']);
  });

  it('that needs a code and has nobody to ask says so', async () => {
    await expect((await openIdentity('role')).reader.readCaller()).rejects.toMatchObject({ code: 'credentials/mfa-needed', detail: expect.stringContaining('mfa/alice') });
    expect(second.seen).toEqual([]);
  });

  it.each([['sso', 'aws sso login --profile sso'], ['login', 'aws login --profile login']])('whose %s session is over names the command', async (profile, command) => {
    const cloud = await openIdentity(profile);
    await expect(cloud.reader.readCaller()).rejects.toMatchObject({ exitCode: 4, nextStep: expect.stringContaining(command) });
    expect(first.seen).toEqual([]);
  });

  it('and its sessions in other accounts share their connections', async () => {
    let connections = 0;
    second.server.on('connection', () => {
      connections += 1;
    });
    const cloud = await openIdentity('alice');
    for (let index = 0; index < 20; index += 1) await cloud.inAccount(parseAccountId(String(222_233_330_000 + index)), 'SecurityAudit').reader.readAccountAlias();
    expect(second.seen.filter(({ action }) => action === 'ListAccountAliases')).toHaveLength(20);
    expect(connections).toBe(1);
  });

  it('whose endpoint nobody listens on was not heard', async () => {
    await expect((await openIdentity('closed')).reader.readCaller()).rejects.toMatchObject({ code: 'aws/unreachable', isOutcomeUnknown: false });
  });
});

describe('a corporate proxy', () => {
  it('is used for AWS itself, and never for loopback', async () => {
    const connects: string[] = [];
    const proxy = await listen((_request, response) => response.destroy());
    proxy.on('connect', (request, socket) => {
      connects.push(request.url ?? '');
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    });
    const HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    vi.stubEnv('HTTPS_PROXY', HTTPS_PROXY);
    vi.stubEnv('HTTP_PROXY', HTTPS_PROXY);
    vi.stubEnv('NO_PROXY', '');
    await expect((await openIdentity('plain', { environment: { HTTPS_PROXY } })).reader.readCaller()).rejects.toMatchObject({ code: 'aws/server-error', retry: 'now' });
    expect(connects).toEqual(['sts.us-east-1.amazonaws.com:443']);
    expect(await (await openIdentity('alice', { environment: { HTTPS_PROXY } })).reader.readCaller()).toMatchObject({ kind: 'user' });
    expect(connects).toHaveLength(1);
    proxy.close();
  });
});

describe('a rehearsal over the network', () => {
  it('reaches loopback and nothing else', async () => {
    expect(await (await openIdentity('root', { onlyLoopback: true })).reader.readCaller()).toMatchObject({ kind: 'root-key' });
    await expect((await openIdentity('plain', { onlyLoopback: true })).reader.readCaller()).rejects.toMatchObject({ code: 'endpoint/live-in-rehearsal', exitCode: 70 });
  });
});
