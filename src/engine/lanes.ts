/** The call policy: every call runs in a lane with a rate and a width, and is tried again on the world's clock. */
import { Problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallPolicy, Lane } from '../ports/cloud.ts';
import { CALL_ATTEMPTS, CALL_PATIENCE_MS, isToRetry, pauseBefore } from './retry.ts';

export type LaneDeps = { clock: Clock; random: () => number; signal: AbortSignal };

const FIRST_WIDTH = 4;
const LARGEST_WIDTH = 16;

/** Calls of one lane: at most `width` at a time (adaptive), and no two starts closer than the rate allows. */
class Traffic {
  readonly #deps: LaneDeps;
  readonly #gapMs: number;
  readonly #isSerial: boolean;
  #width: number;
  #running = 0;
  #nextStartAt = 0;
  readonly #queue: (() => void)[] = [];

  constructor(lane: Lane, deps: LaneDeps) {
    this.#deps = deps;
    this.#gapMs = lane.perSecond === undefined ? 0 : 1_000 / lane.perSecond;
    this.#isSerial = lane.serial ?? false;
    this.#width = this.#isSerial ? 1 : FIRST_WIDTH;
  }

  async pass<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#running >= Math.floor(this.#width)) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running += 1;
    try {
      await this.#pace();
      // Whoever stood in the queue or kept pace meanwhile does not begin after an interruption.
      this.#deps.signal.throwIfAborted();
      const result = await call();
      this.#adapt(true);
      return result;
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === 'aws/throttled') this.#adapt(false);
      throw thrown;
    } finally {
      this.#leave();
    }
  }

  /** Hands the place on to the next in the queue, or to several where the lane has widened. */
  #leave(): void {
    this.#running -= 1;
    while (this.#running < Math.floor(this.#width)) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }

  async #pace(): Promise<void> {
    if (this.#gapMs === 0) return;
    const { clock, signal } = this.#deps;
    const startAt = Math.max(clock.now(), this.#nextStartAt);
    this.#nextStartAt = startAt + this.#gapMs;
    // Timers may wake a little early; the rate holds all the same.
    while (clock.now() < startAt) await clock.sleep(startAt - clock.now(), signal);
  }

  #adapt(isGood: boolean): void {
    if (this.#isSerial) return;
    this.#width = isGood ? Math.min(LARGEST_WIDTH, this.#width + 1 / this.#width) : Math.max(1, this.#width / 2);
  }
}

export function openLanes(deps: LaneDeps): CallPolicy {
  const lanes = new Map<string, Traffic>();
  return {
    run: async (lane, effect, call) => {
      const traffic = lanes.get(lane.name) ?? new Traffic(lane, deps);
      lanes.set(lane.name, traffic);
      const startedAt = deps.clock.now();
      for (let attempt = 1; ; attempt += 1) {
        deps.signal.throwIfAborted();
        try {
          return await traffic.pass(call);
        } catch (thrown) {
          const isOver = attempt >= CALL_ATTEMPTS || deps.clock.now() - startedAt > CALL_PATIENCE_MS;
          if (!(thrown instanceof Problem) || isOver || !isToRetry(thrown, effect)) throw thrown;
        }
        await deps.clock.sleep(pauseBefore(attempt, deps.random), deps.signal);
      }
    },
  };
}
