/** Plans of every kind, and what they have in common: whom a run of them is bound to, and what stands in its way. */
import { changeSubject, type ChangePlan, type ChangeSubject } from './change-plan.ts';
import type { GuardPlan } from './guard-plan.ts';
import type { AccountId, OrganizationId } from './identifiers.ts';
import type { OrganizationPlan } from './organization/organization-plan.ts';
import { isDeleting, type Blocker, type Plan } from './plan.ts';
import type { ExitCode } from './problem.ts';
import { PROBLEMS } from './problem-registry.ts';

export type AnyPlan = Plan | GuardPlan | ChangePlan | OrganizationPlan;

/** What only one run at a time may change: an account's keys, one other thing of it, or an organization's guardrails and waves. */
export type Subject = AccountId | ChangeSubject | OrganizationId;

export const isGuardPlan = (plan: AnyPlan): plan is GuardPlan => 'purpose' in plan;
export const isChangePlan = (plan: AnyPlan): plan is ChangePlan => 'changes' in plan;
export const isOrganizationPlan = (plan: AnyPlan): plan is OrganizationPlan => 'waves' in plan && 'credentials' in plan;

export type PlanKind = 'keys' | 'guardrails' | 'changes' | 'organization';

export function kindOf(plan: AnyPlan): PlanKind {
  if (isOrganizationPlan(plan)) return 'organization';
  return isGuardPlan(plan) ? 'guardrails' : isChangePlan(plan) ? 'changes' : 'keys';
}

export function subjectOf(plan: AnyPlan): Subject {
  if (isGuardPlan(plan) || isOrganizationPlan(plan)) return plan.boundTo.organization;
  return isChangePlan(plan) ? changeSubject(plan) : plan.boundTo.account;
}

export const firstBlocker = (plan: AnyPlan): Blocker | undefined => ('blockers' in plan ? plan.blockers[0] : undefined);

export function hasNothingToDo(plan: AnyPlan): boolean {
  if (isChangePlan(plan)) return plan.changes.length === 0;
  return (isOrganizationPlan(plan) ? plan.accounts : plan.actions).length === 0;
}

/** Where nobody can be asked, a plan that deletes keys, or that reaches over an organization, needs its digest given. */
export const needsApproval = (plan: AnyPlan): boolean => isGuardPlan(plan) || isOrganizationPlan(plan) || (!isChangePlan(plan) && isDeleting(plan));

/** A plan that cannot be applied is an answer too; its exit code is that of what stands in the way, safety first. */
export function exitCodeFor(plan: Pick<Plan, 'blockers'>): ExitCode {
  const codes = plan.blockers.map((blocker) => PROBLEMS[blocker.code].exitCode).filter((code) => code !== 0);
  if (codes.length === 0) return 0;
  return codes.every((code) => code === 4) ? 4 : 6;
}
