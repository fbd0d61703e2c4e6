/** Pictures in characters: a line of days for each caller, and the hours of the week. They fit 60 columns; without Unicode the style shows them in ASCII. */
import type { Activity } from '../domain/activity.ts';
import { DAY_MS, instantOf, msOf, parseInstant, type Instant } from '../domain/instant.ts';
import type { Style } from './style.ts';

/** From little to much; nothing is a dot. */
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NOTHING = '.';
/** 90 days, of which two are cut short, in marks of two. */
const MOST_CELLS = 46;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** By the logarithm, so that a nightly job still shows beside one that calls a thousand times. */
function levelOf(count: number, most: number): string {
  if (count === 0) return NOTHING;
  const share = most <= 1 ? 1 : Math.log(count + 1) / Math.log(most + 1);
  return LEVELS[Math.min(LEVELS.length - 1, Math.floor(share * (LEVELS.length - 1) + 0.5))] ?? NOTHING;
}

export type TimelineRow = { name: string; byDay: Activity['byDay'] };

/** The number of a day since 1970. */
const dayOf = (at: Instant): number => Math.floor(msOf(at) / DAY_MS);

/** The first day, and the first of each month where there is room, as `11-01`. */
function renderScale(firstDay: number, cells: number, daysPerCell: number): string {
  let scale = '';
  for (let cell = 0; cell < cells; cell += 1) {
    const day = instantOf((firstDay + cell * daysPerCell) * DAY_MS).slice(5, 10);
    const isNewMonth = Number(day.slice(3)) <= daysPerCell;
    const isFree = cell === 0 || scale.length < cell;
    if (isFree && (cell === 0 || isNewMonth) && cell + day.length <= Math.max(cells, day.length)) scale = `${scale.padEnd(cell)}${day}`;
  }
  return scale;
}

function countByCell(byDay: Activity['byDay'], firstDay: number, cells: number, daysPerCell: number): number[] {
  const counts = Array.from({ length: cells }, () => 0);
  for (const { day, count } of byDay) {
    const at = parseInstant(day);
    const cell = at === undefined ? -1 : Math.floor((dayOf(at) - firstDay) / daysPerCell);
    if (cell in counts) counts[cell] = (counts[cell] ?? 0) + count;
  }
  return counts;
}

/**
 * One row for each caller, each mark standing for one or more days between `from` and `to`, the more the higher. All rows share one measure.
 * @param rows with names of a few characters
 */
export function renderTimeline(rows: readonly TimelineRow[], from: Instant, to: Instant, style: Style): string[] {
  const [firstDay, lastDay] = [dayOf(from), dayOf(to)];
  const daysPerCell = Math.max(1, Math.ceil((lastDay - firstDay + 1) / MOST_CELLS));
  const cells = Math.max(1, Math.ceil((lastDay - firstDay + 1) / daysPerCell));
  const counted = rows.map(({ name, byDay }) => ({ name, counts: countByCell(byDay, firstDay, cells, daysPerCell) }));
  const most = counted.flatMap(({ counts }) => counts).reduce((largest, count) => Math.max(largest, count), 0);
  const label = (name: string): string => `  ${style.pad(name, 4)} `;
  return [
    style.colours.dim(`${label('')}${renderScale(firstDay, cells, daysPerCell)}`),
    ...counted.map(({ name, counts }) => `${label(name)}${counts.map((count) => levelOf(count, most)).join('')}`),
    style.colours.dim(`${label('')}each mark ${daysPerCell === 1 ? 'a day' : `${daysPerCell} days`}, up to ${most} calls; UTC`),
  ];
}

/** The hours of the week in UTC, Monday first: when root is used. */
export function renderHeatMap(byHour: Activity['byHour'], style: Style): string[] {
  const most = byHour.reduce((largest, { count }) => Math.max(largest, count), 0);
  const countAt = new Map(byHour.map(({ weekday, hour, count }) => [weekday * 24 + hour, count]));
  return [
    style.colours.dim(`       ${[0, 6, 12, 18].map((hour) => String(hour).padStart(2, '0').padEnd(12)).join('').trimEnd()}`),
    ...WEEKDAYS.map((name, weekday) => `  ${name}  ${Array.from({ length: 24 }, (_, hour) => `${levelOf(countAt.get(weekday * 24 + hour) ?? 0, most)} `).join('').trimEnd()}`),
    style.colours.dim(`       hours in UTC, up to ${most} calls`),
  ];
}
