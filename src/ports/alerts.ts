/** What alerts are read from, in domain words: trails. Every method may throw a Problem. */
import type { FoundTrail } from '../domain/alert.ts';

export interface AlertReader {
  /** CloudTrail DescribeTrails with GetTrailStatus and GetEventSelectors: every trail that covers the Region, of the organization too. */
  readTrails(region: string): Promise<FoundTrail[]>;
}
