/** Root events and coverage for the tests of the domain, with defaults for what a test does not care about. */
import { createHash } from 'node:crypto';
import { parseInstant, type Instant } from '../../src/domain/instant.ts';
import type { Coverage, RootEvent } from '../../src/domain/root-event.ts';

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(`${text} is no time`);
  return instant;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const EVERYTHING_READ: Coverage = {
  from: at('2026-08-26T00:00:00Z'),
  to: at('2026-11-24T00:00:00Z'),
  regions: [{ region: 'us-east-1', readable: true, events: 0 }],
  isRegionListComplete: true,
};

export function rootEvent(given: Partial<RootEvent> & { id: string }): RootEvent {
  return {
    at: at('2026-11-01T02:00:00Z'),
    region: 'us-east-1',
    name: 'ListBuckets',
    source: 's3.amazonaws.com',
    kind: 'root-key',
    signedInBy: null,
    isDataEvent: false,
    accessKeyId: 'AKIAROOTKEYEXAMPLE01',
    sourceIp: '198.51.100.7',
    userAgent: 'aws-cli/2.15',
    isReadOnly: true,
    errorCode: null,
    keyChange: null,
    subject: null,
    ...given,
  };
}

/** One event for each time, all by the same caller. */
export const visitsAt = (times: Instant[], given: Partial<RootEvent> = {}): RootEvent[] =>
  times.map((time, index) => rootEvent({ ...given, id: `${given.sourceIp ?? 'visit'}-${index}`, at: time }));
