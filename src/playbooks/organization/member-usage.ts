/** Who uses root's keys in the members, by a role there and by log files of the organization's trail, as far as either is given. Changes nothing. */
import type { AccountId, Partition } from '../../domain/identifiers.ts';
import { unknown } from '../../domain/observed.ts';
import type { MemberUsage } from '../../domain/organization/member-evidence.ts';
import type { SurveyedAccount } from '../../domain/organization/survey.ts';
import type { Instant } from '../../domain/instant.ts';
import type { EvidenceSource } from '../../ports/evidence.ts';
import { readMemberEvents } from '../member-events.ts';
import { lookBack } from '../look-back.ts';
import type { Session } from '../session.ts';

export type MemberUsageRequest = { partition: Partition; memberRole: string | null; logs: readonly EvidenceSource[]; from: Instant; to: Instant };

const keyIdsOf = ({ posture }: SurveyedAccount): string[] => (posture.kind === 'read' && posture.facts.keys.known ? posture.facts.keys.value.map(({ keyId }) => keyId) : []);

/** A key that was never used has no callers, and no session was ever minted from it. */
const isEverUsed = ({ posture }: SurveyedAccount): boolean =>
  posture.kind === 'read' && posture.facts.keys.known && posture.facts.keys.value.some(({ keyId }) => posture.facts.lastUses[keyId]?.known !== true || posture.facts.lastUses[keyId].value !== null);

async function readLogs(session: Session, one: SurveyedAccount, { partition, logs, from, to }: MemberUsageRequest): Promise<MemberUsage> {
  const { account } = one;
  const subject = { account, partition, alias: unknown('facts/not-read', 'iam:ListAccountAliases'), keyIds: keyIdsOf(one) };
  const { usage, sources } = await lookBack(session, logs, { subject, from, to, keeps: () => false });
  // Folders that hold nothing of the account cover nothing of it.
  if (!sources.some(({ files }) => files !== null && files.whole > 0)) return { account, coverage: { account, readable: false, because: 'no log file of the account was given' }, seen: null };
  return { account, coverage: { account, readable: true, regions: usage.coverage.regions }, seen: { usage, sources } };
}

/**
 * By account; only of accounts with a key that was ever used. Where the role sees an account, log files are not asked: one look-back says all that
 * the other would, but for data events, whose traces IAM's last use shows.
 */
export async function readMemberUsage(session: Session, accounts: readonly SurveyedAccount[], request: MemberUsageRequest): Promise<Map<AccountId, MemberUsage>> {
  const { memberRole, logs, partition, from, to } = request;
  const asked = accounts.filter(isEverUsed);
  const byId = new Map(asked.map((one) => [one.account, one]));
  const found = new Map<AccountId, MemberUsage>();
  if (memberRole !== null) {
    const idsOf = (account: AccountId): string[] => {
      const one = byId.get(account);
      return one === undefined ? [] : keyIdsOf(one);
    };
    const read = await readMemberEvents(session, [...byId.keys()], { partition, role: memberRole, from, to, keeps: () => false, keyIdsOf: idsOf });
    for (const { account, coverage, seen } of read) found.set(account, { account, coverage, seen });
  }
  if (logs.length === 0) return found;
  // One account after the other, so that the files of one are open at a time.
  for (const one of asked) if (found.get(one.account)?.seen == null) found.set(one.account, await readLogs(session, one, request));
  return found;
}
