/** Carries out `rootzero resume --all`: goes on with every unfinished run whose wait is over, one after the other. Made for cron. */
import { Problem, problem, type ExitCode } from '../domain/problem.ts';
import type { RunStatus } from '../ports/ui.ts';
import { goOn, type ApplyOptions } from './apply.ts';
import type { Context } from './context-type.ts';
import { problemMessage } from './problem-message.ts';
import { isUnfinished, nowIn, openRunDeps, readRuns } from './run-control.ts';
import { assessStatus } from './status.ts';

export type ResumeOptions = ApplyOptions & { all?: true };

/** What a person has to look at first comes first; a run that only waits is no trouble. */
const WORST_FIRST: readonly ExitCode[] = [70, 6, 4, 3, 2, 75, 5, 1, 0];

const worstOf = (codes: readonly ExitCode[]): ExitCode => WORST_FIRST.find((code) => codes.includes(code)) ?? 0;

/** A run that waits still may have accounts in trouble, and says so every time. */
function exitWhileWaiting({ organization }: RunStatus): ExitCode {
  const troubles = organization?.troubles ?? [];
  if (troubles.length === 0) return 75;
  return troubles.every(({ isUnverified }) => isUnverified) ? 2 : 6;
}

/**
 * @returns the worst of the runs' exit codes; 75 where all that is left is waiting, 0 where there is no unfinished run
 * @throws Problem `input/usage` for what only one run can be meant by
 */
export async function resumeAll(context: Context, named: string | undefined, options: ResumeOptions): Promise<ExitCode> {
  if (named !== undefined || options.approve !== undefined || options.leaveOut !== undefined) {
    throw problem('input/usage', { detail: '--all goes on with every run that is due; a run id, --approve and --leave-out are for one.' });
  }
  const deps = await openRunDeps(context, options);
  const { ui } = deps;
  const { runs, damaged } = await readRuns(deps);
  const codes: ExitCode[] = damaged.map(({ because }) => because.exitCode);
  for (const { because } of damaged) ui.emit(problemMessage(because));
  for (const run of runs.filter((one) => isUnfinished(one, runs)).reverse()) {
    const status = await assessStatus(deps, run, runs);
    const isStaying = options.wait === true || context.isResumeWaiting;
    if (status.waitsUntil !== null && status.waitsUntil > nowIn(context) && !isStaying) {
      ui.emit({ code: 'note', text: `Run ${run.runId} waits until ${status.waitsUntil}.` });
      codes.push(exitWhileWaiting(status));
      continue;
    }
    try {
      codes.push((await goOn(deps, run.runId, options)).exitCode);
    } catch (thrown) {
      // One run that another process holds, or whose credentials are missing, keeps none of the others waiting.
      if (!(thrown instanceof Problem) || thrown.code === 'run/interrupted') throw thrown;
      ui.emit(problemMessage(thrown));
      codes.push(thrown.exitCode);
    }
  }
  return worstOf(codes);
}
