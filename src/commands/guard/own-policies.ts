/** By which policies rootzero's own are known in an organization: the one that ships, and those that its runs attached there. */
import { minifyPolicy } from '../../domain/guardrail.ts';
import { isChangePlan, isGuardPlan, isOrganizationPlan, type AnyPlan } from '../../domain/any-plan.ts';
import { Problem } from '../../domain/problem.ts';
import { parseAnyPlan } from '../any-plan-file.ts';
import type { RunDeps } from '../run-control.ts';
import { readDenyRootScp } from '../policy-files.ts';

export type OwnPolicy = { name: string; content: string };

function attachedBy(plan: AnyPlan): OwnPolicy[] {
  if (isChangePlan(plan)) return [];
  if (isOrganizationPlan(plan)) return [plan.quarantine, ...(plan.afterwards.kind === 'replace' ? [plan.afterwards.policy] : [])];
  if (!isGuardPlan(plan)) return plan.actions.flatMap((action) => (action.kind === 'attach-guardrail' ? [{ name: action.guardrail.name, content: action.guardrail.content }] : []));
  const names = new Set(plan.actions.flatMap((action) => (action.kind === 'attach-policy' ? [action.policy] : [])));
  return plan.purpose === 'roll-out' ? plan.policies.filter(({ name }) => names.has(name)) : [];
}

/** Runs whose plan cannot be read attached nothing that could be told. */
export async function readOwnPolicies({ context, store }: RunDeps): Promise<OwnPolicy[]> {
  const shipped = await readDenyRootScp(context);
  const own: OwnPolicy[] = [{ name: shipped.name, content: minifyPolicy(shipped.policyText) }];
  for (const runId of await store.listRuns()) {
    try {
      own.push(...attachedBy(parseAnyPlan(await store.readPlan(runId), context.system.sha256)));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
    }
  }
  return own;
}
