/** Config rules of an organization: who may put them, how they spread, and what fails in which account. */
import * as sdk from '@aws-sdk/client-config-service';
import { expect, it } from 'vitest';
import { ACCOUNT, account, ADMIN, clientOptions, MANAGEMENT, MANAGER, open, organizationWorld, smallWorld } from '../small-world.ts';

const NAME = 'iam-root-access-key-check';
const put = (more: Partial<sdk.PutOrganizationConfigRuleRequest> = {}) => new sdk.PutOrganizationConfigRuleCommand({
  OrganizationConfigRuleName: NAME, OrganizationManagedRuleMetadata: { RuleIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, ...more,
});
const RECORDER = { name: 'default', isRecording: true, isServiceLinked: false };

function openOrganization() {
  const world = organizationWorld();
  const third = '777788889999';
  world.accounts[third] = account(third);
  const { organization } = world;
  if (organization !== undefined) organization.parents[third] = 'ou-fake-unit';
  for (const id of [ACCOUNT, MANAGEMENT]) Object.assign(world.accounts[id]?.config ?? {}, { 'us-east-1': { recorders: [RECORDER], rules: [] } });
  const simulator = open(world);
  const as = (key: string, region = 'us-east-1') => new sdk.ConfigServiceClient(clientOptions(simulator, key, region));
  const rulesIn = (id: string): (string | undefined)[] => (world.accounts[id]?.config['us-east-1']?.rules ?? []).map(({ createdBy }) => createdBy);
  return { world, third, clock: simulator.clock, as, rulesIn };
}

const statusOf = async (client: sdk.ConfigServiceClient) =>
  (await client.send(new sdk.DescribeOrganizationConfigRuleStatusesCommand({ OrganizationConfigRuleNames: [NAME] }))).OrganizationConfigRuleStatuses?.[0]?.OrganizationRuleStatus;
const accountsOf = async (client: sdk.ConfigServiceClient) =>
  ((await client.send(new sdk.GetOrganizationConfigRuleDetailedStatusCommand({ OrganizationConfigRuleName: NAME }))).OrganizationConfigRuleDetailedStatus ?? [])
    .map(({ AccountId, MemberAccountRuleStatus }) => `${AccountId} ${MemberAccountRuleStatus}`);

it('spreads account by account, and fails as a whole where one has no recorder', async () => {
  const { as, clock, third, rulesIn, world } = openOrganization();
  const client = as(MANAGER);
  await client.send(put());
  expect(await statusOf(client)).toBe('CREATE_IN_PROGRESS');
  await expect(client.send(put())).rejects.toMatchObject({ name: 'ResourceInUseException' });
  clock.advance(60_000);
  expect(await statusOf(client)).toBe('CREATE_FAILED');
  expect((await accountsOf(client)).sort()).toEqual([`${ACCOUNT} CREATE_SUCCESSFUL`, `${MANAGEMENT} CREATE_SUCCESSFUL`, `${third} CREATE_FAILED`].sort());
  expect(rulesIn(ACCOUNT)).toEqual(['config-multiaccountsetup.amazonaws.com']);
  await client.send(put({ ExcludedAccounts: [third] }));
  clock.advance(60_000);
  expect(await statusOf(client)).toBe('UPDATE_SUCCESSFUL');
  expect(await accountsOf(client)).toHaveLength(2);
  expect(world.organization?.trustedServices).toContain('config-multiaccountsetup.amazonaws.com');
  await client.send(new sdk.DeleteOrganizationConfigRuleCommand({ OrganizationConfigRuleName: NAME }));
  expect(await statusOf(client)).toBe('DELETE_IN_PROGRESS');
  clock.advance(60_000);
  await expect(statusOf(client)).rejects.toMatchObject({ name: 'NoSuchOrganizationConfigRuleException' });
  expect(rulesIn(ACCOUNT)).toEqual([]);
});

it('is for the management account and its delegate, who do not see each other\'s', async () => {
  const { as, world } = openOrganization();
  await expect(as(ADMIN).send(put())).rejects.toMatchObject({ name: 'OrganizationAccessDeniedException' });
  world.organization?.delegatedAdministrators.push({ accountId: ACCOUNT, servicePrincipal: 'config-multiaccountsetup.amazonaws.com' });
  await as(ADMIN).send(put());
  const listed = async (key: string, region?: string) => (await as(key, region).send(new sdk.DescribeOrganizationConfigRulesCommand({}))).OrganizationConfigRules?.length;
  expect([await listed(ADMIN), await listed(MANAGER), await listed(ADMIN, 'eu-west-1')]).toEqual([1, 0, 0]);
});

it('needs an organization', async () => {
  const client = new sdk.ConfigServiceClient(clientOptions(open(smallWorld()), ADMIN));
  await expect(client.send(put())).rejects.toMatchObject({ name: 'NoAvailableOrganizationException' });
});
