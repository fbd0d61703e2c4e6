/** A check as SARIF 2.1.0, for code scanning: what fails or could not be told is a result, the controls are taxonomies. Knows no other format. */
import type { Location, Log, ReportingDescriptor, Result, Run, ToolComponent } from 'sarif';
import { groupControls, standardOf, type Control } from '../domain/controls.ts';
import type { Severity } from '../domain/findings.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { printableJson } from '../domain/printable-json.ts';
import { printableText } from '../domain/printable-text.ts';
import { describeWaiver } from '../domain/waiver.ts';
import { rootArnOf, type CheckReport } from './check-report.ts';
import { GUIDE } from './finding-guide.ts';
import { checkReportOf, placeOf, type OrganizationReport } from './organization-report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Levels of SARIF, and the scores by which code scanning tells critical from high (GitHub, "SARIF support for code scanning"). */
const LEVELS: Record<Severity, { level: 'error' | 'warning' | 'note'; score: string }> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.0' },
  low: { level: 'note', score: '2.0' },
  informational: { level: 'note', score: '0.0' },
};

const sentenceOf = (finding: CountedFinding): string => [finding.summary, describeWaiver(finding)].filter((part) => part !== null).join(' ');

/** A path as a URI reference: relative ones count from the root of the repository. */
function uriOf(path: string): string {
  const forward = path.replaceAll('\\', '/').replaceAll(/\p{Cs}/gu, '\ufffd');
  const encoded = forward.split('/').map(encodeURIComponent).join('/');
  return forward.startsWith('/') ? `file://${encoded}` : encoded.replace(/^(\.\/)+/, '');
}

/** Code scanning takes no result without a place in a file: the waiver's line, else the waivers file, else the policy that ships with rootzero. */
function locate(finding: CountedFinding, report: CheckReport): Location {
  const uri = report.waiversFile === null ? GUIDE[finding.id].policy : uriOf(report.waiversFile);
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: finding.waiver?.line ?? 1 } },
    logicalLocations: [{ fullyQualifiedName: rootArnOf(report), kind: 'resource' }],
  };
}

type Taxonomies = { components: ToolComponent[]; refer: (controls: readonly Control[]) => NonNullable<Result['taxa']> };

/** One taxonomy for each version of a framework; the same framework stands there several times, so that references go by index. */
function openTaxonomies(findings: readonly CountedFinding[]): Taxonomies {
  const groups = groupControls(findings.flatMap(({ controls }) => controls));
  const names = groups.map(standardOf);
  return {
    components: groups.map(({ framework, version, ids }) => ({ name: framework, ...(version === null ? {} : { version }), taxa: [...new Set(ids)].map((id) => ({ id })) })),
    refer: (controls) => controls.map((control) => ({ id: control.id, toolComponent: { name: control.framework, index: names.indexOf(standardOf(control)) } })),
  };
}

function ruleOf(finding: CountedFinding, { refer }: Taxonomies): ReportingDescriptor {
  const { title, remedy } = GUIDE[finding.id];
  const { level, score } = LEVELS[finding.severity];
  return {
    id: finding.id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: remedy },
    defaultConfiguration: { level },
    relationships: refer(finding.controls).map((target) => ({ target, kinds: ['relevant'] })),
    properties: { 'tags': ['security', 'aws', 'root-user'], 'security-severity': score },
  };
}

function resultOf(finding: CountedFinding, ruleIndex: number, report: CheckReport, { refer }: Taxonomies): Result {
  const isTold = finding.state === 'fail';
  const { waiver } = finding;
  return {
    ruleId: finding.id,
    ruleIndex,
    kind: isTold ? 'fail' : 'open',
    level: isTold ? LEVELS[finding.severity].level : 'none',
    message: { text: `Account ${report.account}: ${sentenceOf(finding)}` },
    locations: [locate(finding, report)],
    partialFingerprints: { 'rootzeroFinding/v1': `${report.account}/${finding.id}` },
    taxa: refer(finding.controls),
    ...(waiver?.effect === 'waived'
      ? { suppressions: [{ kind: 'external', status: 'accepted', justification: printableText(`${waiver.owner}, until ${waiver.expires}: ${waiver.reason}`) }] }
      : {}),
    properties: { severity: finding.severity, exitCode: finding.exitCode },
  };
}

const driverOf = (tool: string, findings: readonly CountedFinding[], taxonomies: Taxonomies): Run['tool'] => {
  const [name = tool, version = '0'] = tool.split('/');
  return {
    driver: {
      name,
      semanticVersion: version,
      rules: findings.map((finding) => ruleOf(finding, taxonomies)),
      supportedTaxonomies: taxonomies.components.map((component, index) => ({ name: component.name, index })),
    },
  };
};

const resultsOf = (report: CheckReport, taxonomies: Taxonomies): Result[] =>
  report.findings.flatMap((finding, index) => (finding.state === 'fail' || finding.state === 'unknown' ? [resultOf(finding, index, report, taxonomies)] : []));

function runOf(report: CheckReport): Run {
  const { account, at, counts, exitCode, failOn, findings, lastUse, tool, verdict, world } = report;
  const taxonomies = openTaxonomies(findings);
  return {
    tool: driverOf(tool, findings, taxonomies),
    taxonomies: taxonomies.components,
    // One category for each account, so that the upload of one does not close the alerts of another.
    automationDetails: { id: `rootzero-check/${account}/` },
    invocations: [{
      executionSuccessful: exitCode !== 2,
      exitCode,
      endTimeUtc: at,
      toolExecutionNotifications: verdict.sources.filter((source) => source.at === null).map(({ source, note }) => ({
        level: 'warning', message: { text: `${source} was not read.` }, properties: { note },
      })),
    }],
    results: resultsOf(report, taxonomies),
    columnKind: 'utf16CodeUnits',
    properties: { account, world, verdict: verdict.state, failOn, counts, lastUse },
  };
}

const SEVEREST: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'informational'];

/** Each kind of finding once, as severe as it is anywhere. */
function severestOf(reports: readonly CheckReport[]): CountedFinding[] {
  const severest = new Map<string, CountedFinding>();
  for (const finding of reports.flatMap(({ findings }) => findings)) {
    const before = severest.get(finding.id);
    if (before === undefined || SEVEREST.indexOf(finding.severity) < SEVEREST.indexOf(before.severity)) severest.set(finding.id, finding);
  }
  return [...severest.values()];
}

/** One run for the whole organization; every account's results carry their own fingerprints. */
export function renderOrganizationSarif(report: OrganizationReport): string {
  const { accounts, at, counts, drift, exitCode, failOn, isComplete, organization, tool, world } = report;
  const reports = accounts.map((account) => checkReportOf(report, account));
  const findings = severestOf(reports);
  const taxonomies = openTaxonomies(findings);
  const run: Run = {
    tool: driverOf(tool, findings, taxonomies),
    taxonomies: taxonomies.components,
    automationDetails: { id: `rootzero-check/${organization}/` },
    invocations: [{
      executionSuccessful: exitCode !== 2 && isComplete,
      exitCode,
      endTimeUtc: at,
      toolExecutionNotifications: accounts.flatMap((account) => (account.unread === null ? [] : [{
        level: 'warning' as const, message: { text: `Account ${account.account} (${printableText(placeOf(account))}) was not read.` }, properties: { ...account.unread },
      }])),
    }],
    results: reports.flatMap((check) => resultsOf(check, taxonomies)),
    columnKind: 'utf16CodeUnits',
    properties: { organization, world, failOn, counts, drift, isComplete },
  };
  return printableJson({ $schema: SCHEMA, version: '2.1.0', runs: [run] } satisfies Log, true);
}

/** The document as JSON text. What passes or does not apply is a rule without a result: code scanning would make an alert of it. */
export function renderSarif(report: CheckReport): string {
  const log: Log = { $schema: SCHEMA, version: '2.1.0', runs: [runOf(report)] };
  return printableJson(log, true);
}
