/** Carrying a run through with a person at the terminal: the engine does the work; when a session ends in the middle, they sign in again and it goes on. */
import type { RunId } from '../../domain/identifiers.ts';
import type { AnyPlan } from '../../domain/any-plan.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ExitCode } from '../../domain/problem.ts';
import { carryOutPlan, goOn, type GivenAnswer } from '../apply.ts';
import type { RunEnd } from '../run-control.ts';
import type { Guide } from './guide.ts';

/** Whoever chose to go on sits through the waits. */
const STAYING = { wait: true } as const;

/** Credentials are the one trouble that a person can mend while the run waits. */
async function carryThrough({ ask, deps, options }: Guide, runId: RunId, first: RunEnd, manner: { wait?: true }): Promise<ExitCode> {
  let end = first;
  while (end.because?.exitCode === 4) {
    if ((await ask('sign-in-again', { runId })) === 'leave') {
      deps.ui.emit({ code: 'note', text: `The run waits. Go on: rootzero resume ${runId}` });
      break;
    }
    end = await goOn(deps, runId, { ...options, ...manner });
  }
  return end.exitCode;
}

/** Starts a run of the plan that was just read. @param answers what was asked before it began, for the journal */
export async function conductPlan(guide: Guide, plan: Plan, answers: GivenAnswer[]): Promise<ExitCode> {
  const { runId, end } = await carryOutPlan(guide.deps, plan, { ...guide.options, ...STAYING }, answers);
  return carryThrough(guide, runId, end, STAYING);
}

/** Starts a run that takes days: it ends with the first wait, and the way to go on. */
export async function beginPlan(guide: Guide, plan: AnyPlan): Promise<ExitCode> {
  const { runId, end } = await carryOutPlan(guide.deps, plan, guide.options);
  return carryThrough(guide, runId, end, {});
}

export const conductRun = async (guide: Guide, runId: RunId): Promise<ExitCode> =>
  carryThrough(guide, runId, await goOn(guide.deps, runId, { ...guide.options, ...STAYING }), STAYING);
