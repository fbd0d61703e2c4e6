/** What a survey found, as lines of text: accounts with keys, accounts that could not be read by their reason, what changed. Clean accounts are counted. */
import { msBetween, type Instant } from '../domain/instant.ts';
import { describeChange, groupChanges, type Drift } from '../domain/organization/drift.ts';
import { groupUnread, type JudgedAccount, type UnreadGroup } from '../domain/organization/judgement.ts';
import { PROBLEMS } from '../domain/problem-registry.ts';
import type { RootKey } from '../domain/root-user.ts';
import { describeWaiver } from '../domain/waiver.ts';
import { SURVEY_STATES } from '../domain/organization/survey-progress.ts';
import type { SurveyMessage } from '../ports/survey-messages.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';
import { renderCounts, renderProgress, STATE_MARKS } from './survey-lines.ts';

/** So many of one kind are named; the other formats have all. */
const NAMED = 25;

/** A screen that asks something has room for so many. */
const FOUND_NAMED = 6;

const READING: Record<Extract<SurveyMessage, { code: 'survey/reading' }>['what'], (accounts: number) => string> = {
  organization: () => 'Reading the units and accounts of the organization',
  tags: (accounts) => `Reading the tags of ${accounts} accounts, 5 a second`,
  policies: () => 'Reading the policies of the organization',
};

const renderPath = ({ path }: JudgedAccount, { colours, text }: Style): string => colours.dim(path.names.map(text).join('/'));
const more = (rest: number, { colours }: Style): string[] => (rest > 0 ? [colours.dim(`    … ${rest} more (all of them: -o json)`)] : []);

function renderKey({ facts }: JudgedAccount, { keyId, status, createdAt }: RootKey, now: Instant, style: Style): string[] {
  const use = facts.lastUses[keyId];
  const used = use?.known !== true ? `${style.mark('?')} last use unknown`
    : use.value === null ? 'never used' : `last used ${use.value.at.slice(0, 10)} (${renderSpan(msBetween(use.value.at, now), 1)} ago), ${style.text(use.value.service)}`;
  return style.flow([...(createdAt === null ? [] : [`created ${createdAt.slice(0, 10)}`]), used], `      ${style.key(keyId)} ${style.mark(STATE_MARKS[status])} ${status}  `);
}

function renderHolder(account: JudgedAccount, now: Instant, style: Style): string[] {
  const { facts, findings, verdict } = account;
  const waiver = findings.find(({ id }) => id === 'root-access-key');
  const waived = waiver === undefined ? null : describeWaiver({ ...waiver, controls: [] });
  return [
    ...style.columns(`${account.account}  ${style.text(account.name)}`, renderPath(account, style), `  ${style.mark(STATE_MARKS[verdict.state])} `),
    ...(facts.keys.known ? facts.keys.value.flatMap((key) => renderKey(account, key, now, style)) : style.wrap(`a key is present; which, and whether it is active, could not be read${account.isManagement ? ': give root of this account as --root-profile' : ''}`, '      ')),
    ...(waived === null ? [] : style.wrap(waived, '      ')),
  ];
}

function renderGroup({ accounts, because, detail, remedy }: UnreadGroup, style: Style): string[] {
  const count = accounts.length === 1 ? '' : `${accounts.length} accounts: `;
  return [
    ...style.wrap(`${count}${PROBLEMS[because].summary}`, `  ${style.mark('?')} `),
    ...style.wrap(style.text(detail), '    '),
    ...style.wrap(style.command(style.text(remedy)), '    next  '),
    ...accounts.slice(0, NAMED).flatMap((account) => style.columns(`${account.account}  ${style.text(account.name)}`, renderPath(account, style), '      ')),
    ...more(accounts.length - NAMED, style),
  ];
}

/** With `--fail-on posture`, what fails besides keys, each finding with its accounts. */
function renderPosture(accounts: readonly JudgedAccount[], style: Style): string[] {
  const failing = new Map<string, JudgedAccount[]>();
  for (const account of accounts) {
    for (const { id, exitCode } of account.findings) if (exitCode === 1 && id !== 'root-access-key') failing.set(id, [...(failing.get(id) ?? []), account]);
  }
  return [...failing].flatMap(([id, group]) => [
    ...style.wrap(`${id} fails in ${group.length} account${group.length === 1 ? '' : 's'}`, `  ${style.mark('✖')} `),
    ...group.slice(0, NAMED).flatMap((account) => style.columns(`${account.account}  ${style.text(account.name)}`, renderPath(account, style), '      ')),
    ...more(group.length - NAMED, style),
  ]);
}

function renderDrift({ changes, compared, since }: Drift, style: Style): string[] {
  const groups = groupChanges(changes);
  return [
    ...style.wrap(`Since ${renderTime(since)}: ${groups.length === 0 ? 'no change' : `${groups.length} account${groups.length === 1 ? '' : 's'} changed`}, ${compared} compared`),
    ...groups.slice(0, NAMED).flatMap(({ account, name, changes: own, weight }) =>
      style.wrap(`${account}  ${style.text(name)}  ${own.map(describeChange).join('; ')}`, `  ${style.mark(weight === 1 ? '✖' : weight === 2 ? '?' : '–')} `)),
    ...more(groups.length - NAMED, style),
  ];
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [title, ...lines]);

function renderSurveyDone(message: Extract<SurveyMessage, { code: 'survey/done' }>, now: Instant, style: Style): string[] {
  const { accounts, drift, exitCode, failOn, findings, isComplete, listed, organization } = message;
  const sorted = [...listed].sort((first, second) => (first.path.names.join('/') < second.path.names.join('/') ? -1 : 1));
  const holders = sorted.filter(({ verdict }) => verdict.state !== 'absent' && verdict.state !== 'unknown');
  const doubtful = sorted.filter(({ unread, verdict }) => unread === null && verdict.state === 'unknown');
  return [
    ...section('Root access keys', holders.flatMap((account) => renderHolder(account, now, style))),
    ...section('Could not tell', [
      ...groupUnread(sorted).flatMap((group) => renderGroup(group, style)),
      ...doubtful.flatMap((account) => [
        ...style.columns(`${account.account}  ${style.text(account.name)}`, renderPath(account, style), `  ${style.mark('?')} `),
        ...account.verdict.sources.flatMap(({ source, note, at }) => (at === null ? style.wrap(style.text(`${source}: ${note ?? ''}`), '      ') : [])),
      ]),
    ]),
    ...section('Posture', renderPosture(sorted, style)),
    ...(drift === null ? [] : renderDrift(drift, style)),
    ...style.flow(renderCounts(accounts, style), style.colours.bold(`${organization}  `)),
    ...style.flow([`${findings.failed} failed`, `${findings.waived} waived`, `${findings.unknown} unknown`, `${findings.passed} passed`, `${findings.notApplicable} not applicable`], 'Findings  '),
    ...(isComplete ? [`Exit      ${exitCode} with --fail-on ${failOn}`] : style.wrap('The survey ended early; accounts are missing.', `${style.mark('✖')} `)),
  ];
}

/** Before anything is asked: counts, and the first of what is to be looked at, a line each. */
function renderFound({ accounts, listed, organization }: Extract<SurveyMessage, { code: 'survey/found' }>, style: Style): string[] {
  const byWeight = [...listed].sort((first, second) => SURVEY_STATES.indexOf(first.verdict.state) - SURVEY_STATES.indexOf(second.verdict.state) || (first.account < second.account ? -1 : 1));
  const rest = byWeight.length - FOUND_NAMED;
  return [
    ...style.flow(renderCounts(accounts, style), style.colours.bold(`${organization}  `)),
    ...byWeight.slice(0, FOUND_NAMED).flatMap((one) => style.columns(`${one.account}  ${style.cut(style.text(one.name), 30)}`, style.cut(renderPath(one, style), 28), `  ${style.mark(STATE_MARKS[one.verdict.state])} `)),
    ...(rest > 0 ? style.wrap(style.colours.dim(`and ${rest} more; each with its keys, or why it could not be read: rootzero check --org`), '    ') : []),
  ];
}

export function renderSurveyMessage(message: SurveyMessage, now: Instant, style: Style): string[] {
  switch (message.code) {
    case 'survey/reading':
      return style.wrap(READING[message.what](message.accounts));
    case 'survey/started':
      return style.wrap(`Root users of organization ${message.organization}: ${message.accounts === message.of ? `${message.of} accounts` : `${message.accounts} of ${message.of} accounts`}`);
    case 'survey/progress': return message.isMilestone ? renderProgress(message, style) : [];
    // Told together at the end.
    case 'survey/account': return [];
    case 'survey/found': return renderFound(message, style);
    case 'survey/kept': return style.copyable('Kept for --since last: ', style.text(message.path));
    case 'survey/done': return renderSurveyDone(message, now, style);
  }
}
