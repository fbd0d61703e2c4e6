/** A check as JUnit XML, for test reports: failures and errors are those that make the exit code, and no others. Knows no other format. */
import XMLBuilder from 'fast-xml-builder';
import { groupControls, standardOf } from '../domain/controls.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { printableText } from '../domain/printable-text.ts';
import { describeWaiver } from '../domain/waiver.ts';
import type { CheckReport } from './check-report.ts';
import { GUIDE } from './finding-guide.ts';

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

/** The document: one suite for the account, one case for each finding. */
export function renderJunit(report: CheckReport): string {
  const { account, at, exitCode, failOn, findings, lastUse, partition, reading, tool, verdict, world } = report;
  const count = (code: 1 | 2): number => findings.filter((finding) => finding.exitCode === code).length;
  const testcases = findings.map((finding) => testcaseOf(finding, report));
  const totals = { '@tests': findings.length, '@failures': count(1), '@errors': count(2) };
  const properties = {
    account, partition, tool, 'world': world, 'verdict': verdict.state, 'exit-code': String(exitCode), 'fail-on': failOn,
    'reading': reading.arn, 'last-use': lastUse.latest?.at ?? 'none on record', 'last-use-unread': lastUse.unread.join(' '),
  };
  const document: Element = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    'testsuites': {
      '@name': 'rootzero check', '@time': '0', ...totals,
      'testsuite': {
        '@name': `Root user of ${account}`, ...totals, '@skipped': testcases.filter((testcase) => 'skipped' in testcase).length,
        '@time': '0', '@timestamp': at.slice(0, 19), '@hostname': 'localhost',
        'properties': { property: Object.entries(properties).map(([name, value]) => ({ '@name': name, '@value': printableText(value) })) },
        'testcase': testcases,
      },
    },
  };
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, suppressEmptyNode: true });
  return builder.build(document);
}
