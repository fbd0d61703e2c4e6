/** Who uses root's keys in the members, by a role there and by log files of the organization's trail, as far as either is given. Changes nothing. */
import type { AccountId, Partition } from '../../domain/identifiers.ts';
import type { MemberUsage } from '../../domain/organization/member-evidence.ts';
import type { SurveyedAccount } from '../../domain/organization/survey.ts';
import type { Instant } from '../../domain/instant.ts';
import type { EvidenceSource } from '../../ports/evidence.ts';
import { readMemberEvents } from '../member-events.ts';
import type { Session } from '../session.ts';

export type MemberUsageRequest = { partition: Partition; memberRole: string | null; logs: readonly EvidenceSource[]; from: Instant; to: Instant };

const keyIdsOf = ({ posture }: SurveyedAccount): string[] => (posture.kind === 'read' && posture.facts.keys.known ? posture.facts.keys.value.map(({ keyId }) => keyId) : []);

/** A key that was never used has no callers, and no session was ever minted from it. */
const isEverUsed = ({ posture }: SurveyedAccount): boolean =>
  posture.kind === 'read' && posture.facts.keys.known && posture.facts.keys.value.some(({ keyId }) => posture.facts.lastUses[keyId]?.known !== true || posture.facts.lastUses[keyId].value !== null);

/**
 * By account; only of accounts with a key that was ever used. Where the role sees an account, log files are not asked: one look-back says all that
 * the other would, but for data events, whose traces IAM's last use shows.
 */
export async function readMemberUsage(session: Session, accounts: readonly SurveyedAccount[], request: MemberUsageRequest): Promise<Map<AccountId, MemberUsage>> {
  const { memberRole, logs, partition, from, to } = request;
  const asked = new Map(accounts.filter(isEverUsed).map((one) => [one.account, keyIdsOf(one)]));
  const found = new Map<AccountId, MemberUsage>();
  const read = async (ids: AccountId[], by: { role: string | null; logs: readonly EvidenceSource[] }): Promise<void> => {
    const members = await readMemberEvents(session, ids, { partition, ...by, from, to, keeps: () => false, keyIdsOf: (account) => asked.get(account) ?? [] });
    for (const { account, coverage, seen } of members) found.set(account, { account, coverage, seen });
  };
  if (memberRole !== null) await read([...asked.keys()], { role: memberRole, logs: [] });
  const unseen = [...asked.keys()].filter((account) => found.get(account)?.seen == null);
  if (logs.length > 0) await read(unseen, { role: null, logs });
  return found;
}
