/** Worlds for the rollout of a guardrail over an organization: one that goes well, and the ways in which it stops. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../durations.ts';
import { addRootKey, addRootSession } from '../world-builder.ts';
import type { Account, Organization, World } from '../world.ts';
import { defineAnswers } from './answers.ts';
import { KEY, KEY_CREATED_AT, consoleChange, nightlyBackup, once } from './cast.ts';
import { furnishLargeOrganization, MEMBER_ROLE, SANDBOX_UNIT, UNSPARING_POLICY } from './large-organization.ts';
import { scatterRootKeys } from './scattered-keys.ts';
import { defineScenario, type AnswerStep, type Scenario } from './scenario.ts';

const LARGE = { accounts: 300, units: 40, seed: 7 };
/** What stops a rollout shows as well in a part of it. */
const SMALL = { accounts: 36, units: 10, seed: 11 };

function organizationOf({ organization }: World): Organization {
  if (organization === undefined) throw new Error('a rollout needs an organization');
  return organization;
}

/** Somebody else's automation, which changes the organization for some seconds every few minutes. */
function addBusyNeighbour(world: World, now: number): void {
  world.agenda.push({ kind: 'organization-change', at: now + 20 * SECOND_MS, everyMs: 7 * MINUTE_MS, untilAt: now + 30 * DAY_MS, takesMs: 9 * SECOND_MS, change: { kind: 'unrelated' } });
}

/** A member with a root key that somebody somewhere still has, in a unit of the second wave where it is a small organization. */
function addForgottenKey(world: World, members: Account[]): Account {
  const organization = organizationOf(world);
  const member = members.find(({ id, state }) => state === 'ACTIVE' && organization.parents[id] === 'ou-ex4m-unit0003');
  if (member === undefined) throw new Error('no such member');
  addRootKey(world, member, { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
  return member;
}

const PREVIEW: AnswerStep = { command: ['guard', 'preview', '--member-role', MEMBER_ROLE, '--out', '{plan}'], expectExit: 0, note: 'Look at the whole organization, and write the rollout plan.' };
const APPLY: AnswerStep = { command: ['guard', 'apply', '{plan}', '--approve', '{digest}'], expectExit: 75, note: 'Centralized root access on, then the canary; then it is watched for a day.' };

const organization = defineScenario({
  name: 'organization',
  summary: 'An organization of 300 accounts in 40 OUs, with root keys here and there, where somebody else keeps changing things.',
  teaches: 'A guardrail spreads from a sandbox over the whole organization in waves, each of them tried and watched.',
  furnish(world, now) {
    const members = furnishLargeOrganization(world, LARGE);
    scatterRootKeys(world, members, LARGE.seed + 1, now);
    organizationOf(world).trustedServices.push('iam.amazonaws.com');
    organizationOf(world).rootFeatures.push('RootCredentialsManagement');
    const member = addForgottenKey(world, members);
    const byRoot = consoleChange(member.id, addRootSession(world, member).accessKeyId);
    world.agenda.push(
      once({ ...byRoot, service: 'account', operation: 'PutAlternateContact' }, now - 40 * DAY_MS),
      once({ ...byRoot, service: 's3', operation: 'PutBucketVersioning', region: 'eu-west-1' }, now - 25 * DAY_MS),
    );
    addBusyNeighbour(world, now);
  },
  isPlayed: true,
  answers: defineAnswers('roll-out', [
    PREVIEW,
    { ...APPLY, note: 'The canary first; then it is watched for a day.' },
    { command: ['resume'], expectExit: 0, note: 'Wave by wave, to the end.' },
    { command: ['guard', 'status', '--no-config', '--no-alerts'], expectExit: 0, note: 'Every account is sealed.' },
  ]),
});

const rollout = defineScenario({
  name: 'rollout',
  summary: 'An organization of 36 accounts in 10 OUs; in one of them a job has used root\'s key every week until lately.',
  teaches: 'Whoever would be denied is known before; with that said, the guardrail spreads wave by wave, and comes off again at a word.',
  furnish(world, now) {
    const member = addForgottenKey(world, furnishLargeOrganization(world, SMALL));
    world.agenda.push({ kind: 'root-call', at: now - 85 * DAY_MS, everyMs: 7 * DAY_MS, untilAt: now - DAY_MS, call: nightlyBackup(member.id, KEY) });
  },
  isPlayed: true,
  answers: defineAnswers('roll-out', [
    { ...PREVIEW, expectExit: 6, note: 'Look at the whole organization: a caller would be denied.' },
    { command: ['guard', 'preview', '--member-role', MEMBER_ROLE, '{accept-all}', '--out', '{plan}'], expectExit: 0, note: 'That caller is known; write the rollout plan.' },
    APPLY,
    { command: ['resume'], expectExit: 0, note: 'Wave by wave, to the end.' },
    { command: ['guard', 'status', '--no-config', '--no-alerts'], expectExit: 0, note: 'Every account is sealed.' },
  ]),
});

const rootJob = defineScenario({
  name: 'rollout-root-job',
  summary: 'A smaller organization; a job that runs with root\'s key every hundred days is due in the second wave.',
  teaches: 'What ran before the 90 days that CloudTrail keeps shows only when it is denied: the wave stops, and the seal stays.',
  furnish(world) {
    const members = furnishLargeOrganization(world, SMALL);
    const member = addForgottenKey(world, members);
    const unit = organizationOf(world).parents[member.id] ?? '';
    world.agenda.push({ kind: 'after-attachment', at: 0, targetId: unit, follow: [{ kind: 'root-call', at: 3 * HOUR_MS, everyMs: 100 * DAY_MS, call: nightlyBackup(member.id, KEY) }] });
  },
  isPlayed: true,
  answers: defineAnswers('tripwire', [PREVIEW, APPLY, { command: ['resume'], expectExit: 6, note: 'A root call was denied that nobody accepted: it stops, and everything stays attached.' }]),
});

const leakedKey = defineScenario({
  name: 'rollout-leaked-key',
  summary: 'A smaller organization; somebody who has a leaked root key tries it once.',
  teaches: 'One knock does not open the door: the seal stays, and a person decides.',
  furnish(world) {
    const members = furnishLargeOrganization(world, SMALL);
    const member = addForgottenKey(world, members);
    const unit = organizationOf(world).parents[member.id] ?? '';
    const knock = { ...nightlyBackup(member.id, KEY), service: 'iam', operation: 'CreateUser', region: 'us-east-1', sourceIp: '198.51.100.77', userAgent: 'python-requests/2.31.0', isReadOnly: false, parameters: { userName: 'support2' } };
    world.agenda.push({ kind: 'after-attachment', at: 0, targetId: unit, follow: [once(knock, 90 * MINUTE_MS)] });
  },
  isPlayed: true,
  answers: defineAnswers('tripwire', [PREVIEW, APPLY, { command: ['resume'], expectExit: 6, note: 'The knock was denied; it stops, and the seal stays.' }]),
});

const probeRefused = defineScenario({
  name: 'rollout-refused',
  summary: 'A smaller organization; in one of its accounts AssumeRoot sessions lack the mark by which the policy spares them.',
  teaches: 'Where our own session is refused because of our policy, the policy comes off at once, and nothing else is touched.',
  furnish(world) {
    const members = furnishLargeOrganization(world, SMALL);
    const organization = organizationOf(world);
    organization.unmarkedAssumedRoots = members.filter(({ id }) => organization.parents[id] === 'ou-ex4m-unit0005').map(({ id }) => id);
  },
  isPlayed: true,
  answers: defineAnswers('probe-refused', [PREVIEW, APPLY, { command: ['resume'], expectExit: 6, note: 'The probe is refused: detached, stopped, said.' }]),
});

const blocked = defineScenario({
  name: 'rollout-blocked',
  summary: 'A smaller organization; Control Tower denies root in one OU without an exemption, and another OU has no slot left.',
  teaches: 'What would stop a rollout is known before it begins, with what to change and where.',
  furnish(world) {
    furnishLargeOrganization(world, SMALL);
    const organization = organizationOf(world);
    organization.policies.push(UNSPARING_POLICY);
    organization.attachments['ou-ex4m-unit0004']?.push(UNSPARING_POLICY.id);
    for (let index = 1; index < 10; index += 1) {
      const id = `p-team0000${index}`;
      organization.policies.push({ id, name: `team-${index}`, description: '', content: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}]}', isAwsManaged: false });
      organization.attachments['ou-ex4m-unit0006']?.push(id);
    }
  },
  isPlayed: true,
  answers: defineAnswers('blocked', [
    { ...PREVIEW, expectExit: 6, note: 'Look at the whole organization: two things stand in the way.' },
    { command: ['guard', 'preview', '--canary', SANDBOX_UNIT, '--target', SANDBOX_UNIT, '--out', '{plan}'], expectExit: 0, note: 'The sandbox alone is free.' },
  ]),
});

export const rolloutScenarios: Scenario[] = [rollout, organization, rootJob, leakedKey, probeRefused, blocked];
