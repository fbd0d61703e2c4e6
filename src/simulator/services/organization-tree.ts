/** The reads of Organizations: the organization, its root, units and accounts (Organizations API reference). Knows no policy's content. */
import type * as Sdk from '@aws-sdk/client-organizations';
import { ServiceError, type Call } from '../service.ts';
import type { Account, Organization, OrganizationalUnit } from '../world.ts';
import { findMember, memberAccounts, organizationArn, organizationForReading, organizationOf, openListing, pageOf, pathOf } from './organization-access.ts';
import { findUnit, parentOf } from '../world-index.ts';

const membersOf = openListing<Account>();

export function describeOrganization(_input: Sdk.DescribeOrganizationCommandInput, call: Call): Sdk.DescribeOrganizationResponse {
  const organization = organizationOf(call);
  const { managementAccountId } = organization;
  return {
    Organization: {
      Id: organization.id,
      Arn: organizationArn(call, organization, 'organization'),
      FeatureSet: organization.featureSet,
      MasterAccountId: managementAccountId,
      MasterAccountArn: organizationArn(call, organization, 'account', managementAccountId),
      MasterAccountEmail: call.world.accounts[managementAccountId]?.email,
      // Deprecated and not maintained: AWS says to ask ListRoots instead.
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    },
  };
}

export function listRoots(input: Sdk.ListRootsRequest, call: Call): Sdk.ListRootsResponse {
  const organization = organizationForReading(call);
  const root: Sdk.Root = {
    Id: organization.rootId,
    Arn: organizationArn(call, organization, 'root', organization.rootId),
    Name: 'Root',
    PolicyTypes: organization.isScpEnabled ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
  };
  const { page, ...rest } = pageOf([root], input);
  return { Roots: page, ...rest };
}

export function listOrganizationalUnitsForParent(
  input: Sdk.ListOrganizationalUnitsForParentRequest,
  call: Call,
): Sdk.ListOrganizationalUnitsForParentResponse {
  const organization = organizationForReading(call);
  const { page, ...rest } = pageOf(unitsUnder(organization, input.ParentId), input);
  return { OrganizationalUnits: page.map((unit) => asUnit(call, organization, unit)), ...rest };
}

export function listAccountsForParent(input: Sdk.ListAccountsForParentRequest, call: Call): Sdk.ListAccountsForParentResponse {
  const organization = organizationForReading(call);
  const { page, ...rest } = pageOf(accountsUnder(call, organization, input.ParentId), input);
  return { Accounts: page.map((account) => asAccount(call, organization, account)), ...rest };
}

export function listChildren(input: Sdk.ListChildrenRequest, call: Call): Sdk.ListChildrenResponse {
  const organization = organizationForReading(call);
  const areAccounts = input.ChildType === 'ACCOUNT';
  const children = areAccounts ? accountsUnder(call, organization, input.ParentId) : unitsUnder(organization, input.ParentId);
  const { page, ...rest } = pageOf(children.map(({ id }) => id), input);
  return { Children: page.map((id) => ({ Id: id, Type: input.ChildType })), ...rest };
}

export function listParents(input: Sdk.ListParentsRequest, call: Call): Sdk.ListParentsResponse {
  const organization = organizationForReading(call);
  const childId = input.ChildId ?? '';
  const parentId = parentOf(organization, childId);
  if (parentId === undefined) throw new ServiceError('ChildNotFoundException', "You specified a child that doesn't exist.");
  return { Parents: [{ Id: parentId, Type: parentId === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] };
}

export function listAccounts(input: Sdk.ListAccountsRequest, call: Call): Sdk.ListAccountsResponse {
  const organization = organizationForReading(call);
  const { page, ...rest } = pageOf(membersOf(organization, input, () => memberAccounts(call, organization)), input);
  return { Accounts: page.map((account) => asAccount(call, organization, account)), ...rest };
}

export function describeAccount(input: Sdk.DescribeAccountRequest, call: Call): Sdk.DescribeAccountResponse {
  const organization = organizationForReading(call);
  const account = findMember(call, organization, input.AccountId);
  if (account === undefined) throw new ServiceError('AccountNotFoundException', "You specified an account that doesn't exist.");
  return { Account: asAccount(call, organization, account) };
}

export function describeOrganizationalUnit(
  input: Sdk.DescribeOrganizationalUnitRequest,
  call: Call,
): Sdk.DescribeOrganizationalUnitResponse {
  const organization = organizationForReading(call);
  const unit = findUnit(organization, input.OrganizationalUnitId ?? '');
  if (unit === undefined) {
    throw new ServiceError('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist.");
  }
  return { OrganizationalUnit: asUnit(call, organization, unit) };
}

export function listDelegatedAdministrators(
  input: Sdk.ListDelegatedAdministratorsRequest,
  call: Call,
): Sdk.ListDelegatedAdministratorsResponse {
  const organization = organizationForReading(call);
  const delegated = organization.delegatedAdministrators.filter(
    ({ servicePrincipal }) => input.ServicePrincipal === undefined || input.ServicePrincipal === servicePrincipal,
  );
  const accounts = memberAccounts(call, organization).filter(({ id }) => delegated.some(({ accountId }) => accountId === id));
  const { page, ...rest } = pageOf(accounts, input);
  return { DelegatedAdministrators: page.map((account) => asAccount(call, organization, account)), ...rest };
}

function unitsUnder(organization: Organization, parentId: string | undefined): OrganizationalUnit[] {
  requireParent(organization, parentId);
  return organization.units.filter((unit) => unit.parentId === parentId);
}

function accountsUnder(call: Call, organization: Organization, parentId: string | undefined): Account[] {
  requireParent(organization, parentId);
  return memberAccounts(call, organization).filter(({ id }) => organization.parents[id] === parentId);
}

function requireParent(organization: Organization, parentId: string | undefined): void {
  if (parentId === organization.rootId || findUnit(organization, parentId ?? '') !== undefined) return;
  throw new ServiceError('ParentNotFoundException', "You specified a root or organizational unit that doesn't exist.");
}

/** `Status` is retired since 2026-09-09 in favour of `State`; both are answered where `Status` has a word for it. */
function asAccount(call: Call, organization: Organization, account: Account): Sdk.Account {
  const { state } = account;
  return {
    Id: account.id,
    Arn: organizationArn(call, organization, 'account', account.id),
    Email: account.email,
    Name: account.name,
    State: state,
    ...(state === 'ACTIVE' || state === 'SUSPENDED' || state === 'PENDING_CLOSURE' ? { Status: state } : {}),
    Paths: [pathOf(organization, account.id)],
    JoinedMethod: 'CREATED',
    JoinedTimestamp: new Date(account.createdAt),
  };
}

function asUnit(call: Call, organization: Organization, unit: OrganizationalUnit): Sdk.OrganizationalUnit {
  return { Id: unit.id, Arn: organizationArn(call, organization, 'ou', unit.id), Name: unit.name, Path: pathOf(organization, unit.id) };
}
