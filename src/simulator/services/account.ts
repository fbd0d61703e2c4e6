/** The Account Management service: which Regions an account has on. */
import type { ListRegionsRequest, ListRegionsResponse } from '@aws-sdk/client-account';
import type { Call, Service } from '../service.ts';
import { ServiceError } from '../service.ts';
import type { Account } from '../world.ts';

/** Account Management API reference, ListRegions: 1 to 50 results a page. */
const MAX_PAGE = 50;
const DEFAULT_PAGE = 20;

export const accountService: Service = {
  signingName: 'account',
  actionPrefix: 'account',
  eventSource: 'account.amazonaws.com',
  eventRegion: 'us-east-1',
  operations: { ListRegions: { run: listRegions, trait: { isReadOnly: true } } },
};

/** Regions by name; the token is the name of the last Region of the page before. */
function listRegions(input: ListRegionsRequest, call: Call): ListRegionsResponse {
  const pageSize = input.MaxResults ?? DEFAULT_PAGE;
  if (pageSize < 1 || pageSize > MAX_PAGE) throw new ServiceError('ValidationException', `MaxResults must be between 1 and ${MAX_PAGE}`, 400);
  const wanted = input.RegionOptStatusContains ?? [];
  const matching = targetAccount(call, input.AccountId).regions
    .map((region) => ({ RegionName: region.name, RegionOptStatus: optStatus(region) }))
    .filter(({ RegionOptStatus }) => wanted.length === 0 || wanted.includes(RegionOptStatus))
    .filter(({ RegionName }) => input.NextToken === undefined || RegionName > input.NextToken)
    .sort((left, right) => (left.RegionName < right.RegionName ? -1 : 1));
  const page = matching.slice(0, pageSize);
  const last = page.at(-1);
  return { Regions: page, ...(matching.length > page.length && last !== undefined ? { NextToken: last.RegionName } : {}) };
}

function optStatus(region: Account['regions'][number]): 'ENABLED' | 'DISABLED' | 'ENABLED_BY_DEFAULT' {
  if (!region.isOptIn) return 'ENABLED_BY_DEFAULT';
  return region.isEnabled ? 'ENABLED' : 'DISABLED';
}

/** Another account may be named by the management account only. */
function targetAccount({ world, caller }: Call, accountId = caller.accountId): Account {
  const isOwn = accountId === caller.accountId;
  const isManagement = world.organization?.managementAccountId === caller.accountId && world.organization.parents[accountId] !== undefined;
  const account = isOwn || isManagement ? world.accounts[accountId] : undefined;
  if (account === undefined) throw new ServiceError('AccessDeniedException', `You do not have access to account ${accountId}`, 403);
  return account;
}
