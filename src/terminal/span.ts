/** Spans and times as people read them. */
import prettyMilliseconds from 'pretty-ms';
import { msBetween, type Instant } from '../domain/instant.ts';

/** `1d 2h`, `15m`; with one unit `1d` */
export const renderSpan = (ms: number, unitCount = 2): string => prettyMilliseconds(Math.max(0, Math.round(ms / 1_000) * 1_000), { unitCount });

/** `2026-11-24 14:17Z` */
export const renderTime = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 16)}Z`;

/** `2026-11-10 02:10Z (14d ago)` */
export const renderAgo = (at: Instant, now: Instant): string => {
  const ms = msBetween(at, now);
  return `${renderTime(at)} (${ms >= 0 ? `${renderSpan(ms)} ago` : `in ${renderSpan(-ms)}`})`;
};
