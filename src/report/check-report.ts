/** What one check found, as one model that every format is rendered from. Knows the rules of the domain, and no format. */
import { assessFindings } from '../domain/findings.ts';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import { assessLastUse, type LastRootUse } from '../domain/last-use.ts';
import { assessOutcome, type FailOn, type Outcome } from '../domain/outcome.ts';
import type { Caller, RootUserFacts } from '../domain/root-user.ts';
import { assessVerdict, type Verdict } from '../domain/verdict.ts';
import { assessWaivers, type Waiver } from '../domain/waiver.ts';

export type CheckReport = Outcome & {
  schema: 1;
  /** `rootzero/0.1.0` */
  tool: string;
  /** `live`, or `rehearsal <scenario>`. */
  world: string;
  at: Instant;
  account: AccountId;
  partition: Partition;
  /** Who looked. */
  reading: Pick<Caller, 'arn' | 'kind'>;
  verdict: Verdict;
  lastUse: LastRootUse;
  /** The path as it was given. */
  waiversFile: string | null;
  facts: RootUserFacts;
};

export type CheckParts = Pick<CheckReport, 'tool' | 'world' | 'at' | 'reading' | 'facts' | 'waiversFile'> & { waivers: readonly Waiver[]; failOn: FailOn };

/** Facts and waivers in, report out. Pure. */
export function assembleCheckReport({ waivers, failOn, ...parts }: CheckParts): CheckReport {
  const { at, facts } = parts;
  const verdict = assessVerdict(facts);
  const findings = assessWaivers(assessFindings(facts, verdict), waivers, facts.account, at);
  return { schema: 1, ...parts, account: facts.account, partition: facts.partition, ...assessOutcome(verdict, findings, failOn), verdict, lastUse: assessLastUse(facts) };
}

/** `arn:aws:iam::111122223333:root` */
export const rootArnOf = ({ account, partition }: Pick<CheckReport, 'account' | 'partition'>): string => `arn:${partition}:iam::${account}:root`;
