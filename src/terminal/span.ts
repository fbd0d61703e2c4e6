/** Spans and times as people read them. */
import prettyMilliseconds from 'pretty-ms';
import { HOUR_MS, MINUTE_MS, minuteOf, msBetween, SECOND_MS, type Instant } from '../domain/instant.ts';

/** `1d 2h`, `15m`; with one unit `1d`. Beside hours and days seconds say nothing. */
export function renderSpan(ms: number, unitCount = 2): string {
  const wholeMs = Math.max(0, Math.round(ms / SECOND_MS) * SECOND_MS);
  const grainMs = wholeMs >= HOUR_MS ? MINUTE_MS : SECOND_MS;
  return prettyMilliseconds(Math.floor(wholeMs / grainMs) * grainMs, { unitCount });
}

/** `2026-11-24 14:17Z` */
export const renderTime = minuteOf;

/** `2026-11-10 02:10Z (14d ago)` */
export const renderAgo = (at: Instant, now: Instant): string => {
  const ms = msBetween(at, now);
  return `${renderTime(at)} (${ms >= 0 ? `${renderSpan(ms)} ago` : `in ${renderSpan(-ms)}`})`;
};
