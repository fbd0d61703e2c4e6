/** Cadence: what people call nightly, weekly or "all the time" must be called so, bursts, free days and jitter included. */
import { describe, expect, it } from 'vitest';
import { assessCadence as assessTimes, nextExpected } from '../../src/domain/cadence.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, msOf, plusMs, SECOND_MS, type Instant } from '../../src/domain/instant.ts';
import { at } from './root-event-examples.ts';

const assessCadence = (times: Instant[]): ReturnType<typeof assessTimes> => assessTimes(times.map(msOf));
const MONDAY = at('2026-09-07T02:00:00Z');

const every = (gapMs: number, count: number): Instant[] => Array.from({ length: count }, (_, index) => plusMs(MONDAY, index * gapMs));
/** Each visit as a burst of calls, seven seconds apart. */
const inBursts = (times: Instant[], calls: number): Instant[] =>
  times.flatMap((time) => Array.from({ length: calls }, (_, index) => plusMs(time, index * 7 * SECOND_MS)));
/** Moves every visit a little, by a fixed pattern of up to `byMs` either way. */
const jittered = (times: Instant[], byMs: number): Instant[] =>
  times.map((time, index) => plusMs(time, Math.round(byMs * Math.sin(index * 2.4))));
const onWeekdays = (weeks: number): Instant[] => every(DAY_MS, weeks * 7).filter((_, index) => index % 7 < 5);

describe('the cadence of a caller', () => {
  it.each<[string, Instant[], string]>([
    ['nobody', [], 'once'],
    ['one call', [MONDAY], 'once'],
    ['one burst of 200 calls', inBursts([MONDAY], 200), 'once'],
    ['one job that ran for three hours', every(5 * MINUTE_MS, 36), 'once'],
    ['every five minutes for a day', every(5 * MINUTE_MS, 288), 'continuous'],
    ['every half an hour for a week', every(30 * MINUTE_MS, 336), 'continuous'],
    ['every five minutes, with one pause of three hours', [...every(5 * MINUTE_MS, 288), ...every(5 * MINUTE_MS, 288).map((time) => plusMs(time, 27 * HOUR_MS))], 'continuous'],
    ['hourly', every(HOUR_MS, 200), 'hourly'],
    ['every two hours in bursts', inBursts(every(2 * HOUR_MS, 80), 30), 'hourly'],
    ['every six hours', every(6 * HOUR_MS, 40), 'daily'],
    ['nightly', every(DAY_MS, 60), 'daily'],
    ['nightly, in bursts of 40 calls', inBursts(every(DAY_MS, 60), 40), 'daily'],
    ['nightly, up to half an hour early or late', jittered(every(DAY_MS, 60), 30 * MINUTE_MS), 'daily'],
    ['on weekday nights', onWeekdays(12), 'daily'],
    ['in office hours, every ten minutes', onWeekdays(6).flatMap((day) => Array.from({ length: 48 }, (_, index) => plusMs(day, index * 10 * MINUTE_MS))), 'daily'],
    ['twice a day, eight hours apart', every(DAY_MS, 30).flatMap((time) => [time, plusMs(time, 8 * HOUR_MS)]), 'daily'],
    ['at 9 and at half past 4 on weekdays', onWeekdays(8).flatMap((time) => [time, plusMs(time, 7.5 * HOUR_MS)]), 'daily'],
    ['twice on Mondays', every(7 * DAY_MS, 8).flatMap((time) => [time, plusMs(time, 5 * HOUR_MS)]), 'weekly'],
    ['weekly', every(7 * DAY_MS, 12), 'weekly'],
    ['on the first of the month', ['2026-09-01', '2026-10-01', '2026-11-01'].map((day) => at(`${day}T04:00:00Z`)), 'monthly'],
    ['a month apart, twice', ['2026-10-01', '2026-11-01'].map((day) => at(`${day}T04:00:00Z`)), 'monthly'],
    ['every quarter, in a year of log files', every(91 * DAY_MS, 4), 'quarterly'],
    ['twice, two days apart', every(2 * DAY_MS, 2), 'irregular'],
    ['twice, fifty days apart', every(50 * DAY_MS, 2), 'irregular'],
    ['now and then', [0, 1, 9, 10, 31, 60].map((day) => plusMs(MONDAY, day * DAY_MS)), 'irregular'],
  ])('%s', (_, times, kind) => {
    expect(assessCadence(times).kind).toBe(kind);
  });

  it('does not depend on the order of the times', () => {
    expect(assessCadence(onWeekdays(4).toReversed())).toEqual(assessCadence(onWeekdays(4)));
  });

  it('counts the weekend as the longest gap, not as jitter', () => {
    expect(assessCadence(onWeekdays(12))).toEqual({ kind: 'daily', periodMs: 3 * DAY_MS, usualMs: DAY_MS, jitterMs: 0 });
  });

  it('measures from the start of a visit to the start of the next, however long a visit lasts', () => {
    const longAndShort = every(DAY_MS, 10).flatMap((time, index) => inBursts([time], index % 2 === 0 ? 1 : 1500));
    expect(assessCadence(longAndShort)).toEqual({ kind: 'daily', periodMs: DAY_MS, usualMs: DAY_MS, jitterMs: 0 });
  });

  it('sees jitter as how far gaps stray from the usual one', () => {
    const late = [0, 24, 49, 72, 96].map((hour) => plusMs(MONDAY, hour * HOUR_MS));
    expect(assessCadence(late)).toEqual({ kind: 'daily', periodMs: 25 * HOUR_MS, usualMs: 24 * HOUR_MS, jitterMs: HOUR_MS });
  });

  it('keeps the longest pause of a caller who is otherwise always there', () => {
    const paused = [...every(5 * MINUTE_MS, 288), ...every(5 * MINUTE_MS, 288).map((time) => plusMs(time, 27 * HOUR_MS))];
    expect(assessCadence(paused)).toMatchObject({ kind: 'continuous', periodMs: 3 * HOUR_MS + 5 * MINUTE_MS, usualMs: 5 * MINUTE_MS });
  });
});

describe('the next expected use', () => {
  const nightly = assessCadence(every(DAY_MS, 30));
  const lastSeenAt = plusMs(MONDAY, 29 * DAY_MS);

  it('is one usual gap after the last one', () => {
    expect(nextExpected(nightly, lastSeenAt, plusMs(lastSeenAt, HOUR_MS))).toBe(plusMs(lastSeenAt, DAY_MS));
  });

  it('lies after now, in step, for a caller who has been silent for two weeks', () => {
    expect(nextExpected(nightly, lastSeenAt, plusMs(lastSeenAt, 14 * DAY_MS + HOUR_MS))).toBe(plusMs(lastSeenAt, 15 * DAY_MS));
    expect(nextExpected(nightly, lastSeenAt, plusMs(lastSeenAt, 14 * DAY_MS))).toBe(plusMs(lastSeenAt, 15 * DAY_MS));
  });

  it('is unknown for somebody who came once', () => {
    expect(nextExpected({ kind: 'once' }, MONDAY, MONDAY)).toBeNull();
  });
});
