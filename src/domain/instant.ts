/** Points in time as ISO 8601 text in UTC with milliseconds, so that they sort as text and read the same in every file. Never reads a clock. */
declare const instantBrand: unique symbol;
declare const dayBrand: unique symbol;
/** `2026-11-24T14:17:03.000Z` */
export type Instant = string & { readonly [instantBrand]: 'Instant' };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

function isInstant(text: string): text is Instant {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

/** The instant of so many milliseconds since 1970. @throws RangeError outside the years 0 to 9999 */
export function instantOf(epochMs: number): Instant {
  const text = new Date(epochMs).toISOString();
  if (isInstant(text)) return text;
  throw new RangeError(`no instant for ${epochMs}`);
}

/** Reads any ISO 8601 time; `undefined` when the text is none, or one outside the years 0 to 9999. */
export function parseInstant(text: string): Instant | undefined {
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) return undefined;
  const iso = new Date(epochMs).toISOString();
  return isInstant(iso) ? iso : undefined;
}

/** `2026-12-31`, a day of the calendar in UTC (RFC 3339, full-date). */
export type Day = string & { readonly [dayBrand]: 'Day' };

const isDay = (text: string): text is Day => /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(`${text}T00:00:00.000Z`)?.slice(0, 10) === text;

/** Reads a full-date of RFC 3339 and nothing else; `undefined` also for a day that no calendar has. */
export const parseDay = (text: string): Day | undefined => (isDay(text) ? text : undefined);

/** True once the whole day is over, in UTC. */
export const isAfter = (instant: Instant, day: Day): boolean => instant.slice(0, 10) > day;

/** `2026-11-24 14:17Z`, as it stands in a sentence */
export const minuteOf = (instant: Instant): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)}Z`;

export const msOf = (instant: Instant): number => Date.parse(instant);
export const plusMs = (instant: Instant, ms: number): Instant => instantOf(msOf(instant) + ms);
/** How much later `to` is than `from`, in milliseconds; negative when it is earlier. */
export const msBetween = (from: Instant, to: Instant): number => msOf(to) - msOf(from);
export const latestOf = (first: Instant, second: Instant): Instant => (first > second ? first : second);
