/** The credential report of IAM: its states, its cache of four hours and its CSV. */
import type { GenerateCredentialReportResponse, GetCredentialReportResponse } from '@aws-sdk/client-iam';
import { rootArn } from '../caller.ts';
import type { Call } from '../service.ts';
import { ServiceError } from '../service.ts';
import type { Account, AccessKey, Time, World } from '../world.ts';
import { accountOf } from './iam-subject.ts';

/** IAM user guide, "Getting credential reports": a report is generated as often as once every four hours. */
const REPORT_VALID_MS = 4 * 60 * 60 * 1_000;

const NOT_APPLICABLE = 'N/A';

const KEY_COLUMNS = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];

/** IAM user guide, "Getting credential reports", and a captured report: the columns in their order. */
const COLUMNS = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active',
  ...KEY_COLUMNS.map((column) => `access_key_1_${column}`),
  ...KEY_COLUMNS.map((column) => `access_key_2_${column}`),
  'cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated', 'additional_credentials_info',
];

/** Starts a report unless one younger than four hours exists; the content is the account as it is when generation begins. */
export function generateCredentialReport(_input: object, call: Call): GenerateCredentialReportResponse {
  const account = accountOf(call);
  const report = account.report;
  if (report !== undefined && call.at < report.generatedAt) return { State: 'INPROGRESS' };
  if (report !== undefined && call.at - report.generatedAt < REPORT_VALID_MS) return { State: 'COMPLETE' };
  account.report = { startedAt: call.at, generatedAt: call.at + call.world.limits.reportDurationMs, csv: renderCredentialReport(call.world, account) };
  return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
}

export function getCredentialReport(_input: object, call: Call): GetCredentialReportResponse {
  const { report } = accountOf(call);
  if (report === undefined) throw new ServiceError('ReportNotPresent', 'No report exists. Use GenerateCredentialReport to generate one.', 410);
  if (call.at < report.generatedAt) throw new ServiceError('ReportInProgress', 'The report is still being generated.', 404);
  if (call.at - report.generatedAt >= REPORT_VALID_MS) throw new ServiceError('ReportExpired', 'The report has expired.', 410);
  return { Content: new TextEncoder().encode(report.csv), ReportFormat: 'text/csv', GeneratedTime: new Date(report.generatedAt) };
}

/** The report's CSV: a row for root, then one for each user. Also used to furnish a world with an old report. */
export function renderCredentialReport(world: World, account: Account): string {
  const users = account.users.map(({ name, createdAt }) => [
    name, `arn:${world.partition}:iam::${account.id}:user/${name}`, renderTime(createdAt),
    'false', NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, 'false', ...renderKey(undefined), ...renderKey(undefined), ...renderCertificates(0),
  ]);
  return [COLUMNS, rootRow(world, account), ...users].map((row) => row.join(',')).join('\n');
}

function rootRow(world: World, account: Account): string[] {
  const { root } = account;
  const unused = root.hasPassword ? 'no_information' : NOT_APPLICABLE;
  return [
    '<root_account>', rootArn(world, account.id), renderTime(account.createdAt),
    String(root.hasPassword),
    root.passwordLastUsedAt === undefined ? unused : renderTime(root.passwordLastUsedAt),
    root.passwordLastChangedAt === undefined ? NOT_APPLICABLE : renderTime(root.passwordLastChangedAt),
    'not_supported',
    String(root.mfa !== 'none'),
    ...renderKey(root.keys[0]), ...renderKey(root.keys[1]), ...renderCertificates(root.signingCertificates),
  ];
}

/** An inactive key reads like none but for its last use: `active` false, `last_rotated` N/A (IAM user guide, "Getting credential reports"). */
function renderKey(key: AccessKey | undefined): string[] {
  const isActive = key?.status === 'Active';
  return [
    String(isActive),
    isActive ? renderTime(key.createdAt) : NOT_APPLICABLE,
    key?.lastUsed === undefined ? NOT_APPLICABLE : renderTime(key.lastUsed.at),
    key?.lastUsed?.region ?? NOT_APPLICABLE,
    key?.lastUsed?.service ?? NOT_APPLICABLE,
  ];
}

function renderCertificates(count: number): string[] {
  return [String(count > 0), NOT_APPLICABLE, String(count > 1), NOT_APPLICABLE, NOT_APPLICABLE];
}

function renderTime(at: Time): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00');
}
