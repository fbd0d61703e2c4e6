/** How long a contained key must rest before it may be deleted: until the next use that its callers let expect, with margin. Pure. */
import type { Cadence, UsageCaller } from './caller.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instant.ts';
import { SHORTEST_SOAK_MS } from './plan.ts';

/** The share of the longest gap that is added: two hours for a nightly job, which covers a change of daylight saving time. */
const MARGIN_SHARE = 1 / 12;
/** From one first Monday of the month to the next there are up to 35 days; one more for the hour. */
const LONGEST_MONTH_MS = 36 * DAY_MS;

export type RecommendedSoak = {
  requiredMs: number;
  /** A sentence part: what the length rests on. */
  because: string;
  /** Fingerprints of callers seen once: no waiting shows whether they come again. */
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

/**
 * The required soak for the callers that depend on the keys: never below one hour, and past the longest gap that any of them has left,
 * plus a twelfth of it or twice the jitter, whichever is more. Spans in milliseconds.
 */
export function recommendSoak(callers: UsageCaller[]): RecommendedSoak {
  const notProvable = callers.filter((caller) => caller.cadence.kind === 'once').map((caller) => caller.fingerprint);
  let recommended = { requiredMs: SHORTEST_SOAK_MS, because: 'root sessions minted from a key live up to one hour' };
  for (const { cadence, fingerprint } of callers) {
    const requiredMs = restFor(cadence);
    if (cadence.kind === 'once' || requiredMs <= recommended.requiredMs) continue;
    const gap = `caller ${fingerprint} (${cadence.kind}) left up to ${renderSpan(cadence.periodMs)} between two visits`;
    recommended = { requiredMs, because: `${gap}; ${renderSpan(requiredMs)} cover the next one` };
  }
  return { ...recommended, notProvable };
}
