/** How much a caller may ask: the default limits and delays of the simulated AWS, and the token buckets that hold callers to them. */
import type { Service } from './service.ts';
import { ServiceError } from './service.ts';
import type { Limits, Time, World } from './world.ts';

const SECOND_MS = 1_000;

/** Organizations user guide, "Quotas": calls per second and burst, per account. */
const ORGANIZATIONS_RATES: Limits['rates'] = {
  'organizations:ListAccounts': { perSecond: 8, burst: 12 },
  'organizations:DescribeAccount': { perSecond: 20, burst: 30 },
  'organizations:DescribeOrganization': { perSecond: 1, burst: 2 },
  'organizations:ListRoots': { perSecond: 1, burst: 2 },
  'organizations:ListParents': { perSecond: 5, burst: 8 },
  'organizations:ListAccountsForParent': { perSecond: 5, burst: 8 },
  'organizations:ListOrganizationalUnitsForParent': { perSecond: 5, burst: 8 },
  'organizations:ListChildren': { perSecond: 6, burst: 10 },
  'organizations:CreatePolicy': { perSecond: 2, burst: 3 },
  'organizations:UpdatePolicy': { perSecond: 2, burst: 3 },
  'organizations:DeletePolicy': { perSecond: 2, burst: 3 },
  'organizations:AttachPolicy': { perSecond: 2, burst: 3 },
  'organizations:DetachPolicy': { perSecond: 2, burst: 3 },
  'organizations:DescribePolicy': { perSecond: 2, burst: 2 },
  'organizations:ListPolicies': { perSecond: 5, burst: 8 },
  'organizations:ListPoliciesForTarget': { perSecond: 5, burst: 8 },
  'organizations:ListTargetsForPolicy': { perSecond: 5, burst: 8 },
  'organizations:EnablePolicyType': { perSecond: 1, burst: 1 },
  'organizations:ListDelegatedAdministrators': { perSecond: 5, burst: 8 },
  'organizations:EnableAWSServiceAccess': { perSecond: 1, burst: 2 },
  'organizations:RegisterDelegatedAdministrator': { perSecond: 1, burst: 2 },
};

/** Limits and delays as AWS publishes them, or modest guesses where it does not (see BEHAVIOUR.md, "Limits"). */
export const DEFAULT_LIMITS: Limits = {
  latencyMs: 0,
  // CloudTrail API reference, LookupEvents: two per second, per account, per Region.
  trailLookupsPerSecond: 2,
  // CloudTrail user guide: delivered "within an average of about 5 minutes".
  trailLatencyMs: 5 * 60 * SECOND_MS,
  // Observed for small accounts; AWS publishes no figure.
  reportDurationMs: 3 * SECOND_MS,
  // IAM user guide, "changes that I make are not always immediately visible": no figure is published.
  iamPropagationMs: 4 * SECOND_MS,
  rates: {
    ...ORGANIZATIONS_RATES,
    // IAM user guide, "IAM and AWS STS quotas": 600 per second, account and Region, shared by the calls of STS.
    'sts:*': { perSecond: 600, burst: 600 },
    // IAM publishes no rates.
    'iam:*': { perSecond: 20, burst: 40 },
  },
};

/** Counts calls against the limits of the world. Kept in memory: a restart fills every bucket. */
export type RateLimiter = { take: (world: World, service: Service, operation: string, accountId: string, region: string, now: Time) => void };

/**
 * Token buckets per account, for Regional services per account and Region. A bucket named `service:*` is shared by all
 * operations of the service that have none of their own.
 */
export function openRateLimiter(): RateLimiter {
  const buckets = new Map<string, { tokens: number; filledAt: Time }>();
  return {
    /** Takes one token or throws the service's throttling error. */
    take(world, service, operation, accountId, region, now) {
      const [name, rate] = rateFor(world.limits, service.signingName, operation) ?? [];
      if (name === undefined || rate === undefined) return;
      const key = [accountId, service.eventRegion ?? region, name].join('/');
      const bucket = buckets.get(key) ?? { tokens: rate.burst, filledAt: now };
      const elapsedMs = Math.max(0, now - bucket.filledAt);
      const tokens = Math.min(rate.burst, bucket.tokens + (elapsedMs / SECOND_MS) * rate.perSecond);
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, filledAt: now });
      if (tokens < 1) throw throttlingError(service);
    },
  };
}

/** "Rate exceeded" under the code that the service uses for it. */
export function throttlingError(service: Service): ServiceError {
  const code = { iam: 'Throttling', sts: 'Throttling', sns: 'Throttled', organizations: 'TooManyRequestsException', account: 'TooManyRequestsException' }[service.signingName];
  return new ServiceError(code ?? 'ThrottlingException', 'Rate exceeded', service.signingName === 'account' ? 429 : 400);
}

function rateFor(limits: Limits, service: string, operation: string): [string, { perSecond: number; burst: number }] | undefined {
  if (service === 'cloudtrail' && operation === 'LookupEvents') {
    return ['cloudtrail:LookupEvents', { perSecond: limits.trailLookupsPerSecond, burst: Math.max(1, limits.trailLookupsPerSecond) }];
  }
  for (const name of [`${service}:${operation}`, `${service}:*`]) {
    const rate = limits.rates[name];
    if (rate !== undefined) return [name, rate];
  }
  return undefined;
}
