/** How regularly somebody comes, judged from the times of use alone. Knows nothing of who comes or of what is done about it. */
import type { Cadence } from './caller.ts';
import { DAY_MS, HOUR_MS, instantOf, MINUTE_MS, msOf, type Instant } from './instant.ts';

/** Uses closer together than this belong to one visit: a script makes many calls in a row. */
const SAME_VISIT_MS = 30 * MINUTE_MS;
/** One uninterrupted visit shorter than this is a single occasion, however many calls it made. */
const SINGLE_OCCASION_MS = 6 * HOUR_MS;

type Span = { from: number; to: number };
type Gaps = { longest: number; usual: number; jitter: number; shareNearUsual: number };

const gapsBetween = (points: number[]): number[] => points.slice(1).map((point, index) => point - (points[index] ?? point));

/** Visits in order of time; each lasts from its first use to its last. */
function assembleVisits(times: number[]): Span[] {
  const visits: Span[] = [];
  for (const time of times) {
    const visit = visits.at(-1);
    if (visit !== undefined && time - visit.to <= SAME_VISIT_MS) visit.to = time;
    else visits.push({ from: time, to: time });
  }
  return visits;
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((first, second) => first - second);
  const [low = 0, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1);
  return sorted.length % 2 === 0 ? (low + high) / 2 : low;
}

function assessGaps(gaps: number[]): Gaps {
  const usual = medianOf(gaps);
  // Free days and holidays make gaps of another order; they count as the longest gap, not as jitter.
  const nearUsual = gaps.filter((gap) => gap >= usual / 2 && gap <= usual * 2);
  const largest = (values: number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
  return {
    longest: largest(gaps),
    usual: Math.round(usual),
    jitter: Math.round(largest(nearUsual.map((gap) => Math.abs(gap - usual)))),
    shareNearUsual: nearUsual.length / gaps.length,
  };
}

/** The beginning of the first visit of each day in UTC. */
const firstOfEachDay = (visits: Span[]): number[] =>
  visits.map((visit) => visit.from).filter((from, index, all) => index === 0 || Math.floor(from / DAY_MS) !== Math.floor((all[index - 1] ?? 0) / DAY_MS));

/** The class of a regular caller: at least this often. */
function kindOf(usualMs: number): Exclude<Cadence['kind'], 'once' | 'continuous'> {
  if (usualMs <= 3 * HOUR_MS) return 'hourly';
  if (usualMs <= 36 * HOUR_MS) return 'daily';
  if (usualMs <= 10 * DAY_MS) return 'weekly';
  if (usualMs <= 36 * DAY_MS) return 'monthly';
  return usualMs <= 100 * DAY_MS ? 'quarterly' : 'irregular';
}

/** One gap alone shows no rhythm, unless it is as long as a month: 90 days rarely hold more of those. */
const isRhythm = (gaps: number[], { shareNearUsual, usual }: Gaps): boolean =>
  gaps.length >= 2 ? shareNearUsual >= 2 / 3 : usual >= 25 * DAY_MS && usual <= 36 * DAY_MS;

/**
 * The cadence of uses at `times` (milliseconds since 1970, in any order). Calls less than half an hour apart are one visit, and gaps are measured from the
 * start of one visit to the start of the next; only a caller who is there more than half of the time is `continuous`.
 */
export function assessCadence(times: readonly number[]): Cadence {
  const points = times.toSorted((first, second) => first - second);
  const visits = assembleVisits(points);
  const [first, last] = [visits[0], visits.at(-1)];
  if (first === undefined || last === undefined) return { kind: 'once' };
  const span = last.to - first.from;
  if (visits.length === 1 && span < SINGLE_OCCASION_MS) return { kind: 'once' };
  const present = visits.reduce((sum, visit) => sum + visit.to - visit.from, 0);
  const isContinuous = present > span / 2;
  const gaps = gapsBetween(isContinuous ? points : visits.map((visit) => visit.from));
  const assessed = assessGaps(gaps);
  const asCadence = (kind: Exclude<Cadence['kind'], 'once'>, { usual, jitter }: Gaps): Cadence => ({ kind, periodMs: assessed.longest, usualMs: usual, jitterMs: jitter });
  if (isContinuous) return asCadence('continuous', assessed);
  if (isRhythm(gaps, assessed)) return asCadence(kindOf(assessed.usual), assessed);
  // At 9 and at 16:30 on every working day is no rhythm of gaps, and one of days.
  const dayGaps = gapsBetween(firstOfEachDay(visits));
  const days = dayGaps.length < 2 ? null : assessGaps(dayGaps);
  return days !== null && isRhythm(dayGaps, days) ? asCadence(kindOf(days.usual), days) : asCadence('irregular', assessed);
}

/** The first time after `now` at which the usual gap lets expect the caller again; null for `once`. */
export function nextExpected(cadence: Cadence, lastSeenAt: Instant, now: Instant): Instant | null {
  if (cadence.kind === 'once') return null;
  const gap = Math.max(cadence.usualMs, 1);
  const elapsed = msOf(now) - msOf(lastSeenAt);
  return instantOf(msOf(lastSeenAt) + gap * Math.max(1, Math.floor(elapsed / gap) + 1));
}
