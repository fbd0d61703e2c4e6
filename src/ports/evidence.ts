/** Where root's events come from: Event history, log files, or a query engine over an organization's trail. Knows nothing of callers, cadences or soaks. */
import type { SourceCoverage } from '../domain/evidence.ts';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { Observed } from '../domain/observed.ts';
import type { RootEvent } from '../domain/root-event.ts';

/** Whose events, and under which names and keys they may be found. */
export type EvidenceSubject = { account: AccountId; partition: Partition; alias: Observed<string | null>; keyIds: readonly string[] };

export type EvidenceRequest = {
  subject: EvidenceSubject;
  /** A source may reach further back, where that costs nothing; its coverage says so. */
  from: Instant;
  to: Instant;
  signal: AbortSignal;
};

export interface EvidenceSource {
  /**
   * Hands root's events on in batches, in any order, an event perhaps more than once. What could not be read is part of the coverage; only
   * an interruption and defects are thrown.
   */
  readRootEvents(request: EvidenceRequest, take: (events: RootEvent[]) => void): Promise<SourceCoverage>;
}
