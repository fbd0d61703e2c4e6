/** The pace of a lane, and what a lane makes of it against a service that has a rate and a burst of its own. */
import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problem } from '../../src/domain/problem.ts';
import { openLanes } from '../../src/engine/lanes.ts';
import { Pace } from '../../src/engine/pace.ts';
import { sideBySide } from '../../src/engine/side-by-side.ts';
import { TestClock } from '../support/clock.ts';

const NEVER = AbortSignal.any([]);
setMaxListeners(0, NEVER);

/** A pace at which so many calls were served, one after each gap, up to the time 10,000. */
function servedPace(gapMs: number, published?: number): Pace {
  const pace = new Pace(published);
  for (let at = 10_000 - 20 * gapMs; at <= 10_000; at += gapMs) pace.served(at);
  return pace;
}

/** Between the starts of two calls, from now on. */
function gapAt(pace: Pace, now: number): number {
  pace.begin(now);
  return pace.nextAt - now;
}

const gaps = fc.integer({ min: 5, max: 400 });

describe('a pace', () => {
  test('is none until something is refused', () => {
    expect(gapAt(servedPace(50), 10_000)).toBe(0);
  });

  test('is slowed once by a burst that is refused, however many calls of it are', () => {
    fc.assert(fc.property(gaps, fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 60 }), (gapMs, later) => {
      const [once, often] = [servedPace(gapMs), servedPace(gapMs)];
      once.refused(9_990, 10_000);
      often.refused(9_990, 10_000);
      for (const ms of later) often.refused(9_940 + ms, 10_000 + ms);
      expect(gapAt(often, 20_000)).toBe(gapAt(once, 20_000));
    }));
  });

  test('falls with each burst that is refused, and is back at what was served within some seconds of good answers', () => {
    fc.assert(fc.property(gaps, (gapMs) => {
      const pace = servedPace(gapMs);
      pace.refused(9_990, 10_000);
      let gap = gapAt(pace, 10_000);
      expect(gap).toBeGreaterThan(gapMs);
      let now = 10_000;
      while (gap > gapMs) {
        now += gap;
        pace.served(now);
        gap = gapAt(pace, now);
      }
      expect(now - 10_000).toBeLessThanOrEqual(8_000);
    }));
  });

  test('never exceeds what is published', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.boolean(), { maxLength: 200 }), (published, answers) => {
      const pace = new Pace(published);
      for (const [index, isGood] of answers.entries()) {
        const now = index * 1_000;
        if (isGood) pace.served(now);
        else pace.refused(now - 1, now);
        // A billionth for the rounding of times.
        expect(gapAt(pace, now)).toBeGreaterThanOrEqual(1_000 / published - 1e-9);
      }
    }));
  });
});

type Service = { perSecond: number; burst: number; latencyMs: number };

/** Answers or refuses as a bucket of tokens does. */
function openService(clock: TestClock, { perSecond, burst, latencyMs }: Service) {
  let tokens = burst;
  let filledAt = clock.now();
  const counts = { served: 0, refused: 0, running: 0, mostRunning: 0 };
  const call = async (): Promise<void> => {
    counts.running += 1;
    counts.mostRunning = Math.max(counts.mostRunning, counts.running);
    await clock.sleep(latencyMs / 2);
    tokens = Math.min(burst, tokens + ((clock.now() - filledAt) / 1_000) * perSecond);
    filledAt = clock.now();
    const isServed = tokens >= 1;
    if (isServed) tokens -= 1;
    await clock.sleep(latencyMs / 2);
    counts.running -= 1;
    counts[isServed ? 'served' : 'refused'] += 1;
    if (!isServed) throw problem('aws/throttled', { retry: 'now' });
  };
  return { call, counts };
}

const services = fc.record({ perSecond: fc.integer({ min: 2, max: 60 }), burst: fc.integer({ min: 1, max: 60 }), latencyMs: fc.integer({ min: 2, max: 300 }) });
const chances = fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => {
  let state = seed;
  return () => ((state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 2 ** 31);
});

describe('a lane to a service that refuses whoever asks too fast', () => {
  test('serves every call, nearly as fast as the service can, and asks little in vain', async () => {
    await fc.assert(fc.asyncProperty(services, chances, fc.integer({ min: 32, max: 64 }), async (service, random, workers) => {
      const clock = new TestClock();
      const { call, counts } = openService(clock, service);
      const lanes = openLanes({ clock, random, signal: NEVER });
      const calls = Math.ceil(service.burst + 60 * service.perSecond);
      const startedAt = clock.now();
      await sideBySide(Array.from({ length: calls }), workers, () => lanes.run({ name: 'sts:AssumeRoot' }, 'read', call));
      expect(counts.served).toBe(calls);
      expect(counts.mostRunning).toBeLessThanOrEqual(16);
      const inFlight = (16 * 1_000) / service.latencyMs;
      const boundMs = Math.max(60_000, (calls * 1_000) / inFlight);
      // A bucket that holds next to nothing leaves no room to find its rate out.
      if (service.burst >= 10) expect((clock.now() - startedAt) / boundMs).toBeLessThanOrEqual(1.25);
      if (service.burst >= 10) expect(counts.refused / calls).toBeLessThanOrEqual(0.6);
    }), { numRuns: 40 });
  });

  test('does not slow the lane of another account', async () => {
    await fc.assert(fc.asyncProperty(services, chances, async (service, random) => {
      const clock = new TestClock();
      const lanes = openLanes({ clock, random, signal: NEVER });
      const busy = openService(clock, { ...service, perSecond: 1, burst: 1 });
      const startedAt = clock.now();
      const refused = sideBySide(Array.from({ length: 20 }), 20, () => lanes.run({ name: '222233334444/iam' }, 'read', busy.call)).catch(() => undefined);
      let finishedAt = 0;
      for (let count = 0; count < 10; count += 1) {
        await lanes.run({ name: '333344445555/iam' }, 'read', () => clock.sleep(service.latencyMs));
        finishedAt = clock.now();
      }
      expect(finishedAt - startedAt).toBe(10 * service.latencyMs);
      await refused;
    }), { numRuns: 20 });
  });
});

describe('of a thousand lanes', () => {
  const mostRunningOf = async (lanes: ReturnType<typeof openLanes>, clock: TestClock, name: string, calls: number): Promise<number> => {
    const service = openService(clock, { perSecond: 1e6, burst: 1e6, latencyMs: 10 });
    await Promise.all(Array.from({ length: calls }, () => lanes.run({ name }, 'read', service.call)));
    return service.counts.mostRunning;
  };
  const passThrough = async (lanes: ReturnType<typeof openLanes>): Promise<void> => {
    for (let index = 0; index < 1_000; index += 1) await lanes.run({ name: `lane ${index}` }, 'read', () => Promise.resolve());
  };

  test('those that rest are forgotten with all that they learned', async () => {
    const clock = new TestClock();
    const lanes = openLanes({ clock, random: () => 0.5, signal: NEVER });
    await mostRunningOf(lanes, clock, 'iam', 400);
    expect(await mostRunningOf(lanes, clock, 'iam', 8)).toBe(8);
    await passThrough(lanes);
    expect(await mostRunningOf(lanes, clock, 'iam', 8)).toBeLessThan(8);
  });

  test('one that keeps a pace is not forgotten before its next call may begin', async () => {
    const clock = new TestClock();
    const lanes = openLanes({ clock, random: () => 0.5, signal: NEVER });
    const starts: number[] = [];
    const call = async (): Promise<void> => void starts.push(clock.now());
    await lanes.run({ name: 'organizations:DescribePolicy', perSecond: 2 }, 'read', call);
    await passThrough(lanes);
    await lanes.run({ name: 'organizations:DescribePolicy', perSecond: 2 }, 'read', call);
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBe(500);
  });
});
