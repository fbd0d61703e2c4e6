/** What can be said of root's keys from events alone. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessKeyHistory } from '../../src/domain/key-history.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { FIRST_KEY, SECOND_KEY } from './plan-examples.ts';
import { at, rootEvent } from './root-event-examples.ts';

type Change = NonNullable<RootEvent['keyChange']>['change'];
const NINE = '2026-11-20T09:00:00Z';
const TEN = '2026-11-20T10:00:00Z';
let count = 0;
const changed = (keyId: string, change: Change, time: string, given: Partial<RootEvent> = {}): RootEvent =>
  rootEvent({ id: `change-${(count += 1)}`, at: at(time), kind: 'sign-in-session', accessKeyId: 'ASIACONSOLE000000000', keyChange: { keyId, change }, ...given });
const used = (keyId: string, time: string, given: Partial<RootEvent> = {}): RootEvent => rootEvent({ id: `use-${(count += 1)}`, at: at(time), accessKeyId: keyId, ...given });
const statesOf = (events: RootEvent[]): string[] => assessKeyHistory(events).map(({ keyId, state }) => `${keyId.slice(-4)} ${state}`);

describe('a key', () => {
  it.each<[string, RootEvent[], string[]]>([
    ['that was used is there, and on', [used(FIRST_KEY, NINE)], ['LE01 active']],
    ['that was refused something was on: the call was authenticated', [used(FIRST_KEY, NINE, { errorCode: 'AccessDenied' })], ['LE01 active']],
    ['that was switched off is off', [used(FIRST_KEY, NINE), changed(FIRST_KEY, 'deactivated', TEN)], ['LE01 inactive']],
    ['that was switched on again is on', [changed(FIRST_KEY, 'deactivated', NINE), changed(FIRST_KEY, 'activated', TEN)], ['LE01 active']],
    ['that was deleted is known to be gone', [used(FIRST_KEY, NINE), changed(FIRST_KEY, 'deleted', TEN)], ['LE01 deleted']],
    ['that deleted itself too', [changed(FIRST_KEY, 'deleted', TEN, { kind: 'root-key', accessKeyId: FIRST_KEY })], ['LE01 deleted']],
    ['whose change AWS refused stays as it was', [used(FIRST_KEY, NINE), changed(FIRST_KEY, 'deactivated', TEN, { errorCode: 'AccessDenied' })], ['LE01 active']],
    ['that made another one shows both', [changed(SECOND_KEY, 'created', TEN, { kind: 'root-key', accessKeyId: FIRST_KEY })], ['LE01 active', 'LE02 active']],
  ])('%s', (_, events, expected) => {
    expect(statesOf(events)).toEqual(expected);
  });

  it('is not told by sessions: they have ids of their own', () => {
    expect(assessKeyHistory([rootEvent({ id: 'session', kind: 'minted-session', accessKeyId: 'ASIAMINTED0000000000' })])).toEqual([]);
  });

  it('knows when it was made, and who changed it last', () => {
    const [key] = assessKeyHistory([changed(FIRST_KEY, 'created', NINE), changed(FIRST_KEY, 'deactivated', TEN, { sourceIp: '192.0.2.44', userAgent: 'Firefox' })]);
    expect(key).toMatchObject({ createdAt: at(NINE), at: at(TEN), by: { sourceIp: '192.0.2.44', userAgent: 'Firefox' } });
    expect(assessKeyHistory([used(FIRST_KEY, NINE)])[0]?.by).toBeNull();
  });
});

describe('in one second', () => {
  it('a use came before the key was switched off', () => {
    expect(statesOf([changed(FIRST_KEY, 'deactivated', NINE), used(FIRST_KEY, NINE)])).toEqual(['LE01 inactive']);
  });

  it('of on and off the key counts as on', () => {
    expect(statesOf([changed(FIRST_KEY, 'activated', NINE), changed(FIRST_KEY, 'deactivated', NINE)])).toEqual(['LE01 active']);
  });
});

it('comes out the same in whatever order, and however often, the events come', () => {
  const events = [used(FIRST_KEY, NINE), changed(FIRST_KEY, 'deactivated', TEN), changed(SECOND_KEY, 'created', NINE), changed(SECOND_KEY, 'deleted', TEN), used(SECOND_KEY, NINE)];
  const states = (given: RootEvent[]): string[] => statesOf(given).sort();
  fc.assert(fc.property(fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }), (shuffled) => {
    expect(states(shuffled)).toEqual(states(events));
  }));
});
