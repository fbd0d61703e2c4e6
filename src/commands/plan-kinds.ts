/** The kinds of plans: what a run of each does. One mechanism carries them all out. */
import { isChangePlan, isGuardPlan, isOrganizationPlan, type AnyPlan } from '../domain/any-plan.ts';
import { Problem, problem, type ExitCode } from '../domain/problem.ts';
import { carryOutChangePlan, takeBackChangePlan } from '../playbooks/guard-changes.ts';
import { carryOutGuard } from '../playbooks/enforce-guardrails.ts';
import { retireOrganization } from '../playbooks/organization/retire-organization.ts';
import { rollBackOrganization } from '../playbooks/organization/roll-back-organization.ts';
import { retireRootKeys } from '../playbooks/retire-root-keys.ts';
import { rollBackGuard } from '../playbooks/roll-back-guard.ts';
import { rollBack } from '../playbooks/roll-back.ts';
import { stateOf, type Run } from '../playbooks/run.ts';

type Parts = Omit<Run, 'plan'>;
export type Undertaking = {
  carryOut: (parts: Parts) => Promise<ExitCode>;
  /** @param isApproved whether the plan's digest was given for it */
  rollBack: (parts: Parts, isApproved: boolean) => Promise<void>;
};

/** A session that ends midway is no trouble of the run: it waits for the next one. @throws Problem `run/signed-out` */
async function unlessSignedOut(parts: Parts, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (thrown) {
    const hasBegun = stateOf(parts).steps.size > 0;
    if (!(thrown instanceof Problem) || thrown.code !== 'credentials/expired' || !hasBegun) throw thrown;
    throw problem('run/signed-out', { ...(thrown.detail === undefined ? {} : { detail: thrown.detail }), nextStep: `Sign in again, then: rootzero resume ${parts.id}`, cause: thrown });
  }
}

/** What the kind of a plan makes of a run. */
export function undertake(plan: AnyPlan): Undertaking {
  if (isChangePlan(plan)) {
    return { carryOut: async (parts) => carryOutChangePlan({ ...parts, plan }), rollBack: async (parts) => takeBackChangePlan({ ...parts, plan }) };
  }
  if (isGuardPlan(plan)) {
    return { carryOut: async (parts) => carryOutGuard({ ...parts, plan }), rollBack: async (parts) => rollBackGuard({ ...parts, plan }) };
  }
  if (isOrganizationPlan(plan)) {
    return { carryOut: async (parts) => unlessSignedOut(parts, () => retireOrganization({ ...parts, plan })), rollBack: async (parts) => rollBackOrganization({ ...parts, plan }) };
  }
  return {
    carryOut: async (parts) => ((await retireRootKeys({ ...parts, plan })) === 'done' ? 0 : 2),
    rollBack: async (parts, isApproved) => rollBack({ ...parts, plan }, isApproved),
  };
}
