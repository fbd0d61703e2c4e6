/** The course of a run as lines of text: waiting, read-back, deeds, status, summary. */
import { maskKeyId } from '../domain/identifiers.ts';
import { msBetween, type Instant } from '../domain/instant.ts';
import type { Message, RunStatus } from '../ports/ui.ts';
import { sanitize } from './sanitize.ts';
import { renderAgo, renderSpan, renderTime } from './span.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;

export function renderWaiting(message: Of<'soak/waiting'>, now: Instant): string[] {
  return [
    `Soaking ${[...message.contained, ...message.watched].map(maskKeyId).join(', ')} until ${renderTime(message.until)}, in ${renderSpan(msBetween(now, message.until))}`,
    message.contained.length === 0
      ? '  The key stays active: it signs, so it is only watched. Any other use of it stops the run.'
      : '  AWS shows nothing of calls with an inactive key; a break shows at the caller.',
    `  go on  rootzero resume ${message.runId}${message.contained.length === 0 ? '' : `      undo  rootzero rollback ${message.runId}`}`,
  ];
}

export function renderReadBack(message: Of<'soak/read-back'>): string[] {
  const proof = message.isProved ? 'nothing that breaks the soak, as far as CloudTrail shows' : `not proved: ${message.unreadable.map(sanitize).join(', ')} not readable`;
  return [`  read back ${renderTime(message.from)} to ${renderTime(message.to)}: ${message.events} root events; ${proof}`];
}

export function renderDeeds(message: Of<'deeds'>): string[] {
  return [
    `What root did: ${message.deeds.length} changing calls`,
    ...message.deeds.map((deed) => `  ${renderTime(deed.at)}  ${deed.group.padEnd(9)} ${sanitize(deed.call)} ${sanitize(deed.subject ?? '')} from ${sanitize(deed.event.sourceIp)} in ${sanitize(deed.region)}${deed.errorCode === null ? '' : ` (${sanitize(deed.errorCode)})`}`),
    ...(message.newRegions.length === 0 ? [] : [`  Regions never used before the last 7 days: ${message.newRegions.map(sanitize).join(', ')}`]),
    ...(message.sessionsMayLiveUntil === null ? [] : [`  sessions minted from the keys may live until ${renderTime(message.sessionsMayLiveUntil)}; console sessions up to 12 h`]),
  ];
}

function statusLines(run: RunStatus, now: Instant): string[] {
  const wait = run.waitsUntil === null ? '' : ` until ${renderTime(run.waitsUntil)}${run.waitsUntil > now ? `, in ${renderSpan(msBetween(now, run.waitsUntil))}` : ', due now'}`;
  return [
    `${run.runId}  ${sanitize(run.account)}  ${run.state}${wait}  started ${renderAgo(run.startedAt, now)}  ${sanitize(run.world)}`,
    ...(run.because === null ? [] : [`  ${sanitize(run.because)}`]),
    ...(run.next === null ? [] : [`  next  ${sanitize(run.next)}`]),
  ];
}

export const renderStatus = (runs: RunStatus[], now: Instant): string[] => (runs.length === 0 ? ['No runs.'] : runs.flatMap((run) => statusLines(run, now)));

export function renderSummary(message: Of<'summary'>): string[] {
  const { convergence } = message;
  const heads = {
    'done': `✔ Run ${message.runId} is done`,
    'done-unverified': `⚠ Run ${message.runId}: delete accepted, not verified`,
    'rolled-back': `✔ Run ${message.runId} was rolled back`,
  };
  return [
    heads[message.outcome],
    ...message.removed.map((keyId) => `  removed    ${maskKeyId(keyId)}`),
    ...(convergence.sessionsMayLiveUntil === null ? [] : [`  sessions   minted from a removed key may live until ${renderTime(convergence.sessionsMayLiveUntil)} (console: up to 12 h)`]),
    ...(convergence.reportStillShowsUntil === null ? [] : [`  dashboards the credential report may show the old state until ${renderTime(convergence.reportStillShowsUntil)}`]),
    ...message.notDone.map((entry) => `  not done   ${sanitize(entry.what)}: ${sanitize(entry.because)}`),
    `  evidence   ${sanitize(message.folder)}`,
    `  next       ${sanitize(message.next)}`,
  ];
}
