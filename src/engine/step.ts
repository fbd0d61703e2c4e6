/** A durable step: how to do one thing, how to see whether it is done, and when to try again. */
import type { Json } from '../domain/canonical-json.ts';
import type { StepKey } from './journal.ts';

/** `done` carries the result that `act` would have returned. `unclear` stops the run and asks. */
export type Observation<Result extends Json> = { state: 'done'; result: Result } | { state: 'not-done' } | { state: 'unclear'; why: string };

export type RetryPolicy = {
  /** How often `act` is tried in one execution, the first time included. */
  attempts: number;
  /** First pause in milliseconds; doubles. */
  pauseMs: number;
};

export type Step<Result extends Json> = {
  key: StepKey;
  /** Re-reads every precondition right before `act`; throws a Problem where the world no longer fits. */
  require?: () => Promise<void>;
  /** Looks whether the effect is there. Must not change anything. */
  observe: () => Promise<Observation<Result>>;
  act: () => Promise<Result>;
  retry: RetryPolicy;
  /**
   * AWS reads may show the old state for so long after a write, in milliseconds. An own intent counts as not done only when two reads,
   * so far apart, both say so; an accepted write counts as succeeded only when a read within this window shows it.
   */
  propagationMs: number;
  /** `act` for a step whose effect nobody can see (the signing key deleted itself, no witness): its answer is then all there is. */
  isConfirmedBy: 'observe' | 'act';
};
