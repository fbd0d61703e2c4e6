/** A cadence in the words of people: every 10 min, nightly, on weekdays. Pure. */
import type { OfficeHours } from './activity.ts';
import type { Cadence } from './caller.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instant.ts';

const hour = (value: number): string => String(value).padStart(2, '0');

/** `weekdays 09–17 UTC`, `02–03 UTC` */
export const renderHours = ({ days, from, to }: OfficeHours): string => `${days === 'every day' ? '' : `${days} `}${hour(from)}–${hour(to === 0 ? 24 : to)} UTC`;

function renderGap(ms: number): string {
  const [unit, name] = ms < 100 * MINUTE_MS ? [MINUTE_MS, 'min'] : ms < 36 * HOUR_MS ? [HOUR_MS, 'h'] : [DAY_MS, 'days'];
  return `every ${Math.max(1, Math.round(ms / unit))} ${name}`;
}

const isAtNight = ({ from, to }: OfficeHours): boolean => (to - from + 24) % 24 <= 4 && (from >= 22 || from <= 5);

/** @param hours the hours that are kept, where any stand out */
export function rhythmOf(cadence: Cadence, hours: OfficeHours | null): string {
  switch (cadence.kind) {
    case 'once': return 'once';
    case 'irregular': return 'now and then';
    case 'continuous':
    case 'hourly': return renderGap(cadence.usualMs);
    case 'daily':
      return `${cadence.usualMs < 18 * HOUR_MS ? renderGap(cadence.usualMs) : hours !== null && isAtNight(hours) ? 'nightly' : 'daily'}${hours === null || hours.days === 'every day' ? '' : `, on ${hours.days}`}`;
    case 'weekly': return cadence.usualMs < 6 * DAY_MS || cadence.usualMs > 8 * DAY_MS ? renderGap(cadence.usualMs) : 'weekly';
    case 'monthly': return cadence.usualMs < 25 * DAY_MS ? renderGap(cadence.usualMs) : 'monthly';
    case 'quarterly': return renderGap(cadence.usualMs);
  }
}
