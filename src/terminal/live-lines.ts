/** What moves on the screen while rootzero works: the look-back Region by Region, the soak counting down. Pure lines; the board draws them. */
import { msBetween, type Instant } from '../domain/instant.ts';
import type { Message } from '../ports/ui.ts';
import { REST_REMARKS } from './run-lines.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;

const BAR_WIDTH = 24;

/** How much of a span is behind, as a bar. */
function renderBar(share: number, { colours }: Style): string {
  const full = Math.max(0, Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH)));
  return `${colours.cyan('█'.repeat(full))}${colours.dim('░'.repeat(BAR_WIDTH - full))}`;
}

/** What a look in the middle of a soak found: nothing, or it would have stopped. */
export function renderLook({ to, isProved, unreadable }: Of<'soak/read-back'>, style: Style): string[] {
  return isProved
    ? style.wrap(`no root use · no new key · key still off ${style.colours.dim('(as far as CloudTrail shows)')}`, `  ${to.slice(11, 16)}Z  `)
    : style.wrap(`not readable: ${unreadable.map(style.text).join(', ')}`, `  ${to.slice(11, 16)}Z  ${style.mark('?')} `);
}

/** How much of a wait is behind, and when it ends. */
export function renderCountdownBar(from: Instant, until: Instant, now: Instant, style: Style): string {
  const whole = Math.max(1, msBetween(from, until));
  const behind = Math.min(whole, Math.max(0, msBetween(from, now)));
  return `  ${renderBar(behind / whole, style)}  ${renderSpan(behind)} of ${renderSpan(whole)} · until ${renderTime(until)}`;
}

/** The soak as it counts down, the last look at AWS, and the way out of it. */
export function renderCountdown(message: Of<'soak/waiting'>, lastLook: readonly string[], now: Instant, style: Style): string[] {
  const { from, until, contained, rests } = message;
  return [
    renderCountdownBar(from, until, now, style),
    ...style.wrap(REST_REMARKS[rests], '  '),
    ...lastLook,
    ...style.copyable('  Ctrl-C is safe:  ', style.command(`rootzero resume ${message.runId}`)),
    ...(contained.length > 0 || rests !== 'watched' ? style.copyable('  undo:            ', style.command(`rootzero rollback ${message.runId}`)) : []),
  ];
}
