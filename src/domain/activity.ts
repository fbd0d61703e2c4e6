/** When somebody is active: by day, by hour of the week, and the hours that they keep. All in UTC, from times alone. Pure. */
import { DAY_MS, HOUR_MS, instantOf } from './instant.ts';

/** Only days and hours with use are listed. `weekday` 0 is Monday. */
export type Activity = {
  byDay: { day: string; count: number }[];
  byHour: { weekday: number; hour: number; count: number }[];
  /** Null where too little was seen, or where no hours stand out. */
  hours: OfficeHours | null;
};
/** `from` to `to` (not included) in hours of the day; `to` is smaller than `from` past midnight. */
export type OfficeHours = { days: 'weekdays' | 'weekends' | 'every day'; from: number; to: number };

/** So many different days show hours; less may be chance. */
const FEWEST_DAYS = 5;
const WIDEST_WINDOW_HOURS = 12;
const HOURS = 24;
/** An hour with less of the visits is somebody's exception. */
const STRAY_SHARE = 0.02;

/** The first day of 1970 was a Thursday. */
const weekdayOf = (dayNumber: number): number => (dayNumber + 3) % 7;

/** The shortest run of hours, around the clock, in which nearly all visits lie; null where it is longer than half a day. @param visits days by hour */
function windowOf(visits: ReadonlyMap<number, ReadonlySet<number>>): { from: number; to: number } | null {
  const total = [...visits.values()].reduce((sum, days) => sum + days.size, 0);
  const usedHours = [...visits].filter(([, days]) => days.size >= total * STRAY_SHARE).map(([hour]) => hour);
  let best: { from: number; length: number } | null = null;
  for (const from of usedHours) {
    let length = 1;
    for (const hour of usedHours) length = Math.max(length, ((hour - from + HOURS) % HOURS) + 1);
    if (best === null || length < best.length) best = { from, length };
  }
  if (best === null || best.length > WIDEST_WINDOW_HOURS) return null;
  return { from: best.from, to: (best.from + best.length) % HOURS };
}

function daysOf(weekdays: ReadonlySet<number>, dayCount: number): OfficeHours['days'] {
  const onWeekend = [...weekdays].filter((weekday) => weekday >= 5).length;
  // Five days in a row may all be weekdays; two weeks of them are a habit.
  if (onWeekend === 0 && dayCount >= 8) return 'weekdays';
  return onWeekend === weekdays.size ? 'weekends' : 'every day';
}

/** @param times in milliseconds since 1970, in any order */
export function assessActivity(times: readonly number[]): Activity {
  const days = new Map<number, number>();
  const cells = new Map<number, number>();
  const daysByHour = new Map<number, Set<number>>();
  for (const time of times) {
    const day = Math.floor(time / DAY_MS);
    const hour = Math.floor((time - day * DAY_MS) / HOUR_MS);
    const cell = weekdayOf(day) * HOURS + hour;
    days.set(day, (days.get(day) ?? 0) + 1);
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
    daysByHour.set(hour, (daysByHour.get(hour) ?? new Set()).add(day));
  }
  const window = days.size < FEWEST_DAYS ? null : windowOf(daysByHour);
  return {
    byDay: [...days].sort(([first], [second]) => first - second).map(([day, count]) => ({ day: instantOf(day * DAY_MS).slice(0, 10), count })),
    byHour: [...cells].sort(([first], [second]) => first - second).map(([cell, count]) => ({ weekday: Math.floor(cell / HOURS), hour: cell % HOURS, count })),
    hours: window === null ? null : { days: daysOf(new Set([...days.keys()].map(weekdayOf)), days.size), ...window },
  };
}
