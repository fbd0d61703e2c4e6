/** The course of a run over an organization as lines of text: counts, never a line for each of a thousand accounts; trouble always by name. */
import { countCredentials } from '../../domain/organization/removal-phrase.ts';
import { CREDENTIAL_KINDS } from '../../domain/organization/organization-plan.ts';
import { msBetween, type Instant } from '../../domain/instant.ts';
import type { OrganizationMessage, OrganizationPhase } from '../../ports/organization-messages.ts';
import { renderCountdownBar } from '../live-lines.ts';
import { renderSpan, renderTime } from '../span.ts';
import type { Style } from '../style.ts';
import { renderTrouble } from './status-lines.ts';

type Of<Code extends OrganizationMessage['code']> = Extract<OrganizationMessage, { code: Code }>;

const PHASES: Record<OrganizationPhase, string> = {
  'contain': 'quarantined and tried',
  'look-back': 'root events read',
  'read-back': 'soak read back',
  'remove-keys': 'keys deleted, and read back',
  'remove-certificates': 'certificates deleted, and read back',
  'remove-password': 'password deleted, and read back',
  'remove-mfa': 'MFA deactivated, and read back',
  'verify': 'verified by a second session',
  'release': 'quarantine lifted, or kept as planned',
  'roll-back': 'quarantine is off',
};

export const accountsText = (count: number): string => `${count} account${count === 1 ? '' : 's'}`;

/** How far, as a line: `wave 2  quarantined and tried  8 of 14, 1 in trouble` */
export const renderWaveProgress = ({ wave, phase, done, of, inTrouble }: Of<'organization/progress'>, style: Style): string[] =>
  style.wrap(`${wave === 0 ? '' : `wave ${wave}  `}${PHASES[phase]}  ${done} of ${of}${inTrouble === 0 ? '' : `, ${inTrouble} in trouble`}`, `  ${style.mark(done < of ? '…' : inTrouble > 0 ? '✖' : '✔')} `);

/** Where nothing can be drawn again, a wave says a tenth of its way at a time. */
function isToldPlain({ done, of }: Of<'organization/progress'>): boolean {
  const share = Math.max(1, Math.ceil(of / 10));
  return done === of || (of > 20 && done > 0 && done % share === 0);
}

function renderWaiting(message: Of<'organization/waiting'>, now: Instant, style: Style): string[] {
  const { runId, wave, waves, accounts, first, until, blind, inTrouble } = message;
  return [
    ...style.wrap(`${style.colours.bold(`Wave ${wave} of ${waves}: ${accountsText(accounts)} soaking`)} until ${renderTime(until)}, in ${renderSpan(msBetween(now, until))}${renderTime(first) === renderTime(until) ? '' : `; the first ends ${renderTime(first)}`}`),
    ...style.wrap('A policy denies root there. A denied management call shows in CloudTrail of its account; a denied data event (S3 objects, Lambda) shows nowhere.', '  '),
    ...(blind === 0 ? [] : style.wrap(`in ${accountsText(blind)} nobody can read CloudTrail: there only IAM's last use of a key tells`, `  ${style.mark('⚠')} `)),
    ...(inTrouble === 0 ? [] : style.wrap(`${accountsText(inTrouble)} in trouble: rootzero status`, `  ${style.mark('✖')} `)),
    ...style.copyable('  go on  ', style.command(`rootzero resume ${runId}`)),
    ...style.copyable('  undo   ', style.command(`rootzero rollback ${runId}`)),
  ];
}

/** The wait of a wave as it counts down. */
export function renderWaveCountdown(message: Of<'organization/waiting'>, lastLook: readonly string[], now: Instant, style: Style): string[] {
  const { runId, from, until, blind, inTrouble } = message;
  return [
    renderCountdownBar(from, until, now, style),
    ...style.wrap('A denied management call shows in CloudTrail of its account; a denied data event shows nowhere.', '  '),
    ...(blind === 0 ? [] : style.wrap(`in ${accountsText(blind)} only IAM's last use of a key tells`, `  ${style.mark('⚠')} `)),
    ...(inTrouble === 0 ? [] : style.wrap(`${accountsText(inTrouble)} in trouble`, `  ${style.mark('✖')} `)),
    ...lastLook,
    ...style.copyable('  Ctrl-C is safe:  ', style.command(`rootzero resume ${runId}`)),
    ...style.copyable('  undo:            ', style.command(`rootzero rollback ${runId}`)),
  ];
}

/** What a look in the middle of a wave's soak found, in a line. */
export const renderWaveLook = ({ to, accounts, unreadable, isContainmentReadable }: Of<'organization/read-back'>, style: Style): string[] =>
  style.wrap(`${isContainmentReadable ? 'no policy lifted' : 'not readable whether a policy was lifted'} · root events of ${accounts - unreadable.length} of ${accounts} accounts read`, `  ${to.slice(11, 16)}Z  `);

function renderReadBack({ wave, from, to, accounts, unreadable, isContainmentReadable, isFinal }: Of<'organization/read-back'>, style: Style): string[] {
  const named = `${unreadable.slice(0, 5).join(', ')}${unreadable.length > 5 ? ` and ${unreadable.length - 5} more` : ''}`;
  return [
    ...style.wrap(`wave ${wave}, ${renderTime(from)} to ${renderTime(to)}${isFinal ? '' : ' (its soak goes on)'}: root events of ${accountsText(accounts - unreadable.length)} read`, '  '),
    ...(unreadable.length === 0 ? [] : style.wrap(`not read, or not whole: ${named}; a denied root call there would not be seen`, `  ${style.mark('⚠')} `)),
    ...(isContainmentReadable ? [] : style.wrap('CloudTrail of the management account could not be read: nobody knows whether the policy was lifted meanwhile', `  ${style.mark('?')} `)),
  ];
}

function renderSummary(message: Of<'organization/summary'>, style: Style): string[] {
  const { runId, outcome, removed, accounts, stillSealed, notDone, folder, next } = message;
  const counts = CREDENTIAL_KINDS.filter((kind) => removed[kind] > 0).map((kind) => countCredentials(kind, removed[kind]));
  const shown = notDone.slice(0, MOST_NOT_DONE);
  return [
    ...style.wrap(style.colours.bold(outcome === 'done' ? `Run ${runId} is done` : `Run ${runId} was rolled back`), `${style.mark('✔')} `),
    ...(outcome === 'done' ? style.wrap(`${counts.join(', ') || 'nothing'} in ${accountsText(accounts)}, each read back as gone by two sessions`, '  removed    ') : []),
    ...(stillSealed === 0 ? [] : style.wrap(`${accountsText(stillSealed)} keep the quarantine`, '  sealed     ')),
    ...shown.flatMap(({ what, because }) => style.wrap(`${style.text(what)}: ${style.text(because)}`, '  not done   ')),
    ...(notDone.length > shown.length ? style.wrap(`and ${notDone.length - shown.length} more: summary.json`, '  not done   ') : []),
    ...style.copyable('  evidence   ', style.text(folder)),
    ...style.wrap(style.command(style.text(next)), '  next       '),
  ];
}

/** A screen holds so many; the evidence has all. */
const MOST_NOT_DONE = 20;

export function renderOrganizationMessage(message: OrganizationMessage, now: Instant, style: Style): string[] {
  switch (message.code) {
    case 'organization/progress': return isToldPlain(message) ? renderWaveProgress(message, style) : [];
    case 'organization/trouble': return renderTrouble({ ...message.trouble, text: `${message.name}: ${message.trouble.text}` }, style);
    case 'organization/waiting': return renderWaiting(message, now, style);
    case 'organization/read-back': return renderReadBack(message, style);
    case 'organization/removed': return style.wrap(`wave ${message.wave}: ${countCredentials(message.kind, message.count)} gone in ${accountsText(message.accounts)}, by the session that removed`, `${style.mark('✔')} `);
    case 'organization/summary': return renderSummary(message, style);
  }
}
