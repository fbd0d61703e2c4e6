/** Observes who uses root: of one account, or of one account after another by an assumed role. Changes nothing. */
import type { AccountId } from '../domain/identifiers.ts';
import { parseAccessKeyId } from '../domain/identifiers.ts';
import { DAY_MS, plusMs } from '../domain/instant.ts';
import type { Observed } from '../domain/observed.ts';
import { asProblem, type Problem } from '../domain/problem.ts';
import type { LastUse, RootUserFacts } from '../domain/root-user.ts';
import { assembleUsageReport, isTelling, type UsageReport } from '../domain/usage-report.ts';
import type { CloudReader } from '../ports/cloud.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import { openEventHistory } from './event-history.ts';
import { lookBack } from './look-back.ts';
import { nowOf, type Session } from './session.ts';
import { identify, observe, readRootUserFacts } from './survey.ts';

export type UsageRequest = {
  /** How far back Event history is read; other sources give all that they have. */
  days: number;
  isSuspectedCompromise: boolean;
  /** Sources besides Event history. */
  more: readonly EvidenceSource[];
};

/** Key ids may be known from events alone, where nobody can list root's keys; IAM tells the last use of any key by its id. */
async function readOtherLastUses(session: Session, reader: CloudReader, facts: RootUserFacts, seen: readonly string[]): Promise<Record<string, Observed<LastUse | null>>> {
  const others: Record<string, Observed<LastUse | null>> = {};
  for (const keyId of seen.filter((id) => facts.lastUses[id] === undefined && /^[A-Z0-9]{16,128}$/.test(id))) {
    others[keyId] = await observe(session, 'iam:GetAccessKeyLastUsed', () => reader.readLastUse(parseAccessKeyId(keyId)));
  }
  return others;
}

/** Reads the account of the session's identities. What could not be read is part of the report. */
export async function observeUsage(session: Session, { days, isSuspectedCompromise, more }: UsageRequest): Promise<UsageReport> {
  const { reader } = session.identities.reading;
  const { callers, place } = await identify(session);
  const facts = await readRootUserFacts(session, callers, place);
  const to = nowOf(session);
  const keyIds = facts.keys.known ? facts.keys.value.map((key) => key.keyId) : [];
  const { usage, kept, sources } = await lookBack(session, [openEventHistory(reader, session.ui), ...more], {
    subject: { ...facts, keyIds }, from: plusMs(to, -days * DAY_MS), to, keeps: (event) => isSuspectedCompromise && isTelling(event),
  });
  const otherLastUses = await readOtherLastUses(session, reader, facts, Object.keys(usage.lastByKey));
  return assembleUsageReport({ now: nowOf(session), facts, otherLastUses, usage, sources, kept: isSuspectedCompromise ? kept : null });
}

export type AccountUsage = { account: AccountId; report: UsageReport; problem: null } | { account: AccountId; report: null; problem: Problem };

/**
 * One account after another, so that neither memory nor anybody's quota grows with their number. The account of the session itself needs no
 * role. An account that cannot be read is part of the result; only an interruption and defects end the whole.
 */
export async function* observeAccounts(session: Session, accounts: readonly AccountId[], roleName: string, request: UsageRequest): AsyncGenerator<AccountUsage> {
  const own = await session.identities.reading.reader.readCaller();
  for (const account of accounts) {
    session.signal.throwIfAborted();
    const identities = account === own.account ? session.identities : { reading: session.identities.reading.inAccount(account, roleName), root: null, organization: null };
    try {
      yield { account, report: await observeUsage({ ...session, identities }, request), problem: null };
    } catch (thrown) {
      const because = asProblem(thrown);
      if (because.fault === 'tool' || because.code === 'run/interrupted') throw because;
      yield { account, report: null, problem: because };
    }
  }
}
