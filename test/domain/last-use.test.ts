/** The last use of root: the latest of all that is on record, whichever credential it was, and honest about what was not read. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/domain/instant.ts';
import { assessLastUse } from '../../src/domain/last-use.ts';
import { unknown } from '../../src/domain/observed.ts';
import type { CredentialReport, LastUse, RootUserFacts } from '../../src/domain/root-user.ts';
import { at } from './root-event-examples.ts';
import { listed, reported, rootKey, rootUserFacts, seen } from './root-user-examples.ts';

const use = (when: Instant | null): LastUse | null => (when === null ? null : { at: when, service: 's3', region: 'eu-west-1' });

/** Root as the report and the live list show it. */
function usedAt(password: Instant | null, first: Instant | null, second: Instant | null, live?: Instant | null): RootUserFacts {
  const slot = (when: Instant | null): CredentialReport['keys'][0] => ({ isActive: true, lastRotatedAt: null, lastUse: use(when) });
  const key = rootKey(1, 'active');
  return rootUserFacts({
    report: reported(true, true, { passwordLastUsedAt: password, keys: [slot(first), slot(second)] }),
    keys: listed(key),
    lastUses: { [key.keyId]: live === undefined ? unknown('aws/access-denied', 'iam:GetAccessKeyLastUsed') : seen(use(live), 'iam:GetAccessKeyLastUsed') },
  });
}

const [LONG_AGO, TODAY] = [at('2023-01-01T00:00:00Z'), at('2026-11-24T09:00:00Z')];

describe('the last use', () => {
  it('is the latest of password, both slots and the live read', () => {
    const instants = fc.constantFrom(null, LONG_AGO, at('2024-05-05T05:05:05Z'), at('2026-11-10T02:10:00Z'), TODAY);
    fc.assert(fc.property(instants, instants, instants, instants, (password, first, second, live) => {
      const latest = [password, first, second, live].reduce((last, next) => (next !== null && (last === null || next > last) ? next : last), null);
      expect(assessLastUse(usedAt(password, first, second, live)).latest?.at ?? null).toBe(latest);
    }));
  });

  it('names the key where the live read tells the same use as the report', () => {
    expect(assessLastUse(usedAt(null, TODAY, null, TODAY))).toMatchObject({ latest: { by: 'access-key', keyId: rootKey(1, 'active').keyId, source: 'iam:GetAccessKeyLastUsed' }, unread: [] });
  });

  it('says what was not read, so that no use on record is not no use', () => {
    expect(assessLastUse(rootUserFacts())).toEqual({ latest: null, unread: ['iam:GetCredentialReport', 'iam:ListAccessKeys'] });
    expect(assessLastUse(usedAt(LONG_AGO, null, null))).toMatchObject({ latest: { at: LONG_AGO, by: 'password' }, unread: ['iam:GetAccessKeyLastUsed'] });
  });
});
