/** Random weather and random deaths against a small counted world: no effect twice, none forgotten. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem, problem } from '../../src/domain/problem.ts';
import { executeStep } from '../../src/engine/executor.ts';
import type { FaultPoint, FaultPoints } from '../../src/engine/fault-points.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { replay } from '../../src/engine/replay.ts';
import type { Step } from '../../src/engine/step.ts';
import { TestClock } from '../support/clock.ts';
import { Crash, newDeps, newFolder } from './engine-parts.ts';

const PROPAGATION_MS = 5_000;
const STEPS = ['a/make', 'b/make'] as const;

/** A world that counts effects, and shows each only after a delay within the propagation window. */
type World = { effects: { step: string; shownAt: number }[] };
/** What a call meets: nothing, or one of the ways in which AWS and networks fail. */
type Weather = 'fine' | 'throttled' | 'lost-request' | 'lost-reply' | 'denied' | 'crash-before' | 'crash-after';

const worldStep = (key: string, world: World, clock: TestClock, weather: () => Weather, delayMs: () => number): Step<string> => ({
  key,
  observe: async () => {
    if (weather() === 'throttled') throw problem('aws/throttled', { retry: 'now' });
    const isShown = world.effects.some((effect) => effect.step === key && effect.shownAt <= clock.now());
    return isShown ? { state: 'done', result: key } : { state: 'not-done' };
  },
  act: async () => {
    const now = weather();
    if (now === 'throttled') throw problem('aws/throttled', { retry: 'now' });
    if (now === 'denied') throw problem('aws/access-denied');
    if (now === 'crash-before') throw new Crash();
    if (now === 'lost-request') throw problem('aws/unreachable', { retry: 'now', isOutcomeUnknown: true });
    world.effects.push({ step: key, shownAt: clock.now() + delayMs() });
    if (now === 'crash-after') throw new Crash();
    if (now === 'lost-reply') throw problem('aws/unreachable', { retry: 'now', isOutcomeUnknown: true });
    return key;
  },
  retry: { attempts: 3, pauseMs: 100 },
  propagationMs: PROPAGATION_MS,
  isConfirmedBy: 'observe',
});

const weathers = fc.constantFrom<Weather>('fine', 'fine', 'throttled', 'lost-request', 'lost-reply', 'denied', 'crash-before', 'crash-after');
const points = fc.constantFrom<FaultPoint>('journal/before-append', 'journal/torn-append', 'journal/between-line-and-head', 'journal/after-append', 'step/before-act', 'step/after-act');
/** One process: the weather that its calls meet, in their order, and where it dies. */
const lives = fc.array(fc.record({ weather: fc.array(weathers, { maxLength: 6 }), dies: fc.option(fc.record({ point: points, nth: fc.integer({ min: 1, max: 4 }) }), { nil: null }) }), { maxLength: 6 });

function dyingAt(dies: { point: FaultPoint; nth: number } | null): FaultPoints {
  let seen = 0;
  return {
    reach: (point) => {
      if (point !== dies?.point) return;
      seen += 1;
      if (seen === dies.nth) throw new Crash();
    },
  };
}

describe('whatever fails and whenever the process dies', () => {
  test('every effect happens once, and the journal knows it in the end', async () => {
    let processes = 0;
    await fc.assert(
      fc.asyncProperty(lives, fc.infiniteStream(fc.nat(PROPAGATION_MS - 1)), async (badLives, delays) => {
        const folder = newFolder();
        const clock = new TestClock();
        const world: World = { effects: [] };
        for (const life of [...badLives, { weather: [], dies: null }]) {
          processes += 1;
          const weather = [...life.weather];
          const faults = dyingAt(life.dies);
          try {
            const journal = await openJournal(folder, { ...newDeps(faults, clock) });
            const run = { journal, clock, faults, signal: new AbortController().signal };
            for (const key of STEPS) await executeStep(run, worldStep(key, world, clock, () => weather.shift() ?? 'fine', () => delays.next().value));
          } catch (thrown) {
            if (!(thrown instanceof Crash) && !(thrown instanceof Problem)) throw thrown;
          }
          for (const key of STEPS) expect(world.effects.filter((effect) => effect.step === key).length).toBeLessThanOrEqual(1);
        }
        const steps = replay((await openJournal(folder, newDeps())).lines).steps;
        for (const key of STEPS) {
          expect(steps.get(key)?.state).toBe('succeeded');
          expect(world.effects.filter((effect) => effect.step === key)).toHaveLength(1);
        }
      }),
      { numRuns: 80 },
    );
    expect(processes).toBeGreaterThan(150);
  });
});
