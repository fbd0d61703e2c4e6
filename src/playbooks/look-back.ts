/** The look-back: root's events of an interval from every enabled Region, Regions side by side, with what could not be read. */
import type { Usage } from '../domain/caller.ts';
import { latestOf, msBetween, plusMs, DAY_MS, type Instant } from '../domain/instant.ts';
import { asProblem } from '../domain/problem.ts';
import { KEY_CHANGES } from '../domain/key-history.ts';
import type { Coverage, RegionCoverage, RootEvent } from '../domain/root-event.ts';
import type { RootUserFacts } from '../domain/root-user.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import { assembleUsage } from '../domain/usage.ts';
import type { EventQuery } from '../ports/cloud.ts';
import { nowOf, type Session } from './session.ts';

/** CloudTrail Event history keeps 90 days (CloudTrail User Guide, "Working with CloudTrail Event history"). */
export const EVENT_HISTORY_DAYS = 90;

type Query = Pick<EventQuery, 'attribute' | 'value'>;

/** Root shows under several names in Event history; an alias may replace `root` (CloudTrail User Guide, userIdentity element). */
function queriesFor({ alias, partition }: LookBackSubject, keyIds: string[], region: string): Query[] {
  const names = ['root', 'AWS ROOT USER', ...(alias.known && alias.value !== null ? [alias.value] : [])];
  // Whatever name root goes by, nobody changes a key unseen: where IAM's events land, the changes are asked for by their own names too.
  const changes = region === iamEventRegion(partition) ? KEY_CHANGES : [];
  return [
    ...names.map((value): Query => ({ attribute: 'Username', value })),
    ...keyIds.map((value): Query => ({ attribute: 'AccessKeyId', value })),
    ...changes.map((value): Query => ({ attribute: 'EventName', value })),
  ];
}

/** Whose events: what of the facts the queries depend on. */
export type LookBackSubject = Pick<RootUserFacts, 'alias' | 'partition'>;

export type LookBack = { events: RootEvent[]; coverage: Coverage };

/**
 * Reads root's events between two instants in every enabled Region. A Region that cannot be read is part of the result. Pacing belongs to the
 * lanes of the call policy, so Regions simply start together.
 */
export async function readRootEvents(session: Session, subject: LookBackSubject, keyIds: string[], from: Instant, to: Instant): Promise<LookBack> {
  const { reader } = session.identities.reading;
  const { regions, isComplete } = await reader.readEnabledRegions();
  session.ui.emit({ code: 'look-back/started', regions: regions.length, days: Math.max(1, Math.round(msBetween(from, to) / DAY_MS)) });
  if (!subject.alias.known) session.ui.emit({ code: 'warning', text: `The account alias could not be read (${subject.alias.because}); sessions of root may show under it in CloudTrail, and then not here.` });
  // CloudTrail has nothing older; the coverage still says what was asked for.
  const oldest = latestOf(from, plusMs(to, -EVENT_HISTORY_DAYS * DAY_MS));
  let done = 0;
  const readRegion = async (region: string): Promise<{ events: RootEvent[]; coverage: RegionCoverage }> => {
    const byId = new Map<string, RootEvent>();
    let coverage: RegionCoverage;
    try {
      for (const query of queriesFor(subject, keyIds, region)) {
        for await (const page of reader.readRootEvents({ region, from: oldest, to, ...query })) {
          session.signal.throwIfAborted();
          for (const event of page) byId.set(event.id, event);
        }
      }
      coverage = { region, readable: true, events: byId.size };
    } catch (thrown) {
      const because = asProblem(thrown);
      if (because.fault === 'tool' || because.code === 'run/interrupted') throw because;
      coverage = { region, readable: false, because: because.code, detail: because.detail ?? because.summary };
    }
    done += 1;
    session.ui.emit({ code: 'look-back/region', region, done, of: regions.length, events: byId.size, unreadable: coverage.readable ? null : coverage.because });
    return { events: [...byId.values()], coverage };
  };
  const parts = await Promise.all(regions.map(readRegion));
  return {
    events: parts.flatMap((part) => part.events).sort((first, second) => (first.at < second.at ? -1 : 1)),
    coverage: { from, to, regions: parts.map((part) => part.coverage), isRegionListComplete: isComplete },
  };
}

/** The look-back of a plan, as callers. */
export function assembleCallers(session: Session, lookBack: LookBack): Usage {
  const usage = assembleUsage(lookBack.events, lookBack.coverage, nowOf(session), (text) => session.system.sha256(text));
  session.ui.emit({ code: 'look-back/done', usage });
  return usage;
}
