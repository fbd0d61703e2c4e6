/** Worlds with an organization: its management account, and one of its members. */
import { DAY_MS, HOUR_MS } from '../durations.ts';
import { addAccount, addOrganization, addRole, addRoleProfile, addRootKey, addRootProfile, addTrail } from '../world-builder.ts';
import type { Account, World } from '../world.ts';
import { CHECK_CLEAN, defineAnswers, retireKeys } from './answers.ts';
import { ACCOUNT_CREATED_AT, FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, ORGANIZATION_ADMIN, SECURITY_ADMIN, nightly, nightlyBackup } from './cast.ts';
import { defineScenario, type Scenario } from './scenario.ts';

const ROOT_ID = 'r-ex4m';
const SANDBOX = 'ou-ex4m-sandbox1';
const PRODUCTION = 'ou-ex4m-product1';
const MEMBER = '444455556666';
const AUDIT_ROLE = 'SecurityAudit';

/** A management account, two sandbox accounts and one in production. */
function furnishOrganization(world: World): { management: Account; member: Account } {
  const account = (id: string, name: string): Account =>
    addAccount(world, { id, name, createdAt: ACCOUNT_CREATED_AT, optIns: { 'ap-east-1': false } });
  const management = account(FLAGGED_ACCOUNT, 'management');
  account('222233334444', 'sandbox-1');
  account('333344445555', 'sandbox-2');
  const member = account(MEMBER, 'payments');
  addOrganization(world, {
    id: 'o-exampleorg1',
    rootId: ROOT_ID,
    managementAccountId: management.id,
    units: [{ id: SANDBOX, name: 'sandbox', parentId: ROOT_ID }, { id: PRODUCTION, name: 'production', parentId: ROOT_ID }],
    parents: { [management.id]: ROOT_ID, '222233334444': SANDBOX, '333344445555': SANDBOX, [member.id]: PRODUCTION },
  });
  addRoleProfile(world, 'management', management, 'OrganizationAdmin', ORGANIZATION_ADMIN);
  addTrail(world, management, 'organization', true);
  // One sandbox was left out when the role was rolled out.
  for (const id of ['222233334444', MEMBER]) addRole(world, id, { name: AUDIT_ROLE, trustedAccountId: management.id, allow: [...SECURITY_ADMIN] });
  return { management, member };
}

const managementAccount = defineScenario({
  name: 'management-account',
  summary: 'The management account of a small organization has a root key; there is a sandbox unit to try a guardrail on.',
  teaches: 'After the key is gone, the service control policy goes onto the sandbox: wide enough to be real, too small to hurt.',
  furnish(world, now) {
    const { management } = furnishOrganization(world);
    addRootKey(world, management, { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
    addRootProfile(world, 'root', management);
    addRoleProfile(world, 'admin', management, 'SecurityAdmin', ORGANIZATION_ADMIN);
    const reportHost = { ...nightlyBackup(management.id, KEY), sourceIp: '10.20.4.12' };
    const report = { ...reportHost, service: 'organizations', operation: 'ListAccounts', region: 'us-east-1' };
    const [first, last] = [now - 77 * DAY_MS - 5 * HOUR_MS, now - 21 * DAY_MS];
    world.agenda.push({ kind: 'root-call', at: first, everyMs: 7 * DAY_MS, untilAt: last, jitterMs: HOUR_MS / 4, call: report });
  },
  answers: defineAnswers('retire-and-guard', [...retireKeys(['--scp-target', SANDBOX]), CHECK_CLEAN]),
});

const memberAccount = defineScenario({
  name: 'member-account',
  summary: 'A member account of an organization has a root key, and root of that account can sign in.',
  teaches: 'A member retires its own key; the service control policy is left to the management account, and that is said.',
  furnish(world, now) {
    const { member } = furnishOrganization(world);
    addRootKey(world, member, { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
    addRootProfile(world, 'root', member);
    addRoleProfile(world, 'admin', member, 'SecurityAdmin', SECURITY_ADMIN);
    world.agenda.push(nightly(nightlyBackup(member.id, KEY), now, 84, 14));
  },
  answers: defineAnswers('retire', [...retireKeys(), CHECK_CLEAN]),
});

/** `policies/scp/deny-root-user`, as it is stored. */
const DENY_ROOT_SCP = '{"Version":"2012-10-17","Statement":[{"Sid":"DenyRootUserExceptAssumeRoot","Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":["arn:*:iam::*:root"]},"Null":{"aws:AssumedRoot":"true"}}}]}';
const DENY_ROOT_ID = 'p-denyroot1';

const sealedOrganization = defineScenario({
  name: 'sealed-organization',
  summary: 'A small organization, sealed at its root; root of one member can sign in, and is denied everything.',
  teaches: 'The seal is lifted for one account only and for a while, and is proved to be closed again.',
  furnish(world) {
    const { management, member } = furnishOrganization(world);
    const { organization } = world;
    organization?.policies.push({ id: DENY_ROOT_ID, name: 'rootzero-deny-root-user', description: 'Denies the root user of member accounts, AssumeRoot sessions exempted.', content: DENY_ROOT_SCP, isAwsManaged: false });
    organization?.attachments[ROOT_ID]?.push(DENY_ROOT_ID);
    organization?.trustedServices.push('iam.amazonaws.com');
    organization?.rootFeatures.push('RootCredentialsManagement');
    addRootProfile(world, 'member-root', member);
    addRoleProfile(world, 'admin', management, 'OrganizationAdmin', [...ORGANIZATION_ADMIN, 'sts:AssumeRoot']);
  },
  isPlayed: true,
  answers: defineAnswers('drill', [
    { command: ['guard', 'status', '--no-config', '--no-alerts'], expectExit: 0, note: 'Every account is sealed.' },
    { command: ['breakglass', 'drill', MEMBER, '--reason', 'quarterly drill', '--member-role', AUDIT_ROLE, '--yes'], expectExit: 0, note: 'Lift the seal for one account, seal it again, and prove it.' },
    { command: ['guard', 'status', '--no-config', '--no-alerts'], expectExit: 0, note: 'As before.' },
  ]),
});

export const organizationScenarios: Scenario[] = [managementAccount, memberAccount, sealedOrganization];
