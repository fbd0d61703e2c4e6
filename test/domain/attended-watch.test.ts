/** What may be concluded of a person at the console: from events, the account summary and, weaker, the credential report; from silence nothing. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessDeactivation, assessDeletion, type DeactivationWatch } from '../../src/domain/attended-watch.ts';
import { parseDeactivation } from '../../src/domain/deactivation.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import type { CredentialReport } from '../../src/domain/root-user.ts';
import { FIRST_KEY, SECOND_KEY } from './plan-examples.ts';
import { at, rootEvent } from './root-event-examples.ts';
import { reported } from './root-user-examples.ts';

type Change = NonNullable<RootEvent['keyChange']>['change'];
const times = ['10:00', '10:05', '11:00', '13:00'].map((time) => at(`2026-11-24T${time}:00Z`));
const [TEN, FIVE_PAST, ELEVEN, ONE] = times as [ReturnType<typeof at>, ReturnType<typeof at>, ReturnType<typeof at>, ReturnType<typeof at>];
let count = 0;
const changed = (keyId: string, change: Change, time = TEN): RootEvent =>
  rootEvent({ id: `${(count += 1)}`, at: time, kind: 'sign-in-session', accessKeyId: 'ASIACONSOLE000000000', sourceIp: '192.0.2.44', keyChange: { keyId, change } });
const reportOf = (isActive: boolean, generatedAt = TEN): CredentialReport => {
  const observed = reported(isActive, false);
  if (!observed.known) throw new Error('no report');
  return { ...observed.value, generatedAt };
};
const watch = (given: Partial<DeactivationWatch>): DeactivationWatch => ({ wanted: [FIRST_KEY], planned: [FIRST_KEY], events: [], keysPresent: true, report: null, now: ONE, ...given });
const codeOf = (watched: ReturnType<typeof assessDeactivation> | ReturnType<typeof assessDeletion>): string => (watched.state === 'wrong' ? (watched.violations[0]?.code ?? '') : watched.state);
const unnamed = { wanted: [], planned: [] };

describe('a deactivation is seen', () => {
  it('by the event that names the key, with its time and whose it was', () => {
    expect(assessDeactivation(watch({ events: [changed(FIRST_KEY, 'deactivated')] }))).toEqual({ state: 'seen', result: { basis: 'event', since: TEN, keys: [{ keyId: FIRST_KEY, at: TEN }], attendants: ['192.0.2.44'] } });
  });

  it('only when every named key is off', () => {
    const both = { wanted: [FIRST_KEY, SECOND_KEY], planned: [FIRST_KEY, SECOND_KEY] };
    expect(codeOf(assessDeactivation(watch({ ...both, events: [changed(FIRST_KEY, 'deactivated')] })))).toBe('not-seen');
    expect(assessDeactivation(watch({ ...both, events: [changed(FIRST_KEY, 'deactivated'), changed(SECOND_KEY, 'deactivated', ELEVEN)] }))).toMatchObject({ state: 'seen', result: { since: ELEVEN } });
  });

  it('where no key was known, once a second one had its time to show', () => {
    const events = [changed(FIRST_KEY, 'deactivated')];
    expect(codeOf(assessDeactivation(watch({ ...unnamed, events, now: FIVE_PAST })))).toBe('not-seen');
    expect(assessDeactivation(watch({ ...unnamed, events, now: ELEVEN }))).toMatchObject({ state: 'seen', result: { keys: [{ keyId: FIRST_KEY }] } });
  });

  it('by a report without an active key while one exists, which names none and is marked as such', () => {
    expect(assessDeactivation(watch({ ...unnamed, report: reportOf(false) }))).toEqual({ state: 'seen', result: { basis: 'report', since: TEN, keys: [], attendants: [] } });
    expect(codeOf(assessDeactivation(watch({ ...unnamed, report: reportOf(true) })))).toBe('not-seen');
  });

  it('not by a report that an event contradicts', () => {
    expect(codeOf(assessDeactivation(watch({ ...unnamed, report: reportOf(false), events: [changed(FIRST_KEY, 'activated', ELEVEN)] })))).toBe('not-seen');
  });
});

describe('before the soak it is wrong', () => {
  it.each<[string, Partial<DeactivationWatch>, string]>([
    ['to delete', { events: [changed(FIRST_KEY, 'deleted')] }, 'console/deleted-early'],
    ['that no key is left, though no event says who did it', { keysPresent: false }, 'console/deleted-early'],
    ['to make a key', { events: [changed(SECOND_KEY, 'created')] }, 'soak/new-key'],
    ['to switch off another key', { events: [changed(SECOND_KEY, 'deactivated')] }, 'console/wrong-key'],
    ['to delete another key', { events: [changed(SECOND_KEY, 'deleted')] }, 'console/wrong-key'],
  ])('%s', (_, given, code) => {
    expect(codeOf(assessDeactivation(watch(given)))).toBe(code);
  });
});

describe('a deletion', () => {
  const deletion = { contained: [FIRST_KEY], events: [] as RootEvent[], keysPresent: true, now: ONE };
  it('is seen when AWS counts no key any more', () => {
    expect(assessDeletion({ ...deletion, keysPresent: false })).toEqual({ state: 'seen', result: { keys: [FIRST_KEY], others: [] } });
    expect(assessDeletion({ ...deletion, contained: [], keysPresent: false, events: [changed(FIRST_KEY, 'deleted')] })).toEqual({ state: 'seen', result: { keys: [FIRST_KEY], others: [] } });
  });

  it.each<[string, Partial<typeof deletion>, string]>([
    ['of another key is said', { events: [changed(SECOND_KEY, 'deleted')] }, 'console/wrong-key'],
    ['that leaves a key is said, once reads had their time to follow', { events: [changed(FIRST_KEY, 'deleted')] }, 'console/key-left'],
    ['is not called incomplete in its first minute', { events: [changed(FIRST_KEY, 'deleted')], now: TEN }, 'not-seen'],
    ['of a key that was switched on meanwhile is told no more', { events: [changed(FIRST_KEY, 'activated')] }, 'soak/key-not-contained'],
    ['while somebody makes a key is told no more', { events: [changed(SECOND_KEY, 'created')] }, 'soak/new-key'],
  ])('%s', (_, given, code) => {
    expect(codeOf(assessDeletion({ ...deletion, ...given }))).toBe(code);
  });
});

const anyChange = fc.record({ key: fc.constantFrom<string>(FIRST_KEY, SECOND_KEY), change: fc.constantFrom<Change>('created', 'activated', 'deactivated', 'deleted'), time: fc.constantFrom(...times) });
const anyEvents = fc.array(anyChange, { maxLength: 6 }).map((changes) => changes.map(({ key, change, time }) => changed(key, change, time)));

describe('whatever the events are', () => {
  it('a key is not called off whose last event does not say so', () => {
    fc.assert(fc.property(anyEvents, fc.boolean(), fc.boolean(), (events, keysPresent, isNamed) => {
      const watched = assessDeactivation(watch({ events, keysPresent, ...(isNamed ? {} : unnamed) }));
      if (watched.state !== 'seen') return;
      expect(keysPresent).toBe(true);
      expect(watched.result.keys.length).toBeGreaterThan(0);
      for (const { keyId } of watched.result.keys) {
        const own = events.filter(({ keyChange }) => keyChange?.keyId === keyId);
        const last = own.map((event) => event.at).sort().at(-1);
        expect(new Set(own.filter((event) => event.at === last).map(({ keyChange }) => keyChange?.change))).toEqual(new Set(['deactivated']));
      }
    }));
  });

  it('no key is called deleted while AWS counts one', () => {
    fc.assert(fc.property(anyEvents, fc.boolean(), (events, isNamed) => {
      expect(assessDeletion({ contained: isNamed ? [FIRST_KEY] : [], events, keysPresent: true, now: ONE }).state).not.toBe('seen');
    }));
  });
});

describe('in the journal', () => {
  it('a deactivation reads back as it was, and nothing else reads as one', () => {
    const result = { basis: 'event' as const, since: TEN, keys: [{ keyId: FIRST_KEY, at: TEN }], attendants: ['192.0.2.44'] };
    expect(parseDeactivation(JSON.parse(JSON.stringify(result)))).toEqual(result);
    for (const other of [null, 'x', [], {}, { ...result, since: 'soon' }, { ...result, basis: 'hope' }, { ...result, keys: [{ keyId: FIRST_KEY }] }]) expect(parseDeactivation(JSON.parse(JSON.stringify(other)))).toBeNull();
  });
});
