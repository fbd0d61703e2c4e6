/** Who uses the root keys of one member account, and what of that a person has to acknowledge before the account is planned. Pure. */
import type { Usage, UsageCaller } from '../caller.ts';
import { listGaps, type SourceCoverage } from '../evidence.ts';
import type { AccessKeyId, AccountId } from '../identifiers.ts';
import { DAY_MS, plusMs, type Instant } from '../instant.ts';
import { known } from '../observed.ts';
import type { Acknowledgement } from '../plan.ts';
import { reconcile, type Agreement } from '../reconciliation.ts';
import type { MemberCoverage } from '../root-replay.ts';
import { recommendSoak } from '../soak-rule.ts';
import { isCallerToAcknowledge } from '../usage.ts';
import type { PlannedMemberKey } from './organization-plan.ts';

/** `seen` is null where CloudTrail of the account could not be read. */
export type MemberUsage = { account: AccountId; coverage: MemberCoverage; seen: { usage: Usage; sources: SourceCoverage[] } | null };

/** What has to be named in an acknowledgement, and why: a caller by its fingerprint, a key that was used and no event explains it by its id. */
export type ToAcknowledge = { name: string; text: string; by: { kind: 'caller'; caller: UsageCaller; usage: Usage } | { kind: 'key'; keyId: AccessKeyId } };

/** What a key's last use on record is worth while nobody explains it. */
const RECENT_DAYS = 90;

const WHY: Partial<Record<Agreement['state'], string>> = {
  'newer-than-events': 'and no event shows it; data events never do',
  'too-recent': 'so lately that its event may not have arrived; plan again in a quarter of an hour',
  'before-what-was-read': 'before the days that were read',
};

/** Log files hold what was kept of them: where the first record is younger than what is asked for, nobody knows what was before. */
function listMemberGaps(sources: readonly SourceCoverage[], now: Instant): string[] {
  const first = sources.map(({ coverage }) => coverage.from).sort()[0];
  const isLate = sources.every(({ source }) => source === 'log-files') && first !== undefined && first > plusMs(now, -(RECENT_DAYS - 2) * DAY_MS);
  return [...listGaps(sources), ...(isLate ? [`the log files begin on ${first.slice(0, 10)} only`] : [])];
}

const usedOn = ({ keyId, lastUse }: PlannedMemberKey): string => `key ${keyId} was last used on ${lastUse?.at.slice(0, 10) ?? 'no day'} (${lastUse?.service ?? ''})`;

/** Uses on record that no event explains; every one of them where there are no events. */
function unexplained(keys: readonly PlannedMemberKey[], { seen, coverage }: Pick<MemberUsage, 'seen' | 'coverage'>, now: Instant): ToAcknowledge[] {
  const used = keys.flatMap((key) => (key.lastUse === null ? [] : [{ key, lastUse: key.lastUse }]));
  if (seen === null) return used.map(({ key }) => ({ name: key.keyId, by: { kind: 'key', keyId: key.keyId }, text: `${usedOn(key)}; CloudTrail was not read there${coverage.readable ? '' : `: ${coverage.because}`}` }));
  const { usage, sources } = seen;
  const gaps = listMemberGaps(sources, now);
  return used.flatMap(({ key, lastUse }): ToAcknowledge[] => {
    if (lastUse.at < plusMs(now, -RECENT_DAYS * DAY_MS)) return [];
    if (gaps.length > 0) return [{ name: key.keyId, by: { kind: 'key', keyId: key.keyId }, text: `${usedOn(key)}, and ${gaps[0]}` }];
    const lastUses = { [key.keyId]: known(lastUse, now, 'iam:GetAccessKeyLastUsed') };
    const nothing = { known: false, because: 'facts/not-read', source: '' } as const;
    const [agreement] = reconcile({ facts: { keys: nothing, report: nothing }, lastUses, usage, sources });
    const isExplained = agreement?.state === 'agrees' || agreement?.state === 'older-than-events';
    return isExplained ? [] : [{ name: key.keyId, by: { kind: 'key', keyId: key.keyId }, text: `${usedOn(key)}, ${WHY[agreement?.state ?? 'not-read'] ?? WHY['newer-than-events']}` }];
  });
}

const callerText = ({ fingerprint, sourceIp, userAgent, lastSeenAt }: UsageCaller): string => `caller ${fingerprint} (${sourceIp}, ${userAgent}), last on ${lastSeenAt.slice(0, 10)}`;

/**
 * Everything that has to be acknowledged, given or not: callers that depend on a key, and uses on record that no event explains. A use long
 * ago needs none where everything since was read.
 */
export function listToAcknowledge(keys: readonly PlannedMemberKey[], usage: Pick<MemberUsage, 'seen' | 'coverage'>, now: Instant): ToAcknowledge[] {
  if (keys.length === 0) return [];
  const seen = usage.seen?.usage ?? null;
  const callers = seen === null ? [] : seen.callers.filter(isCallerToAcknowledge).map((caller): ToAcknowledge => ({ name: caller.fingerprint, text: callerText(caller), by: { kind: 'caller', caller, usage: seen } }));
  return [...callers, ...unexplained(keys, usage, now)];
}

export const isAcknowledged = (acknowledgements: readonly Acknowledgement[], { name }: ToAcknowledge): boolean => acknowledgements.some(({ fingerprint }) => fingerprint === name);

/** How long the keys have to rest, as far as it is known who uses them. In milliseconds. */
export function requiredSoak(keys: readonly PlannedMemberKey[], { seen }: Pick<MemberUsage, 'seen'>): { requiredMs: number; because: string } {
  const { requiredMs, because } = recommendSoak(seen?.usage ?? null);
  if (keys.every(({ lastUse }) => lastUse === null)) return { requiredMs, because: `never used; ${because}` };
  return { requiredMs, because: seen === null ? `${because}; who uses the keys is not known` : because };
}
