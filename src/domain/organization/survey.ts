/** What a survey of an organization found, account by account. Unknown is a finding of its own, never nothing. */
import { assessFindings, type Finding } from '../findings.ts';
import type { AccountId, OrganizationId, Partition } from '../identifiers.ts';
import type { Instant } from '../instant.ts';
import { known, unknown, type Observed } from '../observed.ts';
import type { AccountState } from '../organization.ts';
import type { ProblemCode } from '../problem.ts';
import type { AccountPlace, CentralRootAccess, RootMfa, RootUserFacts } from '../root-user.ts';
import { assessVerdict, type Verdict } from '../verdict.ts';

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

/** What is the same for every account of a survey, with the time at which it was read. */
export type CommonFacts = { organization: SurveyedOrganization; at: Instant; centralAccess: Observed<CentralRootAccess> };

/** Facts of one account that no root session and no unread account can add to. */
export function factsBesidesKeys({ organization, at, centralAccess }: CommonFacts, account: AccountId): Pick<RootUserFacts, 'account' | 'partition' | 'place' | 'centralAccess' | 'report' | 'alias'> {
  const { partition, managementAccount, organization: id } = organization;
  const place: AccountPlace = account === managementAccount ? { kind: 'management', organization: id } : { kind: 'member', organization: id, managementAccount };
  const beyond = 'The task policy of a root session does not let it be read.';
  return {
    account, partition, centralAccess,
    place: known(place, at, 'organizations:DescribeOrganization'),
    report: unknown('facts/not-read', 'iam:GetCredentialReport', beyond),
    alias: unknown('facts/not-read', 'iam:ListAccountAliases', beyond),
  };
}

/** An account in which nothing could be read, as facts: every finding about its root user is then unknown, and none is clean. */
export function factsOfUnread(common: CommonFacts, account: AccountId, because: ProblemCode, detail: string): RootUserFacts {
  const unread = (source: string) => unknown(because, source, detail);
  return {
    ...factsBesidesKeys(common, account),
    keys: unread('iam:ListAccessKeys'), lastUses: {}, summary: unread('iam:GetAccountSummary'), report: unread('iam:GetCredentialReport'), mfa: unread('iam:ListMFADevices'),
  };
}

/** The posture that facts make, as `check` judges it. */
export function assessPosture(facts: RootUserFacts): Extract<SurveyedAccount['posture'], { kind: 'read' }> {
  const verdict = assessVerdict(facts);
  return { kind: 'read', facts, verdict, findings: assessFindings(facts, verdict) };
}

/** By the serial numbers of ListMFADevices: a virtual device is an `…:mfa/…` resource, a security key or a token is not (IAM User Guide, "IAM identifiers", "MFA"). */
export function kindOfMfa(serialNumbers: readonly string[]): RootMfa {
  if (serialNumbers.length === 0) return 'none';
  return serialNumbers.some((serialNumber) => /^arn:[^:]+:iam::\d{12}:mfa\//.test(serialNumber)) ? 'virtual' : 'hardware';
}
