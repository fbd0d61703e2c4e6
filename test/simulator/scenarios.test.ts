/** The scenarios: every one is a world in order, and tells the story that its summary promises. */
import { readFileSync } from 'node:fs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { playAgenda } from '../../src/simulator/agenda.ts';
import { openScenario, scenarioNames, SCENARIOS } from '../../src/simulator/scenarios.ts';
import type { Account, World } from '../../src/simulator/world.ts';
import { clientOptions, open, START } from './small-world.ts';

const DAY = 24 * 3_600_000;
const accountOf = (world: World): Account => {
  const [account] = Object.values(world.accounts).filter(({ root }) => root.keys.length > 0).concat(Object.values(world.accounts));
  if (account === undefined) throw new Error('no account');
  return account;
};
const statuses = (world: World) => accountOf(world).root.keys.map(({ status }) => status);
const usesBy = (world: World, keyId: string | undefined) => world.events.filter(({ accessKeyId }) => accessKeyId === keyId);

describe.each(scenarioNames())('%s', (name) => {
  const world = openScenario(name, START);

  it('is the same every time, and opens at the present', () => {
    expect(openScenario(name, START)).toEqual(world);
    expect(world).toMatchObject({ scenario: name, now: START, effects: [], faults: [] });
    expect(world.events.every(({ at }) => at <= START)).toBe(true);
    expect(world.agenda.every((happening) => happening.kind === 'after-key-status' || happening.kind === 'after-attachment' || happening.kind === 'after-told' || happening.at > START - 60 * 60_000)).toBe(true);
  });

  it('has profiles that AWS knows', async () => {
    const simulator = open(openScenario(name, START));
    expect(Object.keys(world.profiles)).not.toEqual([]);
    for (const { accessKeyId, region } of Object.values(world.profiles)) {
      simulator.clock.advance(5_000);
      await expect(new STSClient(clientOptions(simulator, accessKeyId, region)).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Arn: expect.stringContaining(`arn:${world.partition}:`) });
    }
  });

  it('has well-formed ids of keys and no secret that could be one', () => {
    const keys = Object.values(world.accounts).flatMap(({ root }) => root.keys);
    for (const { id } of keys) expect(id).toMatch(/^AKIA[A-Z0-9]{16}$/);
    for (const { accessKeyId } of world.principals) expect(accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
    for (const { secretAccessKey } of Object.values(world.profiles)) expect(secretAccessKey).toMatch(/^simulated-/);
  });

  it('records AWS Config in one Region, and has the Regions of its partition', () => {
    for (const { config, regions } of Object.values(world.accounts)) {
      expect(Object.values(config)).toMatchObject([{ recorders: [{ isRecording: true, isServiceLinked: false }] }]);
      expect(regions.filter(({ isOptIn }) => !isOptIn)).toHaveLength(world.partition === 'aws' ? 17 : 2);
    }
  });

  it('says what it is, what it teaches and how it plays itself', () => {
    const scenario = SCENARIOS[name];
    expect(scenario?.name).toBe(name);
    expect([scenario?.summary, scenario?.teaches].every((text) => text?.endsWith('.'))).toBe(true);
    expect(scenario?.answers.steps.length).toBeGreaterThan(0);
  });
});

describe('the stories', () => {
  it('flagged-account: 71 nights that ended two weeks ago, and one look by hand', () => {
    const world = openScenario('flagged-account', START);
    const nights = world.events.filter(({ name }) => name === 'ListBuckets');
    expect(nights).toHaveLength(71);
    expect(new Set(nights.map(({ at }) => new Date(at).toISOString().slice(11, 15)))).toEqual(new Set(['02:1']));
    expect(Math.floor((START - (nights.at(-1)?.at ?? 0)) / DAY)).toBe(14);
    expect(world.events.filter(({ name }) => name === 'ListUsers')).toMatchObject([{ region: 'us-east-1', at: START - 61 * DAY }]);
    expect(accountOf(world).root.keys[0]?.lastUsed).toMatchObject({ service: 's3', at: nights.at(-1)?.at });
    expect(statuses(world)).toEqual(['Active']);
  });

  it('two-keys: one used three times in 90 days and again next month, one dormant', () => {
    const world = openScenario('two-keys', START);
    const [used, dormant] = accountOf(world).root.keys;
    expect(usesBy(world, used?.id)).toHaveLength(3);
    expect(usesBy(world, dormant?.id)).toHaveLength(0);
    expect(START - (dormant?.lastUsed?.at ?? START)).toBeGreaterThan(365 * DAY);
    playAgenda(world, START + 31 * DAY);
    expect(usesBy(world, used?.id)).toHaveLength(4);
  });

  it('key-in-use: every ten minutes, until the key is deactivated', () => {
    const world = openScenario('key-in-use', START);
    const before = world.events.length;
    expect(before).toBeGreaterThan(1_400);
    playAgenda(world, START + DAY);
    expect(world.events.length - before).toBeGreaterThan(140);
    for (const key of accountOf(world).root.keys) key.status = 'Inactive';
    const contained = world.events.length;
    playAgenda(world, START + 2 * DAY);
    expect(world.events.length).toBe(contained);
  });

  it('compromised: an administrator made, sessions minted, a new Region, the trail stopped, one session still alive', () => {
    const world = openScenario('compromised', START);
    const deeds = world.events.filter(({ detail }) => detail['sourceIPAddress'] === '198.51.100.77');
    expect(deeds.map(({ name }) => name)).toEqual(expect.arrayContaining(['CreateUser', 'AttachUserPolicy', 'CreateAccessKey', 'GetSessionToken', 'StopLogging', 'RunInstances']));
    expect(deeds.some(({ region }) => region === 'ap-southeast-1')).toBe(true);
    expect(world.principals.filter(({ kind, expiresAt = 0 }) => kind === 'minted-root-session' && expiresAt > START)).toHaveLength(1);
  });

  it('reactivated: on again five hours after it was switched off, and off an hour later', () => {
    const world = openScenario('reactivated', START);
    const [key] = accountOf(world).root.keys;
    const before = world.events.length;
    if (key !== undefined) key.status = 'Inactive';
    world.effects.push({ at: START + 60_000, service: 'iam', operation: 'UpdateAccessKey', target: key?.id ?? '', by: 'test' });
    playAgenda(world, START + 2 * DAY);
    expect(world.events.slice(before).map(({ name, at }) => [name, (at - START - 60_000) / 3_600_000])).toEqual([['UpdateAccessKey', 5], ['ListBuckets', 5.5], ['UpdateAccessKey', 6]]);
    expect(key?.status).toBe('Inactive');
  });

  it('stale-report: the report is younger than four hours, older than the key, and clean', () => {
    const world = openScenario('stale-report', START);
    const { report, root } = accountOf(world);
    expect(statuses(world)).toEqual(['Active']);
    expect(report?.generatedAt).toBeGreaterThan(START - 4 * 3_600_000);
    expect(report?.generatedAt).toBeLessThan(root.keys[0]?.createdAt ?? 0);
    expect(report?.csv.split('\n')[1]).not.toContain(',true,20');
  });

  it('inactive-key: inactive, and CloudTrail says since when', () => {
    const world = openScenario('inactive-key', START);
    expect(statuses(world)).toEqual(['Inactive']);
    expect(world.events).toMatchObject([{ name: 'UpdateAccessKey', region: 'us-east-1', at: START - 5 * DAY }]);
  });

  it('self-key, self-key-two, no-witness, govcloud: profile root is a key itself', () => {
    for (const name of ['self-key', 'self-key-two', 'no-witness', 'govcloud']) {
      const world = openScenario(name, START);
      expect(accountOf(world).root.keys.map(({ id }) => id), name).toContain(world.profiles['root']?.accessKeyId);
      expect('admin' in world.profiles, name).toBe(name !== 'no-witness');
    }
  });

  it('sealed-organization wears the policy that ships, at its root', () => {
    const { organization } = openScenario('sealed-organization', START);
    const sealing = organization?.policies.find(({ name }) => name === 'rootzero-deny-root-user');
    expect(JSON.parse(sealing?.content ?? '')).toEqual(JSON.parse(readFileSync('policies/scp/deny-root-user/policy.json', 'utf8')));
    expect(organization?.attachments[organization.rootId]).toContain(sealing?.id);
  });

  it.each(['organization', 'organization-large'])('%s: root keys in every state, two at most in an account, where a session of root can be opened', (name) => {
    const { accounts, organization } = openScenario(name, START);
    const ended = Object.values(accounts).filter(({ root }) => root.keys.length > 0);
    const stories = ended.map(({ root }) => root.keys.map(({ status, lastUsed }) => `${status}${lastUsed === undefined ? '' : ', used'}`).join(' and '));
    expect(new Set(stories)).toEqual(new Set(['Active', 'Active, used', 'Inactive, used', 'Active, used and Active', 'Active, used and Inactive']));
    expect(ended.every(({ state }) => state === 'ACTIVE')).toBe(true);
    expect(organization).toMatchObject({ trustedServices: ['iam.amazonaws.com'], rootFeatures: ['RootCredentialsManagement'] });
    expect(Object.keys(organization?.tags ?? {}).length).toBeGreaterThan(0);
  });

  it('organization-large: 10,000 accounts in 400 units, some suspended, some under a policy that spares no session of root', () => {
    const { accounts, organization, limits } = openScenario('organization-large', START);
    expect([Object.keys(accounts).length, organization?.units.length]).toEqual([10_000, 400]);
    expect(Object.values(accounts).filter(({ state }) => state === 'SUSPENDED').length).toBeGreaterThan(100);
    const [, unsparing] = organization?.policies ?? [];
    const sealed = Object.entries(organization?.attachments ?? {}).flatMap(([target, attached]) => (attached.includes(unsparing?.id ?? '') ? [target] : []));
    expect(Object.values(organization?.parents ?? {}).filter((parent) => sealed.includes(parent)).length).toBeGreaterThan(100);
    expect(limits).toMatchObject({ latencyMs: 60, rates: { 'sts:AssumeRoot': { perSecond: 20 }, 'organizations:ListAccounts': { perSecond: 8 } } });
  });

  it('organization: 300 accounts in 40 units, the sandbox small, one unit empty, a root key that somebody forgot', () => {
    const { accounts, organization, events } = openScenario('organization', START);
    expect(Object.keys(accounts)).toHaveLength(300);
    expect(organization?.units).toHaveLength(40);
    const living = new Set(Object.values(organization?.parents ?? {}));
    expect(Object.values(organization?.parents ?? {}).filter((parent) => parent === 'ou-ex4m-unit0001')).toHaveLength(3);
    expect(organization?.units.filter(({ id, parentId }) => parentId === organization.rootId && !living.has(id)).length).toBeGreaterThan(0);
    expect(Object.values(accounts).filter(({ root }) => root.keys.some(({ id }) => id === 'AKIAEXAMPLEROOT07QXA'))).toHaveLength(1);
    expect(Object.values(accounts).some(({ state }) => state === 'SUSPENDED')).toBe(true);
    expect(events.map(({ name }) => name)).toEqual(['PutAlternateContact', 'PutBucketVersioning']);
  });
});
