/** The loopback front: the same answers over HTTP, and nothing for strangers. */
import { request } from 'node:http';
import { DeleteAccessKeyCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { LookupEventsCommand, CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorServer } from '../../src/simulator/http-server.ts';
import { openHttpServer } from '../../src/simulator/http-server.ts';
import { ACCOUNT, clientOptions, LOGIN, open, ROOT_KEY, smallWorld } from './small-world.ts';

let server: SimulatorServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(world = smallWorld()) {
  const simulator = open(world);
  server = await openHttpServer(simulator.respond);
  const { requestHandler: _, ...options } = clientOptions(simulator, LOGIN);
  return { simulator, server, options: { ...options, endpoint: server.endpoint } };
}

type RawRequest = { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer };

/** A raw request; resolves with the status, or with the code of a broken connection. */
function raw(port: number, { method = 'POST', path = '/', headers = {}, body = '' }: RawRequest = {}): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve(incoming.statusCode));
    });
    outgoing.on('error', (error: Error & { code?: string }) => resolve(error.code));
    outgoing.end(body);
  });
}

const signed = (service: string) => ({ authorization: `AWS4-HMAC-SHA256 Credential=${ROOT_KEY}/20260601/us-east-1/${service}/aws4_request, Signature=x` });

describe('the HTTP front', () => {
  it('answers SDK clients of query and JSON services', async () => {
    const { options, server: { endpoint } } = await serve();
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { AccessKeyMetadata } = await new IAMClient(options).send(new ListAccessKeysCommand({}));
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: ROOT_KEY }]);
    expect(await new CloudTrailClient(options).send(new LookupEventsCommand({}))).toHaveProperty('Events');
  });

  it('reads a query call from the URL of a GET', async () => {
    const { server: { port } } = await serve();
    expect(await raw(port, { method: 'GET', path: '/?Action=ListAccessKeys&Version=2010-05-08', headers: signed('iam') })).toBe(200);
  });

  it('breaks the connection when the reply is to be lost', async () => {
    const { options, simulator } = await serve(smallWorld({ faults: [{ kind: 'lost-reply', operation: '*', skip: 0, remaining: 1 }] }));
    await expect(new IAMClient(options).send(new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY }))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(simulator.world.accounts[ACCOUNT]?.root.keys).toEqual([]);
  });

  it('lets a request hang that is to time out, until it closes', async () => {
    const { server: opened } = await serve(smallWorld({ faults: [{ kind: 'timeout', operation: '*', skip: 0, remaining: 1 }] }));
    const hanging = raw(opened.port, { path: '/', headers: signed('iam'), body: 'Action=ListAccessKeys' });
    const first = await Promise.race([hanging, raw(opened.port, { headers: signed('iam'), body: 'Action=ListAccessKeys' })]);
    expect(first).toBe(200);
    await opened.close();
    expect(await hanging).toBe('ECONNRESET');
  });

  it.each([
    ['an unsigned request', {}, 403],
    ['a host that is not loopback', { headers: { ...signed('iam'), host: 'attacker.example' } }, 403],
    ['a service that it has not', { headers: signed('s3') }, 404],
    ['a service named like a property of objects', { headers: signed('constructor') }, 404],
    ['a path that no service has', { path: '/nothing', headers: signed('iam') }, 404],
    ['a REST path that is not there', { path: '/nothing', headers: signed('account') }, 404],
    ['a target that is not a path', { path: 'http://example.com/', headers: signed('iam') }, 400],
    ['an unknown action', { headers: signed('iam'), body: 'Action=Nonsense' }, 400],
    ['an action that is not modelled', { headers: signed('iam'), body: 'Action=ListRoles' }, 501],
    ['a body that is no JSON', { headers: { ...signed('cloudtrail'), 'x-amz-target': 'CloudTrail.LookupEvents' }, body: '{' }, 400],
    ['an enormous body', { headers: signed('iam'), body: Buffer.alloc(1024 * 1024 + 1) }, 413],
  ])('refuses %s', async (_what, options, status) => {
    const { server: { port } } = await serve();
    expect(await raw(port, options)).toBe(status);
  });

  it('accepts the loopback host under its names', async () => {
    const { server: { port } } = await serve();
    for (const host of ['localhost', `localhost:${port}`, '127.0.0.1', '[::1]']) {
      expect(await raw(port, { headers: { ...signed('iam'), host }, body: 'Action=ListAccessKeys' })).toBe(200);
    }
  });
});
