/** The course of a run as lines of text: waiting, read-back, deeds, verification, status, summary. */
import { msBetween, type Instant } from '../domain/instant.ts';
import type { Message, Rest, RunStatus } from '../ports/ui.ts';
import { renderOrganizationStatus } from './organization/status-lines.ts';
import { renderAgo, renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;

/** What can be seen of whoever still needs a resting key. */
export const REST_REMARKS: Record<Rest, string> = {
  inactive: 'AWS shows nothing of calls with an inactive key; a break shows at the caller.',
  denied: 'A policy denies root all but the removal of its keys. A call that it denies shows in CloudTrail, and stops the run.',
  watched: 'The key stays active: it signs, so it is only watched. Any other use of it stops the run.',
};

export function renderWaiting(message: Of<'soak/waiting'>, now: Instant, style: Style): string[] {
  return [
    ...style.wrap(`${style.colours.bold(`Soaking ${[...message.contained, ...message.watched].map(style.key).join(', ') || 'every key'}`)} until ${renderTime(message.until)}, in ${renderSpan(msBetween(now, message.until))}`),
    ...style.wrap(REST_REMARKS[message.rests], '  '),
    ...style.copyable('  go on  ', style.command(`rootzero resume ${message.runId}`)),
    ...(message.contained.length > 0 || message.rests !== 'watched' ? style.copyable('  undo   ', style.command(`rootzero rollback ${message.runId}`)) : []),
  ];
}

export function renderReadBack(message: Of<'soak/read-back'>, style: Style): string[] {
  const proof = message.isProved ? 'nothing that breaks the soak, as far as CloudTrail shows' : `not proved: ${message.unreadable.map(style.text).join(', ')} not readable`;
  return style.wrap(`read back ${renderTime(message.from)} to ${renderTime(message.to)}: ${message.events} root events; ${proof}`, message.isProved ? '  ' : `${style.mark('?')} `);
}

export function renderDeeds(message: Of<'deeds'>, style: Style): string[] {
  const { text } = style;
  return [
    style.colours.bold(`What root did: ${message.deeds.length} changing calls`),
    ...message.deeds.flatMap((deed) => style.wrap(
      `${text(deed.call)} ${text(deed.subject ?? '')} from ${text(deed.event.sourceIp)} in ${text(deed.region)}${deed.errorCode === null ? '' : ` (${text(deed.errorCode)})`}`,
      `  ${style.colours.dim(renderTime(deed.at))}  ${deed.group.padEnd(9)} `,
    )),
    ...(message.newRegions.length === 0 ? [] : style.wrap(`Regions never used before the last 7 days: ${message.newRegions.map(text).join(', ')}`, '  ')),
    ...(message.sessionsMayLiveUntil === null ? [] : style.wrap(`sessions minted from the keys may live until ${renderTime(message.sessionsMayLiveUntil)}; console sessions up to 12 h`, '  ')),
  ];
}

export const renderVerified = (message: Of<'verified'>, style: Style): string[] =>
  style.wrap(`No root access keys in ${message.account}, verified live at ${renderTime(message.at)}${message.by === 'witness' ? ' by the witness' : ''}`, `${style.mark('✔')} `);

function renderRun(run: RunStatus, now: Instant, style: Style): string[] {
  const { text } = style;
  const wait = run.waitsUntil === null ? '' : ` until ${renderTime(run.waitsUntil)}${run.waitsUntil > now ? `, in ${renderSpan(msBetween(now, run.waitsUntil))}` : ', due now'}`;
  return [
    ...style.flow([`${run.runId}  ${text(run.account)}`, `${run.state}${wait}`, style.colours.dim(`started ${renderAgo(run.startedAt, now)}`), text(run.world)]),
    ...(run.because === null ? [] : style.wrap(text(run.because), '  ')),
    ...(run.organization === null ? [] : renderOrganizationStatus(run.organization, now, style)),
    ...(run.next === null ? [] : style.next(run.next)),
  ];
}

export const renderStatus = (runs: RunStatus[], now: Instant, style: Style): string[] => (runs.length === 0 ? ['No runs.'] : runs.flatMap((run) => renderRun(run, now, style)));

export function renderSummary(message: Of<'summary'>, style: Style): string[] {
  const { convergence } = message;
  const heads = {
    'done': [style.mark('✔'), `Run ${message.runId} is done`],
    'done-unverified': [style.mark('⚠'), `Run ${message.runId}: delete accepted, not verified`],
    'rolled-back': [style.mark('✔'), `Run ${message.runId} was rolled back`],
  };
  const [mark, head = ''] = heads[message.outcome];
  return [
    `${mark} ${style.colours.bold(head)}`,
    ...(message.removed.length === 0 ? [] : style.flow(message.removed.map(style.key), '  removed    ')),
    ...(convergence.sessionsMayLiveUntil === null ? [] : style.wrap(`minted from a removed key may live until ${renderTime(convergence.sessionsMayLiveUntil)} (console: up to 12 h)`, '  sessions   ')),
    ...(convergence.reportStillShowsUntil === null ? [] : style.wrap(`the credential report may show the old state until ${renderTime(convergence.reportStillShowsUntil)}`, '  dashboards ')),
    ...message.notDone.flatMap((entry) => style.wrap(`${style.text(entry.what)}: ${style.text(entry.because)}`, '  not done   ')),
    ...style.copyable('  evidence   ', style.text(message.folder)),
    ...style.wrap(style.command(style.text(message.next)), '  next       '),
  ];
}
