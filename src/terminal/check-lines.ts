/** What a check comes to, as lines of text: last use, controls, waivers, counts. The facts themselves are facts-lines.ts. */
import { groupControls, standardOf, type Control } from '../domain/controls.ts';
import type { Instant } from '../domain/instant.ts';
import type { LastRootUse } from '../domain/last-use.ts';
import type { CountedFinding } from '../domain/outcome.ts';
import { describeWaiver, type WaiverEffect } from '../domain/waiver.ts';
import type { Message } from '../ports/ui.ts';
import { renderAgo } from './span.ts';
import type { Mark, Style } from './style.ts';

/** What people are asked for most; every document has all frameworks and versions. */
const SHOWN: ReadonlySet<string> = new Set(['AWS Security Hub', 'AWS Well-Architected', 'CIS AWS Foundations Benchmark', 'PCI DSS']);

/** The newest version of each of these frameworks. */
function newestOf(controls: readonly Control[]): string[] {
  const newest = new Map(groupControls(controls.filter(({ framework }) => SHOWN.has(framework))).map((group) => [group.framework, group]));
  return [...newest.values()].map((group) => `${standardOf(group)}: ${group.ids.join(', ')}`);
}

function renderLastUse({ latest, unread }: LastRootUse, now: Instant, style: Style): string[] {
  const rest = unread.length === 0 ? [] : [`${style.mark('?')} not read: ${unread.map(style.text).join(', ')}`];
  if (latest === null) return style.flow(['none on record', ...rest], 'Last use  ');
  const by = latest.by === 'password' ? ['password'] : [`access key${latest.keyId === null ? '' : ` ${style.key(latest.keyId)}`}`, `${style.text(latest.service)}, ${style.text(latest.region)}`];
  return style.flow([renderAgo(latest.at, now), ...by, ...rest], 'Last use  ');
}

const WAIVER_MARKS: Record<WaiverEffect, Mark> = { 'waived': '⚠', 'expired': '✖', 'not-needed': '–', 'not-for-unknown': '?' };

function renderWaiver(finding: CountedFinding, style: Style): string[] {
  const { id, waiver } = finding;
  if (waiver === null) return [];
  return [
    ...style.wrap(`${id}  ${describeWaiver(finding) ?? ''}`, `  ${style.mark(WAIVER_MARKS[waiver.effect])} `),
    ...style.wrap(style.text(`Owner ${waiver.owner}: ${waiver.reason}`), '    '),
  ];
}

export function renderCheck({ counts, exitCode, failOn, findings, lastUse }: Extract<Message, { code: 'check' }>, now: Instant, style: Style): string[] {
  const open = findings.filter(({ state }) => state === 'fail' || state === 'unknown');
  const waivers = findings.flatMap((finding) => renderWaiver(finding, style));
  return [
    ...renderLastUse(lastUse, now, style),
    ...(open.length === 0 ? [] : ['Controls (all of them: -o json)', ...open.flatMap(({ controls, id }) => [`  ${id}`, ...style.flow(newestOf(controls).map(style.colours.dim), '    ')])]),
    ...(waivers.length === 0 ? [] : ['Waivers', ...waivers]),
    ...style.flow([`${counts.failed} failed`, `${counts.waived} waived`, `${counts.unknown} unknown`, `${counts.passed} passed`, `${counts.notApplicable} not applicable`], 'Counts    '),
    `Exit      ${exitCode} with --fail-on ${failOn}`,
  ];
}
