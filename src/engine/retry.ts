/** When a failed call is tried again, and after how long. Pure. */
import type { Problem } from '../domain/problem.ts';

const CALL_ATTEMPTS = 8;
/** Pauses are drawn: many short ones in a row are no reason to give up. */
const LEAST_PATIENCE_MS = 10_000;
/** A call that is refused for so long is refused. */
const CALL_PATIENCE_MS = 180_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;

/** After the nth attempt, the first being 1. Full jitter: anywhere between nothing and a ceiling that doubles (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
export const pauseBefore = (attempt: number, random: () => number): number => random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));

/** Reads are repeated whenever it may help; writes only when nothing happened, since anything else is to be looked at first. */
export const isToRetry = (because: Problem, effect: 'read' | 'write'): boolean =>
  because.retry === 'now' && (effect === 'read' || (!because.isOutcomeUnknown && (because.code === 'aws/throttled' || because.code === 'aws/precondition')));

/** @param spentMs since the first attempt began */
export const isPatienceOver = (attempt: number, spentMs: number): boolean => (attempt >= CALL_ATTEMPTS && spentMs >= LEAST_PATIENCE_MS) || spentMs > CALL_PATIENCE_MS;
