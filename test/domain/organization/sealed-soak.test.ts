/** What is visible of a soak under a policy that denies root: each kind of event, and IAM's last use, told apart. */
import { describe, expect, it } from 'vitest';
import { parseAccessKeyId, parseAccountId } from '../../../src/domain/identifiers.ts';
import { assessSealedEvents, assessSealedKeys, type SealedSoak } from '../../../src/domain/organization/sealed-soak.ts';
import type { RootEvent } from '../../../src/domain/root-event.ts';
import type { LastUse, RootKey } from '../../../src/domain/root-user.ts';
import { at, rootEvent } from '../root-event-examples.ts';

const KEY = parseAccessKeyId('AKIAROOTKEYEXAMPLE01');
const OWN = 'ASIAOWNSESSIONEXAMPL';
const BEFORE = at('2026-11-24T11:59:00Z');
const AFTER = at('2026-11-24T13:00:00Z');
const soak = (given: Partial<SealedSoak> = {}): SealedSoak => ({
  account: parseAccountId('500000000001'), since: at('2026-11-24T12:00:00Z'), keyIds: [KEY], ownKeyIds: new Set([OWN]), isAcknowledged: () => false, isKeyAcknowledged: () => false, ...given,
});
const codesOf = (event: Partial<RootEvent>, given: Partial<SealedSoak> = {}): string[] => assessSealedEvents([rootEvent({ id: 'x', at: AFTER, accessKeyId: KEY, ...event })], soak(given)).map(({ code }) => code);

describe('an event of root under the quarantine', () => {
  it('that came before it is nothing', () => expect(codesOf({ at: BEFORE })).toEqual([]));
  it('that was not refused says that the key was not contained, whoever is acknowledged', () => expect(codesOf({}, { isAcknowledged: () => true })).toEqual(['soak/key-not-contained']));
  it('that was refused and is of somebody unknown is use of root', () => expect(codesOf({ errorCode: 'AccessDenied' })).toEqual(['soak/root-use']));
  it('that was refused and is acknowledged is what the plan expects', () => expect(codesOf({ errorCode: 'AccessDenied' }, { isAcknowledged: () => true })).toEqual([]));
  it('that failed for another reason counts as use', () => expect(codesOf({ errorCode: 'NoSuchBucket' })).toEqual(['soak/root-use']));
  it('that no policy can refuse says nothing of the policy, and counts as use', () => expect(codesOf({ name: 'GetCallerIdentity', source: 'sts.amazonaws.com' })).toEqual(['soak/root-use']));
  it('that made a key is a new key, by whatever session', () => {
    const keyChange = { keyId: 'AKIANEWKEYEXAMPLE001', change: 'created' } as const;
    expect(codesOf({ keyChange, kind: 'sign-in-session' })).toEqual(['soak/new-key']);
    expect(codesOf({ keyChange, errorCode: 'AccessDenied' }, { isAcknowledged: () => true })).toEqual([]);
  });
  it('of an AssumeRoot session, of AWS itself, or of a sign-in is none of the key', () => {
    for (const kind of ['assumed-root', 'aws-service', 'sign-in'] as const) expect(codesOf({ kind, accessKeyId: null })).toEqual([]);
  });
  it('of our own session is known by its key id and by our mark, and by nothing less', () => {
    const own = { kind: 'minted-session', accessKeyId: OWN, name: 'DeleteAccessKey', source: 'iam.amazonaws.com', userAgent: 'aws-sdk-js/3 app/rootzero-1' } as const;
    expect(codesOf(own)).toEqual([]);
    expect(codesOf({ ...own, accessKeyId: 'ASIASOMEBODYELSE0001' })).toEqual(['soak/key-not-contained']);
    expect(codesOf({ ...own, userAgent: 'aws-cli/2.15' })).toEqual(['soak/key-not-contained']);
  });
});

describe('the list of keys and IAM\'s last use', () => {
  const listed = (...keyIds: string[]): RootKey[] => keyIds.map((keyId) => ({ keyId: parseAccessKeyId(keyId), status: 'active', createdAt: null }));
  const usedAt = (when: LastUse['at']): Map<typeof KEY, LastUse | null> => new Map([[KEY, { at: when, service: 's3', region: 'us-east-1' }]]);
  const codes = (uses: Map<typeof KEY, LastUse | null>, events: RootEvent[] = [], given: Partial<SealedSoak> = {}): string[] => assessSealedKeys(listed(KEY), uses, events, soak(given)).map(({ code }) => code);

  it('with a key that the plan does not name stop', () => expect(assessSealedKeys(listed(KEY, 'AKIASTRANGEREXAMPLE1'), new Map(), [], soak()).map(({ code }) => code)).toEqual(['soak/new-key']));
  it('of before the quarantine are no news', () => expect(codes(usedAt(BEFORE))).toEqual([]));
  it('of the soak are trouble while no event shows that they were refused', () => expect(codes(usedAt(AFTER))).toEqual(['soak/root-use']));
  it('of the soak are explained by a refused call of that key at that time', () => {
    expect(codes(usedAt(AFTER), [rootEvent({ id: 'x', at: AFTER, accessKeyId: KEY, errorCode: 'AccessDenied' })])).toEqual([]);
    expect(codes(usedAt(AFTER), [rootEvent({ id: 'x', at: AFTER, accessKeyId: 'AKIASTRANGEREXAMPLE1', errorCode: 'AccessDenied' })])).toEqual(['soak/root-use']);
    expect(codes(usedAt(AFTER), [rootEvent({ id: 'x', at: at('2026-11-24T12:30:00Z'), accessKeyId: KEY, errorCode: 'AccessDenied' })])).toEqual(['soak/root-use']);
  });
  it('of a key whose use the plan acknowledges by its id are expected', () => expect(codes(usedAt(AFTER), [], { isKeyAcknowledged: (keyId) => keyId === KEY })).toEqual([]));
});
