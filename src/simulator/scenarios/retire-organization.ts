/** An organization of twenty accounts whose root users are of every kind that a retirement in waves meets: what it removes, and what it has to leave. */
import { DAY_MS, HOUR_MS } from '../durations.ts';
import { addAccount, addOrganization, addRoleProfile, addRootKey } from '../world-builder.ts';
import type { Account, RootUser, Time, World } from '../world.ts';
import { defineAnswers } from './answers.ts';
import { ACCOUNT_CREATED_AT, KEY_CREATED_AT, manualLook, nightlyBackup, once, ORGANIZATION_ADMIN } from './cast.ts';
import { MANAGEMENT_ACCOUNT, MEMBER_ROLE } from './large-organization.ts';
import { defineScenario, type Scenario } from './scenario.ts';

const ROOT_ID = 'r-ex4m';
const UNITS = [
  { id: 'ou-ex4m-sandbox1', name: 'sandbox', parentId: ROOT_ID },
  { id: 'ou-ex4m-engineer', name: 'engineering', parentId: ROOT_ID },
  { id: 'ou-ex4m-platform', name: 'platform', parentId: 'ou-ex4m-engineer' },
  { id: 'ou-ex4m-business', name: 'business', parentId: ROOT_ID },
  { id: 'ou-ex4m-legacy01', name: 'legacy', parentId: ROOT_ID },
] as const;
type Unit = (typeof UNITS)[number]['name'];

const MEMBER_ROLE_ALLOWS = ['iam:Get*', 'iam:List*', 'cloudtrail:LookupEvents', 'account:ListRegions', 'sts:GetCallerIdentity'];

/** The policy of AWS's own best practices, which knows no AssumeRoot (Organizations User Guide, "Best practices for member accounts"). */
const DENY_ROOT_WITHOUT_EXEMPTION = '{"Version":"2012-10-17","Statement":[{"Sid":"DenyRoot","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}';
const DENY_ROOT_BUT_ASSUMED = '{"Version":"2012-10-17","Statement":[{"Sid":"DenyRootUserExceptAssumeRoot","Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":["arn:*:iam::*:root"]},"Null":{"aws:AssumedRoot":"true"}}}]}';

type Member = { number: number; name: string; unit: Unit; keys?: ('Active' | 'Inactive')[]; root?: Partial<RootUser>; isWithoutRole?: true; isSuspended?: true };

/** One of each kind; the numbers are the ends of their account ids. */
const MEMBERS: readonly Member[] = [
  { number: 2, name: 'sandbox-1', unit: 'sandbox', keys: ['Active'] },
  { number: 3, name: 'sandbox-2', unit: 'sandbox' },
  { number: 4, name: 'build', unit: 'platform', keys: ['Inactive'] },
  { number: 5, name: 'data', unit: 'platform', keys: ['Active', 'Inactive'] },
  { number: 6, name: 'search', unit: 'engineering', keys: ['Active'] },
  { number: 7, name: 'mobile', unit: 'engineering', keys: ['Active'] },
  { number: 8, name: 'media', unit: 'engineering', root: { hasPassword: true, mfa: 'hardware' } },
  { number: 9, name: 'partners', unit: 'business', keys: ['Active'], root: { hasPassword: true, mfa: 'virtual', signingCertificates: 1 } },
  { number: 10, name: 'research', unit: 'engineering', keys: ['Active'], isSuspended: true },
  { number: 11, name: 'billing-1998', unit: 'legacy', keys: ['Active'] },
  { number: 12, name: 'archive', unit: 'business', keys: ['Active'] },
  { number: 13, name: 'intranet', unit: 'business', keys: ['Active'] },
  { number: 14, name: 'payments', unit: 'business', keys: ['Active'] },
  { number: 15, name: 'logistics', unit: 'business', keys: ['Active', 'Active'] },
  { number: 16, name: 'identity', unit: 'platform', keys: ['Active'] },
  { number: 17, name: 'reports', unit: 'business', keys: ['Active'], isWithoutRole: true },
  { number: 18, name: 'warehouse', unit: 'business', keys: ['Active'] },
  { number: 19, name: 'campus', unit: 'engineering' },
  { number: 20, name: 'museum', unit: 'legacy' },
];

const accountId = (number: number): string => String(500_000_000_000 + number * 1_000_003);
/** `AKIA`, sixteen characters; visibly not a real one. */
const keyId = (number: number, index: number): string => `AKIAEXAMPLE${String(number).padStart(2, '0')}ROOT0${index + 1}Q`;

/** Whose account it is, for tests and runbooks. */
export const accountNamed = (name: string): string => accountId(MEMBERS.find((member) => member.name === name)?.number ?? 0);

function addMember(world: World, { number, name, keys = [], root = {}, isWithoutRole, isSuspended }: Member): Account {
  const account = addAccount(world, { id: accountId(number), name, createdAt: ACCOUNT_CREATED_AT, root: { hasPassword: false, ...root } });
  if (isWithoutRole === undefined) account.roles = [{ name: MEMBER_ROLE, trustedAccountId: MANAGEMENT_ACCOUNT, allow: MEMBER_ROLE_ALLOWS }];
  if (isSuspended) account.state = 'SUSPENDED';
  for (const [index, status] of keys.entries()) addRootKey(world, account, { id: keyId(number, index), status, createdAt: KEY_CREATED_AT });
  return account;
}

function addUse(world: World, now: Time): void {
  const call = (number: number, index = 0) => nightlyBackup(accountId(number), keyId(number, index));
  world.agenda.push(
    // Goes on while the keys are contained, and is refused then: its owner said that it may.
    { kind: 'root-call', at: now - 60 * DAY_MS, everyMs: DAY_MS, untilAt: now + 3 * DAY_MS, call: call(14) },
    { kind: 'root-call', at: now - 85 * DAY_MS, everyMs: 7 * DAY_MS, untilAt: now - 5 * DAY_MS, call: { ...call(15, 1), sourceIp: '10.20.4.31' } },
    once(manualLook(accountId(16), keyId(16, 0)), now - 300 * DAY_MS),
    // Nobody can read CloudTrail there: only IAM's last use tells.
    once({ ...call(17), sourceIp: '10.20.9.4' }, now - 40 * DAY_MS),
    { kind: 'root-call', at: now - 80 * DAY_MS, everyMs: 12 * HOUR_MS, untilAt: now - 20 * DAY_MS, call: { ...call(18), sourceIp: '10.20.4.52' } },
  );
}

function furnish(world: World, now: Time): void {
  const management = addAccount(world, { id: MANAGEMENT_ACCOUNT, name: 'management', createdAt: ACCOUNT_CREATED_AT, root: { mfa: 'hardware' } });
  addRootKey(world, management, { id: keyId(1, 0), status: 'Active', createdAt: KEY_CREATED_AT });
  const parents: Record<string, string> = { [management.id]: ROOT_ID };
  for (const member of MEMBERS) parents[addMember(world, member).id] = UNITS.find(({ name }) => name === member.unit)?.id ?? ROOT_ID;
  const organization = addOrganization(world, { id: 'o-exampleorg1', rootId: ROOT_ID, managementAccountId: management.id, units: UNITS.map((unit) => ({ ...unit })), parents });
  organization.trustedServices.push('iam.amazonaws.com');
  organization.rootFeatures.push('RootCredentialsManagement');
  organization.policies.push(
    { id: 'p-legacyroot', name: 'legacy-deny-root', description: '', content: DENY_ROOT_WITHOUT_EXEMPTION, isAwsManaged: false },
    { id: 'p-archive001', name: 'archive-deny-root', description: '', content: DENY_ROOT_BUT_ASSUMED, isAwsManaged: false },
  );
  organization.attachments['ou-ex4m-legacy01']?.push('p-legacyroot');
  organization.attachments[accountNamed('archive')]?.push('p-archive001');
  addRoleProfile(world, 'admin', management, 'OrganizationAdmin', [...ORGANIZATION_ADMIN, 'sts:AssumeRoot', 'sts:AssumeRole']);
  addUse(world, now);
}

const KINDS = 'keys,certificates,password,mfa';

const retireOrganization = defineScenario({
  name: 'retire-organization',
  summary: 'An organization of 20 accounts with root users of every kind: used and unused keys, a password, a suspended account, an old policy in the way.',
  teaches: 'Root credentials go wave by wave: quarantined, soaked, proved, removed, read back. What nobody can reach stays in the plan, with its way out.',
  furnish,
  isPlayed: true,
  answers: defineAnswers('retire-organization', [
    { command: ['plan', '--org', '--credentials', KINDS, '--member-role', MEMBER_ROLE, '{acknowledge-all}', '--out', '{plan}'], expectExit: 0, note: 'Survey every account, and write the plan.' },
    { command: ['apply', '{plan}', '--approve', '{digest}'], expectExit: 75, note: 'Quarantine the canary; its soak begins.' },
    { command: ['status'], expectExit: 0, note: 'Waves, soaks and when each ends.' },
    { command: ['resume'], expectExit: 0, note: 'Wave by wave to the end.' },
    { command: ['check', '--org'], expectExit: 1, note: 'What no session can reach is left, and named.' },
  ]),
});

export const retireOrganizationScenarios: Scenario[] = [retireOrganization];
