/** The rollout plan: what is switched on, created, attached, tried, replaced and watched, in this order, and what blocks it. */
import { describe, expect, it } from 'vitest';
import type { GuardPlanBody } from '../../src/domain/guard-plan.ts';
import type { OrganizationFacts } from '../../src/domain/guard-preflight.ts';
import type { Replay } from '../../src/domain/root-replay.ts';
import { assembleReplay } from '../../src/domain/root-replay.ts';
import { assembleRollout, policiesAfter, reachedAccounts, type RolloutDecisions } from '../../src/domain/rollout-planner.ts';
import { levelsOn } from '../../src/domain/scp-chain.ts';
import { decisions, DENY_ROOT, DENY_ROOT_STRICTLY, facts, IN_NESTED, IN_PRODUCTION, IN_SANDBOX, MANAGEMENT, NAME, policy, PRODUCTION, ROOT, SANDBOX } from './organization-examples.ts';
import { at, rootEvent, sha256 } from './root-event-examples.ts';

const CREATED_AT = at('2026-11-24T12:00:00Z');
const ON = { credentialsManagement: true, rootSessions: false };
const input = (of: OrganizationFacts, given: Partial<RolloutDecisions>) => ({
  createdAt: CREATED_AT, tool: 'rootzero/test', world: 'live', facts: of, decisions: decisions(given),
  reading: { name: 'admin', arn: `arn:aws:sts::${MANAGEMENT}:assumed-role/Admin/me`, kind: 'role' as const, keyId: null },
});
const plan = (given: Partial<RolloutDecisions> = {}, of = facts(), replay: Replay | null = null): GuardPlanBody => assembleRollout(input(of, given), replay);
const steps = (made: GuardPlanBody): string[] => made.actions.map((action) => `${action.kind}${'target' in action ? ` ${action.target.id}` : ''}`);
const refusal = (given: Partial<RolloutDecisions>, of = facts()): unknown => {
  try {
    return plan(given, of).actions;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
  }
};
const said = ({ notDone }: GuardPlanBody): string => notDone.map(({ what, because }) => `${what}: ${because}`).join('\n');

describe('the order', () => {
  it('is trusted access, central root access, the policy, then wave by wave attach and watch', () => {
    expect(steps(plan())).toEqual(['trust-iam', 'enable-root-feature', 'create-policy', `attach-policy ${SANDBOX}`, 'observe', 'attach-policy ou-ex4m-empty001', `attach-policy ${PRODUCTION}`, 'observe']);
  });

  it('leaves out what is on already, and adds what is asked for', () => {
    expect(steps(plan({}, facts([], { isIamTrusted: true, centralAccess: ON }))).slice(0, 2)).toEqual(['create-policy', `attach-policy ${SANDBOX}`]);
    const more = plan({ centralRoot: { isWanted: true, withSessions: true, delegate: IN_SANDBOX } }, facts([], { isIamTrusted: true, centralAccess: ON }));
    expect(more.actions.slice(0, 2)).toMatchObject([{ kind: 'enable-root-feature', feature: 'rootSessions' }, { kind: 'register-delegate', account: IN_SANDBOX }]);
    expect(steps(plan({ centralRoot: { isWanted: true, withSessions: false, delegate: IN_SANDBOX } }, facts([], { isIamTrusted: true, centralAccess: ON, delegates: [IN_SANDBOX] })))[0]).toBe('create-policy');
  });

  it('tries a root session in the first active account of each target, and says where it cannot', () => {
    const made = plan();
    expect(made.actions.flatMap((action) => (action.kind === 'attach-policy' ? [action.probe] : []))).toEqual([IN_SANDBOX, null, IN_PRODUCTION]);
    expect(said(made)).toContain('probe of empty (ou-ex4m-empty001): no active account there');
    const without = plan({ centralRoot: { isWanted: false, withSessions: false, delegate: null } });
    expect(without.actions.some((action) => action.kind === 'attach-policy' && action.probe !== null)).toBe(false);
    expect(said(without)).toContain('centralized root access is off');
  });

  it('watches each account in the wave that reaches it first, and no wave without accounts', () => {
    const made = plan({ spread: { targets: [PRODUCTION, ROOT], canary: SANDBOX, exclude: [] } });
    expect(made.actions.flatMap((action) => (action.kind === 'observe' ? [action.accounts] : []))).toEqual([[IN_SANDBOX], [IN_PRODUCTION, IN_NESTED].sort()]);
    expect(steps(made).at(-1)).toBe(`attach-policy ${ROOT}`);
  });
});

describe('what is there already', () => {
  it('the same policy is used again, whatever its white space, and targets that have it are left out', () => {
    const same = policy(NAME, ` ${DENY_ROOT}`, SANDBOX);
    const made = plan({ spread: { targets: [], canary: PRODUCTION, exclude: [] } }, facts([same]));
    expect(made.policies).toMatchObject([{ name: NAME, existingId: same.id }]);
    expect(steps(made)).not.toContain('create-policy');
    expect(steps(made)).not.toContain(`attach-policy ${SANDBOX}`);
    expect(said(made)).toContain(`attach to sandbox (${SANDBOX}): ${NAME} (${same.id}) is in place on ${SANDBOX}`);
  });

  it('once everything is sealed there is nothing left to do', () => {
    const made = plan({}, facts([policy(NAME, DENY_ROOT, ROOT)], { isIamTrusted: true, centralAccess: ON }));
    expect(made).toMatchObject({ actions: [], blockers: [] });
  });

  it('a policy to replace comes off after the new one is on, wherever it is below', () => {
    const old = policy('quarantine', DENY_ROOT, IN_NESTED, PRODUCTION, SANDBOX);
    expect(steps(plan({ replace: 'quarantine', spread: { targets: [PRODUCTION], canary: null, exclude: [] } }, facts([old], { isIamTrusted: true, centralAccess: ON })))).toEqual([
      'create-policy', `attach-policy ${PRODUCTION}`, `detach-policy ${PRODUCTION}`, `detach-policy ${IN_NESTED}`, 'observe',
    ]);
    expect(refusal({ replace: 'nothing-of-the-kind' })).toBe('input/usage');
    expect(refusal({ replace: 'FullAWSAccess' })).toBe('input/usage');
  });
});

describe('what blocks', () => {
  it('whatever the preflight blocks, with its text', () => {
    expect(plan({ policy: { name: NAME, description: '', policyText: DENY_ROOT_STRICTLY } }).blockers.map(({ code }) => code)).toEqual(['guardrail/locks-out']);
    expect(plan({}, facts([policy('strict', DENY_ROOT_STRICTLY, PRODUCTION)])).blockers.map(({ code }) => code)).toEqual(['guardrail/blocking-policy']);
  });

  const withJob = (given: Partial<RolloutDecisions> = {}) => {
    const asked = input(facts(), { memberRole: 'Audit', ...given });
    const levels = levelsOn(asked.facts.tree, policiesAfter(asked), IN_NESTED);
    return { asked, replay: assembleReplay([{ account: IN_NESTED, levels, events: [rootEvent({ id: 'job' })] }], [], { from: CREATED_AT, to: CREATED_AT }, 'aws', sha256) };
  };

  it('a caller with a key that would be denied, until it is accepted with a reason', () => {
    const { asked, replay } = withJob();
    expect(reachedAccounts(asked)).toContain(IN_NESTED);
    expect(assembleRollout(asked, replay).blockers).toMatchObject([{ code: 'input/acknowledgement' }]);
    const fingerprint = replay.callers[0]?.fingerprint ?? '';
    expect(assembleRollout(withJob({ accepted: [{ fingerprint, reason: 'ends this week' }] }).asked, replay).blockers).toEqual([]);
  });

  it('acceptances of nobody are refused', () => {
    expect(refusal({ accepted: [{ fingerprint: '0a1b2c3d4e5f', reason: 'x' }] })).toBe('input/acknowledgement');
  });
});

describe('other partitions', () => {
  it('GovCloud: no central root access, no probes, and both said', () => {
    const made = plan({}, facts([], { partition: 'aws-us-gov', centralAccess: null }));
    expect(steps(made)[0]).toBe('create-policy');
    expect(said(made)).toContain('no central management of root credentials');
  });

  it('China: nothing to deny', () => {
    expect(plan({}, facts([], { partition: 'aws-cn', centralAccess: null }))).toMatchObject({ waves: [], blockers: [{ code: 'guardrail/no-root-users' }] });
  });
});
