/** A clock of virtual time for tests: sleeping takes none, and sleepers wake in the order of their deadlines. */
import type { Clock } from '../../src/ports/clock.ts';

type Sleeper = { at: number; wake: () => void };

/** 2026-11-24T09:00:00.000Z, unless told otherwise. */
const START_MS = 1_795_510_800_000;

export class TestClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  #isJumping = false;

  constructor(startMs: number = START_MS) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Lets time pass, in milliseconds, and wakes who is due. */
  advance(ms: number): void {
    this.#nowMs += ms;
    this.#jump();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.#nowMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
      this.#jump();
    });
  }

  /** Once everything that can run has run, time goes to the next deadline. */
  #jump(): void {
    if (this.#isJumping) return;
    this.#isJumping = true;
    setImmediate(() => {
      this.#isJumping = false;
      const next = this.#sleepers.reduce<Sleeper | undefined>((first, other) => (first === undefined || other.at < first.at ? other : first), undefined);
      if (next === undefined) return;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.wake();
      this.#jump();
    });
  }
}
