/** Where surveys are kept for the next one to compare with, in domain words. */
import type { SurveyRecord } from '../domain/organization/drift.ts';
import type { OrganizationId } from '../domain/identifiers.ts';

export interface SurveyStore {
  /** The newest one; null where there is none. @throws Problem `input/survey` where it is damaged */
  readLast(organization: OrganizationId): Promise<SurveyRecord | null>;
  /** Keeps it (0600), lets the oldest go, and tells the file. @throws Problem `state/unwritable` */
  keep(record: SurveyRecord): Promise<string>;
}
