/** Carries out durable steps: intent before act, look before repeating, record after. Knows nothing of AWS. */
import { instantOf, type Instant } from '../domain/instant.ts';
import type { Json } from '../domain/canonical-json.ts';
import { Problem, problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { FaultPoints } from './fault-points.ts';
import type { Journal, StepKey } from './journal.ts';
import { replay, type StepState } from './replay.ts';
import type { Observation, Step } from './step.ts';

export type ExecutorRun = { journal: Journal; clock: Clock; faults: FaultPoints; signal: AbortSignal };

const CONFIRMATION_PAUSE_MS = 1_000;

const stepState = (run: ExecutorRun, key: StepKey): StepState | undefined => replay(run.journal.lines).steps.get(key);

async function succeed<Result extends Json>(run: ExecutorRun, step: Step<Result>, via: 'act' | 'observe', result: Result): Promise<Result> {
  await run.journal.append({ kind: 'succeeded', step: step.key, via, result });
  return result;
}

async function recordFailure(run: ExecutorRun, key: StepKey, because: Problem): Promise<void> {
  await run.journal.append({ kind: 'attempt-failed', step: key, problem: { code: because.code, message: because.message }, isOutcomeUnknown: because.isOutcomeUnknown });
}

/** Looks at an attempt whose outcome nobody knows. "Not done" needs two reads a propagation window apart. */
async function settle<Result extends Json>(run: ExecutorRun, step: Step<Result>): Promise<{ result: Result } | 'not-done'> {
  for (const isSecondLook of [false, true]) {
    const seen = await step.observe();
    if (seen.state === 'done') return { result: await succeed(run, step, 'observe', seen.result) };
    if (seen.state === 'unclear') {
      const unclear = problem('step/unclear', { detail: `${step.key}: ${seen.why}`, isOutcomeUnknown: true });
      await recordFailure(run, step.key, unclear);
      throw unclear;
    }
    if (!isSecondLook) await run.clock.sleep(step.propagationMs);
  }
  return 'not-done';
}

/** An accepted write counts once a read shows it. No interruption cuts this short: an intent is brought to its outcome. */
async function confirm<Result extends Json>(run: ExecutorRun, step: Step<Result>, answer: Result): Promise<Result> {
  if (step.isConfirmedBy === 'act') return succeed(run, step, 'act', answer);
  const until = run.clock.now() + 3 * step.propagationMs;
  for (;;) {
    const seen = await step.observe();
    if (seen.state === 'done') return succeed(run, step, 'act', seen.result);
    if (seen.state === 'unclear') throw problem('step/unclear', { detail: `${step.key}: ${seen.why}`, isOutcomeUnknown: true });
    if (run.clock.now() >= until) throw problem('step/no-effect', { detail: step.key, isOutcomeUnknown: true });
    await run.clock.sleep(CONFIRMATION_PAUSE_MS);
  }
}

/** An act that has begun is never repeated blindly, so whatever cuts off its confirmation leaves its outcome unknown. */
async function attempt<Result extends Json>(run: ExecutorRun, step: Step<Result>): Promise<Result> {
  let answer: Result | undefined;
  try {
    run.faults.reach('step/before-act', step.key);
    answer = await step.act();
    run.faults.reach('step/after-act', step.key);
    return await confirm(run, step, answer);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const isOutcomeUnknown = thrown.isOutcomeUnknown || answer !== undefined;
    const failure = isOutcomeUnknown ? thrown.withUnknownOutcome() : thrown;
    await recordFailure(run, step.key, failure);
    throw failure;
  }
}

/**
 * Executes a step once and for all: a step that the journal knows as succeeded returns its recorded result and touches nothing.
 * @throws Problem from `require`, `act` or `observe`; `step/unclear`; `step/no-effect`; `run/interrupted` before an intent
 */
export async function executeStep<Result extends Json>(run: ExecutorRun, step: Step<Result>): Promise<Json> {
  const before = stepState(run, step.key);
  if (before?.state === 'succeeded') return before.result;
  let attempts = before?.attempts ?? 0;
  let isOutcomeUnknown = before?.state === 'intended';
  let last: Problem | null = null;
  for (let tried = 0, pauseMs = step.retry.pauseMs; ; ) {
    if (isOutcomeUnknown) {
      const settled = await settle(run, step);
      if (settled !== 'not-done') return settled.result;
    }
    if (last !== null) {
      if (tried >= step.retry.attempts || last.retry !== 'now') throw last;
      await run.clock.sleep(pauseMs, run.signal);
      pauseMs *= 2;
    }
    if (run.signal.aborted) throw problem('run/interrupted');
    await step.require?.();
    attempts += 1;
    tried += 1;
    await run.journal.append({ kind: 'intent', step: step.key, attempt: attempts });
    try {
      return await attempt(run, step);
    } catch (thrown) {
      // An accepted write was looked for long enough: looking again adds nothing, acting again might do it twice.
      if (!(thrown instanceof Problem) || thrown.code === 'step/no-effect' || thrown.code === 'step/unclear') throw thrown;
      last = thrown;
      isOutcomeUnknown = thrown.isOutcomeUnknown;
    }
  }
}

/** Whether a durable deadline has passed. The first deadline that was written down stands, whatever is asked later. */
export async function waitUntil(run: ExecutorRun, key: StepKey, until: Instant): Promise<boolean> {
  const recorded = replay(run.journal.lines).waits.get(key);
  if (recorded === undefined) await run.journal.append({ kind: 'waiting', step: key, until });
  return instantOf(run.clock.now()) >= (recorded ?? until);
}

/**
 * A step that somebody else carries out: never acted on, only looked for. Once it was seen, the recorded result stands.
 * @returns null while it is not seen; silence never counts as done
 * @throws Problem from `look`; `step/unclear`
 */
export async function awaitStep<Result extends Json>(run: ExecutorRun, key: StepKey, look: () => Promise<Observation<Result>>): Promise<Json> {
  const before = stepState(run, key);
  if (before?.state === 'succeeded') return before.result;
  const seen = await look();
  if (seen.state === 'unclear') throw problem('step/unclear', { detail: `${key}: ${seen.why}` });
  if (seen.state === 'not-done') return null;
  await run.journal.append({ kind: 'succeeded', step: key, via: 'observe', result: seen.result });
  return seen.result;
}

/** Puts it on record, once, that a person was told to do something. */
export async function recordTold(run: ExecutorRun, key: StepKey): Promise<void> {
  if (!replay(run.journal.lines).told.has(key)) await run.journal.append({ kind: 'waiting', step: key, until: null });
}
