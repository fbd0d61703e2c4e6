/** Carries out `rootzero guard apply`: a rollout plan from a file, or one that is made and read on the spot. */
import { exitCodeFor } from '../../domain/any-plan.ts';
import { problem, type ExitCode } from '../../domain/problem.ts';
import { planRollout } from '../../playbooks/plan-rollout.ts';
import { parseAnyPlan } from '../any-plan-file.ts';
import { carryOutPlan, type ApplyOptions } from '../apply.ts';
import type { Context } from '../context-type.ts';
import { openRunDeps } from '../run-control.ts';
import { openSession } from '../session.ts';
import { readDecisions, readPast, type RolloutOptions } from './rollout-options.ts';

export type GuardApplyOptions = RolloutOptions & ApplyOptions;

/** Without a file the plan is made now: where nobody can be asked, nobody could have read it. @throws Problem `plan/not-approved` */
async function applyAtOnce(context: Context, options: GuardApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  if (deps.ui.ask === null) throw problem('plan/not-approved', { detail: 'There is no plan that anybody has read.', nextStep: 'rootzero guard preview --out rollout.json, then rootzero guard apply rollout.json --approve DIGEST' });
  const session = await openSession(context, options, deps.ui);
  const { plan } = await planRollout(session, await readDecisions(context, options), await readPast(context, options));
  deps.ui.emit({ code: 'guard/plan', plan, path: null });
  if (plan.blockers.length > 0 || plan.actions.length === 0) return exitCodeFor(plan);
  return (await carryOutPlan(deps, plan, options)).end.exitCode;
}

export async function guardApply(context: Context, path: string | undefined, options: GuardApplyOptions): Promise<ExitCode> {
  if (path === undefined) return applyAtOnce(context, options);
  const plan = parseAnyPlan(await context.readFile(path), context.system.sha256);
  return (await carryOutPlan(await openRunDeps(context, options), plan, options)).end.exitCode;
}
