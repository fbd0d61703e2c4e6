/** What a survey comes to: each account with its waivers and exit code, and all of them together. Pure; knows no output format. */
import type { AccessKeyId } from '../identifiers.ts';
import { assessLastUse, type LastRootUse } from '../last-use.ts';
import { assessOutcome, type CountedFinding, type FailOn, type FindingCounts, type Outcome } from '../outcome.ts';
import type { ProblemCode } from '../problem.ts';
import type { KeyStatus, RootUserFacts } from '../root-user.ts';
import type { Verdict } from '../verdict.ts';
import { assessWaivers, type Waiver } from '../waiver.ts';
import { noCounts, type SurveyCounts } from './survey-progress.ts';
import { assessPosture, factsOfUnread, type CommonFacts, type SurveyedAccount } from './survey.ts';

/** Why an account is unknown as a whole, and what to do about it. */
export type Unread = { because: ProblemCode; detail: string; remedy: string };

/** A finding as it stands in a list of thousands: the controls of its kind are the same everywhere, and told once. */
export type AccountFinding = Omit<CountedFinding, 'controls'>;

export type JudgedAccount = Omit<SurveyedAccount, 'posture'> & Omit<Outcome, 'findings' | 'failOn'> & {
  /** Null where at least something could be read. */
  unread: Unread | null;
  facts: RootUserFacts;
  verdict: Verdict;
  lastUse: LastRootUse;
  findings: AccountFinding[];
};

function withoutControls(finding: CountedFinding): AccountFinding {
  const { controls: _, ...rest } = finding;
  return rest;
}

/** One account as `check` judges it. Of one that nobody could read every finding on its root user is unknown. */
export function judgeAccount(common: CommonFacts, surveyed: SurveyedAccount, waivers: readonly Waiver[], failOn: FailOn): JudgedAccount {
  const { posture, ...account } = surveyed;
  const { because, detail, remedy } = posture.kind === 'unknown' ? posture : { because: null, detail: '', remedy: '' };
  const { facts, verdict, findings } = posture.kind === 'read' ? posture : assessPosture(factsOfUnread(common, account.account, posture.because, posture.detail));
  const outcome = assessOutcome(verdict, assessWaivers(findings, waivers, account.account, account.at), failOn);
  return {
    ...account, facts, verdict,
    unread: because === null ? null : { because, detail, remedy },
    lastUse: assessLastUse(facts),
    exitCode: outcome.exitCode,
    counts: outcome.counts,
    findings: outcome.findings.map(withoutControls),
  };
}

/** Keys as the live list has them; null where there was none. One that is known to be without keys has none, by whichever source. */
export function keysOf({ facts, verdict }: Pick<JudgedAccount, 'facts' | 'verdict'>): { keyId: AccessKeyId; status: KeyStatus }[] | null {
  if (facts.keys.known) return facts.keys.value.map(({ keyId, status }) => ({ keyId, status }));
  return verdict.state === 'absent' ? [] : null;
}

/** All accounts together: 1 beats 2 beats 0. */
export type OrganizationOutcome = { exitCode: 0 | 1 | 2; failOn: FailOn; accounts: SurveyCounts; findings: FindingCounts };

export type Tally = { add: (account: JudgedAccount) => void; total: () => OrganizationOutcome };

/** Counts accounts as they come and keeps none of them. */
export function openTally(failOn: FailOn): Tally {
  const accounts = noCounts();
  const findings: FindingCounts = { failed: 0, waived: 0, unknown: 0, passed: 0, notApplicable: 0 };
  const codes = new Set<number>();
  return {
    add: (account) => {
      accounts[account.verdict.state] += 1;
      codes.add(account.exitCode);
      for (const part of ['failed', 'waived', 'unknown', 'passed', 'notApplicable'] as const) findings[part] += account.counts[part];
    },
    total: () => ({ exitCode: codes.has(1) ? 1 : codes.has(2) ? 2 : 0, failOn, accounts: { ...accounts }, findings: { ...findings } }),
  };
}

/** Accounts that nobody could read for one and the same reason. */
export type UnreadGroup = Unread & { accounts: JudgedAccount[] };

/** The reasons for which accounts are unknown, the most frequent first: one policy or one obstacle may stand before hundreds. */
export function groupUnread(accounts: readonly JudgedAccount[]): UnreadGroup[] {
  const groups = new Map<string, UnreadGroup>();
  for (const account of accounts) {
    if (account.unread === null) continue;
    const { because, detail, remedy } = account.unread;
    // AWS names the account in its refusals, and some remedies do; they are one reason all the same.
    const [saidDetail, saidRemedy] = [detail, remedy].map((text) => text.replaceAll(account.account, 'ACCOUNT'));
    const key = JSON.stringify([because, saidDetail, saidRemedy]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { because, detail: saidDetail ?? '', remedy: saidRemedy ?? '', accounts: [account] });
    else group.accounts.push(account);
  }
  return [...groups.values()].map((group) => (group.accounts.length > 1 ? group : { ...group, ...group.accounts[0]?.unread })).sort((first, second) => second.accounts.length - first.accounts.length);
}
