/** The agenda: what the world does by itself, and what of it leaves a trace. */
import { describe, expect, it } from 'vitest';
import { playAgenda, tellPerson } from '../../src/simulator/agenda.ts';
import type { Happening, RootCall, World } from '../../src/simulator/world.ts';
import { ACCOUNT, LOGIN, organizationWorld, principal, ROOT_KEY, smallWorld, START } from './small-world.ts';

const HOUR = 3_600_000;
const OTHER_KEY = 'AKIAFAKEOTHERKEY4MZB';

const script: RootCall = {
  accountId: ACCOUNT, accessKeyId: ROOT_KEY, service: 's3', operation: 'ListBuckets', region: 'eu-west-1',
  sourceIp: '10.0.0.1', userAgent: 'Boto3', isReadOnly: true,
};
const person: RootCall = { ...script, accessKeyId: LOGIN, service: 'iam', isConsole: true };

const told = (world: World) => world.events.map(({ at, name, region }) => [(at - START) / HOUR, name, region]);
const rootOf = (world: World) => {
  const root = world.accounts[ACCOUNT]?.root;
  if (root === undefined) throw new Error('no account');
  return root;
};
const played = (agenda: Happening[], hours: number, change: (world: World) => void = () => undefined): World => {
  const world = smallWorld({ agenda });
  change(world);
  playAgenda(world, START + hours * HOUR);
  return world;
};

describe('the agenda', () => {
  it('plays what is due in order of time, whatever its order on the list, and nothing else', () => {
    const world = played([3, 1, 2, 9].map((hour) => ({ kind: 'root-call', at: START + hour * HOUR, call: script })), 5);
    expect(told(world)).toEqual([1, 2, 3].map((hour) => [hour, 'ListBuckets', 'eu-west-1']));
    expect(world.agenda).toHaveLength(1);
  });

  it('repeats a call until its end, and can be played in steps with the same result', () => {
    const recurring: Happening = { kind: 'root-call', at: START, everyMs: HOUR, untilAt: START + 10 * HOUR, jitterMs: 20 * 60_000, call: script };
    const atOnce = played([recurring], 30);
    const inSteps = smallWorld({ agenda: [recurring] });
    for (let minute = 0; minute <= 30 * 60; minute += 7) playAgenda(inSteps, START + minute * 60_000);
    expect(told(inSteps)).toEqual(told(atOnce));
    expect(atOnce.events).toHaveLength(11);
    expect(atOnce.agenda).toEqual([]);
    for (const [index, { at }] of atOnce.events.entries()) {
      expect(at).toBeGreaterThanOrEqual(START + index * HOUR);
      expect(at).toBeLessThan(START + index * HOUR + 20 * 60_000);
    }
    expect(new Set(atOnce.events.map(({ at }) => at % HOUR)).size).toBeGreaterThan(5);
  });

  it('moves the last use of the key', () => {
    const world = played([{ kind: 'root-call', at: START + HOUR, call: script }], 2);
    expect(rootOf(world).keys[0]?.lastUsed).toEqual({ at: START + HOUR, service: 's3', region: 'eu-west-1' });
  });

  it.each([
    ['an inactive key', (world: World) => { for (const key of rootOf(world).keys) key.status = 'Inactive'; }],
    ['a deleted key', (world: World) => { rootOf(world).keys = []; }],
  ])('a call with %s leaves neither event nor last use', (_name, change) => {
    const world = played([{ kind: 'root-call', at: START, everyMs: HOUR, call: script }], 3, change);
    expect(world.events).toEqual([]);
    expect(rootOf(world).keys.every(({ lastUsed }) => lastUsed === undefined)).toBe(true);
    expect(world.agenda).toHaveLength(1);
  });

  it('a session ends when it expires', () => {
    const session = principal('minted', { kind: 'minted-root-session', expiresAt: START + 2 * HOUR });
    const call = { ...script, accessKeyId: session.accessKeyId };
    const world = played([{ kind: 'root-call', at: START, everyMs: HOUR, call }], 5, ({ principals }) => principals.push(session));
    expect(told(world).map(([hour]) => hour)).toEqual([0, 1]);
  });

  it('lets somebody change and create keys, and CloudTrail tell of it in the home Region', () => {
    const world = played([
      { kind: 'set-key-status', at: START + HOUR, accountId: ACCOUNT, keyId: ROOT_KEY, status: 'Inactive', by: person },
      { kind: 'create-key', at: START + 2 * HOUR, accountId: ACCOUNT, keyId: OTHER_KEY, by: person },
    ], 3);
    expect(rootOf(world).keys).toMatchObject([{ id: ROOT_KEY, status: 'Inactive' }, { id: OTHER_KEY, status: 'Active', createdAt: START + 2 * HOUR }]);
    expect(told(world)).toEqual([[1, 'UpdateAccessKey', 'us-east-1'], [2, 'CreateAccessKey', 'us-east-1']]);
    expect(world.events[0]?.detail).toMatchObject({ requestParameters: { accessKeyId: ROOT_KEY, status: 'Inactive' }, sessionCredentialFromConsole: 'true' });
    expect(world.events[1]?.detail).toMatchObject({ responseElements: { accessKey: { accessKeyId: OTHER_KEY, status: 'Active' } } });
    expect(world.effects).toEqual([]);
  });

  it('a key cannot switch itself on again', () => {
    const by = { ...person, accessKeyId: ROOT_KEY };
    const world = played([{ kind: 'set-key-status', at: START, accountId: ACCOUNT, keyId: ROOT_KEY, status: 'Active', by }], 1, (before) => {
      for (const key of rootOf(before).keys) key.status = 'Inactive';
    });
    expect(rootOf(world).keys[0]?.status).toBe('Inactive');
    expect(world.events).toEqual([]);
  });

  it('what waits for a key to be deactivated counts its time from that change', () => {
    const follow: Happening[] = [5, 6].map((hour) => ({
      kind: 'set-key-status', at: hour * HOUR, accountId: ACCOUNT, keyId: ROOT_KEY, status: hour === 5 ? 'Active' : 'Inactive', by: person,
    }));
    const world = played([{ kind: 'after-key-status', at: START, accountId: ACCOUNT, keyId: ROOT_KEY, status: 'Inactive', follow }], 50);
    expect(world.events).toEqual([]);
    for (const key of rootOf(world).keys) key.status = 'Inactive';
    world.effects.push({ at: START + 51 * HOUR, service: 'iam', operation: 'UpdateAccessKey', target: ROOT_KEY, by: LOGIN });
    playAgenda(world, START + 80 * HOUR);
    expect(told(world).map(([hour]) => hour)).toEqual([56, 57]);
    expect(rootOf(world).keys[0]?.status).toBe('Inactive');
    expect(world.agenda).toEqual([]);
  });

  it('a person goes about what they were told, once, and about nothing else', () => {
    const acts: Happening[] = [
      { kind: 'set-key-status', at: HOUR, accountId: ACCOUNT, keyId: ROOT_KEY, status: 'Inactive', by: person },
      { kind: 'delete-key', at: 2 * HOUR, accountId: ACCOUNT, keyId: ROOT_KEY, by: person },
    ];
    const world = played([{ kind: 'after-told', at: 0, task: 'deactivate', follow: acts.slice(0, 1) }, { kind: 'after-told', at: 0, task: 'delete', follow: acts.slice(1) }], 50);
    expect(world.events).toEqual([]);
    for (const hour of [50, 51]) tellPerson(world, 'deactivate', START + hour * HOUR);
    playAgenda(world, START + 90 * HOUR);
    expect(told(world)).toEqual([[51, 'UpdateAccessKey', 'us-east-1']]);
    tellPerson(world, 'delete', START + 90 * HOUR);
    playAgenda(world, START + 99 * HOUR);
    expect(told(world).at(-1)).toEqual([92, 'DeleteAccessKey', 'us-east-1']);
    expect(rootOf(world).keys).toEqual([]);
    expect(world.agenda).toEqual([]);
  });

  it('a call that a service control policy denies leaves an event with the denial, moves the last use, and has no effect', () => {
    const denyRoot = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } } }] });
    const world = organizationWorld({ 'ou-fake-unit': [denyRoot] });
    world.agenda.push(
      { kind: 'root-call', at: START, call: script },
      { kind: 'set-key-status', at: START + HOUR, accountId: ACCOUNT, keyId: ROOT_KEY, status: 'Inactive', by: person },
      { kind: 'root-call', at: START + 2 * HOUR, call: { ...person, service: 'signin', operation: 'ConsoleLogin' } },
    );
    playAgenda(world, START + 3 * HOUR);
    expect(world.events.map(({ name, detail }) => [name, detail['errorCode']])).toEqual([['ListBuckets', 'AccessDenied'], ['UpdateAccessKey', 'AccessDenied'], ['ConsoleLogin', undefined]]);
    expect(world.events[0]?.detail['errorMessage']).toContain('explicit deny in a service control policy');
    expect(rootOf(world).keys).toMatchObject([{ status: 'Active', lastUsed: { at: START } }]);
  });

  it('changes the organization, and keeps others from writing meanwhile', () => {
    const world = organizationWorld();
    world.agenda.push(
      { kind: 'organization-change', at: START, takesMs: 5_000, change: { kind: 'move-account', accountId: ACCOUNT, parentId: 'r-fake' } },
      { kind: 'organization-change', at: START + HOUR, everyMs: HOUR, untilAt: START + 2 * HOUR, takesMs: 1_000, change: { kind: 'detach', policyId: 'p-FullAWSAccess', targetId: 'ou-fake-unit' } },
    );
    playAgenda(world, START);
    expect(world.organization).toMatchObject({ parents: { [ACCOUNT]: 'r-fake' }, changing: { until: START + 5_000, answer: 'ConcurrentModificationException' } });
    playAgenda(world, START + 5 * HOUR);
    expect(world.organization).toMatchObject({ attachments: { 'ou-fake-unit': [] }, changing: { until: START + 2 * HOUR + 1_000, answer: 'PolicyChangesInProgressException' } });
    expect([world.agenda, world.effects]).toEqual([[], []]);
  });

  it('what waits for an attachment counts its time from that', () => {
    const world = smallWorld({ agenda: [{ kind: 'after-attachment', at: START, targetId: 'ou-fake-unit', follow: [{ kind: 'root-call', at: HOUR, call: script }] }] });
    playAgenda(world, START + 5 * HOUR);
    world.effects.push({ at: START + 6 * HOUR, service: 'organizations', operation: 'AttachPolicy', target: 'p-1@ou-fake-unit', by: LOGIN });
    playAgenda(world, START + 9 * HOUR);
    expect(told(world)).toEqual([[7, 'ListBuckets', 'eu-west-1']]);
  });
});
