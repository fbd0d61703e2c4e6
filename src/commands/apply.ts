/** Carries out `rootzero apply`, `resume` and `rollback`: carrying a plan out, going on with a run, undoing it. */
import { isDeleting, type Plan } from '../domain/plan.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { retireRootKeys } from '../playbooks/retire-root-keys.ts';
import { rollBack } from '../playbooks/roll-back.ts';
import type { Run } from '../playbooks/run.ts';
import type { Context } from './context-type.ts';
import { identityOptions, type CommonOptions } from './options.ts';
import { parsePlan } from './plan-file.ts';
import { chooseRun, continueRun, newRunId, openRunDeps, startRun } from './run-control.ts';

export type ApplyOptions = CommonOptions & { approve?: string; wait?: true };

const retire = async (run: Run): Promise<ExitCode> => ((await retireRootKeys(run)) === 'done' ? 0 : 2);

/** @throws Problem `plan/wrong-digest`, `plan/not-approved`, `plan/blocked`, `plan/other-world`, `plan/nothing-to-do` */
function requireApplicable(context: Context, plan: Plan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `Approved ${approved}; the plan is ${plan.digest}.` });
  const blocker = plan.blockers[0];
  if (blocker !== undefined) throw problem('plan/blocked', { detail: blocker.text });
  if (plan.world !== context.world) throw problem('plan/other-world', { detail: `The plan belongs to: ${plan.world}. This is: ${context.world}.` });
  if (plan.actions.length === 0) throw problem('plan/nothing-to-do');
  if (approved === undefined && isDeleting(plan)) throw problem('plan/not-approved', { detail: `Its digest is ${plan.digest}.` });
}

export async function apply(context: Context, path: string, options: ApplyOptions): Promise<ExitCode> {
  const plan = parsePlan(await context.readFile(path), context.system.sha256);
  requireApplicable(context, plan, options.approve);
  const deps = await openRunDeps(context, options);
  const runId = await newRunId(deps);
  const identities = await context.openIdentities({ ...identityOptions(options), runId });
  return startRun({ deps, identities, isWaiting: options.wait === true }, runId, plan, retire);
}

export async function resume(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await chooseRun(deps, named);
  const isWaiting = options.wait === true || context.isResumeWaiting;
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting, isRollback: false }, async (run, state) => {
    if (!state.observed.has('rollback-started')) return retire(run);
    await rollBack(run, true);
    return 0;
  });
}

export async function rollback(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await chooseRun(deps, named);
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting: false, isRollback: true }, async (run) => {
    if (options.approve !== undefined && options.approve !== run.plan.digest) throw problem('plan/wrong-digest', { detail: `The plan of run ${runId} is ${run.plan.digest}.` });
    await rollBack(run, options.approve !== undefined);
    return 0;
  });
}
