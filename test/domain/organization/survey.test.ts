/** One account of a survey as a value: what nobody could read is unknown in every finding, and all accounts together are never better than the worst. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccountId, parseOrganizationId } from '../../../src/domain/identifiers.ts';
import { known } from '../../../src/domain/observed.ts';
import { FAIL_ON } from '../../../src/domain/outcome.ts';
import { groupUnread, judgeAccount, openTally } from '../../../src/domain/organization/judgement.ts';
import { explainSessionRefusal } from '../../../src/domain/organization/session-refusal.ts';
import { openProgress, type SurveyProgress } from '../../../src/domain/organization/survey-progress.ts';
import { assessPosture, factsOfUnread, kindOfMfa, type CommonFacts, type SurveyedAccount } from '../../../src/domain/organization/survey.ts';
import type { ProblemCode } from '../../../src/domain/problem.ts';
import { DENY_REGIONS, DENY_ROOT, DENY_ROOT_STRICTLY, facts, FULL_ACCESS, IN_NESTED, IN_PRODUCTION, NESTED, policy, PRODUCTION, tree } from '../organization-examples.ts';
import { at } from '../root-event-examples.ts';

const AT = at('2026-11-24T12:00:00Z');
const COMMON: CommonFacts = {
  organization: { organization: parseOrganizationId('o-exampleorg1'), managementAccount: parseAccountId('111122223333'), partition: 'aws' }, at: AT,
  centralAccess: known({ credentialsManagement: true, rootSessions: false }, AT, 'iam:ListOrganizationsFeatures'),
};
const REASONS: ProblemCode[] = ['member/session-denied', 'member/not-active', 'member/root-refused', 'member/no-identity', 'aws/throttled', 'aws/unreachable', 'tool/defect'];
const MEMBER = parseAccountId('222233334444');

const unreadAccount = (because: ProblemCode, detail: string, account = MEMBER): SurveyedAccount =>
  ({ account, name: 'x', path: { ids: ['r-ex4m'], names: ['Root'] }, state: 'active', isManagement: false, by: 'nobody', at: AT, posture: { kind: 'unknown', because, detail, remedy: `of ${account}` } });

describe('an account that nobody could read', () => {
  it('has no finding about its root user that passes, whatever the reason', () => {
    fc.assert(fc.property(fc.constantFrom(...REASONS), fc.string(), fc.constantFrom(...FAIL_ON), (because, detail, failOn) => {
      const judged = judgeAccount(COMMON, unreadAccount(because, detail), [], failOn);
      const [keys, mfa, password, certificates] = judged.findings;
      expect([keys, mfa, password, certificates].map((finding) => finding?.state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
      expect(judged).toMatchObject({ exitCode: 2, verdict: { state: 'unknown' }, unread: { because, detail } });
    }));
  });

  it('stands together with others that have the same reason, though AWS names each', () => {
    const accounts = ['222233334444', '333344445555', '444455556666'].map((id, index) =>
      judgeAccount(COMMON, unreadAccount(index < 2 ? 'member/root-refused' : 'aws/throttled', `not authorized on arn:aws:iam::${id}:root`, parseAccountId(id)), [], 'any'));
    expect(groupUnread(accounts).map(({ accounts: group, detail, remedy }) => [group.length, detail, remedy])).toEqual([
      [2, 'not authorized on arn:aws:iam::ACCOUNT:root', 'of ACCOUNT'], [1, 'not authorized on arn:aws:iam::444455556666:root', 'of 444455556666'],
    ]);
  });
});

it('all accounts together are 1 where one is, else 2 where one is', () => {
  const clean = assessPosture({ ...factsOfUnread(COMMON, MEMBER, 'aws/throttled', ''), keys: known([], AT, 'iam:ListAccessKeys') });
  const accounts = { 0: judgeAccount(COMMON, { ...unreadAccount('aws/throttled', ''), by: 'root-session', posture: clean }, [], 'any'), 2: judgeAccount(COMMON, unreadAccount('aws/throttled', ''), [], 'any') };
  fc.assert(fc.property(fc.array(fc.constantFrom(0 as const, 2 as const)), (codes) => {
    const tally = openTally('any');
    for (const code of codes) tally.add(accounts[code]);
    const { exitCode, accounts: counts } = tally.total();
    expect(exitCode).toBe(codes.includes(2) ? 2 : 0);
    expect([counts.absent, counts.unknown]).toEqual([codes.filter((code) => code === 0).length, codes.filter((code) => code === 2).length]);
  }));
});

it.each<[string[], string]>([
  [[], 'none'],
  [['arn:aws:iam::222233334444:mfa/root-account-mfa-device'], 'virtual'],
  [['arn:aws-us-gov:iam::222233334444:mfa/phone'], 'virtual'],
  [['GAHT12345678'], 'hardware'],
  [['arn:aws:iam::222233334444:u2f/root/key-ABCDEF'], 'hardware'],
  [['GAHT12345678', 'arn:aws:iam::222233334444:mfa/phone'], 'virtual'],
])('MFA devices %j are %s', (serialNumbers, kind) => {
  expect(kindOfMfa(serialNumbers)).toBe(kind);
});

describe('why a root session is denied in an account', () => {
  const explain = (...policies: ReturnType<typeof policy>[]) => explainSessionRefusal(tree(), facts(policies).policies, IN_NESTED, 'aws');

  it('is the policy, wherever on the way it hangs, and what to change in it', () => {
    expect(explain(policy('strict', DENY_ROOT_STRICTLY, PRODUCTION))).toMatchObject({ detail: `strict (p-strict00) on ${PRODUCTION} denies root sessions.`, remedy: expect.stringContaining('aws:AssumedRoot') as string });
    expect(explain(policy('aws-guardrails-x', DENY_ROOT_STRICTLY, IN_NESTED))?.remedy).toContain('ExemptAssumeRoot');
    expect(explain(policy('regions', DENY_REGIONS, NESTED))?.remedy).toContain('exempt iam:*');
  });

  it('is none of those that exempt it, or that hang elsewhere', () => {
    expect(explain(policy('shipped', DENY_ROOT, PRODUCTION), policy('strict', DENY_ROOT_STRICTLY, IN_PRODUCTION))).toBeNull();
  });

  it('is none where the organization has no service control policies: no policy is missing there', () => {
    expect(explainSessionRefusal({ ...tree(), isScpEnabled: false }, [], IN_NESTED, 'aws')).toBeNull();
  });

  it('is a level that allows nothing', () => {
    const bare = { ...FULL_ACCESS(tree()), targetIds: ['r-ex4m', PRODUCTION, IN_NESTED] };
    expect(explainSessionRefusal(tree(), [bare], IN_NESTED, 'aws')?.detail).toBe(`No policy on ${NESTED} allows root sessions to read IAM.`);
  });
});

it('progress is told at most a hundred times, ten of them milestones, and the last is the whole', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 3_000 }), (of) => {
    const count = openProgress(of, 0);
    const told: SurveyProgress[] = [];
    for (let done = 1; done <= of; done += 1) {
      const progress = count(unreadAccount('aws/throttled', ''), done * 10);
      if (progress !== null) told.push(progress);
    }
    expect(told.length).toBeLessThanOrEqual(100);
    expect(told.filter(({ isMilestone }) => isMilestone).length).toBe(Math.min(of, 10));
    expect(told.at(-1)).toMatchObject({ done: of, of, leftMs: 0, perSecond: 100, counts: { unknown: of } });
  }), { numRuns: 60 });
});
