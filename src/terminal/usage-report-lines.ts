/** The report of `rootzero usage` as lines of text: callers, pictures, coverage, how sure it is, how long to wait. Ways out and deeds are in way-out-lines.ts. */
import type { CallerGroup, ClassCounts, EventClass } from '../domain/caller.ts';
import { listGaps, type SourceCoverage } from '../domain/evidence.ts';
import { parseAccessKeyId } from '../domain/identifiers.ts';
import { DAY_MS, msBetween, type Instant } from '../domain/instant.ts';
import type { Agreement } from '../domain/reconciliation.ts';
import type { NamedGroup, UsageReport } from '../domain/usage-report.ts';
import type { Message } from '../ports/ui.ts';
import { renderHeatMap, renderTimeline } from './charts.ts';
import { renderAgo, renderSpan, renderTime } from './span.ts';
import type { Mark, Style } from './style.ts';
import { renderIntrusion, renderWaysOut } from './way-out-lines.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;

/** What does not fit a screen is in the JSON. */
const MOST_GROUPS = 20;
const MOST_ROWS = 12;
const MOST_CALLS = 4;
const MOST_FAULTS = 5;

const CLASS_NAMES: readonly (readonly [EventClass, string])[] = [
  ['root-key', 'access key'],
  ['minted-session', 'a session minted from a key'],
  ['console', 'console'],
  ['aws-login', 'aws login'],
  ['assumed-root', 'AssumeRoot, not by rootzero'],
  ['own-assumed-root', 'AssumeRoot by rootzero'],
  ['aws-service', 'an AWS service'],
  ['sign-in', 'sign-in'],
];

const renderClasses = (classes: ClassCounts): string => CLASS_NAMES.filter(([name]) => classes[name] !== undefined).map(([, words]) => words).join(', ');

const moreOf = (count: number, shown: number, what: string): string[] => (count > shown ? [`… and ${count - shown} more ${what}`] : []);

function renderGroup(group: NamedGroup, now: Instant, style: Style): string[] {
  const { text, flow } = style;
  const key = group.accessKeyId === null ? renderClasses(group.classes) : `key …${group.accessKeyId.slice(-4)}`;
  const isOver = group.nextExpectedAt === null;
  return [
    ...style.wrap(text(group.owner.text), `  ${style.colours.bold(style.pad(group.name, 2))} `),
    ...flow([key, group.rhythm, `${group.count} call${group.count === 1 ? '' : 's'}`, `last ${renderAgo(group.lastSeenAt, now)}`, ...(isOver ? [] : [`next expected ${renderTime(group.nextExpectedAt ?? now)}`])], '     '),
    ...flow([...group.calls.slice(0, MOST_CALLS).map(({ call, count }) => text(`${call} ${count}×`)), ...moreOf(group.calls.length, MOST_CALLS, 'calls'), ...group.regions.map(text)], '     '),
    ...flow([
      ...(group.denied === 0 ? [] : [`${style.mark('⚠')} ${group.denied} refused`]),
      ...(group.dataEvents === 0 ? [] : [`${group.dataEvents} data events`]),
      `caller ${group.fingerprints.slice(0, 3).join(', ')}${group.fingerprints.length > 3 ? ` and ${group.fingerprints.length - 3} more` : ''}`,
      ...(group.dependsOnKey ? [] : ['does not depend on a key']),
    ].map((part) => style.colours.dim(part)), '     '),
  ];
}

/** The hours of all callers together. */
const hoursOf = (groups: readonly CallerGroup[]): CallerGroup['activity']['byHour'] => {
  const cells = new Map<number, number>();
  for (const { weekday, hour, count } of groups.flatMap((group) => group.activity.byHour)) cells.set(weekday * 24 + hour, (cells.get(weekday * 24 + hour) ?? 0) + count);
  return [...cells].map(([cell, count]) => ({ weekday: Math.floor(cell / 24), hour: cell % 24, count }));
};

function renderPictures({ groups, sources }: UsageReport, style: Style): string[] {
  const from = sources.map(({ coverage }) => coverage.from).sort()[0];
  const to = sources.map(({ coverage }) => coverage.to).sort().at(-1);
  if (from === undefined || to === undefined || groups.length === 0) return [];
  return [
    '',
    ...renderTimeline(groups.slice(0, MOST_ROWS).map(({ name, activity }) => ({ name, byDay: activity.byDay })), from, to, style),
    '',
    ...renderHeatMap(hoursOf(groups), style),
  ];
}

const daysBetween = (from: Instant, to: Instant): number => Math.max(1, Math.round(msBetween(from, to) / DAY_MS));

function renderSource({ source, coverage, dataEvents, files }: SourceCoverage, style: Style): string[] {
  const { mark, text, wrap } = style;
  const read = coverage.regions.filter((region) => region.readable).length;
  const span = `${coverage.from.slice(0, 10)} to ${coverage.to.slice(0, 10)}`;
  const data = { 'never': 'data events (S3 objects, Lambda invocations) are never in it', 'seen': 'data events are in it', 'not-seen': 'no data events in it' }[dataEvents];
  const isWhole = listGaps([{ source, coverage, dataEvents, files }]).length === 0;
  if (files === null) return wrap(`Event history: ${read} of ${coverage.regions.length} Regions, ${span}; ${data}`, `  ${mark(isWhole ? '✔' : '✖')} `);
  const left = [
    ...(files.duplicates === 0 ? [] : [`${files.duplicates} duplicates`]), ...(files.empty === 0 ? [] : [`${files.empty} empty`]),
    ...(files.otherAccounts === 0 ? [] : [`folders of ${files.otherAccounts} other accounts not opened`]), ...(files.otherFiles === 0 ? [] : [`${files.otherFiles} other files not opened`]),
  ];
  const days = coverage.regions.map(({ region }) => `${text(region)} ${files.days[region] ?? 0}`).join(', ');
  return [
    ...wrap(`Log files in ${text(files.directory)}: ${files.whole} of ${files.found} read in full, ${files.records} records, ${span}; ${data}`, `  ${mark(isWhole ? '✔' : '✖')} `),
    ...(days === '' ? [] : wrap(`days with a file: ${days}, of ${daysBetween(coverage.from, coverage.to)}; a day or Region without one was quiet or is missing`, '    ')),
    ...(left.length === 0 ? [] : wrap(left.join(', '), '    ')),
    ...files.faults.slice(0, MOST_FAULTS).flatMap(({ path, kind, detail }) => wrap(`${kind}: ${text(path)}: ${text(detail)}`, `    ${mark('✖')} `)),
    ...(files.faulty > MOST_FAULTS ? [`    … and ${files.faulty - Math.min(files.faulty, MOST_FAULTS)} more, in -o json`] : []),
  ];
}

const AGREEMENT_MARKS: Record<Agreement['state'], Mark> = {
  'agrees': '✔', 'newer-than-events': '⚠', 'older-than-events': '…', 'before-what-was-read': '✔', 'too-recent': '…', 'never-used': '✔', 'not-read': '?',
};

const renderSubject = (subject: string, style: Style): string => (/^[A-Z0-9]{16,128}$/.test(subject) ? style.key(parseAccessKeyId(subject)) : style.text(subject));

function renderAgreement(agreement: Agreement, style: Style): string[] {
  const { subject, usedAt, service, region, state, meaning } = agreement;
  const place = [service, region].filter((part) => part !== null && part !== 'N/A').map((part) => style.text(part ?? '')).join(', ');
  const used = usedAt === null ? '' : ` ${renderTime(usedAt)}${place === '' ? '' : ` ${place}`}`;
  const source = agreement.source === 'iam:GetCredentialReport' ? ', by the credential report,' : '';
  return style.wrap(`${renderSubject(subject, style)}${source}${used}: ${style.text(meaning)}`, `  ${style.mark(AGREEMENT_MARKS[state])} `);
}

/** Nothing to wait for where no key is left. */
function renderSoak({ soak, verdict, gaps, intrusion }: UsageReport, style: Style): string[] {
  if (verdict.state === 'absent' || intrusion !== null) return [];
  const isCertain = gaps.length + soak.unseen.length === 0;
  return [
    ...style.wrap(`${style.colours.bold(`${isCertain ? '' : 'at least '}${renderSpan(soak.requiredMs)}`)}: ${style.text(soak.because)}`, 'Recommended soak  '),
    ...soak.unseen.flatMap((keyId) => style.wrap(`cannot be proved by waiting: key ${renderSubject(keyId, style)} is used, and its use leaves no event that was read`, `  ${style.mark('⚠')} `)),
    ...soak.notProvable.flatMap((fingerprint) => style.wrap(`cannot be proved by waiting: caller ${fingerprint} came once; if it has a rhythm, it is longer than what was read`, `  ${style.mark('⚠')} `)),
  ];
}

/** "No use" is only ever said with what was read; where nothing was, nothing is known. */
function renderTitle({ account, groups, sources, totals }: UsageReport): string {
  if (groups.length > 0) return `Who used root of ${account}: ${totals.events} call${totals.events === 1 ? '' : 's'} by ${groups.length} caller${groups.length === 1 ? '' : 's'}${totals.denied === 0 ? '' : `, ${totals.denied} refused`}`;
  const isAnythingRead = sources.some(({ coverage }) => coverage.regions.some((region) => region.readable));
  return isAnythingRead ? `No use of root of ${account} seen in what was read` : `Who used root of ${account} is not known: nothing could be read`;
}

export function renderUsageReport(report: UsageReport, now: Instant, style: Style): string[] {
  const { groups, sources, gaps } = report;
  const { bold } = style.colours;
  return [
    ...style.wrap(bold(renderTitle(report))),
    ...groups.slice(0, MOST_GROUPS).flatMap((group) => renderGroup(group, now, style)),
    ...moreOf(groups.length, MOST_GROUPS, 'callers, in -o json').map((line) => `  ${line}`),
    ...renderPictures(report, style),
    '',
    bold('What was read'),
    ...sources.flatMap((source) => renderSource(source, style)),
    ...(report.ownCalls === 0 ? [] : style.wrap(`left out: ${report.ownCalls} reads by rootzero itself, by its user agent`, '  ')),
    ...(report.agreements.length === 0 ? [] : [bold('Last use, as IAM tells it'), ...report.agreements.flatMap((agreement) => renderAgreement(agreement, style))]),
    ...renderIntrusion(report, style),
    ...renderSoak(report, style),
    ...renderWaysOut(report, style),
    ...gaps.flatMap((gap) => style.wrap(`not known: ${style.text(gap)}`, `${style.mark('?')} `)),
  ];
}

export const renderLogProgress = ({ files, bytes, records, faulty }: Of<'log-files/read'>, style: Style): string[] =>
  style.wrap(`log files: ${files} read, ${Math.round(bytes / 1_000_000)} MB, ${records} records${faulty === 0 ? '' : `, ${faulty} with a fault`}`, '  ');

export const renderFailedAccount = ({ account, problem }: Of<'usage/failed'>, style: Style): string[] => [
  ...style.wrap(`${account} was not read: ${style.text(problem.summary)}`, `${style.mark('✖')} `),
  ...(problem.detail === null ? [] : style.wrap(style.text(problem.detail), '  ')),
  style.colours.dim(`  code  ${problem.code}`),
];

export const renderAccounts = ({ whole, partly, failed }: Of<'usage/accounts'>, style: Style): string[] =>
  style.wrap(`${whole + partly + failed} accounts: ${whole} read in full, ${partly} in part, ${failed} not at all`, `${style.mark(partly + failed === 0 ? '✔' : '✖')} `);
