/** Guardrails at work as lines of text: the course of a rollout or a break-glass. */
import type { GuardPlan } from '../domain/guard-plan.ts';
import { msBetween, type Instant } from '../domain/instant.ts';
import type { Message } from '../ports/ui.ts';
import { renderCount, renderGuardAction, renderGuardPlan } from './guard-plan-lines.ts';
import { renderParts, tallyOf } from './change-lines.ts';
import { renderGuardStatus } from './guard-status-lines.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;

const renderOrganization = ({ organization, units, accounts }: Of<'guard/organization'>, style: Style): string[] =>
  style.wrap(`Organization ${style.text(organization)}: ${renderCount(accounts, 'account')} in ${renderCount(units, 'OU')}`);

/** So often somebody who waits hears how far it is. */
const READS_BETWEEN_SIGNS = 25;

/** Hundreds of accounts are read; those with nothing to tell are counted, not listed. */
function renderMemberRead({ account, done, of, events, unreadable }: Of<'guard/member-read'>, style: Style): string[] {
  const progress = style.colours.dim(`(${done} of ${of})`);
  if (unreadable !== null) return style.wrap(`${account}  not covered: ${style.text(unreadable)}  ${progress}`, `  ${style.mark('✖')} `);
  if (events === 0 && done < of) return done % READS_BETWEEN_SIGNS === 0 ? style.wrap(`${done} of ${of} accounts read`, `  ${style.mark('…')} `) : [];
  return style.wrap(`${account}  ${events} root events  ${progress}`, `  ${style.mark('✔')} `);
}

const renderGuardStep = ({ phase, action, at, note }: Of<'guard/step'>, style: Style): string[] =>
  (phase === 'started'
    ? style.wrap(renderGuardAction(action, style), `${style.mark('…')} `)
    : style.wrap(`${renderGuardAction(action, style)}${note === null ? '' : ` · ${style.text(note)}`}  ${style.colours.dim(renderTime(at))}`, `${style.mark('✔')} `));

function renderGuardWaiting({ runId, action, until }: Of<'guard/waiting'>, now: Instant, style: Style): string[] {
  const left = `until ${renderTime(until)}, in ${renderSpan(msBetween(now, until))}`;
  if (action.kind === 'stay-open') {
    return [
      ...style.wrap(`${style.colours.bold(`Root of ${action.account} is open`)} ${left}; then AWS seals it by itself`, `${style.mark('⚠')} `),
      ...style.copyable('  close  ', style.command(`rootzero breakglass close ${runId}`)),
    ];
  }
  return [
    ...style.wrap(`${style.colours.bold(`Watching wave ${action.wave}`)} (${renderCount(action.accounts.length, 'account')}) ${left}`),
    ...style.copyable('  go on  ', style.command(`rootzero resume ${runId}`)),
    ...style.copyable('  undo   ', style.command(`rootzero rollback ${runId}`)),
  ];
}

const renderWatched = ({ wave, from, to, accounts, earlier, unreadable }: Of<'guard/watched'>, style: Style): string[] => [
  ...style.wrap(`wave ${wave}, ${renderTime(from)} to ${renderTime(to)}: root events of ${renderCount(accounts, 'account')} read${earlier === 0 ? '' : `, ${earlier} of them of earlier waves`}`, '  '),
  ...(unreadable.length === 0 ? [] : style.wrap(`not read: ${unreadable.slice(0, 10).join(', ')}${unreadable.length > 10 ? ` and ${unreadable.length - 10} more` : ''}; a denied root call there would not be seen`, `  ${style.mark('⚠')} `)),
];

const renderDenied = ({ callers }: Of<'guard/denied'>, style: Style): string[] => callers.flatMap((caller) => [
  ...style.flow([`${style.colours.bold(`Root of ${caller.account} was used and denied`)}: ${caller.fingerprint}`, style.text(caller.sourceIp), style.text(caller.userAgent)], `${style.mark('⚠')} `),
  ...style.wrap(`${caller.kind}${caller.accessKeyId === null ? '' : ` …${caller.accessKeyId.slice(-4)}`}, ${renderTime(caller.firstAt)} to ${renderTime(caller.lastAt)}`, '    '),
  ...caller.calls.flatMap(({ call, count, task }) => style.flow([`${style.text(call)} ${count}×`, task ?? ''], '    ')),
]);

const DONE: Record<GuardPlan['purpose'], string> = { 'roll-out': 'is done', 'remove': 'is done: taken off', 'break-glass': 'is done: opened and sealed again', 'drill': 'is done: opened and sealed again' };

const renderGuardSummary = (message: Of<'guard/summary'>, style: Style): string[] => [
  ...style.wrap(style.colours.bold(message.outcome === 'rolled-back' ? `Run ${message.runId} was rolled back: attachments are as before` : `Run ${message.runId} ${DONE[message.purpose]}`), `${style.mark('✔')} `),
  ...(message.purpose === 'roll-out' && message.outcome === 'done' ? [`  attached   ${renderCount(message.attached, 'target')}, ${renderCount(message.accounts, 'account')}`] : []),
  ...message.notDone.flatMap(({ what, because }) => style.wrap(`${style.text(what)}: ${style.text(because)}`, '  not done   ')),
  ...style.copyable('  evidence   ', style.text(message.folder)),
  ...style.wrap(style.command(style.text(message.next)), '  next       '),
];

const renderSealed = ({ account, at, openedAt, closedAt, deeds }: Of<'breakglass/sealed'>, style: Style): string[] => [
  ...style.wrap(`${account} is sealed, read back at ${renderTime(at)}`, `${style.mark('✔')} `),
  ...(openedAt === null || closedAt === null ? [] : style.wrap(`it was open from ${renderTime(openedAt)} to ${renderTime(closedAt)}`, '  ')),
  ...style.wrap(deeds === null
    ? 'what root did meanwhile was not read: CloudTrail of the account tells, within about 15 minutes'
    : `root events seen so far: ${deeds.events}, of them denied: ${deeds.denied}; CloudTrail may bring more within about 15 minutes`, '  '),
  ...(deeds?.signedInAt === null || deeds === null ? [] : style.wrap(`root signed in at ${renderTime(deeds.signedInAt)}: a page must have come for it; ask whoever is on call`, `  ${style.mark('⚠')} `)),
];

/** Looking ahead, and never a promise: only a page that came proves that pages come. */
const renderPage = ({ account, alerting, isForwarded, parts, unproved }: Of<'breakglass/page'>, style: Style): string[] => [
  ...style.wrap(style.colours.bold(`Would root's sign-in to ${account} page somebody?`)),
  ...style.flow([isForwarded ? `looked at the alerts of ${alerting}` : 'looked at its own alerts', ...tallyOf(parts)], '  '),
  ...renderParts(parts, style),
  ...unproved.flatMap((text) => style.wrap(`not proved: ${style.text(text)}`, `  ${style.mark('?')} `)),
  ...style.copyable('  prove it  ', style.command(`rootzero breakglass open ${account} --for 15m --reason TEXT`)),
  ...style.wrap('then sign in as root and out again, close, and ask whoever is on call', '            '),
];

export type GuardMessage = Extract<Message, { code: `guard/${string}` | `breakglass/${string}` }>;

export function renderGuardMessage(message: GuardMessage, now: Instant, style: Style): string[] {
  switch (message.code) {
    case 'guard/organization': return renderOrganization(message, style);
    case 'guard/member-read': return renderMemberRead(message, style);
    case 'guard/plan': return renderGuardPlan(message, style);
    case 'guard/status': return renderGuardStatus(message.status, style);
    case 'guard/step': return renderGuardStep(message, style);
    case 'guard/waiting': return renderGuardWaiting(message, now, style);
    case 'guard/watched': return renderWatched(message, style);
    case 'guard/denied': return renderDenied(message, style);
    case 'guard/summary': return renderGuardSummary(message, style);
    case 'breakglass/sealed': return renderSealed(message, style);
    case 'breakglass/page': return renderPage(message, style);
  }
}
