/** Real time, or real time run faster beside a served rehearsal. For composition roots only. */
import { problem } from './domain/problem.ts';
import type { Clock } from './ports/clock.ts';

export type Pace = { startedAt: number; worldStartedAt: number; speed: number };

/** Longest span that setTimeout takes. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });

/** A clock that runs `speed` times as fast as the wall; with speed 1 and the same start it is the wall's. */
export function openWallClock({ startedAt, worldStartedAt, speed }: Pace = { startedAt: 0, worldStartedAt: 0, speed: 1 }): Clock {
  return {
    now: () => Math.round(worldStartedAt + (Date.now() - startedAt) * speed),
    sleep: async (ms, signal) => {
      for (let left = ms / speed; left > 0; left -= LONGEST_TIMEOUT_MS) await pause(Math.min(left, LONGEST_TIMEOUT_MS), signal);
    },
  };
}

/** What `rehearse --serve` exports, so that rootzero keeps the time of the world it talks to: real start, world start, speed. */
export const PACE_VARIABLE = 'ROOTZERO_REHEARSAL_CLOCK';

export const renderPace = (pace: Pace): string => `${pace.startedAt}:${pace.worldStartedAt}:${pace.speed}`;

/** @throws Problem `input/usage` */
export function parsePace(text: string): Pace {
  const [startedAt, worldStartedAt, speed] = text.split(':').map(Number);
  if (startedAt === undefined || worldStartedAt === undefined || !(speed !== undefined && speed > 0)) {
    throw problem('input/usage', { detail: `${PACE_VARIABLE} is malformed; start the rehearsal again.` });
  }
  return { startedAt, worldStartedAt, speed };
}
