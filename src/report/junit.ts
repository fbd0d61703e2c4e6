/** A check as JUnit XML, for test reports: failures and errors are those that make the exit code, and no others. Knows no other format. */
import XMLBuilder from 'fast-xml-builder';
import { groupControls, standardOf } from '../domain/controls.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { printableText } from '../domain/printable-text.ts';
import { describeWaiver } from '../domain/waiver.ts';
import type { CheckReport } from './check-report.ts';
import { GUIDE } from './finding-guide.ts';
import { checkReportOf, placeOf, type OrganizationReport } from './organization-report.ts';

/** An element for the builder: attributes begin with `@`, `#text` is its text, everything else a child. */
type Element = { [name: string]: string | number | Element | Element[] };

function detailsOf({ controls, id, waiver }: CountedFinding): string {
  return [
    GUIDE[id].remedy,
    ...(waiver === null ? [] : [`Waiver of ${printableText(waiver.owner)} until ${waiver.expires}: ${printableText(waiver.reason)}`]),
    ...groupControls(controls).map((group) => `${standardOf(group)}: ${group.ids.join(', ')}`),
  ].join('\n');
}

function skippedBecause(finding: CountedFinding, { failOn }: CheckReport): string | null {
  if (finding.state === 'pass') return null;
  if (finding.state === 'not-applicable') return 'Not applicable.';
  return finding.waiver?.effect === 'waived' ? null : `Not counted with --fail-on ${failOn}.`;
}

function testcaseOf(finding: CountedFinding, report: CheckReport): Element {
  const named: Element = { '@name': finding.id, '@classname': `rootzero.${report.account}`, '@time': '0' };
  const message = [finding.summary, describeWaiver(finding), finding.exitCode === 0 ? skippedBecause(finding, report) : null].filter((part) => part !== null).join(' ');
  const outcome: Element = { '@message': message, '@type': finding.severity, '#text': detailsOf(finding) };
  if (finding.exitCode === 1) return { ...named, failure: outcome };
  if (finding.exitCode === 2) return { ...named, error: outcome };
  // The published schema knows `skipped` as text alone.
  return finding.state === 'pass' ? { ...named, 'system-out': message } : { ...named, skipped: `${message}\n${detailsOf(finding)}` };
}

type Totals = { '@tests': number; '@failures': number; '@errors': number };

const countOf = ({ findings }: CheckReport, code: 1 | 2): number => findings.filter((finding) => finding.exitCode === code).length;
const totalsOf = (reports: readonly CheckReport[]): Totals => ({
  '@tests': reports.reduce((sum, { findings }) => sum + findings.length, 0),
  '@failures': reports.reduce((sum, report) => sum + countOf(report, 1), 0),
  '@errors': reports.reduce((sum, report) => sum + countOf(report, 2), 0),
});

/** @param more properties besides those of the check itself */
function suiteOf(report: CheckReport, more: Record<string, string> = {}): Element {
  const { account, at, exitCode, failOn, findings, lastUse, partition, reading, tool, verdict, world } = report;
  const testcases = findings.map((finding) => testcaseOf(finding, report));
  const properties = {
    account, partition, tool, 'world': world, 'verdict': verdict.state, 'exit-code': String(exitCode), 'fail-on': failOn,
    'reading': reading.arn, 'last-use': lastUse.latest?.at ?? 'none on record', 'last-use-unread': lastUse.unread.join(' '), ...more,
  };
  return {
    '@name': `Root user of ${account}`, ...totalsOf([report]), '@skipped': testcases.filter((testcase) => 'skipped' in testcase).length,
    '@time': '0', '@timestamp': at.slice(0, 19), '@hostname': 'localhost',
    'properties': { property: Object.entries(properties).map(([name, value]) => ({ '@name': name, '@value': printableText(value) })) },
    'testcase': testcases,
  };
}

function renderSuites(totals: Totals, suites: Element[]): string {
  const document: Element = { '?xml': { '@version': '1.0', '@encoding': 'UTF-8' }, 'testsuites': { '@name': 'rootzero check', '@time': '0', ...totals, testsuite: suites } };
  return new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, suppressEmptyNode: true }).build(document);
}

/** The document: one suite for the account, one case for each finding. */
export const renderJunit = (report: CheckReport): string => renderSuites(totalsOf([report]), [suiteOf(report)]);

/** What a survey that ended early leaves untold: an error of its own, so that no test report is green for want of accounts. */
function missingSuite({ at, organization }: OrganizationReport): Element {
  const error = { '@message': 'The survey ended early; accounts are missing.', '@type': 'unknown', '#text': 'Mend what ended it, then survey again: rootzero check --org' };
  return {
    '@name': `Survey of ${organization}`, '@tests': 1, '@failures': 0, '@errors': 1, '@skipped': 0, '@time': '0', '@timestamp': at.slice(0, 19), '@hostname': 'localhost',
    'properties': { property: [{ '@name': 'organization', '@value': organization }] },
    'testcase': [{ '@name': 'every account is read', '@classname': `rootzero.${organization}`, '@time': '0', error }],
  };
}

/** One suite for each account; where it stands, and why it could not be read, are among its properties. */
export function renderOrganizationJunit(report: OrganizationReport): string {
  const reports = report.accounts.map((account) => ({ account, check: checkReportOf(report, account) }));
  const suites = reports.map(({ account, check }) => suiteOf(check, {
    'organization': report.organization, 'place': placeOf(account), 'account-state': account.state, 'read-by': account.by,
    ...(account.unread === null ? {} : { unread: `${account.unread.because}: ${account.unread.detail}`, remedy: account.unread.remedy }),
  }));
  const totals = totalsOf(reports.map(({ check }) => check));
  if (report.isComplete) return renderSuites(totals, suites);
  return renderSuites({ ...totals, '@tests': totals['@tests'] + 1, '@errors': totals['@errors'] + 1 }, [...suites, missingSuite(report)]);
}
