/** Faults and rate limits: what the caller sees, and what happened all the same. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DeleteAccessKeyCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { openSimulator } from '../../src/simulator/simulator.ts';
import type { Fault, World } from '../../src/simulator/world.ts';
import { ACCOUNT, ADMIN, clientOptions, handClock, LOGIN, open, ROOT_KEY, smallWorld } from './small-world.ts';

const DELETE = new DeleteAccessKeyCommand({ AccessKeyId: ROOT_KEY });

function disturbed(...faults: Partial<Fault>[]) {
  const world = smallWorld({
    faults: faults.map((fault) => ({ kind: 'throttle', operation: 'iam:DeleteAccessKey', skip: 0, remaining: 1, ...fault })),
  });
  const simulator = open(world);
  return { world, simulator, iam: new IAMClient(clientOptions(simulator, LOGIN)) };
}

function keyCount(world: World): number | undefined {
  return world.accounts[ACCOUNT]?.root.keys.length;
}

describe('a fault', () => {
  it.each([
    ['throttle', { name: 'Throttling', message: 'Rate exceeded' }],
    ['server-error', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
    ['timeout', { name: 'TimeoutError' }],
    ['access-denied', { name: 'AccessDenied', message: expect.stringContaining('is not authorized to perform: iam:DeleteAccessKey') }],
  ] as const)('%s changes nothing', async (kind, error) => {
    const { iam, world } = disturbed({ kind });
    await expect(iam.send(DELETE)).rejects.toMatchObject(error);
    expect(keyCount(world)).toBe(1);
    expect(world.effects).toEqual([]);
    expect(world.events.length).toBe(kind === 'access-denied' ? 1 : 0);
    await iam.send(DELETE);
    expect(keyCount(world)).toBe(0);
  });

  it('lost-reply breaks the connection after the effect', async () => {
    const { iam, world } = disturbed({ kind: 'lost-reply' });
    await expect(iam.send(DELETE)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(keyCount(world)).toBe(0);
    expect(world.effects).toHaveLength(1);
    expect(world.events).toMatchObject([{ name: 'DeleteAccessKey' }]);
  });

  it('waits for its turn and ends with its count', async () => {
    const { iam } = disturbed({ operation: 'iam:ListAccessKeys', skip: 1, remaining: 2 });
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      outcomes.push(await iam.send(new ListAccessKeysCommand({})).then(() => 'done', ({ name }: Error) => name));
    }
    expect(outcomes).toEqual(['done', 'Throttling', 'Throttling', 'done']);
  });

  it('concerns its operation only, or all', async () => {
    const { iam } = disturbed({ operation: 'iam:ListAccessKeys' }, { operation: '*', kind: 'server-error' });
    await expect(iam.send(DELETE)).rejects.toMatchObject({ name: 'InternalFailure' });
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'Throttling' });
  });
});

describe('rate limits', () => {
  const lookUp = async (simulator: ReturnType<typeof open>, region: string) => {
    const client = new CloudTrailClient(clientOptions(simulator, ADMIN, region));
    return client.send(new LookupEventsCommand({})).then(() => 'done', ({ name }: Error) => name);
  };

  it('let two LookupEvents pass per second in each Region', async () => {
    const simulator = open();
    expect([await lookUp(simulator, 'us-east-1'), await lookUp(simulator, 'us-east-1')]).toEqual(['done', 'done']);
    expect(await lookUp(simulator, 'us-east-1')).toBe('ThrottlingException');
    expect(await lookUp(simulator, 'eu-west-1')).toBe('done');
    simulator.clock.advance(500);
    expect([await lookUp(simulator, 'us-east-1'), await lookUp(simulator, 'us-east-1')]).toEqual(['done', 'ThrottlingException']);
  });

  it('are one bucket for all operations that have none of their own', async () => {
    const world = smallWorld();
    world.limits.rates = { 'iam:*': { perSecond: 1, burst: 1 }, 'iam:DeleteAccessKey': { perSecond: 1, burst: 1 } };
    const iam = new IAMClient(clientOptions(open(world), LOGIN));
    await iam.send(new ListAccessKeysCommand({}));
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: 'Throttling' });
    await iam.send(DELETE);
  });
});

describe('saving', () => {
  it('happens before each reply, with the effect in the world, even when the reply is lost', async () => {
    const world = smallWorld({ faults: [{ kind: 'lost-reply', operation: 'iam:DeleteAccessKey', skip: 0, remaining: 1 }] });
    const saved: (number | undefined)[] = [];
    const simulator = openSimulator({ world, clock: handClock(), save: (changed) => saved.push(keyCount(changed)) });
    const iam = new IAMClient(clientOptions(simulator, LOGIN));
    await iam.send(new ListAccessKeysCommand({}));
    await expect(iam.send(DELETE)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(saved).toEqual([1, 0]);
  });

  it('that fails leaves the caller without an answer', async () => {
    const save = () => {
      throw new Error('disk full');
    };
    const simulator = openSimulator({ world: smallWorld(), clock: handClock(), save });
    await expect(new IAMClient(clientOptions(simulator, LOGIN)).send(DELETE)).rejects.toThrow('disk full');
  });
});

describe('an aborted request', () => {
  it('is refused as aborted', async () => {
    const { iam, world } = disturbed();
    await expect(iam.send(new ListAccessKeysCommand({}), { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(world.sequence).toBe(0);
  });
});
