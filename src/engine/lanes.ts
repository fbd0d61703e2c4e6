/** The call policy: every call runs in a lane with a pace and a width, and is tried again on the world's clock. */
import { Problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallPolicy, Lane } from '../ports/cloud.ts';
import { Pace } from './pace.ts';
import { isPatienceOver, isToRetry, pauseBefore } from './retry.ts';

export type LaneDeps = { clock: Clock; random: () => number; signal: AbortSignal };

const FIRST_WIDTH = 4;
const LARGEST_WIDTH = 16;
/** A survey goes through three lanes for each of thousands of accounts; what a lane has learned is soon out of date. */
const LANES_KEPT = 500;

type Waiting = { begin: () => void; giveUp: (reason: unknown) => void };

/** Calls of one lane: so many at a time at most, more with each that is served, and no faster than its pace. */
class Traffic {
  readonly #deps: LaneDeps;
  readonly #pace: Pace;
  readonly #largest: number;
  #width: number;
  #running = 0;
  #isAdmitting = false;
  readonly #queue: Waiting[] = [];

  constructor({ perSecond, serial = false }: Lane, deps: LaneDeps) {
    this.#deps = deps;
    this.#pace = new Pace(perSecond);
    this.#largest = serial ? 1 : LARGEST_WIDTH;
    this.#width = serial ? 1 : FIRST_WIDTH;
  }

  /** Whether nothing would be lost with it but what it has learned. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#queue.length === 0 && this.#pace.nextAt <= this.#deps.clock.now();
  }

  /** @param isAgain a call that was refused goes first, so that those who come after do not keep it waiting */
  async pass<Result>(isAgain: boolean, call: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin, giveUp) => {
      this.#queue[isAgain ? 'unshift' : 'push']({ begin, giveUp });
      void this.#admit();
    });
    const { clock, signal } = this.#deps;
    const begunAt = clock.now();
    try {
      // Whoever stood in the queue or kept pace meanwhile does not begin after an interruption.
      signal.throwIfAborted();
      const result = await call();
      this.#pace.served(clock.now());
      this.#width = Math.min(this.#largest, this.#width + 1 / this.#width);
      return result;
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === 'aws/throttled') this.#pace.refused(begunAt, clock.now());
      throw thrown;
    } finally {
      this.#running -= 1;
      void this.#admit();
    }
  }

  /** Lets in who waits, first come first served. */
  async #admit(): Promise<void> {
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    const { clock, signal } = this.#deps;
    try {
      while (this.#queue.length > 0 && this.#running < Math.floor(this.#width)) {
        const waitMs = this.#pace.nextAt - clock.now();
        // Looked at again after each sleep: timers may wake a little early, and a call that is refused meanwhile slows the pace.
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        else {
          this.#pace.begin(clock.now());
          this.#running += 1;
          this.#queue.shift()?.begin();
        }
      }
    } catch (interrupted) {
      for (const { giveUp } of this.#queue.splice(0)) giveUp(interrupted);
    } finally {
      this.#isAdmitting = false;
    }
  }
}

/** The lanes by name, those last used at the end; the oldest are forgotten. */
function openTraffic(deps: LaneDeps): (lane: Lane) => Traffic {
  const lanes = new Map<string, Traffic>();
  return (lane) => {
    const traffic = lanes.get(lane.name) ?? new Traffic(lane, deps);
    lanes.delete(lane.name);
    lanes.set(lane.name, traffic);
    for (const [name, { isIdle }] of lanes) {
      if (lanes.size <= LANES_KEPT || !isIdle) break;
      lanes.delete(name);
    }
    return traffic;
  };
}

export function openLanes(deps: LaneDeps): CallPolicy {
  const trafficOf = openTraffic(deps);
  return {
    run: async (lane, effect, call) => {
      let firstAt: number | null = null;
      const begin = (): ReturnType<typeof call> => {
        firstAt ??= deps.clock.now();
        return call();
      };
      for (let attempt = 1; ; attempt += 1) {
        deps.signal.throwIfAborted();
        try {
          return await trafficOf(lane).pass(attempt > 1, begin);
        } catch (thrown) {
          const now = deps.clock.now();
          if (!(thrown instanceof Problem) || isPatienceOver(attempt, now - (firstAt ?? now)) || !isToRetry(thrown, effect)) throw thrown;
        }
        await deps.clock.sleep(pauseBefore(attempt, deps.random), deps.signal);
      }
    },
  };
}
