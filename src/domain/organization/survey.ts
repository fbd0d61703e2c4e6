/** What a survey of an organization found, account by account. Unknown is a finding of its own, never nothing. */
import type { Finding } from '../findings.ts';
import type { AccountId, OrganizationId, Partition } from '../identifiers.ts';
import type { Instant } from '../instant.ts';
import type { AccountState } from '../organization.ts';
import type { ProblemCode } from '../problem.ts';
import type { RootUserFacts } from '../root-user.ts';
import type { Verdict } from '../verdict.ts';

/**
 * By which session the root user was read: `root-session` is one of AssumeRoot with the audit task policy, `own` the identity itself (the
 * management account, or the account in which it stands), `role` a reading role in the account, `nobody` where there was none.
 */
export type SurveyedBy = 'root-session' | 'own' | 'role' | 'nobody';

/** Where an account stands: the names of the units from the organization's root down to its parent, and their ids. */
export type AccountPath = { ids: string[]; names: string[] };

export type SurveyedAccount = {
  account: AccountId;
  name: string;
  path: AccountPath;
  state: AccountState;
  isManagement: boolean;
  by: SurveyedBy;
  at: Instant;
  posture:
    | { kind: 'read'; facts: RootUserFacts; verdict: Verdict; findings: Finding[] }
    /** `because` names the cause: a policy that denies root sessions, a suspended account, calls throttled for too long, an account not yet enabled. */
    | { kind: 'unknown'; because: ProblemCode; detail: string; remedy: string };
};

/** The organization as the survey met it. */
export type SurveyedOrganization = { organization: OrganizationId; managementAccount: AccountId; partition: Partition };
