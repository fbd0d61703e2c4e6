/** What the services of Organizations share: who may call, the ARNs and places of the tree, and its pages. Changes nothing. */
import { ServiceError, type Call } from '../service.ts';
import type { Account, Organization } from '../world.ts';
import { findUnit, parentOf } from '../world-index.ts';

/** Largest page of an Organizations list (Organizations API reference, MaxResults). */
const MAX_PAGE = 20;
const EMPTY_PAGE_MARK = '~';

type PageRequest = { MaxResults?: number | undefined; NextToken?: string | undefined };
/** What a policy may be attached to. */
type Target = { type: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT'; name: string; arn: string };

/** The caller's organization, as any member may see it. @throws ServiceError for an account in none */
export function organizationOf(call: Call): Organization {
  const organization = call.world.organization;
  if (organization === undefined || organization.parents[call.caller.accountId] === undefined) {
    throw new ServiceError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  return organization;
}

/** For reads of the organization: its management account, or a member that is a delegated administrator. */
export function organizationForReading(call: Call): Organization {
  const organization = organizationOf(call);
  const isDelegate = organization.delegatedAdministrators.some(({ accountId }) => accountId === call.caller.accountId);
  if (!isDelegate) requireManagement(call, organization);
  return organization;
}

/**
 * For changes of the organization: its management account only, and not while somebody else's change is under way. Delegation by
 * resource policy is not simulated.
 */
export function organizationForWriting(call: Call): Organization {
  const organization = organizationOf(call);
  requireManagement(call, organization);
  const { changing } = organization;
  if (changing !== undefined && changing.until > call.at) {
    throw new ServiceError(changing.answer, 'Another change of the organization is in progress. Try again later.');
  }
  return organization;
}

function requireManagement(call: Call, organization: Organization): void {
  if (call.caller.accountId === organization.managementAccountId) return;
  throw new ServiceError('AccessDeniedException', "You don't have permissions to access this resource.");
}

/**
 * One page of a list. When more than a page's worth is left, an empty page with a token comes between: "may return an
 * empty list even when there are more results" (Organizations API reference, NextToken).
 */
export function pageOf<Item>(items: Item[], input: PageRequest): { page: Item[]; NextToken?: string } {
  const size = input.MaxResults ?? MAX_PAGE;
  if (size < 1 || size > MAX_PAGE) throw invalidInput('INVALID_PAGINATION_TOKEN', `MaxResults must be between 1 and ${MAX_PAGE}.`);
  const token = input.NextToken ?? '0';
  if (!/^~?\d{1,9}$/.test(token)) throw invalidInput('INVALID_NEXT_TOKEN', 'You provided an invalid value for NextToken.');
  if (token.startsWith(EMPTY_PAGE_MARK)) return { page: [], NextToken: token.slice(EMPTY_PAGE_MARK.length) };
  const end = Number(token) + size;
  return { page: items.slice(Number(token), end), ...(end < items.length ? { NextToken: `${EMPTY_PAGE_MARK}${end}` } : {}) };
}

/** Long lists are gathered with their first page, by what they are a list of, and not again with each page after it. */
export function openListing<Item>(): (of: object, input: PageRequest, gather: () => Item[]) => Item[] {
  const gathered = new WeakMap<object, Item[]>();
  return (of, { NextToken: token }, gather) => {
    const items = (token === undefined ? undefined : gathered.get(of)) ?? gather();
    gathered.set(of, items);
    return items;
  };
}

export function invalidInput(reason: string, message: string): ServiceError {
  return new ServiceError('InvalidInputException', message, 400, { Reason: reason });
}

export function constraintViolation(reason: string, message: string): ServiceError {
  return new ServiceError('ConstraintViolationException', message, 400, { Reason: reason });
}

/** ARN of something of the organization: `account`, `ou`, `root`, `organization`. */
export function organizationArn(call: Call, organization: Organization, kind: string, id?: string): string {
  const path = [kind, organization.id, ...(id === undefined ? [] : [id])].join('/');
  return `arn:${call.world.partition}:organizations::${organization.managementAccountId}:${path}`;
}

/** Accounts of the organization, in the order in which the world lists them. */
export function memberAccounts(call: Call, organization: Organization): Account[] {
  return Object.values(call.world.accounts).filter(({ id }) => organization.parents[id] !== undefined);
}

export function findMember(call: Call, organization: Organization, id: string | undefined): Account | undefined {
  return id === undefined || organization.parents[id] === undefined ? undefined : call.world.accounts[id];
}

/** `o-…/r-…/ou-…/`, ending with the thing itself. */
export function pathOf(organization: Organization, id: string): string {
  const parent = parentOf(organization, id);
  return `${parent === undefined ? `${organization.id}/` : pathOf(organization, parent)}${id}/`;
}

/** The root, unit or account of that id. */
export function findTarget(call: Call, organization: Organization, id: string): Target | undefined {
  if (id === organization.rootId) return { type: 'ROOT', name: 'Root', arn: organizationArn(call, organization, 'root', id) };
  const unit = findUnit(organization, id);
  if (unit !== undefined) return { type: 'ORGANIZATIONAL_UNIT', name: unit.name, arn: organizationArn(call, organization, 'ou', id) };
  const account = findMember(call, organization, id);
  return account === undefined ? undefined : { type: 'ACCOUNT', name: account.name, arn: organizationArn(call, organization, 'account', id) };
}
