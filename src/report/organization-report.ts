/** What a survey of an organization found, as one model that every format is rendered from. Knows the rules of the domain, and no format. */
import { CONTROLS } from '../domain/controls.ts';
import type { Drift } from '../domain/organization/drift.ts';
import type { JudgedAccount, OrganizationOutcome } from '../domain/organization/judgement.ts';
import type { SurveyedOrganization } from '../domain/organization/survey.ts';
import type { Instant } from '../domain/instant.ts';
import type { Caller } from '../domain/root-user.ts';
import type { CheckReport } from './check-report.ts';

export type OrganizationReport = SurveyedOrganization & Omit<OrganizationOutcome, 'accounts' | 'findings'> & {
  schema: 1;
  kind: 'organization';
  /** `rootzero/0.1.0` */
  tool: string;
  /** `live`, or `rehearsal <scenario>`. */
  world: string;
  at: Instant;
  /** False where the survey ended early: accounts are missing. */
  isComplete: boolean;
  reading: Pick<Caller, 'arn' | 'kind'>;
  waiversFile: string | null;
  counts: Pick<OrganizationOutcome, 'accounts' | 'findings'>;
  /** The controls of each kind of finding, told once for all accounts. */
  controls: typeof CONTROLS;
  /** Null where nothing was compared. */
  drift: Drift | null;
  accounts: JudgedAccount[];
};

export type OrganizationParts = Omit<OrganizationReport, 'schema' | 'kind' | 'controls' | 'counts' | 'failOn' | 'exitCode'> & { outcome: OrganizationOutcome };

/** By where they stand, then by id: the order in which they came depends on the network. */
const sortKey = ({ account, path }: JudgedAccount): string => [...path.names, account].join('\u0000');

export function assembleOrganizationReport({ outcome, accounts, ...parts }: OrganizationParts): OrganizationReport {
  const { exitCode, failOn, accounts: states, findings } = outcome;
  const sorted = accounts.map((account) => ({ account, key: sortKey(account) })).sort((first, second) => (first.key < second.key ? -1 : 1)).map(({ account }) => account);
  return { schema: 1, kind: 'organization', ...parts, exitCode, failOn, counts: { accounts: states, findings }, controls: CONTROLS, accounts: sorted };
}

/** One account of the report as `check` reports it. */
export function checkReportOf({ failOn, partition, reading, tool, waiversFile, world }: OrganizationReport, judged: JudgedAccount): CheckReport {
  const { account, at, counts, exitCode, facts, lastUse, verdict } = judged;
  const findings = judged.findings.map((finding) => ({ ...finding, controls: CONTROLS[finding.id] }));
  return { schema: 1, tool, world, at, account, partition, reading, waiversFile, failOn, exitCode, counts, findings, facts, lastUse, verdict };
}

/** Name and path of an account in one text: `logistics-prod-4 in Root/data-2`. */
export const placeOf = ({ name, path }: Pick<JudgedAccount, 'name' | 'path'>): string => `${name} in ${path.names.join('/')}`;
