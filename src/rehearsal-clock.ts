/** The clock of a rehearsal in one process: whenever all work waits, time jumps to the first who does; at once, or slowly enough to be watched. */
import { HOUR_MS } from './domain/instant.ts';
import type { Clock } from './ports/clock.ts';

type Sleeper = { at: number; wake: () => void };

export type RehearsalClock = Clock & {
  /** Called after each jump, with the new time. */
  onJump: ((now: number) => void) | null;
};

/** How long a jump takes somebody who watches: short waits a tenth of themselves, long ones a moment. In milliseconds. */
const LONGEST_MOMENT_MS = 300;
const momentFor = (jumpMs: number): number => Math.min(jumpMs / 10, LONGEST_MOMENT_MS);

/** @param isWatched whether a person looks on */
export function openRehearsalClock(start: number, isWatched = false): RehearsalClock {
  let now = start;
  let isTicking = false;
  const sleepers: Sleeper[] = [];

  const schedule = (): void => {
    if (!isWatched) return void setImmediate(tick);
    // What has to wait is there after the work of this turn; only then is it known how far time will jump.
    setImmediate(() => setTimeout(tick, momentFor(Math.max(0, Math.min(...sleepers.map(({ at }) => at), now + HOUR_MS) - now))));
  };

  const tick = (): void => {
    sleepers.sort((first, second) => first.at - second.at);
    const next = sleepers.shift();
    if (next === undefined) {
      isTicking = false;
      return;
    }
    now = Math.max(now, next.at);
    clock.onJump?.(now);
    next.wake();
    schedule();
  };

  const clock: RehearsalClock = {
    onJump: null,
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        sleepers.push({ at: now + Math.max(0, Math.ceil(ms)), wake: () => (signal?.aborted === true ? reject(signal.reason) : resolve()) });
        if (isTicking) return;
        isTicking = true;
        schedule();
      }),
  };
  return clock;
}
