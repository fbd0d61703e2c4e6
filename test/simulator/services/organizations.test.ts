/** Organizations: the tree, the pages, the policies and their limits, and who may ask. */
import * as sdk from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, account, ADMIN, clientOptions, MANAGEMENT, MANAGER, open, organizationWorld, smallWorld } from '../small-world.ts';
import type { World } from '../../../src/simulator/world.ts';

const UNIT = 'ou-fake-unit';
const FULL = 'p-FullAWSAccess';
const Filter = 'SERVICE_CONTROL_POLICY' as const;
const deny = (action: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] });
const named = (Name: string, Content = deny('iam:CreateAccessKey')) => new sdk.CreatePolicyCommand({ Name, Content, Description: '', Type: Filter });

function clientOn(world: World, accessKeyId = MANAGER) {
  world.limits.rates = {};
  return new sdk.OrganizationsClient(clientOptions(open(world), accessKeyId));
}

const createdIn = async (client: sdk.OrganizationsClient, name: string): Promise<string> => {
  const { Policy: policy } = await client.send(named(name));
  return policy?.PolicySummary?.Id ?? '';
};

describe('the organization', () => {
  it('is described to any member, and to no standalone account', async () => {
    const { Organization: seen } = await clientOn(organizationWorld(), ADMIN).send(new sdk.DescribeOrganizationCommand({}));
    expect(seen).toMatchObject({ Id: 'o-fake', MasterAccountId: MANAGEMENT, FeatureSet: 'ALL' });
    await expect(clientOn(smallWorld(), ADMIN).send(new sdk.DescribeOrganizationCommand({}))).rejects.toMatchObject({ name: 'AWSOrganizationsNotInUseException' });
  });

  it('answers no other question of an ordinary member, reads of a delegated one, and writes of neither', async () => {
    const world = organizationWorld();
    const member = clientOn(world, ADMIN);
    await expect(member.send(new sdk.ListRootsCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    world.organization?.delegatedAdministrators.push({ accountId: ACCOUNT, servicePrincipal: 'config-multiaccountsetup.amazonaws.com' });
    await expect(member.send(new sdk.ListRootsCommand({}))).resolves.toMatchObject({ Roots: [{ Id: 'r-fake', PolicyTypes: [{ Type: Filter, Status: 'ENABLED' }] }] });
    await expect(member.send(named('x'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('can be walked down and up', async () => {
    const client = clientOn(organizationWorld());
    expect(await client.send(new sdk.ListOrganizationalUnitsForParentCommand({ ParentId: 'r-fake' }))).toMatchObject({ OrganizationalUnits: [{ Id: UNIT, Name: 'unit' }] });
    expect(await client.send(new sdk.ListAccountsForParentCommand({ ParentId: UNIT }))).toMatchObject({ Accounts: [{ Id: ACCOUNT, State: 'ACTIVE', Paths: [`o-fake/r-fake/${UNIT}/${ACCOUNT}/`] }] });
    expect(await client.send(new sdk.ListChildrenCommand({ ParentId: 'r-fake', ChildType: 'ACCOUNT' }))).toMatchObject({ Children: [{ Id: MANAGEMENT, Type: 'ACCOUNT' }] });
    expect(await client.send(new sdk.ListParentsCommand({ ChildId: ACCOUNT }))).toMatchObject({ Parents: [{ Id: UNIT, Type: 'ORGANIZATIONAL_UNIT' }] });
    expect(await client.send(new sdk.DescribeOrganizationalUnitCommand({ OrganizationalUnitId: UNIT }))).toMatchObject({ OrganizationalUnit: { Name: 'unit' } });
    expect(await client.send(new sdk.DescribeAccountCommand({ AccountId: ACCOUNT }))).toMatchObject({ Account: { Id: ACCOUNT, State: 'ACTIVE' } });
    await expect(client.send(new sdk.ListChildrenCommand({ ParentId: 'ou-fake-none', ChildType: 'ACCOUNT' }))).rejects.toMatchObject({ name: 'ParentNotFoundException' });
    await expect(client.send(new sdk.DescribeAccountCommand({ AccountId: '999999999999' }))).rejects.toMatchObject({ name: 'AccountNotFoundException' });
  });

  it('lists in pages, some of them empty', async () => {
    const world = organizationWorld();
    for (let index = 0; index < 43; index += 1) {
      const id = String(500_000_000_000 + index);
      world.accounts[id] = account(id);
      if (world.organization !== undefined) world.organization.parents[id] = UNIT;
    }
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    for await (const { Accounts: accounts = [] } of sdk.paginateListAccounts({ client: clientOn(world) }, {})) {
      sizes.push(accounts.length);
      for (const { Id } of accounts) ids.add(Id);
    }
    expect(ids.size).toBe(45);
    expect(sizes).toEqual([20, 0, 20, 0, 5]);
    await expect(clientOn(world).send(new sdk.ListAccountsCommand({ NextToken: 'made up' }))).rejects.toMatchObject({ name: 'InvalidInputException', Reason: 'INVALID_NEXT_TOKEN' });
  });
});

describe('a service control policy', () => {
  it('is created, attached, seen from both sides, detached and deleted, each change counted once', async () => {
    const world = organizationWorld();
    const client = clientOn(world);
    const PolicyId = await createdIn(client, 'no-keys');
    await client.send(new sdk.AttachPolicyCommand({ PolicyId, TargetId: UNIT }));
    expect((await client.send(new sdk.ListPoliciesForTargetCommand({ TargetId: UNIT, Filter }))).Policies?.map(({ Id }) => Id)).toEqual([FULL, PolicyId]);
    expect(await client.send(new sdk.ListTargetsForPolicyCommand({ PolicyId }))).toMatchObject({ Targets: [{ TargetId: UNIT, Name: 'unit', Type: 'ORGANIZATIONAL_UNIT' }] });
    expect(await client.send(new sdk.DescribePolicyCommand({ PolicyId }))).toMatchObject({ Policy: { Content: deny('iam:CreateAccessKey'), PolicySummary: { Name: 'no-keys', AwsManaged: false } } });
    await expect(client.send(new sdk.DeletePolicyCommand({ PolicyId }))).rejects.toMatchObject({ name: 'PolicyInUseException' });
    await client.send(new sdk.DetachPolicyCommand({ PolicyId, TargetId: UNIT }));
    await client.send(new sdk.DeletePolicyCommand({ PolicyId }));
    expect(world.effects.map(({ operation }) => operation)).toEqual(['CreatePolicy', 'AttachPolicy', 'DetachPolicy', 'DeletePolicy']);
    expect(world.events).toMatchObject(['CreatePolicy', 'AttachPolicy', 'DeletePolicy', 'DetachPolicy', 'DeletePolicy'].map((name) => ({ name, region: 'us-east-1' })));
  });

  it('changes only when an update says something new', async () => {
    const world = organizationWorld();
    const client = clientOn(world);
    const PolicyId = await createdIn(client, 'no-keys');
    await client.send(new sdk.UpdatePolicyCommand({ PolicyId, Content: deny('iam:CreateAccessKey') }));
    expect(world.effects).toHaveLength(1);
    await client.send(new sdk.UpdatePolicyCommand({ PolicyId, Content: deny('*') }));
    expect(world.effects).toHaveLength(2);
    await expect(client.send(new sdk.UpdatePolicyCommand({ PolicyId: FULL, Name: 'mine' }))).rejects.toMatchObject({ name: 'InvalidInputException', Reason: 'IMMUTABLE_POLICY' });
  });

  it.each([
    ['not JSON', '{', 'MalformedPolicyDocumentException'],
    ['no resource', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*"}]}', 'MalformedPolicyDocumentException'],
    ['a principal', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}]}', 'MalformedPolicyDocumentException'],
    ['white space beyond the limit', `${deny('*')}${' '.repeat(10_240)}`, 'ConstraintViolationException'],
  ])('is refused with %s', async (_name, content, name) => {
    const world = organizationWorld();
    await expect(clientOn(world).send(named('bad', content))).rejects.toMatchObject({ name });
    expect(world.effects).toEqual([]);
  });

  it('may fill the limit of characters exactly', async () => {
    await expect(clientOn(organizationWorld()).send(named('long', deny('*').padEnd(10_240)))).resolves.toBeDefined();
  });

  it('is refused twice, in an eleventh slot, where it is unknown or not enabled, and cannot leave a target bare', async () => {
    const world = organizationWorld();
    const client = clientOn(world);
    const attach = (PolicyId: string, TargetId: string) => client.send(new sdk.AttachPolicyCommand({ PolicyId, TargetId }));
    for (let index = 0; index < 9; index += 1) await attach(await createdIn(client, `p${index}`), UNIT);
    const last = await createdIn(client, 'eleventh');
    await expect(attach(last, UNIT)).rejects.toMatchObject({ name: 'ConstraintViolationException', Reason: 'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED' });
    await attach(last, ACCOUNT);
    await expect(attach(last, ACCOUNT)).rejects.toMatchObject({ name: 'DuplicatePolicyAttachmentException' });
    await expect(attach(last, 'ou-fake-none')).rejects.toMatchObject({ name: 'TargetNotFoundException' });
    await expect(attach('p-00000000', ACCOUNT)).rejects.toMatchObject({ name: 'PolicyNotFoundException' });
    await expect(client.send(named('eleventh'))).rejects.toMatchObject({ name: 'DuplicatePolicyException' });
    const detach = (PolicyId: string) => client.send(new sdk.DetachPolicyCommand({ PolicyId, TargetId: MANAGEMENT }));
    await expect(detach(last)).rejects.toMatchObject({ name: 'PolicyNotAttachedException' });
    await expect(detach(FULL)).rejects.toMatchObject({ name: 'ConstraintViolationException', Reason: 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED' });
    if (world.organization !== undefined) world.organization.isScpEnabled = false;
    await expect(attach(last, UNIT)).rejects.toMatchObject({ name: 'PolicyTypeNotEnabledException' });
  });
});
