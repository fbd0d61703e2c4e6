/** The exit code: what makes it 1, what makes it 2, and that neither doubt nor waiver ever makes it 0 where it must not be. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINDING_IDS } from '../../src/domain/controls.ts';
import type { FindingState } from '../../src/domain/findings.ts';
import { FAIL_ON, assessOutcome, type FailOn, type Outcome } from '../../src/domain/outcome.ts';
import { assessVerdict, type AccountState, type Verdict } from '../../src/domain/verdict.ts';
import type { JudgedFinding, WaiverEffect } from '../../src/domain/waiver.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { parseDay } from '../../src/domain/instant.ts';
import { rootUserFacts } from './root-user-examples.ts';

type Given = { state: FindingState; effect?: WaiverEffect | null; isToldElsewhere?: boolean };

const expires = parseDay('2026-12-31') ?? fail();
function fail(): never {
  throw new Error('no day');
}

const judged = (id: JudgedFinding['id'], { state, effect = null, isToldElsewhere = false }: Given): JudgedFinding => ({
  id, state, severity: 'medium', summary: 'It is so.', isToldElsewhere, controls: [],
  waiver: effect === null ? null : { account: parseAccountId('111122223333'), finding: id, reason: 'r', owner: 'o', expires, line: 1, effect },
});

/** The key's finding as it follows from its state. */
const KEY_STATES: Record<AccountState, FindingState> = { active: 'fail', inactive: 'fail', present: 'fail', absent: 'pass', unknown: 'unknown' };

function outcomeOf(key: AccountState, failOn: FailOn, others: Given[] = [], keyEffect: WaiverEffect | null = null): Outcome {
  const verdict: Verdict = { ...assessVerdict(rootUserFacts()), state: key };
  const rest = FINDING_IDS.slice(1).map((id, index) => judged(id, others[index] ?? { state: 'pass' }));
  return assessOutcome(verdict, [judged('root-access-key', { state: KEY_STATES[key], effect: keyEffect }), ...rest], failOn);
}

describe('the exit code', () => {
  it.each<[AccountState, number, number]>([
    ['active', 1, 1],
    ['inactive', 0, 1],
    ['present', 2, 1],
    ['absent', 0, 0],
    ['unknown', 2, 2],
  ])('for %s is %i where only active keys fail, and %i where any does', (key, active, any) => {
    expect(outcomeOf(key, 'active').exitCode).toBe(active);
    expect(outcomeOf(key, 'any').exitCode).toBe(any);
    expect(outcomeOf(key, 'posture').exitCode).toBe(any);
  });

  it('looks at other findings with posture only', () => {
    expect(FAIL_ON.map((failOn) => outcomeOf('absent', failOn, [{ state: 'fail' }]).exitCode)).toEqual([0, 0, 1]);
    expect(FAIL_ON.map((failOn) => outcomeOf('absent', failOn, [{ state: 'unknown' }]).exitCode)).toEqual([0, 0, 2]);
  });

  it('is 1 before it is 2, and the counts show both', () => {
    const both = outcomeOf('unknown', 'posture', [{ state: 'fail' }, { state: 'fail', effect: 'waived' }, { state: 'not-applicable' }]);
    expect(both).toMatchObject({ exitCode: 1, counts: { failed: 1, waived: 1, unknown: 1, passed: 1, notApplicable: 1 } });
    expect(both.findings.map(({ exitCode }) => exitCode)).toEqual([2, 1, 0, 0, 0]);
  });

  it('is not touched by what can be told elsewhere only', () => {
    expect(outcomeOf('absent', 'posture', [{ state: 'unknown', isToldElsewhere: true }])).toMatchObject({ exitCode: 0, counts: { unknown: 1 } });
  });

  it('is 0 for a waived failure, and as without a waiver for an expired one', () => {
    expect(outcomeOf('active', 'any', [], 'waived').exitCode).toBe(0);
    expect(outcomeOf('active', 'any', [], 'expired')).toMatchObject({ exitCode: 1, counts: { failed: 1, waived: 0 } });
    expect(outcomeOf('absent', 'posture', [{ state: 'fail', effect: 'waived' }]).exitCode).toBe(0);
    expect(outcomeOf('absent', 'posture', [{ state: 'fail', effect: 'expired' }]).exitCode).toBe(1);
  });

  it('stays 2 for a waived key whose status is the question', () => {
    expect(outcomeOf('present', 'active', [], 'waived').exitCode).toBe(2);
    expect(outcomeOf('present', 'any', [], 'waived').exitCode).toBe(0);
  });

  it('never is 0 with a doubt or an unwaived failure that counts, and never gets worse by a waiver', () => {
    const given = fc.record({
      state: fc.constantFrom<FindingState>('pass', 'fail', 'unknown', 'not-applicable'),
      effect: fc.constantFrom<WaiverEffect | null>(null, 'waived', 'expired'),
    }).map(({ state, effect }): Given => ({ state, effect: effect === null || state === 'fail' ? effect : state === 'unknown' ? 'not-for-unknown' : 'not-needed' }));
    const states = fc.constantFrom<AccountState>('active', 'inactive', 'present', 'absent', 'unknown');
    fc.assert(fc.property(states, fc.array(given, { minLength: 4, maxLength: 4 }), fc.constantFrom(...FAIL_ON), (key, others, failOn) => {
      const outcome = outcomeOf(key, failOn, others);
      const bare = outcomeOf(key, failOn, others.map(({ state }) => ({ state })));
      const isDoubtful = key === 'unknown' || (failOn === 'posture' && others.some(({ state }) => state === 'unknown'));
      const isFailing = key === 'active' || (failOn === 'posture' && others.some(({ state, effect }) => state === 'fail' && effect !== 'waived'));
      if (isFailing) expect(outcome.exitCode).toBe(1);
      else if (isDoubtful) expect(outcome.exitCode).toBeGreaterThan(0);
      // A waiver may turn 1 into 2 or 0; a doubt it leaves as it is.
      if (bare.exitCode !== 1) expect(outcome.exitCode).toBe(bare.exitCode);
      const { failed, notApplicable, passed, unknown, waived } = outcome.counts;
      expect(failed + waived + unknown + passed + notApplicable).toBe(FINDING_IDS.length);
    }));
  });
});
