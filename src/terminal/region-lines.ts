/** The look-back while it runs: each Region on its way or done, and the time that is left. The most telling lines come first, since a low screen cuts the others. */
import { instantOf, msBetween, type Instant } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message } from '../ports/ui.ts';
import { renderMessage } from './human-view.ts';
import { renderSpan } from './span.ts';
import type { Style } from './style.ts';

type Of<Code extends Message['code']> = Extract<Message, { code: Code }>;
type Region = { share: number; lines: string[]; rank: 'unreadable' | 'running' | 'busy' | 'quiet' };

const RANKS: readonly Region['rank'][] = ['unreadable', 'running', 'busy', 'quiet'];
/** Before this much is done nobody can tell how long the rest takes. */
const SMALLEST_SHARE = 0.03;

export type Regions = {
  begin: (message: Of<'look-back/started'>) => void;
  advance: (message: Of<'look-back/progress'>) => void;
  finish: (message: Of<'look-back/region'>) => void;
  render: () => string[];
};

export function openRegions(clock: Clock, style: Style): Regions {
  const regions = new Map<string, Region>();
  let [startedAt, expected]: [Instant, number] = [instantOf(clock.now()), 0];
  const timeLeft = (): string => {
    const share = [...regions.values()].reduce((sum, region) => sum + region.share, 0) / Math.max(1, expected);
    if (share < SMALLEST_SHARE || share >= 1) return '';
    return ` · about ${renderSpan((msBetween(startedAt, instantOf(clock.now())) * (1 - share)) / share)} left`;
  };
  return {
    begin: (message) => {
      regions.clear();
      [startedAt, expected] = [instantOf(clock.now()), message.regions];
    },
    advance: ({ region, events, backTo, share }) => {
      const way = `${events} events${backTo === null ? '' : `, back to ${backTo.slice(0, 10)}`}`;
      regions.set(region, { share, rank: 'running', lines: style.wrap(way, `  ${style.mark('…')} ${style.pad(style.text(region), 16)} `) });
    },
    finish: (message) => {
      const rank = message.unreadable !== null ? 'unreadable' : message.events > 0 ? 'busy' : 'quiet';
      regions.set(message.region, { share: 1, rank, lines: renderMessage(message, instantOf(clock.now()), style) });
    },
    render: () => {
      const done = [...regions.values()].filter(({ share, rank }) => share === 1 && rank !== 'running').length;
      const sorted = RANKS.flatMap((rank) => [...regions.values()].filter((region) => region.rank === rank));
      return [style.colours.dim(`  ${done} of ${expected} Regions done${timeLeft()}`), ...sorted.flatMap(({ lines }) => lines)];
    },
  };
}
