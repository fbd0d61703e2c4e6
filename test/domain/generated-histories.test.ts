/**
 * A thousand histories with known truth, as 90 days of Event history show them: is the rhythm recognised, and does the recommended soak reach
 * past the true next use? "Within what was read" is a rhythm of which at least two gaps, or one of a month, lie in the 90 days.
 */
import { expect, it } from 'vitest';
import type { Cadence } from '../../src/domain/caller.ts';
import { DAY_MS, HOUR_MS, instantOf, MINUTE_MS, msOf, plusMs, SECOND_MS } from '../../src/domain/instant.ts';
import { recommendSoak } from '../../src/domain/soak-rule.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import { at, EVERYTHING_READ, sha256, visitsAt } from './root-event-examples.ts';

const HISTORIES = 1_000;
const READ_DAYS = 90;

/** Mulberry32: the same thousand every time. */
function openChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Shape = 'regular' | 'jittered' | 'bursty' | 'monthly' | 'one-off';
const SHAPES: readonly Shape[] = ['regular', 'jittered', 'bursty', 'monthly', 'one-off'];
const PERIODS: readonly (readonly [number, Cadence['kind']])[] = [
  [5 * MINUTE_MS, 'continuous'], [10 * MINUTE_MS, 'continuous'], [15 * MINUTE_MS, 'continuous'],
  [HOUR_MS, 'hourly'], [2 * HOUR_MS, 'hourly'], [DAY_MS, 'daily'], [DAY_MS, 'daily'], [7 * DAY_MS, 'weekly'], [7 * DAY_MS, 'weekly'],
];

type History = { shape: Shape; truth: Cadence['kind']; visits: number[]; calls: number; from: number };

function generate(chance: () => number, shape: Shape): History {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(chance() * values.length)] as Value;
  const from = Date.UTC(2026, Math.floor(chance() * 12), 1 + Math.floor(chance() * 28), Math.floor(chance() * 24));
  const end = from + (READ_DAYS + 40) * DAY_MS;
  const calls = shape === 'bursty' ? 2 + Math.floor(chance() * 8) : 1;
  if (shape === 'one-off') return { shape, truth: 'once', visits: [from + chance() * READ_DAYS * DAY_MS], calls: 1 + Math.floor(chance() * 200), from };
  if (shape === 'monthly') {
    const [day, hour] = [1 + Math.floor(chance() * 28), Math.floor(chance() * 24)];
    const months = Array.from({ length: 8 }, (_, index) => Date.UTC(2026, new Date(from).getUTCMonth() + index, day, hour) + chance() * HOUR_MS);
    return { shape, truth: 'monthly', visits: months.filter((time) => time >= from && time < end), calls: 1 + Math.floor(chance() * 20), from };
  }
  const [period, truth] = pick(PERIODS);
  // Of frequent callers the last days tell everything.
  const until = truth === 'continuous' ? from + 2 * DAY_MS : truth === 'hourly' ? from + 31 * DAY_MS : end;
  const stray = shape === 'jittered' ? 0.02 + chance() * 0.23 : 0;
  const visits: number[] = [];
  for (let time = from + chance() * period; time < until; time += period) visits.push(time + (chance() * 2 - 1) * stray * period);
  return { shape, truth, visits, calls, from };
}

/** What was read of it, and when it truly comes next. */
function split({ visits, from, truth }: History): { read: number[]; next: number | undefined } {
  const readUntil = from + (truth === 'continuous' ? 1 : truth === 'hourly' ? 30 : READ_DAYS) * DAY_MS;
  return { read: visits.filter((time) => time < readUntil), next: visits.find((time) => time >= readUntil) };
}

const chance = openChance(4_711);
const judged = Array.from({ length: HISTORIES }, (_, index) => {
  const history = generate(chance, SHAPES[index % SHAPES.length] ?? 'regular');
  const { read, next } = split(history);
  const times = read.flatMap((time) => Array.from({ length: history.calls }, (_call, call) => plusMs(instantOf(Math.round(time)), call * 40 * SECOND_MS)));
  const usage = assembleUsage(visitsAt(times), EVERYTHING_READ, at('2026-11-24T00:00:00Z'), sha256);
  const [found] = usage.callers;
  const last = times.map(msOf).reduce((latest, time) => Math.max(latest, time), 0);
  return { ...history, found: found?.cadence.kind, soak: recommendSoak(usage), last, next, gaps: read.length - 1, fingerprint: found?.fingerprint };
});

it(`the class of ${HISTORIES} generated histories is right in at least 95 %`, () => {
  const seen = judged.filter(({ found }) => found !== undefined);
  // A month may hold none of the visits of a monthly job that was read for 90 days only if it was not read at all.
  expect(seen.length).toBe(HISTORIES);
  const wrong = seen.filter(({ truth, found }) => truth !== found);
  console.log(`cadence: ${((1 - wrong.length / seen.length) * 100).toFixed(1)} % of ${seen.length} right; wrong: ${wrong.map(({ shape, truth, found }) => `${shape} ${truth} as ${found}`).join(', ') || 'none'}`);
  expect(wrong.length / seen.length).toBeLessThanOrEqual(0.05);
  for (const shape of SHAPES) {
    const some = seen.filter((history) => history.shape === shape);
    expect(some.filter(({ truth, found }) => truth !== found).length / some.length, shape).toBeLessThanOrEqual(0.1);
  }
});

it('the recommended soak reaches past the true next use of every rhythm that lies within what was read, from the hardest moment on', () => {
  const within = judged.filter(({ truth, gaps }) => truth !== 'once' && gaps >= (truth === 'monthly' ? 1 : 2));
  const missed = within.filter(({ last, soak, next }) => next !== undefined && last + soak.requiredMs < next);
  console.log(`soak: ${within.length} rhythms, ${missed.length} missed; longest ${Math.round(within.reduce((most, { soak }) => Math.max(most, soak.requiredMs), 0) / DAY_MS)} days`);
  expect(missed.map(({ shape, truth }) => `${shape} ${truth}`)).toEqual([]);
  expect(within.length).toBeGreaterThan(700);
});

it('what came once is never said to be proved by waiting', () => {
  for (const { truth, soak, fingerprint } of judged.filter((history) => history.truth === 'once')) expect(soak.notProvable, truth).toEqual([fingerprint]);
  for (const { truth, gaps, soak } of judged.filter((history) => history.truth !== 'once')) if (gaps >= 2) expect(soak.notProvable, truth).toEqual([]);
});
