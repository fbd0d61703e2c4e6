/** A check as events of OCSF 1.6.0, the version that AWS Security Hub takes: one Compliance Finding (2003) for each finding. Knows no other format. */
import { groupControls, standardOf } from '../domain/controls.ts';
import type { Severity } from '../domain/findings.ts';
import { msOf } from '../domain/instant.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { printableJson } from '../domain/printable-json.ts';
import { describeWaiver } from '../domain/waiver.ts';
import { rootArnOf, type CheckReport } from './check-report.ts';
import { GUIDE } from './finding-guide.ts';
import { checkReportOf, type OrganizationReport } from './organization-report.ts';

const VERSION = '1.6.0';
const CATEGORY = 2;
const CLASS = 2003;
const CREATE = 1;

const SEVERITIES: Record<Severity, { severity: string; severity_id: number }> = {
  informational: { severity: 'Informational', severity_id: 1 },
  low: { severity: 'Low', severity_id: 2 },
  medium: { severity: 'Medium', severity_id: 3 },
  high: { severity: 'High', severity_id: 4 },
  critical: { severity: 'Critical', severity_id: 5 },
};

/** `Warning` is OCSF's word for a check that "did not yield a result due to missing information". */
const COMPLIANCE: Record<CountedFinding['state'], { status: string; status_id: number }> = {
  'pass': { status: 'Pass', status_id: 1 },
  'unknown': { status: 'Warning', status_id: 2 },
  'fail': { status: 'Fail', status_id: 3 },
  'not-applicable': { status: 'Not applicable', status_id: 99 },
};

/** A waived failure is suppressed; what passes is settled. */
function statusOf({ state, waiver }: CountedFinding): { status: string; status_id: number } {
  if (waiver?.effect === 'waived') return { status: 'Suppressed', status_id: 3 };
  return state === 'fail' || state === 'unknown' ? { status: 'New', status_id: 1 } : { status: 'Resolved', status_id: 4 };
}

function eventOf(finding: CountedFinding, report: CheckReport) {
  const { account, at, exitCode, failOn, lastUse, partition, reading, tool, verdict, world } = report;
  const { title, remedy } = GUIDE[finding.id];
  const [name = tool, version = '0'] = tool.split('/');
  const waiver = describeWaiver(finding);
  const compliance = COMPLIANCE[finding.state];
  const groups = groupControls(finding.controls);
  return {
    category_uid: CATEGORY,
    category_name: 'Findings',
    class_uid: CLASS,
    class_name: 'Compliance Finding',
    activity_id: CREATE,
    activity_name: 'Create',
    type_uid: CLASS * 100 + CREATE,
    type_name: 'Compliance Finding: Create',
    time: msOf(at),
    ...SEVERITIES[finding.severity],
    ...statusOf(finding),
    message: `Account ${account}: ${finding.summary}`,
    ...(waiver === null ? {} : { status_detail: waiver }),
    metadata: { version: VERSION, product: { name, vendor_name: name, version }, profiles: ['cloud'] },
    cloud: { provider: 'AWS', cloud_partition: partition, account: { uid: account, type: 'AWS Account', type_id: 10 } },
    finding_info: { uid: `rootzero/${account}/${finding.id}`, title, desc: finding.summary, types: ['Root user posture'], created_time: msOf(at) },
    compliance: {
      control: finding.id,
      ...compliance,
      standards: groups.map(standardOf),
      requirements: groups.flatMap((group) => group.ids.map((id) => `${standardOf(group)} ${id}`)),
      checks: finding.controls.map((control) => ({ uid: control.id, name: control.id, standards: [standardOf(control)], ...compliance })),
    },
    remediation: { desc: remedy },
    resources: [{ uid: rootArnOf(report), type: 'AWS::::Account', name: 'root user', cloud_partition: partition }],
    unmapped: { world, verdict: verdict.state, exit_code: exitCode, fail_on: failOn, reading, last_use: lastUse, waiver: finding.waiver, sources: verdict.sources },
  };
}

/** The events as one JSON array. */
export const renderOcsf = (report: CheckReport): string => printableJson(report.findings.map((finding) => eventOf(finding, report)), true);

/** One event for each finding of each account; name and unit of the account stand with its cloud. */
export const renderOrganizationOcsf = (report: OrganizationReport): string =>
  printableJson(report.accounts.flatMap((account) => {
    const check = checkReportOf(report, account);
    return check.findings.map((finding) => {
      const event = eventOf(finding, check);
      const { cloud, unmapped } = event;
      return {
        ...event,
        cloud: { ...cloud, account: { ...cloud.account, name: account.name }, org: { uid: report.organization, ou_uid: account.path.ids.at(-1), ou_name: account.path.names.at(-1) } },
        unmapped: { ...unmapped, account_state: account.state, unread: account.unread },
      };
    });
  }), true);
