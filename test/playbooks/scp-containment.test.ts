/** A key that signs, in a member account: contained from outside by a policy, watched, deleted by itself, and the policy lifted. */
import { readFileSync } from 'node:fs';
import { AttachPolicyCommand, DetachPolicyCommand, OrganizationsClient, UpdatePolicyCommand } from '@aws-sdk/client-organizations';
import { afterEach, describe, expect, it } from 'vitest';
import { minifyPolicy } from '../../src/domain/guardrail.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/simulator/durations.ts';
import { KEY, KEY_CREATED_AT, nightlyBackup, ORGANIZATION_ADMIN, SECOND_KEY } from '../../src/simulator/scenarios/cast.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import { addAccount, addKeyProfile, addRoleProfile, addRootKey } from '../../src/simulator/world-builder.ts';
import type { Account, Organization, World } from '../../src/simulator/world.ts';
import { assessHistory } from '../promises/ledger.ts';
import { readRuns } from '../promises/story.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { closeOperator, lastProblem, makePlan, newestRun, openOperator, retire, type, type Operator } from '../support/operator.ts';

const MEMBER = '777788889999';
const MANAGEMENT = '666677778888';
const NAME = 'rootzero-deny-root-user-except-key-removal';
const ORG = ['--org-profile', 'management'];
const DIRECTLY = ['--delete-signing-key', `${KEY}=no other session of root can be had`];

let operator: Operator;
afterEach(async () => {
  const runs = await readRuns(operator);
  expect(assessHistory({ world: operator.world, runs, inactiveFromTheStart: new Set() }), operator.output).toEqual([]);
  await closeOperator(operator);
});

async function open(furnish: (world: World, member: Account) => void = () => undefined, scenario = 'govcloud-member'): Promise<World> {
  const world = openStageWorld(scenario);
  const member = world.accounts[MEMBER] ?? world.accounts['444455556666'];
  if (member === undefined) throw new Error('no member');
  furnish(world, member);
  operator = await openOperator(world);
  return world;
}

const organizationOf = (world: World): Organization => {
  if (world.organization === undefined) throw new Error('no organization');
  return world.organization;
};
const attachedTo = (world: World, target = MEMBER): string[] =>
  (organizationOf(world).attachments[target] ?? []).map((id) => organizationOf(world).policies.find((policy) => policy.id === id)?.name ?? id);
const operations = (): string[] => operator.world.effects.map(({ operation, by }) => `${operation}${by.startsWith('AKIA') ? ' by the key' : ''}`);
const startSoak = async (...options: string[]): Promise<void> => {
  const { plan, path } = await makePlan(operator, ...ORG, ...(await acknowledged()), ...DIRECTLY, ...options);
  expect(await type(operator, ['apply', path, '--approve', plan.digest, ...ORG]), operator.output).toBe(75);
};
const acknowledged = async (): Promise<string[]> => {
  const { plan } = await makePlan(operator, ...ORG);
  return plan.callers.filter(({ kind }) => kind === 'root-key').flatMap(({ fingerprint }) => ['--acknowledge', `${fingerprint}=known`]);
};
const resume = (): Promise<number | 'crashed'> => type(operator, ['resume', ...ORG]);

/** Somebody else of the management account, some time into the soak. */
async function asAnotherAdmin(world: World, act: (client: OrganizationsClient, policyId: string) => Promise<unknown>): Promise<void> {
  world.now += 2 * HOUR_MS;
  const { requestHandler } = openSimulator({ world, clock: { now: () => world.now, sleep: () => Promise.resolve() } });
  const credentials = world.profiles['management'];
  if (credentials === undefined) throw new Error('no profile');
  const client = new OrganizationsClient({ region: credentials.region, requestHandler, credentials, maxAttempts: 1 });
  const policyId = organizationOf(world).policies.find((policy) => policy.name === NAME)?.id ?? '';
  const own = world.effects.length;
  await act(client, policyId);
  // The ledger counts what runs did.
  world.effects.length = own;
}
const detach = (client: OrganizationsClient, PolicyId: string): Promise<unknown> => client.send(new DetachPolicyCommand({ PolicyId, TargetId: MEMBER }));
const attach = (client: OrganizationsClient, PolicyId: string): Promise<unknown> => client.send(new AttachPolicyCommand({ PolicyId, TargetId: MEMBER }));

describe('with an identity of the management account', () => {
  it('the key is denied everything but its own removal, soaked, deleted by itself, and the policy is lifted', async () => {
    const world = await open();
    const before = structuredClone(organizationOf(world));
    await startSoak();
    expect(attachedTo(world)).toEqual(['FullAWSAccess', NAME]);
    expect(await resume(), operator.output).toBe(0);
    expect(operations()).toEqual(['CreatePolicy', 'AttachPolicy', 'DeleteAccessKey by the key', 'DetachPolicy', 'DeletePolicy', 'PutConfigRule']);
    expect(organizationOf(world)).toEqual(before);
    expect(operator.output).toMatch(/by the\s+witness/);
  });

  it('the policy stays where that was planned', async () => {
    const world = await open();
    await startSoak('--keep-scp');
    expect(await resume(), operator.output).toBe(0);
    expect(attachedTo(world)).toEqual(['FullAWSAccess', NAME]);
  });

  it('the other of two keys is deactivated first, since the policy would deny that', async () => {
    await open((world, member) => addRootKey(world, member, { id: SECOND_KEY, status: 'Active', createdAt: KEY_CREATED_AT }));
    await startSoak();
    expect(await resume(), operator.output).toBe(0);
    expect(operations().slice(0, 5)).toEqual(['UpdateAccessKey by the key', 'CreatePolicy', 'AttachPolicy', 'DeleteAccessKey by the key', 'DeleteAccessKey by the key']);
  });

  it('any member will do, in any partition', async () => {
    await open((world, member) => addKeyProfile(world, 'root', member.root.keys[0]?.id ?? ''), 'member-account');
    await startSoak();
    expect(await resume(), operator.output).toBe(0);
    expect(operations()).toContain('AttachPolicy');
  });

  it('a suspected compromise is contained first, although the key signs', async () => {
    const world = await open();
    const { plan, path } = await makePlan(operator, '--suspected-compromise', ...ORG);
    expect(plan.notDone.map(({ what }) => what)).not.toContain('contain …7QXA');
    expect(await type(operator, ['apply', path, '--approve', plan.digest, ...ORG])).toBe(6);
    expect(lastProblem(operator)).toBe('compromise/contained');
    expect(attachedTo(world)).toContain(NAME);
  });

  it('a sandbox gets its guardrail through it too', async () => {
    const world = await open();
    await startSoak('--scp-target', 'ou-gv4m-product1');
    expect(await resume(), operator.output).toBe(0);
    expect(attachedTo(world, 'ou-gv4m-product1')).toEqual(['FullAWSAccess', 'rootzero-deny-root-user']);
  });
});

describe('without one', () => {
  it('the key is watched only, as the plan says', async () => {
    await open();
    const { exit, plan } = await retire(operator, ...DIRECTLY);
    expect(exit).toBe(75);
    expect(plan.notDone).toContainEqual({ what: 'contain …7QXA by an SCP', because: expect.stringContaining('--org-profile') });
    expect(await type(operator, ['resume'])).toBe(0);
    expect(operations()).not.toContain('CreatePolicy');
  });

  it('a run that needs it goes no further, and goes on with it', async () => {
    await open();
    await startSoak();
    expect(await type(operator, ['resume'])).toBe(4);
    expect(lastProblem(operator)).toBe('credentials/organization-needed');
    expect(await resume(), operator.output).toBe(0);
  });

  it('no policy is kept that none put on', async () => {
    await open();
    expect(await type(operator, ['plan', '--keep-scp'])).toBe(3);
    expect(lastProblem(operator)).toBe('input/needless-override');
  });
});

describe('an identity of another organization', () => {
  const withStranger = (world: World): void => {
    const other = addAccount(world, { id: '999988887777', name: 'other', createdAt: KEY_CREATED_AT });
    addRoleProfile(world, 'stranger', other, 'Admin', ORGANIZATION_ADMIN);
  };

  it('plans nothing', async () => {
    await open(withStranger);
    expect(await type(operator, ['plan', '--org-profile', 'stranger'])).toBe(6);
    expect(lastProblem(operator)).toBe('identity/other-organization');
  });

  it('writes nothing, whatever it was planned with', async () => {
    await open(withStranger);
    const { plan, path } = await makePlan(operator, ...ORG, ...(await acknowledged()), ...DIRECTLY);
    expect(await type(operator, ['apply', path, '--approve', plan.digest, '--org-profile', 'stranger'])).toBe(6);
    expect(lastProblem(operator)).toBe('identity/other-organization');
    expect(operator.world.effects).toEqual([]);
    expect(await type(operator, ['resume', ...ORG]), operator.output).toBe(0);
  });
});

describe('the soak under the policy', () => {
  it('stops for a denied call, whose caller was acknowledged: it still needs root; containment is kept', async () => {
    const world = await open();
    await startSoak();
    world.agenda.push({ kind: 'root-call', at: world.now + 3 * HOUR_MS, call: { ...nightlyBackup(MEMBER, KEY), region: 'us-gov-west-1' } });
    expect(await resume()).toBe(6);
    expect(lastProblem(operator)).toBe('soak/root-use');
    expect(operator.output).toMatch(/Root was used,\s+and\s+refused/);
    expect(operator.output).toContain('10.20.4.7');
    expect(attachedTo(world)).toContain(NAME);
    expect(operations()).not.toContain('DeleteAccessKey by the key');
  });

  it('lets nobody switch or make a key', async () => {
    const world = await open();
    await startSoak();
    const by = { ...nightlyBackup(MEMBER, KEY), service: 'iam', operation: 'CreateAccessKey', isReadOnly: false };
    world.agenda.push({ kind: 'create-key', at: world.now + HOUR_MS, accountId: MEMBER, keyId: SECOND_KEY, by });
    expect(await resume()).toBe(6);
    expect(world.accounts[MEMBER]?.root.keys.map(({ id }) => id)).toEqual([KEY]);
  });

  it.each<[string, (client: OrganizationsClient, policyId: string) => Promise<unknown>]>([
    ['was detached', detach],
    ['was detached for a moment', async (client, policyId) => { await detach(client, policyId); await attach(client, policyId); }],
    ['says something else', (client, PolicyId) => client.send(new UpdatePolicyCommand({ PolicyId, Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}' }))],
    ['said something else for a moment', async (client, PolicyId) => {
      const content = minifyPolicy(readFileSync('policies/scp/deny-root-user-except-key-removal/policy.json', 'utf8'));
      await client.send(new UpdatePolicyCommand({ PolicyId, Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}' }));
      await client.send(new UpdatePolicyCommand({ PolicyId, Content: content }));
    }],
  ])('stops where the policy %s', async (_, act) => {
    const world = await open();
    await startSoak();
    await asAnotherAdmin(world, act);
    expect(await resume()).toBe(6);
    expect(lastProblem(operator)).toBe('soak/key-not-contained');
    expect(operations()).not.toContain('DeleteAccessKey by the key');
  });

  it('is proved by the trail of the management account; unreadable there, it is not', async () => {
    const world = await open();
    await startSoak();
    world.accounts[MANAGEMENT]?.unreadableTrailRegions.push('us-gov-west-1');
    expect(await resume()).toBe(6);
    expect(lastProblem(operator)).toBe('soak/not-proved');
    expect(operator.output).toContain('of the management account');
    world.accounts[MANAGEMENT]?.unreadableTrailRegions.pop();
    expect(await resume(), operator.output).toBe(0);
  });

  it('ends with a look at the policy right before the delete', async () => {
    const world = await open();
    await startSoak();
    // The events of the last minutes do not show yet.
    const { plan } = await makePlan(operator, ...ORG).catch(() => ({ plan: null }));
    expect(plan?.actions.find((action) => action.kind === 'contain-by-scp')).toMatchObject({ isFound: true });
    organizationOf(world).attachments[MEMBER] = ['p-FullAWSAccess'];
    expect(await resume()).toBe(6);
    expect(operations()).not.toContain('DeleteAccessKey by the key');
  });
});

describe('a rollback', () => {
  it('lifts the policy: the attachments are as they were', async () => {
    const world = await open();
    const before = structuredClone(organizationOf(world));
    await startSoak();
    expect(await type(operator, ['rollback'])).toBe(4);
    expect(await type(operator, ['rollback', ...ORG]), operator.output).toBe(0);
    expect(organizationOf(world)).toEqual(before);
    expect((await newestRun(operator))?.state).toBe('rolled-back');
  });

  it('lifts it before it activates the other key, which the policy denies', async () => {
    const world = await open((opened, member) => addRootKey(opened, member, { id: SECOND_KEY, status: 'Active', createdAt: KEY_CREATED_AT }));
    await startSoak();
    expect(await type(operator, ['rollback', ...ORG]), operator.output).toBe(0);
    expect(world.accounts[MEMBER]?.root.keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  });
});

describe('what stands in the way', () => {
  const blockersOf = async (furnish: (world: World, organization: Organization) => void): Promise<string[]> => {
    await open((world) => furnish(world, organizationOf(world)));
    return (await makePlan(operator, ...ORG, ...DIRECTLY)).plan.blockers.map(({ code, text }) => `${code} ${text}`).filter((text) => !text.startsWith('input/'));
  };
  const addPolicy = (organization: Organization, name: string, content: string): void => {
    organization.policies.push({ id: `p-${name}`, name, description: '', content, isAwsManaged: false });
    organization.attachments[MEMBER]?.push(`p-${name}`);
  };

  it('is a full account', async () => {
    expect(await blockersOf((_, organization) => {
      for (let number = 1; number < 10; number += 1) addPolicy(organization, `policy${number}`, '{"Version":"2012-10-17","Statement":[]}');
    })).toEqual([expect.stringContaining('guardrail/no-slot')]);
  });

  it('is an organization without service control policies', async () => {
    expect(await blockersOf((_, organization) => { organization.isScpEnabled = false; })).toEqual([expect.stringContaining('guardrail/scp-not-enabled')]);
  });

  it('is a policy that keeps root from removing its keys', async () => {
    const content = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'iam:DeleteAccessKey', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } } }] });
    expect(await blockersOf((_, organization) => addPolicy(organization, 'keepkeys', content))).toEqual([expect.stringContaining('Policy keepkeys (p-keepkeys) on the account denies root the removal')]);
  });
});

it('a policy that a stopped run left on is found by the next one, soaked anew, and lifted', async () => {
  const world = await open();
  await startSoak();
  world.agenda.push({ kind: 'root-call', at: world.now + HOUR_MS, call: { ...nightlyBackup(MEMBER, KEY), region: 'us-gov-west-1' } });
  expect(await resume()).toBe(6);
  world.now += 30 * MINUTE_MS;
  await startSoak();
  expect(operator.world.effects.filter(({ operation }) => operation === 'AttachPolicy')).toHaveLength(1);
  expect(await resume(), operator.output).toBe(0);
  expect(attachedTo(world)).toEqual(['FullAWSAccess']);
});
