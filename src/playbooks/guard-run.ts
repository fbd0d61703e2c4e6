/** A run over an organization's guardrails: what of its plan is behind it, and the word of a person before anything is written. */
import type { GuardAction, GuardPlan } from '../domain/guard-plan.ts';
import { problem } from '../domain/problem.ts';
import type { StepKey } from '../engine/journal.ts';
import { stateOf, type Journaled, type Run } from './run.ts';

export type GuardRun = Run<GuardPlan>;

/** The durable step of an action that changes something. */
export const stepOf = (action: GuardAction): StepKey => `${action.id}/${action.kind}`;
/** Taking off again what our own probe found to be too much. */
export const retractStep = (action: GuardAction): StepKey => `${action.id}/retract`;

/** The step has had its effect, or may have had it. */
export const mayHaveHappened = (run: Journaled, step: StepKey): boolean => (stateOf(run).steps.get(step)?.state ?? 'failed') !== 'failed';

const DONE = 'action-done';

export const isBehind = (run: GuardRun, { id }: GuardAction): boolean => (stateOf(run).observed.get(DONE) ?? []).some(({ value }) => value === id);

export async function markBehind(run: GuardRun, { id }: GuardAction): Promise<void> {
  await run.engine.journal.append({ kind: 'observed', what: DONE, value: id });
}

const QUESTION = 'carry-out';

/**
 * The word of a person for the whole plan: its digest, or yes at the terminal.
 * @throws Problem `plan/not-approved` where nobody can be asked, `run/cancelled`
 */
export async function requireGo(run: GuardRun): Promise<void> {
  const { isApproved, answers } = stateOf(run);
  if (isApproved || answers.has(QUESTION)) return;
  const { ask } = run.session.ui;
  if (ask === null) throw problem('plan/not-approved', { nextStep: `rootzero resume ${run.id} --approve ${run.plan.digest}` });
  if ((await ask('guard/carry-out', { plan: run.plan })) === 'no') throw problem('run/cancelled');
  await run.engine.journal.append({ kind: 'answered', question: QUESTION, answer: 'yes', by: 'terminal' });
}
