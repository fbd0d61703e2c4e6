/** The person's view: every message as a few lines. Results go to standard output, progress to standard error. */
import type { Subject } from '../domain/any-plan.ts';
import { instantOf, type Instant } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message, Ui } from '../ports/ui.ts';
import { renderCheck } from './check-lines.ts';
import { renderPreflight } from './doctor-lines.ts';
import { renderClicks, renderSeen } from './console-lines.ts';
import { renderFacts, renderIdentity } from './facts-lines.ts';
import { renderGuardMessage } from './guard-lines.ts';
import { renderDebrief, renderScreen } from './guided-lines.ts';
import { renderChangeMessage } from './change-lines.ts';
import { renderOrganizationPlan, renderUnasked } from './organization/organization-plan-lines.ts';
import { renderOrganizationMessage } from './organization/run-lines.ts';
import { renderAction, renderPlan } from './plan-lines.ts';
import { renderDeeds, renderReadBack, renderStatus, renderSummary, renderVerified, renderWaiting } from './run-lines.ts';
import { renderTime } from './span.ts';
import type { Streams } from './streams.ts';
import { openStyle, type Style } from './style.ts';
import { renderSurveyMessage } from './survey-report-lines.ts';
import { renderUsage } from './usage-lines.ts';
import { renderAccounts, renderFailedAccount, renderLogProgress, renderUsageReport } from './usage-report-lines.ts';

/** What a command is run for; everything else is progress. */
const RESULTS: ReadonlySet<Message['code']> = new Set([
  'facts', 'check', 'plan', 'run/started', 'soak/waiting', 'console/clicks', 'summary', 'status', 'deeds', 'preflight', 'usage', 'usage/failed', 'usage/accounts',
  'guard-parts', 'change-plan', 'alert-test', 'change-summary', 'guard/plan', 'guard/status', 'guard/waiting', 'guard/denied', 'guard/summary', 'breakglass/sealed', 'breakglass/page', 'survey/found', 'survey/done',
  'organization-plan', 'organization/waiting', 'organization/summary',
]);

function renderRegion(message: Extract<Message, { code: 'look-back/region' }>, style: Style): string[] {
  const { unreadable } = message;
  const lead = `  ${style.mark(unreadable === null ? '✔' : '✖')} ${style.pad(style.text(message.region), 16)} `;
  const progress = style.colours.dim(`(${message.done} of ${message.of})`);
  return style.wrap(unreadable === null ? `${message.events} events  ${progress}` : `not covered: ${style.text(unreadable)}  ${progress}`, lead);
}

function renderProblem({ problem }: Extract<Message, { code: 'problem' }>, style: Style): string[] {
  return [
    ...style.wrap(style.text(problem.summary), `${style.mark('✖')} `),
    ...(problem.detail === null ? [] : style.wrap(style.text(problem.detail), '  ')),
    ...style.next(problem.nextStep),
    style.colours.dim(`  code  ${problem.code} (exit ${problem.exitCode})`),
  ];
}

/** `111122223333`, `111122223333-alerts`, `o-exampleorg1` */
function renderSubject(subject: Subject): string {
  if (subject.startsWith('o-')) return `organization ${subject}`;
  const [account = '', about] = subject.split('-');
  return about === undefined ? `account ${account}` : `the ${about} of account ${account}`;
}

export function renderMessage(message: Message, now: Instant, style: Style): string[] {
  switch (message.code) {
    case 'screen': return renderScreen(message, style);
    case 'debrief': return renderDebrief(message, style);
    case 'identity': return renderIdentity(message, style);
    case 'facts': return renderFacts(message, now, style);
    case 'check': return renderCheck(message, now, style);
    case 'look-back/started': return style.wrap(`Who used root?  ${message.days} days, ${message.regions} Regions, 2 requests/s per Region`);
    case 'look-back/region': return renderRegion(message, style);
    case 'look-back/progress': return [];
    case 'look-back/done': return renderUsage(message.usage, message.hasDataEvents === true, now, style);
    case 'log-files/read': return renderLogProgress(message, style);
    case 'usage': return renderUsageReport(message.report, now, style);
    case 'usage/failed': return renderFailedAccount(message, style);
    case 'usage/accounts': return renderAccounts(message, style);
    case 'plan': return renderPlan(message.plan, message.path, style);
    case 'warning': return style.wrap(style.text(message.text), `${style.mark('⚠')} `);
    case 'note': return style.wrap(style.command(style.text(message.text)));
    case 'run/started':
      return [...style.wrap(`${message.resumed ? 'Going on with run' : 'Run'} ${message.runId} for ${renderSubject(message.account)}`), ...style.copyable('  folder  ', style.text(message.folder))];
    case 'step/started': return style.wrap(renderAction(message.action, style), `${style.mark('…')} `);
    case 'step/done': return style.wrap(
      `${renderAction(message.action, style)}${message.note === null ? '' : ` · ${style.text(message.note)}`}  ${style.colours.dim(renderTime(message.at))}`,
      `${style.mark('✔')} `,
    );
    case 'soak/waiting': return renderWaiting(message, now, style);
    case 'soak/read-back': return renderReadBack(message, style);
    case 'console/clicks': return renderClicks(message, style);
    case 'console/seen': return renderSeen(message, style);
    case 'deeds': return renderDeeds(message, style);
    case 'verified': return renderVerified(message, style);
    case 'summary': return renderSummary(message, style);
    case 'status': return renderStatus(message.runs, now, style);
    case 'preflight': return renderPreflight(message, style);
    case 'guard-parts': case 'change-plan': case 'change': case 'spread': case 'alert-test': case 'change-summary': return renderChangeMessage(message, style);
    case 'guard/organization': case 'guard/member-read': case 'guard/plan': case 'guard/status': case 'guard/step': return renderGuardMessage(message, now, style);
    case 'guard/waiting': case 'guard/watched': case 'guard/denied': case 'guard/summary': case 'breakglass/sealed': case 'breakglass/page': return renderGuardMessage(message, now, style);
    case 'survey/reading': case 'survey/started': case 'survey/progress': case 'survey/account': case 'survey/found': case 'survey/kept': case 'survey/done': return renderSurveyMessage(message, now, style);
    case 'organization-plan': return renderOrganizationPlan(message, style);
    case 'organization-plan/unasked': return renderUnasked(message, style);
    case 'organization/progress': case 'organization/trouble': case 'organization/waiting': case 'organization/read-back': case 'organization/removed': case 'organization/summary':
      return renderOrganizationMessage(message, now, style);
    case 'problem': return renderProblem(message, style);
  }
}

export function openHumanView(streams: Streams, clock: Clock): Ui {
  const [page, terminal] = [openStyle(streams.page), openStyle(streams.terminal)];
  return {
    ask: null,
    emit: (message) => {
      const isResult = RESULTS.has(message.code);
      const style = isResult ? page : terminal;
      const text = renderMessage(message, instantOf(clock.now()), style).map((line) => `${style.line(line)}\n`).join('');
      if (isResult) streams.result(text);
      else streams.progress(text);
    },
  };
}
