/** How far a survey is: counts, pace and time left, told seldom enough for ten thousand accounts. Pure; is given the time. */
import type { SurveyedAccount } from './survey.ts';

/** Of one account, as it is counted: what is unknown is never among the clean. */
export const SURVEY_STATES = ['active', 'inactive', 'present', 'unknown', 'absent'] as const;
export type SurveyState = (typeof SURVEY_STATES)[number];
export type SurveyCounts = Record<SurveyState, number>;

export const stateOfAccount = ({ posture }: Pick<SurveyedAccount, 'posture'>): SurveyState => (posture.kind === 'read' ? posture.verdict.state : 'unknown');
export const noCounts = (): SurveyCounts => ({ active: 0, inactive: 0, present: 0, absent: 0, unknown: 0 });

export type SurveyProgress = {
  done: number;
  of: number;
  /** Accounts per second since the beginning; 0 where no time has passed. */
  perSecond: number;
  leftMs: number | null;
  counts: SurveyCounts;
  /** True at each tenth, and at the end. */
  isMilestone: boolean;
};

const TOLD = 100;
const MILESTONES = 10;

/** @returns a counter; it tells the progress once for each hundredth of the accounts, else null */
export function openProgress(of: number, startedAtMs: number): (account: Pick<SurveyedAccount, 'posture'>, nowMs: number) => SurveyProgress | null {
  const counts = noCounts();
  let done = 0;
  const stepOf = (parts: number): number => Math.floor((done * parts) / of);
  return (account, nowMs) => {
    const [told, milestones] = [stepOf(TOLD), stepOf(MILESTONES)];
    counts[stateOfAccount(account)] += 1;
    done += 1;
    if (stepOf(TOLD) === told) return null;
    const spentMs = nowMs - startedAtMs;
    const leftMs = spentMs <= 0 ? null : Math.round((spentMs * (of - done)) / done);
    return { done, of, perSecond: spentMs <= 0 ? 0 : (done * 1_000) / spentMs, leftMs, counts: { ...counts }, isMilestone: stepOf(MILESTONES) > milestones };
  };
}
