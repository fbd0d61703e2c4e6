/** How long a contained key must rest before it may be deleted: until the next use that its callers let expect, with margin. Pure. */
import type { Cadence, CallerGroup, UsageCaller } from './caller.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instant.ts';
import { SHORTEST_SOAK_MS } from './plan.ts';
import { isCallerToAcknowledge } from './usage.ts';

/** The share of the longest gap that is added: two hours for a nightly job, which covers a change of daylight saving time. */
const MARGIN_SHARE = 1 / 12;
/** From one first Monday of the month to the next there are up to 35 days; one more for the hour. */
const LONGEST_MONTH_MS = 36 * DAY_MS;

export type RecommendedSoak = {
  requiredMs: number;
  /** A sentence part: what the length rests on. */
  because: string;
  /** Fingerprints of callers seen once, by themselves and in their group: no waiting shows whether they come again. */
  notProvable: string[];
};

/** What one caller asks for; zero for a caller that waiting proves nothing about. */
function restFor(cadence: Cadence): number {
  if (cadence.kind === 'once') return 0;
  const rest = cadence.periodMs + Math.max(Math.round(cadence.periodMs * MARGIN_SHARE), 2 * cadence.jitterMs);
  return cadence.kind === 'monthly' ? Math.max(rest, LONGEST_MONTH_MS) : rest;
}

function renderSpan(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.round((ms / DAY_MS) * 10) / 10} days`;
  return ms >= HOUR_MS ? `${Math.round((ms / HOUR_MS) * 10) / 10} h` : `${Math.max(1, Math.round(ms / MINUTE_MS))} min`;
}

type Visitor = { who: string; cadence: Cadence };

const isRhythm = ({ kind }: Cadence): boolean => kind !== 'once' && kind !== 'irregular';

/** Callers that have no rhythm of their own and share one: a job whose address or version changes from visit to visit. */
function sharersOf(callers: UsageCaller[], groups: CallerGroup[]): Set<string> {
  const inRhythm = new Set(groups.filter(({ cadence, fingerprints }) => fingerprints.length > 1 && isRhythm(cadence)).flatMap(({ fingerprints }) => fingerprints));
  return new Set(callers.filter(({ cadence, fingerprint }) => !isRhythm(cadence) && inRhythm.has(fingerprint)).map(({ fingerprint }) => fingerprint));
}

/** Whoever may come back: callers by themselves, and callers that are one to a person. */
function visitorsOf(callers: UsageCaller[], groups: CallerGroup[]): Visitor[] {
  const families = groups.filter(({ fingerprints }) => fingerprints.length > 1);
  return [
    ...callers.map(({ fingerprint, cadence }) => ({ who: `caller ${fingerprint}`, cadence })),
    ...families.map(({ fingerprints, cadence }) => ({ who: `callers ${fingerprints[0]} and ${fingerprints.length - 1} like it`, cadence })),
  ];
}

/**
 * The required soak for what depends on the keys: never below one hour, and past the longest gap that any caller, or callers that are one to a
 * person, have left, plus a twelfth of it or twice the jitter, whichever is more. Spans in milliseconds.
 */
export function recommendSoak(usage: { callers: UsageCaller[]; groups: CallerGroup[] } | null): RecommendedSoak {
  const callers = usage?.callers.filter(isCallerToAcknowledge) ?? [];
  const groups = usage?.groups.filter(isCallerToAcknowledge) ?? [];
  const sharers = sharersOf(callers, groups);
  const alone = callers.filter(({ fingerprint }) => !sharers.has(fingerprint));
  const notProvable = alone.filter(({ cadence }) => cadence.kind === 'once').map(({ fingerprint }) => fingerprint);
  let recommended = { requiredMs: SHORTEST_SOAK_MS, because: 'root sessions minted from a key live up to one hour' };
  for (const { who, cadence } of visitorsOf(alone, groups)) {
    const requiredMs = restFor(cadence);
    if (cadence.kind === 'once' || requiredMs <= recommended.requiredMs) continue;
    const gap = `${who} (${cadence.kind}) left up to ${renderSpan(cadence.periodMs)} between two visits`;
    recommended = { requiredMs, because: `${gap}; ${renderSpan(requiredMs)} cover the next one` };
  }
  return { ...recommended, notProvable };
}
