/** Where the alerting of an account is found in the world, and which trails cover it. Changes nothing but what is missing. */
import type { Account, World } from './world.ts';
import type { Alerting, Trail } from './world-alerting.ts';

/** The account's alerting, to be read or changed; made on first use, so that accounts without any stay small. */
export function alertingOf(account: Account): Alerting {
  account.alerting ??= { trails: [], rules: [], topics: [], keys: [] };
  return account.alerting;
}

/** The trails that record an account's events in a Region: its own, and those of its organization. */
export function trailsOver(world: World, accountId: string, region: string): Trail[] {
  const { organization, accounts } = world;
  const own = accounts[accountId]?.alerting?.trails ?? [];
  const isMember = organization?.parents[accountId] !== undefined && organization.managementAccountId !== accountId;
  const inherited = isMember ? (accounts[organization.managementAccountId]?.alerting?.trails ?? []).filter(({ isOrganizationTrail }) => isOrganizationTrail) : [];
  return [...own, ...inherited].filter(({ homeRegion, isMultiRegion }) => isMultiRegion || homeRegion === region);
}
