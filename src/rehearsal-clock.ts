/** The clock of a rehearsal in one process: nobody waits; whenever all work waits, time jumps to the first who does. */
import type { Clock } from './ports/clock.ts';

type Sleeper = { at: number; wake: () => void };

export type RehearsalClock = Clock & {
  /** Called after each jump, with the new time. */
  onJump: ((now: number) => void) | null;
};

export function openRehearsalClock(start: number): RehearsalClock {
  let now = start;
  let isTicking = false;
  const sleepers: Sleeper[] = [];

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
    setImmediate(tick);
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
        setImmediate(tick);
      }),
  };
  return clock;
}
