/** A check as Markdown, for a job summary or a ticket. Text from outside stands in code only, so that none of it is a link, a tag or a mention. */
import type { PhrasingContent, RootContent } from 'mdast';
import { groupControls, standardOf } from '../domain/controls.ts';
import { maskKeyId } from '../domain/identifiers.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { describeWaiver } from '../domain/waiver.ts';
import type { CheckReport } from './check-report.ts';
import { code, heading, item, list, minuteOf, paragraph, renderParts, row, table, words } from './markdown-parts.ts';

const MARKS = { 'pass': '✔ pass', 'fail': '✖ fail', 'unknown': '? unknown', 'not-applicable': '– not applicable' } as const;

function verdictOf({ counts, exitCode, failOn, verdict }: CheckReport): RootContent {
  const said = { active: '✖ active root access key', inactive: '✖ inactive root access key', present: '✖ root access key, status unknown', absent: '✔ no root access keys', unknown: '? could not tell' };
  const total = `${counts.failed} failed · ${counts.waived} waived · ${counts.unknown} unknown · ${counts.passed} passed · ${counts.notApplicable} not applicable`;
  return paragraph({ type: 'strong', children: [words(said[verdict.state])] }, words(` · ${total} · exit ${exitCode} with --fail-on ${failOn}`));
}

const slotsOf = ({ verdict }: CheckReport): RootContent =>
  list(verdict.slots.map((slot, index) => {
    const state = slot.isPresent && slot.state === 'unknown' ? 'present, status unknown' : slot.state;
    return item(words(`key ${index + 1}: ${state}`), ...(slot.keyId === null ? [] : [words(' '), code(maskKeyId(slot.keyId))]));
  }));

function lastUseOf({ lastUse: { latest, unread } }: CheckReport): RootContent {
  const not = unread.length === 0 ? [] : [words(' Not read: '), ...unread.flatMap((source) => [code(source), words(' ')])];
  if (latest === null) return paragraph(words('No use of root is on record.'), ...not);
  const by = latest.by === 'password' ? [words('its password')] : [words('an access key '), code([latest.keyId === null ? null : maskKeyId(latest.keyId), latest.service, latest.region].filter((part) => part !== null).join(' '))];
  return paragraph(words(`Root was last used ${minuteOf(latest.at)} by `), ...by, words(', as far as IAM tracks it.'), ...not);
}

function waiverOf(finding: CountedFinding): PhrasingContent[] {
  const { waiver } = finding;
  if (waiver === null) return [words('–')];
  return [words(`${describeWaiver(finding) ?? ''} `), code(waiver.owner), words(' '), code(waiver.reason)];
}

const findingsOf = ({ findings }: CheckReport): RootContent =>
  table(
    row([words('Finding')], [words('State')], [words('Severity')], [words('What')], [words('Waiver')]),
    ...findings.map((finding) => row(
      [code(finding.id)],
      [words(finding.waiver?.effect === 'waived' ? '⚠ waived' : MARKS[finding.state])],
      [words(finding.severity)],
      [words(finding.summary)],
      waiverOf(finding),
    )),
  );

const sourcesOf = ({ verdict }: CheckReport): RootContent =>
  table(
    row([words('Source')], [words('True at')], [words('Note')]),
    ...verdict.sources.map(({ source, at, note }) => row([code(source)], [words(at === null ? 'not read' : minuteOf(at))], note === null ? [words('–')] : [code(note)])),
  );

const controlsOf = ({ findings }: CheckReport): RootContent =>
  list(findings.map(({ controls, id }) => item(code(id), words(`: ${groupControls(controls).map((group) => `${standardOf(group)}: ${group.ids.join(', ')}`).join('; ')}`))));

/** The document: verdict, findings with their waivers, sources, controls. */
export function renderMarkdown(report: CheckReport): string {
  const children = [
    heading(2, words(`Root user of ${report.account}`)),
    verdictOf(report),
    slotsOf(report),
    lastUseOf(report),
    findingsOf(report),
    heading(3, words('Sources')),
    sourcesOf(report),
    heading(3, words('Controls')),
    controlsOf(report),
    paragraph(words(`${report.tool}, ${minuteOf(report.at)}, read by `), code(report.reading.arn), words(', '), code(report.world)),
  ];
  return renderParts(children);
}
