/** Carries out `rootzero guard remove`: plans the removal of what rootzero put on, and of nothing else. */
import type { ExitCode } from '../../domain/problem.ts';
import { assembleRemoval } from '../../domain/removal-planner.ts';
import { readOrganizationFacts, requireManagement } from '../../playbooks/observe-organization.ts';
import { readingIdentity, sealPlan } from '../../playbooks/plan-rollout.ts';
import { nowOf } from '../../playbooks/session.ts';
import { carryOutPlan, type ApplyOptions } from '../apply.ts';
import type { Context } from '../context-type.ts';
import { renderPlanFile } from '../plan-file.ts';
import { openRunDeps } from '../run-control.ts';
import { openSession } from '../session.ts';
import { readOwnPolicies } from './own-policies.ts';

export type RemoveOptions = ApplyOptions & { target: string[]; out?: string };

/** Where nobody can be asked, the plan is written, and carried out by `guard apply`. */
export async function guardRemove(context: Context, options: RemoveOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const session = await openSession(context, options, deps.ui);
  const caller = await requireManagement(session);
  const plan = sealPlan(session, assembleRemoval({
    createdAt: nowOf(session), tool: context.system.tool, world: context.world, reading: readingIdentity(session, caller), targets: options.target,
    facts: await readOrganizationFacts(session, caller), known: await readOwnPolicies(deps),
  }));
  if (options.out !== undefined) await context.writeFile(options.out, renderPlanFile(plan));
  deps.ui.emit({ code: 'guard/plan', plan, path: options.out ?? null });
  if (plan.actions.length === 0 || options.out !== undefined) return 0;
  return (await carryOutPlan(deps, plan, options)).end.exitCode;
}
