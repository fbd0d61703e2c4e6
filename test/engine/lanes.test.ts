/** The pace of calls, and which of them are made again. */
import { describe, expect, test } from 'vitest';
import { problem } from '../../src/domain/problem.ts';
import { openLanes } from '../../src/engine/lanes.ts';
import { TestClock } from '../support/clock.ts';
import { problemOf } from './engine-parts.ts';

const throttled = () => problem('aws/throttled', { retry: 'now' });

function openTestLanes(random = () => 0.5) {
  const clock = new TestClock();
  const controller = new AbortController();
  return { clock, lanes: openLanes({ clock, random, signal: controller.signal }), interrupt: () => controller.abort(problem('run/interrupted')) };
}

/** Sends so many calls of some length at once; returns the starts and how many ran at the same time at most. */
async function send({ clock, lanes }: ReturnType<typeof openTestLanes>, lane: Parameters<typeof lanes.run>[0], calls: number, lengthMs: number) {
  const startedAt: number[] = [];
  let running = 0;
  let mostRunning = 0;
  const call = async (): Promise<void> => {
    startedAt.push(clock.now());
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    await clock.sleep(lengthMs);
    running -= 1;
  };
  await Promise.all(Array.from({ length: calls }, () => lanes.run(lane, 'read', call)));
  return { startedAt, mostRunning };
}

describe('a lane', () => {
  test.each([[2, 20], [5, 40], [3, 10]])('of %i calls a second starts %i of them no faster, and hardly slower', async (perSecond, calls) => {
    const test = openTestLanes();
    const { startedAt } = await send(test, { name: 'cloudtrail', perSecond }, calls, 100);
    const tookMs = Math.max(...startedAt) - Math.min(...startedAt);
    const leastMs = ((calls - 1) / perSecond) * 1_000;
    // A microsecond for the rounding of thirds.
    expect(tookMs).toBeGreaterThanOrEqual(leastMs - 0.001);
    expect(tookMs).toBeLessThanOrEqual(leastMs * 1.1);
  });

  test('holds its rate on a clock that wakes too early', async () => {
    const test = openTestLanes();
    const early = { now: () => test.clock.now(), sleep: (ms: number) => test.clock.sleep(Math.max(1, ms - 30)) };
    const lanes = openLanes({ clock: early, random: () => 0, signal: new AbortController().signal });
    const { startedAt } = await send({ ...test, lanes }, { name: 'cloudtrail', perSecond: 2 }, 6, 0);
    expect(Math.max(...startedAt) - Math.min(...startedAt)).toBeGreaterThanOrEqual(2_500);
  });

  test('does not give up within a moment, however short its pauses fall', async () => {
    const { clock, lanes } = openTestLanes(() => 0.01);
    const startedAt = clock.now();
    const call = () => (clock.now() - startedAt < 5_000 ? Promise.reject(throttled()) : Promise.resolve('served'));
    expect(await lanes.run({ name: 'iam' }, 'read', call)).toBe('served');
  });

  test('that is serial runs one call at a time', async () => {
    expect((await send(openTestLanes(), { name: 'organizations:write', serial: true }, 8, 50)).mostRunning).toBe(1);
  });

  test('widens with success, up to its bound', async () => {
    const test = openTestLanes();
    expect((await send(test, { name: 'iam' }, 4, 50)).mostRunning).toBe(4);
    const { mostRunning } = await send(test, { name: 'iam' }, 400, 50);
    expect(mostRunning).toBeGreaterThan(4);
    expect(mostRunning).toBeLessThanOrEqual(16);
  });

  test('narrows when it is throttled, and serves every call all the same', async () => {
    const test = openTestLanes();
    await send(test, { name: 'iam' }, 200, 50);
    let refusals = 0;
    let running = 0;
    const seen: number[] = [];
    const call = async (): Promise<number> => {
      running += 1;
      seen.push(running);
      await test.clock.sleep(20);
      running -= 1;
      if (refusals < 30) {
        refusals += 1;
        throw throttled();
      }
      return 1;
    };
    const served = await Promise.all(Array.from({ length: 40 }, () => test.lanes.run({ name: 'iam' }, 'read', call)));
    expect(served).toHaveLength(40);
    expect(Math.max(...seen.slice(0, 8))).toBeGreaterThan(4);
    expect(Math.max(...seen.slice(32, 40))).toBeLessThanOrEqual(4);
  });

  test('does not hold up another lane', async () => {
    const test = openTestLanes();
    const slow = test.lanes.run({ name: 'a', serial: true }, 'read', () => test.clock.sleep(60_000));
    const from = test.clock.now();
    await test.lanes.run({ name: 'b', serial: true }, 'read', async () => undefined);
    expect(test.clock.now()).toBe(from);
    await slow;
  });
});

describe('a call', () => {
  const lane = { name: 'iam' };
  /** How often a call that always fails so is made. */
  async function attemptsOf(effect: 'read' | 'write', because: ReturnType<typeof problem>): Promise<number> {
    let attempts = 0;
    const thrown = await problemOf(openTestLanes().lanes.run(lane, effect, async () => {
      attempts += 1;
      throw because;
    }));
    expect(thrown).toBe(because);
    return attempts;
  }

  test.each([
    ['read', 'aws/throttled', 'now', false, 8],
    ['read', 'aws/server-error', 'now', false, 8],
    ['read', 'aws/unreachable', 'now', true, 8],
    ['read', 'aws/access-denied', 'never', false, 1],
    ['write', 'aws/throttled', 'now', false, 8],
    ['write', 'aws/precondition', 'now', false, 8],
    ['write', 'aws/precondition', 'never', false, 1],
    ['write', 'aws/server-error', 'now', true, 1],
    ['write', 'aws/unreachable', 'now', true, 1],
    ['write', 'aws/throttled', 'now', true, 1],
  ] as const)('that is a %s and fails with %s (retry %s, outcome unknown: %s) is made %i times', async (effect, code, retry, isOutcomeUnknown, attempts) => {
    expect(await attemptsOf(effect, problem(code, { retry, isOutcomeUnknown }))).toBe(attempts);
  });

  test('that fails for a reason that is no Problem is not repeated', async () => {
    let attempts = 0;
    const run = openTestLanes().lanes.run(lane, 'read', async () => {
      attempts += 1;
      throw new TypeError('defect');
    });
    await expect(run).rejects.toThrow('defect');
    expect(attempts).toBe(1);
  });

  test('is given up after three minutes, however few attempts that were', async () => {
    const test = openTestLanes();
    let attempts = 0;
    await problemOf(test.lanes.run(lane, 'read', async () => {
      attempts += 1;
      await test.clock.sleep(100_000);
      throw throttled();
    }));
    expect(attempts).toBe(2);
  });

  test('pauses up to 200 ms first, doubling up to 20 s', async () => {
    const test = openTestLanes(() => 0.999_999);
    const at: number[] = [];
    await problemOf(test.lanes.run(lane, 'read', async () => {
      at.push(test.clock.now());
      throw throttled();
    }));
    const pauses = at.slice(1).map((time, index) => Math.round(time - (at[index] ?? 0)));
    expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800]);
  });

  test('is not begun any more after an interruption, whether it paused, kept pace or stood in the queue', async () => {
    const test = openTestLanes(() => 0.9);
    let begun = 0;
    const call = async (): Promise<void> => {
      begun += 1;
      if (begun === 3) test.interrupt();
      await test.clock.sleep(10);
    };
    const paced = Array.from({ length: 6 }, () => problemOf(test.lanes.run({ name: 'paced', perSecond: 1 }, 'read', call)).catch(() => null));
    await Promise.all(paced);
    expect(begun).toBe(3);
    expect((await problemOf(test.lanes.run(lane, 'read', call))).code).toBe('run/interrupted');

    const other = openTestLanes();
    let served = 0;
    const queued = Array.from({ length: 5 }, () => problemOf(other.lanes.run({ name: 'serial', serial: true }, 'read', async () => {
      served += 1;
      other.interrupt();
      await other.clock.sleep(10);
    })).catch(() => null));
    await Promise.all(queued);
    expect(served).toBe(1);
  });
});
