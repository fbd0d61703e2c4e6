/** What a survey of an organization says on its way: coded messages with data. */
import type { AccountId, OrganizationId } from '../domain/identifiers.ts';
import type { SurveyProgress } from '../domain/organization/survey-progress.ts';

export type SurveyMessage =
  | { code: 'survey/started'; organization: OrganizationId; managementAccount: AccountId; accounts: number; of: number }
  | ({ code: 'survey/progress' } & SurveyProgress);
