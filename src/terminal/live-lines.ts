/** What moves on the screen while rootzero works: the look-back Region by Region, the soak counting down. Pure lines; the board draws them. */
import { msBetween, type Instant } from '../domain/instant.ts';
import type { Message } from '../ports/ui.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;

const BAR_WIDTH = 24;

/** How much of a span is behind, as a bar. */
function renderBar(share: number, { colours }: Style): string {
  const full = Math.max(0, Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH)));
  return `${colours.cyan('█'.repeat(full))}${colours.dim('░'.repeat(BAR_WIDTH - full))}`;
}

/** The soak as it counts down, the last look at AWS, and the way out of it. */
export function renderCountdown(message: Of<'soak/waiting'>, lastLook: readonly string[], now: Instant, style: Style): string[] {
  const { from, until, contained } = message;
  const whole = Math.max(1, msBetween(from, until));
  const behind = Math.min(whole, Math.max(0, msBetween(from, now)));
  const isContained = contained.length > 0;
  return [
    `  ${renderBar(behind / whole, style)}  ${renderSpan(behind)} of ${renderSpan(whole)} · until ${renderTime(until)}`,
    ...style.wrap(isContained
      ? 'AWS shows nothing of calls with an inactive key; a break shows at the caller.'
      : 'The key stays active: it signs, so it is only watched. Any other use of it stops the run.', '  '),
    ...lastLook,
    ...style.copyable('  Ctrl-C is safe:  ', `rootzero resume ${message.runId}`),
    ...(isContained ? style.copyable('  undo:            ', `rootzero rollback ${message.runId}`) : []),
  ];
}
