/** What making a plan over an organization says: coded messages with data. */
import type { OrganizationPlan } from '../domain/organization/organization-plan.ts';

export type OrganizationPlanMessage =
  /** `surveyed`: accounts that were looked at; `clean`: those of them with nothing of what the plan is about. `path` is where the plan was written. */
  { code: 'organization-plan'; plan: OrganizationPlan; surveyed: number; clean: number; path: string | null }
  /** In the guided session, after the plan: more has to be acknowledged than a person answers with care. */
  | { code: 'organization-plan/unasked'; missing: number; next: string };
