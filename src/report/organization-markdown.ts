/** A survey of an organization as Markdown: a summary first, then only what somebody has to look at. Text from outside stands in code only. */
import type { PhrasingContent, RootContent } from 'mdast';
import { maskKeyId } from '../domain/identifiers.ts';
import { describeChange, groupChanges, type Drift } from '../domain/organization/drift.ts';
import { groupUnread, keysOf, type JudgedAccount } from '../domain/organization/judgement.ts';
import { SURVEY_STATES, type SurveyState } from '../domain/organization/survey-progress.ts';
import { PROBLEMS } from '../domain/problem-registry.ts';
import { code, heading, item, list, minuteOf, paragraph, renderParts, row, table, words } from './markdown-parts.ts';
import type { OrganizationReport } from './organization-report.ts';

const STATES: Record<SurveyState, string> = {
  active: '✖ active root access key', inactive: '✖ inactive root access key', present: '✖ root access key, status unknown', unknown: '? could not tell', absent: '✔ no root access keys',
};
/** A job summary holds 1 MiB (GitHub, "Workflow commands"); every account is in the other formats. */
const LISTED = 500;

const accountOf = ({ account, name, path }: JudgedAccount): PhrasingContent[] => [words(`${account} `), code(name), words(' in '), code(path.names.join('/'))];
const more = (rest: number): RootContent[] => (rest > 0 ? [paragraph(words(`… and ${rest} more; the JSON document has all of them.`))] : []);

function keysTable(accounts: JudgedAccount[]): RootContent[] {
  const found = accounts.filter(({ verdict }) => verdict.state !== 'absent' && verdict.state !== 'unknown');
  if (found.length === 0) return [];
  // Two codes side by side would read as one.
  const keys = (account: JudgedAccount): PhrasingContent[] => {
    const listed = keysOf(account) ?? [];
    return listed.length === 0 ? [words('–')] : listed.flatMap(({ keyId, status }, index) => [...(index === 0 ? [] : [words(', ')]), code(`${maskKeyId(keyId)} ${status}`)]);
  };
  return [
    heading(3, words('Root access keys')),
    table(
      row([words('Account')], [words('State')], [words('Keys')], [words('Waiver')]),
      ...found.slice(0, LISTED).map((account) => {
        const waiver = account.findings.find(({ id }) => id === 'root-access-key')?.waiver ?? null;
        return row(accountOf(account), [words(STATES[account.verdict.state])], keys(account), waiver === null ? [words('–')] : [words(`${waiver.effect}, ${waiver.expires} `), code(waiver.owner)]);
      }),
    ),
    ...more(found.length - LISTED),
  ];
}

function unreadParts(accounts: JudgedAccount[]): RootContent[] {
  const groups = groupUnread(accounts);
  if (groups.length === 0) return [];
  return [
    heading(3, words('Not read')),
    ...groups.flatMap((group) => [
      paragraph({ type: 'strong', children: [words(`${group.accounts.length} account${group.accounts.length === 1 ? '' : 's'}: ${PROBLEMS[group.because].summary}`)] }, words(' '), code(group.detail), words(' '), code(group.remedy)),
      list(group.accounts.slice(0, LISTED).map((account) => item(...accountOf(account)))),
      ...more(group.accounts.length - LISTED),
    ]),
  ];
}

function driftParts(drift: Drift | null): RootContent[] {
  if (drift === null) return [];
  const groups = groupChanges(drift.changes);
  return [
    heading(3, words(`Since ${minuteOf(drift.since)}`)),
    paragraph(words(`${drift.compared} accounts compared, ${drift.changes.length} changes.`)),
    ...(groups.length === 0 ? [] : [list(groups.slice(0, LISTED).map(({ account, name, changes, weight }) => item(words(`${weight === 1 ? '✖' : weight === 2 ? '?' : '·'} ${account} `), code(name), words(`: ${changes.map(describeChange).join('; ')}`)))) ]),
    ...more(groups.length - LISTED),
  ];
}

export function renderOrganizationMarkdown(report: OrganizationReport): string {
  const { accounts, at, counts, drift, exitCode, failOn, isComplete, organization, reading, tool, world } = report;
  const { failed, waived, unknown, passed, notApplicable } = counts.findings;
  return renderParts([
    heading(2, words(`Root users of organization ${organization}`)),
    ...(isComplete ? [] : [paragraph({ type: 'strong', children: [words('The survey ended early; accounts are missing.')] })]),
    table(row([words('Accounts')], [words('Root access keys')]), ...SURVEY_STATES.map((state) => row([words(String(counts.accounts[state]))], [words(STATES[state])]))),
    paragraph(words(`${failed} failed · ${waived} waived · ${unknown} unknown · ${passed} passed · ${notApplicable} not applicable · exit ${exitCode} with --fail-on ${failOn}`)),
    ...driftParts(drift),
    ...keysTable(accounts),
    ...unreadParts(accounts),
    paragraph(words(`${tool}, ${minuteOf(at)}, read by `), code(reading.arn), words(', '), code(world)),
  ]);
}
