/** A check as Markdown, for a job summary or a ticket. Text from outside stands in code only, so that none of it is a link, a tag or a mention. */
import type { ListItem, PhrasingContent, RootContent, TableRow } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { groupControls, standardOf } from '../domain/controls.ts';
import { maskKeyId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { printableText } from '../domain/printable-text.ts';
import { describeWaiver } from '../domain/waiver.ts';
import type { CheckReport } from './check-report.ts';

const MARKS = { 'pass': '✔ pass', 'fail': '✖ fail', 'unknown': '? unknown', 'not-applicable': '– not applicable' } as const;

const words = (value: string): PhrasingContent => ({ type: 'text', value });
const code = (value: string): PhrasingContent => ({ type: 'inlineCode', value: printableText(value) });
const heading = (depth: 2 | 3, ...children: PhrasingContent[]): RootContent => ({ type: 'heading', depth, children });
const paragraph = (...children: PhrasingContent[]): RootContent => ({ type: 'paragraph', children });
const row = (...cells: PhrasingContent[][]): TableRow => ({ type: 'tableRow', children: cells.map((children) => ({ type: 'tableCell', children })) });
const item = (...children: PhrasingContent[]): ListItem => ({ type: 'listItem', spread: false, children: [{ type: 'paragraph', children }] });
const list = (children: ListItem[]): RootContent => ({ type: 'list', ordered: false, spread: false, children });

const minuteOf = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 16)}Z`;

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

const findingsOf = ({ findings }: CheckReport): RootContent => ({
  type: 'table',
  children: [
    row([words('Finding')], [words('State')], [words('Severity')], [words('What')], [words('Waiver')]),
    ...findings.map((finding) => row(
      [code(finding.id)],
      [words(finding.waiver?.effect === 'waived' ? '⚠ waived' : MARKS[finding.state])],
      [words(finding.severity)],
      [words(finding.summary)],
      waiverOf(finding),
    )),
  ],
});

const sourcesOf = ({ verdict }: CheckReport): RootContent => ({
  type: 'table',
  children: [
    row([words('Source')], [words('True at')], [words('Note')]),
    ...verdict.sources.map(({ source, at, note }) => row([code(source)], [words(at === null ? 'not read' : minuteOf(at))], note === null ? [words('–')] : [code(note)])),
  ],
});

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
  return toMarkdown({ type: 'root', children }, { bullet: '-', extensions: [gfmTableToMarkdown({ tablePipeAlign: false })] });
}
