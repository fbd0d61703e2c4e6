/** Carries out `rootzero guard preview`: reads the organization, runs root's past through the policy, writes a rollout plan. Changes nothing in AWS. */
import { exitCodeFor } from '../../domain/any-plan.ts';
import type { ExitCode } from '../../domain/problem.ts';
import { planRollout } from '../../playbooks/plan-rollout.ts';
import type { Context } from '../context-type.ts';
import { renderPlanFile } from '../plan-file.ts';
import { openSession } from '../session.ts';
import { readDecisions, readPast, type RolloutOptions } from './rollout-options.ts';

export type PreviewOptions = RolloutOptions & { out?: string };

export async function preview(context: Context, options: PreviewOptions): Promise<ExitCode> {
  const decisions = await readDecisions(context, options);
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const { plan } = await planRollout(session, decisions, await readPast(context, options));
  if (options.out !== undefined) await context.writeFile(options.out, renderPlanFile(plan));
  if (options.format === 'json') context.result(renderPlanFile(plan));
  else ui.emit({ code: 'guard/plan', plan, path: options.out ?? null });
  return exitCodeFor(plan);
}
