/** Root's past under the policies of tomorrow: what would be denied, what not, what cannot be told, and how it is done instead. */
import { describe, expect, it } from 'vitest';
import type { AttachedPolicy } from '../../src/domain/guardrail.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { assembleReplay, isCallerToAccept, type ReplayedCaller } from '../../src/domain/root-replay.ts';
import { findRootTask } from '../../src/domain/root-tasks.ts';
import { levelsOn } from '../../src/domain/scp-chain.ts';
import { DENY_ROOT, facts, IN_NESTED, IN_PRODUCTION, policy, PRODUCTION, ROOT } from './organization-examples.ts';
import { at, rootEvent, sha256 } from './root-event-examples.ts';

const SPAN = { from: at('2026-08-26T00:00:00Z'), to: at('2026-11-24T00:00:00Z') };
const ATTACHED = [policy('ours', DENY_ROOT, PRODUCTION)];

function replay(events: RootEvent[], policies: AttachedPolicy[] = ATTACHED, account = IN_NESTED): ReplayedCaller[] {
  const of = facts(policies);
  const levels = levelsOn(of.tree, of.policies, account);
  return assembleReplay([{ account, levels, events }], [{ account, readable: true, regions: [], gaps: [], logs: null }], SPAN, 'aws', sha256).callers;
}
const effectOf = (given: Partial<RootEvent>, policies?: AttachedPolicy[]): string | undefined => replay([rootEvent({ id: 'one', ...given })], policies)[0]?.calls[0]?.effect;

describe('one call', () => {
  it.each<[string, Partial<RootEvent>, string]>([
    ['by a key', {}, 'denied'],
    ['by a console session', { kind: 'sign-in-session', accessKeyId: 'ASIA1' }, 'denied'],
    ['by an AssumeRoot session', { kind: 'assumed-root', accessKeyId: 'ASIA1' }, 'allowed'],
    ['the sign-in itself', { kind: 'sign-in', source: 'signin.amazonaws.com', name: 'ConsoleLogin', accessKeyId: null }, 'not-restricted'],
    ['by an AWS service for root', { kind: 'aws-service' }, 'undecided'],
    ['that was denied when it was made', { errorCode: 'AccessDenied' }, 'denied-already'],
  ])('%s', (_name, given, expected) => {
    expect(effectOf(given)).toBe(expected);
  });

  it('is denied in its own account only', () => {
    expect(replay([rootEvent({ id: 'one' })], [policy('ours', DENY_ROOT, 'ou-ex4m-sandbox1')])[0]?.calls[0]?.effect).toBe('allowed');
  });

  it('says which policy denies it, and where nothing does, that', () => {
    expect(replay([rootEvent({ id: 'one' })])[0]?.calls[0]?.because).toContain('ours');
    expect(replay([rootEvent({ id: 'one' })], [])[0]?.calls[0]?.because).toBe('no policy on its way denies it');
  });

  it('under a policy that looks at actions is told only where CloudTrail names calls as IAM names actions', () => {
    const deny = (action: string): AttachedPolicy[] => [policy('actions', JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] }), ROOT)];
    expect(effectOf({ source: 'iam.amazonaws.com', name: 'CreateAccessKey' }, deny('iam:CreateAccessKey'))).toBe('denied');
    expect(effectOf({ source: 'iam.amazonaws.com', name: 'ListUsers' }, deny('iam:CreateAccessKey'))).toBe('allowed');
    // ListBuckets is s3:ListAllMyBuckets to IAM.
    expect(effectOf({}, deny('s3:ListBuckets'))).toBe('undecided');
    expect(effectOf({}, deny('s3:ListAllMyBuckets'))).toBe('allowed');
  });
});

describe('callers', () => {
  const job = (id: string, given: Partial<RootEvent> = {}) => rootEvent({ id, ...given });

  it('are grouped by who called in which account, those to be denied first, with the last time', () => {
    const callers = replay([
      job('a', { at: at('2026-11-01T00:00:00Z') }), job('b', { at: at('2026-11-03T00:00:00Z') }), job('c', { name: 'ListUsers', source: 'iam.amazonaws.com' }),
      job('d', { kind: 'assumed-root', accessKeyId: 'ASIA1', at: at('2026-11-20T00:00:00Z') }),
    ]);
    expect(callers.map(({ kind, lastSeenAt, calls }) => [kind, lastSeenAt, calls.map(({ call, count }) => `${call} ${count}`)])).toEqual([
      ['root-key', at('2026-11-03T00:00:00Z'), ['s3:ListBuckets 2', 'iam:ListUsers 1']],
      ['assumed-root', at('2026-11-20T00:00:00Z'), ['s3:ListBuckets 1']],
    ]);
  });

  it('in another account are somebody else', () => {
    const [one] = replay([job('a')]);
    const [other] = replay([job('a')], ATTACHED, IN_PRODUCTION);
    expect(one?.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(one?.fingerprint).not.toBe(other?.fingerprint);
  });

  it('have to be accepted where they hang on a key and would be denied', () => {
    const accepted = (given: Partial<RootEvent>): boolean[] => replay([job('a', given)]).map(isCallerToAccept);
    expect(accepted({})).toEqual([true]);
    expect(accepted({ kind: 'minted-session', accessKeyId: 'ASIA1' })).toEqual([true]);
    expect(accepted({ kind: 'sign-in-session', accessKeyId: 'ASIA1' })).toEqual([false]);
    expect(accepted({ errorCode: 'AccessDenied' })).toEqual([false]);
  });

  it('leave out rootzero\'s own reads', () => {
    expect(replay([job('a', { userAgent: 'aws-sdk-js/3 app/rootzero', source: 'iam.amazonaws.com', name: 'ListAccessKeys' })])).toEqual([]);
  });
});

describe('tasks', () => {
  it.each([
    ['account:CloseAccount', false, 'organizations:CloseAccount'],
    ['s3:DeleteBucketPolicy', false, 'S3UnlockBucketPolicy'],
    ['sqs:SetQueueAttributes', false, 'SQSUnlockQueuePolicy'],
    ['iam:DeleteAccessKey', false, 'IAMDeleteRootUserCredentials'],
    ['s3:PutBucketVersioning', true, 'breakglass open'],
    ['tax:PutTaxRegistration', true, 'breakglass open'],
  ])('%s: root only %s, else %s', (call, isRootOnly, instead) => {
    expect(findRootTask(call)).toMatchObject({ isRootOnly, instead: expect.stringContaining(instead) });
  });

  it('most calls are no such task', () => {
    expect(findRootTask('s3:ListBuckets')).toBeNull();
  });
});
