/** The look-back: the events of every source, counted as they come and not kept, but for those that whoever looks needs as a whole. */
import type { Usage } from '../domain/caller.ts';
import type { SourceCoverage } from '../domain/evidence.ts';
import type { Instant } from '../domain/instant.ts';
import type { Coverage, RootEvent } from '../domain/root-event.ts';
import { openTally } from '../domain/usage-tally.ts';
import type { EvidenceSource, EvidenceSubject } from '../ports/evidence.ts';
import { nowOf, type Session } from './session.ts';

export type LookBackRequest = {
  subject: EvidenceSubject;
  from: Instant;
  to: Instant;
  /** Which events are kept whole. */
  keeps: (event: RootEvent) => boolean;
};

export type LookBack = {
  /** Root's calls as a whole, our own reads included. */
  usage: Usage;
  /** Oldest first, each once. */
  kept: RootEvent[];
  sources: SourceCoverage[];
};

/** The first source's coverage: the one that plans and proofs rest on. */
function coverageOf(sources: readonly SourceCoverage[], { from, to }: LookBackRequest): Coverage {
  return sources[0]?.coverage ?? { from, to, regions: [], isRegionListComplete: false };
}

/** Reads root's events between two instants. What could not be read is part of the result. */
export async function lookBack(session: Session, sources: readonly EvidenceSource[], request: LookBackRequest): Promise<LookBack> {
  const tally = openTally((text) => session.system.sha256(text));
  const kept: RootEvent[] = [];
  const covered: SourceCoverage[] = [];
  for (const source of sources) {
    covered.push(await source.readRootEvents({ ...request, signal: session.signal }, (events) => {
      for (const event of tally.add(events)) if (request.keeps(event)) kept.push(event);
    }));
  }
  kept.sort((first, second) => (first.at < second.at ? -1 : first.at > second.at ? 1 : 0));
  return { usage: tally.usage(coverageOf(covered, request), nowOf(session)), kept, sources: covered };
}
