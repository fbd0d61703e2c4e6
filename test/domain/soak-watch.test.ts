/** What breaks a soak and what does not, by the events of its interval and by the live list of keys. */
import { describe, expect, it } from 'vitest';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { assessSoakEvents, assessSoakKeys, type SoakInterval } from '../../src/domain/soak-watch.ts';
import { OWN_USER_AGENT_MARK } from '../../src/domain/usage.ts';
import { FIRST_KEY, planOf, SECOND_KEY } from './plan-examples.ts';
import { at, rootEvent } from './root-event-examples.ts';
import { rootKey } from './root-user-examples.ts';

const SINCE = at('2026-11-24T12:00:00Z');
const LATER = at('2026-11-24T18:00:00Z');
const OWN_SESSION = 'ASIAOWNSESSIONOFRUN0';
const OTHER_SESSION = 'ASIASOMEBODYELSE0000';
const OWN_AGENT = `aws-sdk-js/3 ${OWN_USER_AGENT_MARK}`;
const HOSTILE = 'AKIAMADEBYSOMEBODY00';

type Change = NonNullable<RootEvent['keyChange']>['change'];
const event = (given: Partial<RootEvent>): RootEvent => rootEvent({ id: 'event', at: LATER, kind: 'sign-in-session', accessKeyId: OTHER_SESSION, ...given });
const keyChange = (keyId: string, change: Change, given: Partial<RootEvent> = {}): RootEvent =>
  event({ source: 'iam.amazonaws.com', name: 'UpdateAccessKey', isReadOnly: false, keyChange: { keyId, change }, ...given });
const byThisRun: Partial<RootEvent> = { accessKeyId: OWN_SESSION, userAgent: OWN_AGENT };

/** The first key is contained, the second one signs and is watched. */
function codesOf(events: RootEvent[], given: Partial<SoakInterval> = {}): string[] {
  return assessSoakEvents({
    since: new Map([[FIRST_KEY, SINCE], [SECOND_KEY, SINCE]]), contained: [FIRST_KEY], watched: [SECOND_KEY],
    events, ownKeyIds: new Set([OWN_SESSION, SECOND_KEY]), acknowledged: () => false, excused: () => false, from: SINCE, ...given,
  }).map((violation) => violation.code);
}

describe('a soak is broken by', () => {
  it.each<[string, RootEvent, string]>([
    ['a key that was switched on', keyChange(FIRST_KEY, 'activated'), 'soak/key-not-contained'],
    ['a key that was switched on by a call with the run\'s own session: the run never does that', keyChange(FIRST_KEY, 'activated', byThisRun), 'soak/key-not-contained'],
    ['use of a contained key', event({ kind: 'root-key', accessKeyId: FIRST_KEY }), 'soak/key-not-contained'],
    ['a new key', keyChange(HOSTILE, 'created'), 'soak/new-key'],
    ['a new key by the run\'s own session', keyChange(HOSTILE, 'created', byThisRun), 'soak/new-key'],
    ['any other use of root', event({ name: 'ListBuckets' }), 'soak/root-use'],
    ['use of the watched key by somebody else', event({ kind: 'root-key', accessKeyId: SECOND_KEY }), 'soak/root-use'],
    ['a deactivation by somebody else', keyChange(FIRST_KEY, 'deactivated'), 'soak/root-use'],
    ['a deletion by somebody who borrows the user agent', keyChange(FIRST_KEY, 'deleted', { userAgent: OWN_AGENT }), 'soak/root-use'],
    ['a session that a key minted before it was contained', event({ kind: 'minted-session' }), 'soak/root-use'],
    ['a root call that was denied', event({ errorCode: 'AccessDenied' }), 'soak/root-use'],
    ['a denied deletion by somebody who borrows the user agent', event({ source: 'iam.amazonaws.com', name: 'DeleteAccessKey', isReadOnly: false, errorCode: 'AccessDenied', userAgent: OWN_AGENT }), 'soak/root-use'],
    ['a change that borrows the user agent of a read', event({ name: 'CreateUser', source: 'iam.amazonaws.com', userAgent: OWN_AGENT, isReadOnly: false }), 'soak/root-use'],
  ])('%s', (_, happened, code) => {
    expect(codesOf([happened])).toEqual([code]);
  });

  it('a refused call, whoever made it: it was meant', () => {
    const acknowledged = (): boolean => true;
    const refused = event({ kind: 'minted-session', errorCode: 'AccessDenied' });
    expect(codesOf([refused], { acknowledged })).toEqual(['soak/root-use']);
    expect(codesOf([event({ kind: 'root-key', accessKeyId: SECOND_KEY, errorCode: 'Client.UnauthorizedOperation' })], { acknowledged })).toEqual(['soak/root-use']);
    expect(codesOf([event({ kind: 'aws-service', errorCode: 'AccessDenied' })])).toEqual([]);
  });

  it('an acknowledged caller only where it used the watched key: its own waiting time is to be quiet', () => {
    const acknowledged = (): boolean => true;
    expect(codesOf([event({ kind: 'root-key', accessKeyId: SECOND_KEY })], { acknowledged })).toEqual(['soak/root-use']);
    expect(codesOf([event({ kind: 'minted-session' })], { acknowledged })).toEqual([]);
  });

  it('an acknowledged caller also where AWS refused it: something works against it, and it may be us', () => {
    expect(codesOf([event({ kind: 'minted-session', errorCode: 'Client.UnauthorizedOperation' })], { acknowledged: () => true })).toEqual(['soak/root-use']);
  });

  it('says which kind of session it was', () => {
    const [violation] = assessSoakEvents({ since: new Map([[FIRST_KEY, SINCE]]), from: SINCE, contained: [FIRST_KEY], watched: [], events: [event({ kind: 'minted-session' })], ownKeyIds: new Set(), acknowledged: () => false, excused: () => false });
    expect(violation?.text).toContain('a session that was minted earlier');
  });
});

describe('a soak is not broken by', () => {
  it.each<[string, RootEvent]>([
    ['what happened before', keyChange(FIRST_KEY, 'activated', { at: at('2026-11-24T11:59:59Z') })],
    ['the run\'s own deactivation', keyChange(FIRST_KEY, 'deactivated', byThisRun)],
    ['the run\'s own delete that AWS refused, recorded with or without its parameters', event({ source: 'iam.amazonaws.com', name: 'DeleteAccessKey', isReadOnly: false, errorCode: 'AccessDenied', subject: null, ...byThisRun })],
    ['the run\'s own delete', keyChange(FIRST_KEY, 'deleted', byThisRun)],
    ['rootzero\'s own reads', event({ name: 'ListAccessKeys', source: 'iam.amazonaws.com', userAgent: OWN_AGENT })],
    ['a sign-in: whoever goes on with the run has to sign in', event({ kind: 'sign-in', name: 'ConsoleLogin', source: 'signin.amazonaws.com' })],
    ['an AWS service on root\'s behalf', event({ kind: 'aws-service', name: 'Decrypt' })],
    ['a session of AssumeRoot', event({ kind: 'assumed-root', name: 'ListAccessKeys' })],
  ])('%s', (_, happened) => {
    expect(codesOf([happened])).toEqual([]);
  });

  it('an attempt to create a key that AWS refused is still use of root, but no key', () => {
    expect(codesOf([keyChange(HOSTILE, 'created', { errorCode: 'LimitExceeded' })])).toEqual(['soak/root-use']);
  });

  it('a sign-in session that was over when the plan was made and stood in it, whatever it did to other keys', () => {
    const excused = (): boolean => true;
    expect(codesOf([event({ name: 'ListBuckets' }), keyChange(HOSTILE, 'created'), keyChange(HOSTILE, 'deleted')], { excused })).toEqual([]);
    expect(codesOf([keyChange(FIRST_KEY, 'activated')], { excused })).toEqual(['soak/key-not-contained']);
    expect(codesOf([event({ kind: 'root-key', accessKeyId: FIRST_KEY })], { excused })).toEqual(['soak/key-not-contained']);
  });

  it('counts each key from its own beginning', () => {
    const since = new Map([[FIRST_KEY, at('2026-11-24T19:00:00Z')], [SECOND_KEY, SINCE]]);
    expect(codesOf([keyChange(FIRST_KEY, 'activated')], { since })).toEqual([]);
  });
});

describe('the live list', () => {
  const plan = planOf();

  it('shows a contained key that is active, and keys that no plan names', () => {
    expect(assessSoakKeys(plan, [FIRST_KEY], [rootKey(1, 'active')]).map((violation) => violation.code)).toEqual(['soak/key-not-contained']);
    expect(assessSoakKeys(plan, [FIRST_KEY], [rootKey(1, 'inactive'), rootKey(2, 'inactive')]).map((violation) => violation.code)).toEqual(['soak/new-key']);
  });

  it('is fine with a contained key that is inactive or gone, and with a watched key that is active', () => {
    expect(assessSoakKeys(plan, [FIRST_KEY], [rootKey(1, 'inactive')])).toEqual([]);
    expect(assessSoakKeys(plan, [FIRST_KEY], [])).toEqual([]);
    expect(assessSoakKeys(plan, [], [rootKey(1, 'active')])).toEqual([]);
  });
});
