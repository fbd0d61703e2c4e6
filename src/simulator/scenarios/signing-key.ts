/** Worlds in which the only session of root is a root key itself. */
import { DAY_MS } from '../durations.ts';
import { addAccount, addKeyProfile, addOrganization, addRoleProfile, addRootKey } from '../world-builder.ts';
import type { Account, World } from '../world.ts';
import { defineAnswers, retireKeys } from './answers.ts';
import { ACCOUNT_CREATED_AT, FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, ORGANIZATION_ADMIN, SECOND_KEY, SECURITY_ADMIN, nightly, nightlyBackup } from './cast.ts';
import { defineScenario, type Scenario } from './scenario.ts';

const REASON = 'no other session of root can be had';
const deleteDirectly = ['--delete-signing-key', `${KEY}=${REASON}`];

/** An account whose profile `root` is the key, and nothing else yet. */
function furnishSelfKey(world: World, id: string): Account {
  const account = addAccount(world, { id, name: 'lab', createdAt: ACCOUNT_CREATED_AT, root: { hasPassword: world.partition === 'aws' } });
  addRootKey(world, account, { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
  addKeyProfile(world, 'root', KEY);
  return account;
}

function addWitness(world: World, account: Account): void {
  addRoleProfile(world, 'admin', account, 'SecurityAdmin', SECURITY_ADMIN);
}

const selfKey = defineScenario({
  name: 'self-key',
  summary: 'The only session of root is the one key that is to go; a reading role is the witness.',
  teaches: 'The signing key is never deactivated: after its waiting time it is deleted directly, on record, and the witness verifies.',
  furnish(world, now) {
    addWitness(world, furnishSelfKey(world, FLAGGED_ACCOUNT));
    world.agenda.push(nightly(nightlyBackup(FLAGGED_ACCOUNT, KEY), now, 50, 30));
  },
  answers: defineAnswers('retire', retireKeys(deleteDirectly)),
});

const selfKeyTwo = defineScenario({
  name: 'self-key-two',
  summary: 'Two root keys; the only session of root is one of them.',
  teaches: 'The other key is contained, soaked and deleted in the ordinary way; the override covers the signing key alone.',
  furnish(world, now) {
    const account = furnishSelfKey(world, FLAGGED_ACCOUNT);
    addRootKey(world, account, { id: SECOND_KEY, status: 'Active', createdAt: KEY_CREATED_AT + 90 * DAY_MS });
    addWitness(world, account);
    world.agenda.push(nightly(nightlyBackup(FLAGGED_ACCOUNT, SECOND_KEY), now, 40, 10));
  },
  answers: defineAnswers('retire', retireKeys(deleteDirectly)),
});

const noWitness = defineScenario({
  name: 'no-witness',
  summary: 'The only session of root is the key that is to go, and there is no other identity at all.',
  teaches: 'Without a witness nothing can be verified once the key is gone, and rootzero says so.',
  furnish(world, now) {
    furnishSelfKey(world, FLAGGED_ACCOUNT);
    world.agenda.push(nightly(nightlyBackup(FLAGGED_ACCOUNT, KEY), now, 50, 30));
  },
  answers: defineAnswers('retire-unverified', [
    ...retireKeys(deleteDirectly).slice(0, 2),
    { command: ['resume'], expectExit: 2, note: 'The delete was accepted; nobody is left who could verify it.' },
  ]),
});

const govcloud = defineScenario({
  name: 'govcloud',
  summary: 'An account of AWS GovCloud (US): root has no console, and its only session is its one key.',
  teaches: 'In GovCloud the last root key deletes itself, after a look-back, and is never deactivated.',
  partition: 'aws-us-gov',
  furnish(world, now) {
    const accountId = '777788889999';
    addWitness(world, furnishSelfKey(world, accountId));
    world.agenda.push(nightly({ ...nightlyBackup(accountId, KEY), region: 'us-gov-west-1' }, now, 50, 30));
  },
  answers: defineAnswers('retire', retireKeys(deleteDirectly)),
});

const GOVCLOUD_ROOT = 'r-gv4m';

const govcloudMember = defineScenario({
  name: 'govcloud-member',
  summary: 'A member account of AWS GovCloud (US): root has no console, and its only session is its one key. The management account can be reached.',
  teaches: 'A key that signs cannot be deactivated, but denied from outside: a policy leaves it nothing but its own removal, is watched, and lifted after.',
  partition: 'aws-us-gov',
  furnish(world, now) {
    const member = furnishSelfKey(world, '777788889999');
    addWitness(world, member);
    const management = addAccount(world, { id: '666677778888', name: 'management', createdAt: ACCOUNT_CREATED_AT, root: { hasPassword: false } });
    addOrganization(world, {
      id: 'o-examplegov1',
      rootId: GOVCLOUD_ROOT,
      managementAccountId: management.id,
      units: [{ id: 'ou-gv4m-product1', name: 'production', parentId: GOVCLOUD_ROOT }],
      parents: { [management.id]: GOVCLOUD_ROOT, [member.id]: 'ou-gv4m-product1' },
    });
    addRoleProfile(world, 'management', management, 'OrganizationAdmin', ORGANIZATION_ADMIN);
    world.agenda.push(nightly({ ...nightlyBackup(member.id, KEY), region: 'us-gov-west-1' }, now, 50, 30));
  },
  answers: defineAnswers('retire', retireKeys(deleteDirectly, ['--org-profile', 'management'])),
});

export const signingKeyScenarios: Scenario[] = [selfKey, selfKeyTwo, noWitness, govcloud, govcloudMember];
