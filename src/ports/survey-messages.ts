/** What a survey of an organization says, on its way and at its end: coded messages with data. */
import type { AccountId, OrganizationId } from '../domain/identifiers.ts';
import type { Drift } from '../domain/organization/drift.ts';
import type { JudgedAccount, OrganizationOutcome } from '../domain/organization/judgement.ts';
import type { SurveyCounts, SurveyProgress } from '../domain/organization/survey-progress.ts';

export type SurveyMessage =
  /** Before the first account: units and accounts of the organization, or the tags of so many accounts; for a plan, its policies. */
  | { code: 'survey/reading'; what: 'organization' | 'tags' | 'policies'; accounts: number }
  | { code: 'survey/started'; organization: OrganizationId; managementAccount: AccountId; accounts: number; of: number }
  | ({ code: 'survey/progress' } & SurveyProgress)
  /** Each as it is read, for programs. */
  | { code: 'survey/account'; account: JudgedAccount }
  /** In the guided session, before anything is asked. `listed`: accounts that are not known to be without keys. */
  | { code: 'survey/found'; organization: OrganizationId; accounts: SurveyCounts; listed: JudgedAccount[] }
  /** Where the survey lies for the next one to compare with. */
  | { code: 'survey/kept'; path: string }
  /** `listed`: what a person has to look at; empty where every account was said by itself. */
  | ({ code: 'survey/done'; organization: OrganizationId; isComplete: boolean; drift: Drift | null; listed: JudgedAccount[] } & OrganizationOutcome);
