/** Was enough of CloudTrail readable to call a soak proved? Pure. */
import type { Partition } from './identifiers.ts';
import { DAY_MS, msBetween } from './instant.ts';
import type { PlanBody } from './plan.ts';
import type { Coverage } from './root-event.ts';

/** Where IAM events land (CloudTrail User Guide, global service events). */
const IAM_EVENT_REGION: Record<Partition, string> = {
  'aws': 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-north-1',
  'aws-eusc': 'eusc-de-east-1',
};
const EVENT_HISTORY_MS = 90 * DAY_MS;

export const iamEventRegion = (partition: Partition): string => IAM_EVENT_REGION[partition];

/**
 * Proved: the Region of IAM's events was readable, so was every Region that the plan could read, and the interval is within Event history.
 * Regions that nobody could read from the start are in the plan's coverage, where a person saw them.
 */
export function isProvedBy(plan: Pick<PlanBody, 'boundTo' | 'coverage'>, readBack: Coverage): { isProved: boolean; unreadable: string[] } {
  const home = iamEventRegion(plan.boundTo.partition);
  const wasReadable = new Set(plan.coverage?.regions.filter((region) => region.readable).map((region) => region.region));
  const isReadable = new Set(readBack.regions.filter((region) => region.readable).map((region) => region.region));
  const unreadable = [...new Set([home, ...wasReadable])].filter((region) => !isReadable.has(region)).sort();
  if (msBetween(readBack.from, readBack.to) > EVENT_HISTORY_MS) unreadable.push('what is older than 90 days');
  return { isProved: unreadable.length === 0, unreadable };
}
