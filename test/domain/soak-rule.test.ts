/**
 * The recommended soak. What is proved: a soak that starts at any moment after the last visit, before the true next one, ends no earlier than
 * that next one, for callers whose rhythm lies within what was read:
 * - a fixed schedule of one minute to 25 days with at least three visits, each up to 1/40 of the period early or late;
 * - a fixed schedule with up to a quarter of the period either way, once an early visit after a late one and a late one after an early were seen;
 * - weekday schedules with at least two weeks read, and monthly ones (day 1 to 28, or first weekday) read over 90 days.
 * Not proved, since no reading can: a change of rhythm, a holiday longer than any before, and a caller seen once.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, msOf, plusMs, SECOND_MS, type Instant } from '../../src/domain/instant.ts';
import { recommendSoak } from '../../src/domain/soak-rule.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import { at, EVERYTHING_READ, sha256, visitsAt } from './root-event-examples.ts';

const START = at('2026-08-26T00:00:00Z');

const soakFor = (...histories: Instant[][]): ReturnType<typeof recommendSoak> => {
  const events = histories.flatMap((times, index) => visitsAt(times, { sourceIp: `192.0.${index}.2` }));
  return recommendSoak(assembleUsage(events, EVERYTHING_READ, START, sha256));
};

const every = (gapMs: number, count: number): Instant[] => Array.from({ length: count }, (_, index) => plusMs(START, index * gapMs));

/** The promise, for visits of which the last one is not yet known, and a soak that starts `late` (0 to 1) between the last two. */
function expectNextCovered(visits: Instant[], calls: number, late: number): void {
  const history = visits.slice(0, -1);
  const [last, next] = [history.at(-1) ?? START, visits.at(-1) ?? START];
  const times = history.flatMap((time) => Array.from({ length: calls }, (_, index) => plusMs(time, index * 20 * SECOND_MS)));
  const startedAt = msOf(last) + late * (msOf(next) - msOf(last));
  expect(startedAt + soakFor(times).requiredMs).toBeGreaterThanOrEqual(msOf(next));
}

const bursts = fc.integer({ min: 1, max: 5 });
/** Right after the last visit is the hardest moment. */
const moment = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));
/** Visits that drift together, so that every gap seen is too short and shows no jitter, and then a late one. */
const HARDEST_STRAYS = [1 / 40, 0, -1 / 40, 1 / 40];
const strayUpTo = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constantFrom(-most, most), fc.double({ min: -most, max: most, noNaN: true }));

describe('the recommended soak', () => {
  it('is one hour where nobody depends on the key', () => {
    expect(recommendSoak(null)).toEqual({ requiredMs: HOUR_MS, because: 'root sessions minted from a key live up to one hour', notProvable: [] });
  });

  it('is one hour for a caller who is there all the time', () => {
    expect(soakFor(every(5 * MINUTE_MS, 600)).requiredMs).toBe(HOUR_MS);
  });

  it('is 26 hours for a nightly job, and says on whose account', () => {
    const soak = soakFor(every(DAY_MS, 60));
    expect(soak.requiredMs).toBe(26 * HOUR_MS);
    expect(soak.because).toMatch(/^caller [0-9a-f]{12} \(daily\) left up to 24 h between two visits; 26 h cover the next one$/);
  });

  it('grows with twice the jitter', () => {
    const jittered = [0, 24, 51, 72, 96].map((hour) => plusMs(START, hour * HOUR_MS));
    expect(soakFor(jittered).requiredMs).toBe((27 + 2 * 3) * HOUR_MS);
  });

  it('covers the weekend of a weekday job', () => {
    expect(soakFor(every(DAY_MS, 28).filter((_, index) => index % 7 < 5)).requiredMs).toBe(78 * HOUR_MS);
  });

  it('covers more than the longest month of a monthly job, even after a February', () => {
    expect(soakFor(['2026-01-28', '2026-02-28', '2026-03-28'].map((day) => at(`${day}T03:00:00Z`))).requiredMs).toBeGreaterThan(31 * DAY_MS);
    expect(soakFor(['2026-02-28', '2026-03-28'].map((day) => at(`${day}T03:00:00Z`))).requiredMs).toBeGreaterThan(31 * DAY_MS);
  });

  it('takes the most demanding caller', () => {
    expect(soakFor(every(DAY_MS, 30), every(7 * DAY_MS, 10), every(HOUR_MS, 50)).requiredMs).toBe(7 * DAY_MS + 14 * HOUR_MS);
  });

  it('lists callers seen once as not provable, and adds nothing for them', () => {
    const soak = soakFor([START], every(DAY_MS, 30));
    expect(soak.requiredMs).toBe(26 * HOUR_MS);
    expect(soak.notProvable).toHaveLength(1);
  });

  it('is never shorter for one caller more', () => {
    const history = fc.tuple(fc.integer({ min: MINUTE_MS, max: 20 * DAY_MS }), fc.integer({ min: 1, max: 12 })).map(([gap, count]) => every(gap, count));
    fc.assert(fc.property(fc.array(history, { maxLength: 4 }), history, (some, more) => {
      expect(soakFor(...some, more).requiredMs).toBeGreaterThanOrEqual(soakFor(...some).requiredMs);
    }));
  });

  it('covers the next visit of a schedule with little jitter', () => {
    const schedule = fc.record({
      periodMs: fc.integer({ min: MINUTE_MS, max: 25 * DAY_MS }),
      strays: fc.array(strayUpTo(1 / 40), { minLength: 4, maxLength: 40 }),
    });
    fc.assert(fc.property(schedule, bursts, moment, ({ periodMs, strays }, calls, late) => {
      expectNextCovered(strays.map((stray, index) => plusMs(START, Math.round((index + 1 + stray) * periodMs))), calls, late);
    }), { numRuns: 500, examples: [[{ periodMs: DAY_MS, strays: HARDEST_STRAYS }, 1, 0]] });
  });

  it('covers the next visit of a schedule whose full jitter was seen', () => {
    const schedule = fc.record({
      periodMs: fc.integer({ min: 2 * HOUR_MS, max: 20 * DAY_MS }),
      jitter: fc.double({ min: 0, max: 0.25, noNaN: true }),
      strays: fc.array(strayUpTo(1), { minLength: 1, maxLength: 30 }),
    });
    fc.assert(fc.property(schedule, bursts, moment, ({ periodMs, jitter, strays }, calls, late) => {
      const visits = [1, -1, 1, ...strays].map((stray, index) => plusMs(START, Math.round((index + 1 + stray * jitter) * periodMs)));
      expectNextCovered(visits, calls, late);
    }), { numRuns: 500 });
  });

  it('covers the next visit of a weekday job, whatever day it is', () => {
    fc.assert(fc.property(fc.integer({ min: 14, max: 90 }), fc.nat(6), fc.array(fc.nat(20 * MINUTE_MS), { minLength: 7, maxLength: 7 }), bursts, moment, (days, shift, lateBy, calls, late) => {
      const visits = every(DAY_MS, days + 4)
        .map((time, index) => ({ time: plusMs(time, lateBy[index % 7] ?? 0), weekday: (index + shift) % 7 }))
        .filter(({ weekday }) => weekday < 5);
      const firstUnread = visits.findIndex(({ time }) => msOf(time) >= msOf(START) + days * DAY_MS);
      expectNextCovered(visits.slice(0, firstUnread + 1).map(({ time }) => time), calls, late);
    }));
  });

  const month = (offset: number, dayOf: (year: number, monthIndex: number) => number): Instant => {
    const first = new Date(Date.UTC(2026, offset, 1));
    const day = dayOf(first.getUTCFullYear(), first.getUTCMonth());
    return at(new Date(Date.UTC(2026, offset, day, 4)).toISOString());
  };
  const firstWeekday = (weekday: number) => (year: number, monthIndex: number): number =>
    1 + ((weekday - new Date(Date.UTC(year, monthIndex, 1)).getUTCDay() + 7) % 7);

  it.each<[string, fc.Arbitrary<(year: number, monthIndex: number) => number>]>([
    ['on one day of the month', fc.integer({ min: 1, max: 28 }).map((day) => () => day)],
    ['on the first Monday, Tuesday … of the month', fc.nat(6).map(firstWeekday)],
  ])('covers the next visit of a job %s, read over 90 days', (_, rule) => {
    fc.assert(fc.property(rule, fc.nat(47), fc.nat(2 * HOUR_MS), bursts, moment, (dayOf, offset, lateBy, calls, late) => {
      const all = [0, 1, 2, 3].map((index) => plusMs(month(offset + index, dayOf), index === 3 ? lateBy : 0));
      const [last, next] = [msOf(all.at(-2) ?? START), msOf(all.at(-1) ?? START)];
      const readFrom = last + late * (next - last) - 90 * DAY_MS;
      expectNextCovered(all.filter((time) => msOf(time) >= readFrom), calls, late);
    }));
  });
});
