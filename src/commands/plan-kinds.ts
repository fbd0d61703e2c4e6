/** The kinds of plans: what a run of each does. One mechanism carries them all out. */
import { isChangePlan, isGuardPlan, isOrganizationPlan, type AnyPlan } from '../domain/any-plan.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { carryOutChangePlan, takeBackChangePlan } from '../playbooks/guard-changes.ts';
import { carryOutGuard } from '../playbooks/enforce-guardrails.ts';
import { retireRootKeys } from '../playbooks/retire-root-keys.ts';
import { rollBackGuard } from '../playbooks/roll-back-guard.ts';
import { rollBack } from '../playbooks/roll-back.ts';
import type { Run } from '../playbooks/run.ts';

type Parts = Omit<Run, 'plan'>;
export type Undertaking = {
  carryOut: (parts: Parts) => Promise<ExitCode>;
  /** @param isApproved whether the plan's digest was given for it */
  rollBack: (parts: Parts, isApproved: boolean) => Promise<void>;
};

/** What the kind of a plan makes of a run. */
export function undertake(plan: AnyPlan): Undertaking {
  if (isChangePlan(plan)) {
    return { carryOut: async (parts) => carryOutChangePlan({ ...parts, plan }), rollBack: async (parts) => takeBackChangePlan({ ...parts, plan }) };
  }
  if (isGuardPlan(plan)) {
    return { carryOut: async (parts) => carryOutGuard({ ...parts, plan }), rollBack: async (parts) => rollBackGuard({ ...parts, plan }) };
  }
  if (isOrganizationPlan(plan)) throw problem('tool/defect', { detail: 'Plans over an organization are made here, and not carried out yet.' });
  return {
    carryOut: async (parts) => ((await retireRootKeys({ ...parts, plan })) === 'done' ? 0 : 2),
    rollBack: async (parts, isApproved) => rollBack({ ...parts, plan }, isApproved),
  };
}
