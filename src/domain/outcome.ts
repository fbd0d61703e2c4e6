/** What a check comes to: the counts of its findings and the exit code. Pure. */
import type { Verdict } from './verdict.ts';
import type { JudgedFinding } from './waiver.ts';

/** What makes the exit code 1: an active root key, any root key, or any failing finding. */
export const FAIL_ON = ['active', 'any', 'posture'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** A finding with what it alone makes of the exit code. */
export type CountedFinding = JudgedFinding & { exitCode: 0 | 1 | 2 };

export type FindingCounts = { failed: number; waived: number; unknown: number; passed: number; notApplicable: number };

export type Outcome = {
  /** 1: something to act on · 2: could not tell · 0: clean. */
  exitCode: 0 | 1 | 2;
  failOn: FailOn;
  findings: CountedFinding[];
  counts: FindingCounts;
};

const isWaived = ({ waiver }: JudgedFinding): boolean => waiver?.effect === 'waived';

/** Of the keys alone. With `active` only an active key is 1; an inactive one is then 0, and one of unknown status 2. */
export function exitCodeOf({ state }: Verdict, failOn: FailOn): 0 | 1 | 2 {
  if (state === 'active') return 1;
  if (state === 'unknown') return 2;
  if (state === 'absent' || (state === 'inactive' && failOn === 'active')) return 0;
  return failOn === 'active' ? 2 : 1;
}

/** A waiver takes a failure away, never a doubt. */
function weigh(finding: JudgedFinding, verdict: Verdict, failOn: FailOn): 0 | 1 | 2 {
  if (finding.id === 'root-access-key') {
    const code = exitCodeOf(verdict, failOn);
    return code === 1 && isWaived(finding) ? 0 : code;
  }
  if (failOn !== 'posture') return 0;
  if (finding.state === 'fail') return isWaived(finding) ? 0 : 1;
  return finding.state === 'unknown' && !finding.isToldElsewhere ? 2 : 0;
}

/** Findings and waivers together; 1 beats 2 beats 0, and the counts show all of them. */
export function assessOutcome(verdict: Verdict, judged: readonly JudgedFinding[], failOn: FailOn): Outcome {
  const findings = judged.map((finding) => ({ ...finding, exitCode: weigh(finding, verdict, failOn) }));
  const isAny = (code: 1 | 2): boolean => findings.some(({ exitCode }) => exitCode === code);
  const count = (isCounted: (finding: JudgedFinding) => boolean): number => findings.filter(isCounted).length;
  return {
    exitCode: isAny(1) ? 1 : isAny(2) ? 2 : 0,
    failOn,
    findings,
    counts: {
      failed: count((finding) => finding.state === 'fail' && !isWaived(finding)),
      waived: count(isWaived),
      unknown: count((finding) => finding.state === 'unknown'),
      passed: count((finding) => finding.state === 'pass'),
      notApplicable: count((finding) => finding.state === 'not-applicable'),
    },
  };
}
