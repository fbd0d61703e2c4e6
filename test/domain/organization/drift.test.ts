/** What changed between two surveys: appearances are never missed for want of knowledge in between, and what is not known is never called the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEAL_STATES } from '../../../src/domain/guard-status.ts';
import { parseAccessKeyId, parseAccountId, parseOrganizationId } from '../../../src/domain/identifiers.ts';
import { assessDrift, describeChange, groupChanges, mergeRecord, type RecordedAccount, type RecordedKey, type SurveyRecord } from '../../../src/domain/organization/drift.ts';
import { at } from '../root-event-examples.ts';

const [ONE, TWO, THREE] = [parseAccountId('111122223333'), parseAccountId('222233334444'), parseAccountId('333344445555')];
const [KEY, OTHER] = [parseAccessKeyId('AKIAEXAMPLEROOT01KEY'), parseAccessKeyId('AKIAEXAMPLEROOT02KEY')];
const key = (status: RecordedKey['status'], keyId = KEY): RecordedKey => ({ keyId, status });

function account(given: Partial<RecordedAccount> = {}): RecordedAccount {
  const keys = given.keys === undefined ? [] : given.keys;
  const state = keys === null ? 'unknown' : keys.some(({ status }) => status === 'active') ? 'active' : keys.length > 0 ? 'inactive' : 'absent';
  return { account: ONE, name: 'one', at: at('2026-11-24T12:00:00Z'), seal: 'sealed', state, ...given, keys };
}
const record = (accounts: RecordedAccount[], members = [ONE, TWO]): SurveyRecord =>
  ({ schema: 1, kind: 'survey', tool: 'rootzero/0.1.0', world: 'live', at: at('2026-11-24T12:00:00Z'), organization: parseOrganizationId('o-exampleorg1'), members, accounts });
const between = (before: RecordedAccount, now: RecordedAccount) => {
  const { changes, exitCode } = assessDrift(record([before]), record([now]));
  return [exitCode, ...changes.map(describeChange)];
};

describe('between two surveys of an account', () => {
  it.each<[string, RecordedAccount, RecordedAccount, unknown[]]>([
    ['nothing', account(), account(), [0]],
    ['a key appeared', account(), account({ keys: [key('inactive')] }), [1, 'key …1KEY appeared, inactive']],
    ['a key was replaced by another: one appeared, one went', account({ keys: [key('active')] }), account({ keys: [key('active', OTHER)] }), [1, 'key …2KEY appeared, active', 'key …1KEY gone']],
    ['a key went', account({ keys: [key('active')] }), account(), [0, 'key …1KEY gone']],
    ['a key was switched on', account({ keys: [key('inactive')] }), account({ keys: [key('active')] }), [1, 'key …1KEY inactive before, active now']],
    ['a key was switched off', account({ keys: [key('active')] }), account({ keys: [key('inactive')] }), [0, 'key …1KEY active before, inactive now']],
    ['a key appeared of which only the presence is known', account(), account({ keys: null, state: 'present' }), [1, 'a key appeared']],
    ['keys cannot be told any more', account(), account({ keys: null }), [2, 'keys were known, and could not be told now']],
    ['keys could not be told before either', account({ keys: null }), account({ keys: null }), [0]],
    ['keys could never be told before: a key is no appearance', account({ keys: null }), account({ keys: [key('active')] }), [0]],
    ['a seal fell off', account(), account({ seal: 'missing' }), [1, 'was sealed, and is missing now']],
    ['a seal was lifted', account(), account({ seal: 'open' }), [1, 'was sealed, and is open now']],
    ['whether it is sealed cannot be told any more', account(), account({ seal: null }), [2, 'was sealed, which could not be told now']],
    ['it was not sealed before', account({ seal: 'missing' }), account({ seal: null }), [0]],
    ['it was suspended', account(), account({ seal: 'not-applicable' }), [0]],
  ])('%s', (_, before, now, changes) => {
    expect(between(before, now)).toEqual(changes);
  });
});

describe('accounts', () => {
  it('are new or gone by whether the organization had them, not by whether they were looked at', () => {
    const before = record([account(), account({ account: TWO, name: 'two' })]);
    const now = record([account(), account({ account: THREE, name: 'three', keys: [key('active')] })], [ONE, THREE]);
    expect(assessDrift(before, now).changes.map((change) => `${change.account} ${describeChange(change)}`)).toEqual([`${THREE} new account`, `${THREE} key …1KEY appeared, active`, `${TWO} account gone`]);
    expect(assessDrift(record([account()]), record([account({ account: TWO })])).changes).toEqual([]);
    expect(assessDrift(record([account()]), record([account({ account: TWO })])).compared).toBe(0);
  });

  it('with what makes the exit code come first', () => {
    const { changes } = assessDrift(record([account({ keys: [key('active')] }), account({ account: TWO, name: 'two' })]), record([account(), account({ account: TWO, name: 'two', keys: [key('active')] })]));
    expect(groupChanges(changes).map(({ account: id, weight }) => [id, weight])).toEqual([[TWO, 1], [ONE, 0]]);
  });
});

const anyKeys = fc.option(fc.uniqueArray(fc.record({ keyId: fc.constantFrom(KEY, OTHER), status: fc.constantFrom('active' as const, 'inactive' as const) }), { selector: ({ keyId }) => keyId }));
const anyAccount = fc.record({ keys: anyKeys, seal: fc.option(fc.constantFrom(...SEAL_STATES)) }).map(account);

describe('what is kept for the next', () => {
  it('a key that appears while an account could not be read, or was not looked at, is found by the next that can', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom<RecordedAccount[]>([account({ keys: null })], []), { maxLength: 5 }), (gap) => {
      const kept = gap.reduce((last, accounts) => mergeRecord(last, record(accounts)), record([account()]));
      expect(assessDrift(kept, record([account({ keys: [key('active')] })]))).toMatchObject({ exitCode: 1 });
    }));
  });

  it('a key that is replaced while only the presence of one was known is found by the next that can list them', () => {
    const kept = mergeRecord(record([account({ keys: [key('active')] })]), record([account({ keys: null, state: 'present' })]));
    expect(assessDrift(kept, record([account({ keys: [key('active', OTHER)] })]))).toMatchObject({ exitCode: 1 });
  });

  it('a seal that falls while the policies could not be read, or not be decided, is found by the next that can', () => {
    for (const seal of [null, 'undecided'] as const) {
      const kept = mergeRecord(record([account()]), record([account({ seal })]));
      expect(assessDrift(kept, record([account({ seal: 'missing' })]))).toMatchObject({ exitCode: 1 });
    }
  });

  it('compared with itself has changed in nothing', () => {
    fc.assert(fc.property(anyAccount, (one) => {
      expect(assessDrift(record([one]), record([one])).changes).toEqual([]);
    }));
  });

  it('a key that the one has and the other is known not to have is always told', () => {
    fc.assert(fc.property(anyAccount, anyAccount, (before, now) => {
      const { changes, exitCode } = assessDrift(record([before]), record([now]));
      const fresh = before.keys === null ? [] : (now.keys ?? []).filter(({ keyId }) => before.keys?.every((old) => old.keyId !== keyId));
      expect(changes.filter(({ kind }) => kind === 'key-appeared')).toHaveLength(fresh.length);
      if (fresh.length > 0 || (before.seal === 'sealed' && now.seal === 'missing')) expect(exitCode).toBe(1);
    }));
  });

  it('forgets accounts that are gone', () => {
    expect(mergeRecord(record([account({ account: TWO })]), record([account()], [ONE])).accounts.map(({ account: id }) => id)).toEqual([ONE]);
  });
});
