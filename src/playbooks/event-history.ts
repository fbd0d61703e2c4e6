/** Event history as a source of evidence: root's events of every enabled Region, Regions side by side, with what could not be read. */
import type { SourceCoverage } from '../domain/evidence.ts';
import { DAY_MS, latestOf, msBetween, plusMs } from '../domain/instant.ts';
import { KEY_CHANGES } from '../domain/key-history.ts';
import { asProblem } from '../domain/problem.ts';
import type { RegionCoverage } from '../domain/root-event.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import type { CloudReader, EventQuery } from '../ports/cloud.ts';
import type { EvidenceSource, EvidenceSubject } from '../ports/evidence.ts';
import type { Ui } from '../ports/ui.ts';

/** CloudTrail Event history keeps 90 days (CloudTrail User Guide, "Working with CloudTrail Event history"). */
export const EVENT_HISTORY_DAYS = 90;

type Query = Pick<EventQuery, 'attribute' | 'value'>;

/** Root shows under several names in Event history; an alias may replace `root` (CloudTrail User Guide, userIdentity element). */
function queriesFor({ alias, keyIds, partition }: EvidenceSubject, region: string): Query[] {
  const names = ['root', 'AWS ROOT USER', ...(alias.known && alias.value !== null ? [alias.value] : [])];
  // Whatever name root goes by, nobody changes a key unseen: where IAM's events land, the changes are asked for by their own names too.
  const changes = region === iamEventRegion(partition) ? KEY_CHANGES : [];
  return [
    ...names.map((value): Query => ({ attribute: 'Username', value })),
    ...keyIds.map((value): Query => ({ attribute: 'AccessKeyId', value })),
    ...changes.map((value): Query => ({ attribute: 'EventName', value })),
  ];
}

/** Reads by the identity behind `reader`. Pacing belongs to the lanes of its call policy, so Regions simply start together. */
export function openEventHistory(reader: CloudReader, ui: Ui): EvidenceSource {
  return {
    readRootEvents: async ({ subject, from, to, signal }, take): Promise<SourceCoverage> => {
      const { regions, isComplete } = await reader.readEnabledRegions();
      ui.emit({ code: 'look-back/started', regions: regions.length, days: Math.max(1, Math.round(msBetween(from, to) / DAY_MS)) });
      if (!subject.alias.known) ui.emit({ code: 'warning', text: `The account alias could not be read (${subject.alias.because}); sessions of root may show under it in CloudTrail, and then not here.` });
      // CloudTrail has nothing older; the coverage still says what was asked for.
      const oldest = latestOf(from, plusMs(to, -EVENT_HISTORY_DAYS * DAY_MS));
      let done = 0;
      const readRegion = async (region: string): Promise<RegionCoverage> => {
        const ids = new Set<string>();
        let coverage: RegionCoverage;
        try {
          const queries = queriesFor(subject, region);
          for (const [index, query] of queries.entries()) {
            for await (const page of reader.readRootEvents({ region, from: oldest, to, ...query })) {
              signal.throwIfAborted();
              for (const event of page) ids.add(event.id);
              take(page);
              // Newest first: the last event of a page tells how far it has come.
              const backTo = page.at(-1)?.at ?? null;
              const behind = backTo === null ? 0 : msBetween(backTo, to) / Math.max(1, msBetween(oldest, to));
              ui.emit({ code: 'look-back/progress', region, events: ids.size, backTo, share: (index + Math.min(1, behind)) / queries.length });
            }
          }
          coverage = { region, readable: true, events: ids.size };
        } catch (thrown) {
          const because = asProblem(thrown);
          if (because.fault === 'tool' || because.code === 'run/interrupted') throw because;
          coverage = { region, readable: false, because: because.code, detail: because.detail ?? because.summary };
        }
        done += 1;
        ui.emit({ code: 'look-back/region', region, done, of: regions.length, events: ids.size, unreadable: coverage.readable ? null : coverage.because });
        return coverage;
      };
      const covered = await Promise.all(regions.map(readRegion));
      return { source: 'event-history', coverage: { from, to, regions: covered, isRegionListComplete: isComplete }, dataEvents: 'never', files: null };
    },
  };
}
