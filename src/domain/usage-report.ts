/** The answer of `rootzero usage` for one account: who, from where, how often, how sure, how long to wait, and which way out. Pure. */
import type { CallerGroup, RootDeed, Usage, UsageCaller } from './caller.ts';
import { isDeed, lastSignedInAt, listDeeds, newRegions } from './deeds.ts';
import { hasDataEvents, listGaps, type SourceCoverage } from './evidence.ts';
import type { AccountId } from './identifiers.ts';
import { DAY_MS, HOUR_MS, plusMs, type Instant } from './instant.ts';
import { listKeyPlaces, type KeyPlace } from './key-places.ts';
import type { Observed } from './observed.ts';
import { reconcile, type Agreement } from './reconciliation.ts';
import type { RootEvent } from './root-event.ts';
import type { LastUse, RootUserFacts } from './root-user.ts';
import { recommendSoak, type RecommendedSoak } from './soak-rule.ts';
import { assembleStarterPolicy, type StarterPolicy } from './starter-policy.ts';
import { isCallerToAcknowledge, isOwnRead } from './usage.ts';
import { assessVerdict, type Verdict } from './verdict.ts';

/** A group under a letter, with the policy of the role that may take its place. */
export type NamedGroup = CallerGroup & {
  /** `A`, `B` … `Z`, `AA` */
  name: string;
  dependsOnKey: boolean;
  /** Null for callers that do not depend on a key. */
  policy: StarterPolicy | null;
};

/** A session that outlives the key that made it. @see deeds.ts */
export type LivingSession = { id: string | null; call: string; at: Instant; sourceIp: string; endsBy: Instant };

export type Intrusion = {
  deeds: RootDeed[];
  /** Regions first used in the last days of what was read. */
  newRegions: string[];
  newSince: Instant;
  minted: LivingSession[];
  /** The latest end of a console or `aws login` session; null where there was none. */
  signedInUntil: Instant | null;
};

export type UsageReport = {
  account: AccountId;
  verdict: Verdict;
  readAt: Instant;
  sources: SourceCoverage[];
  /** What was asked for and could not be read; empty where everything was. */
  gaps: string[];
  totals: Usage['totals'];
  ownCalls: number;
  groups: NamedGroup[];
  callers: UsageCaller[];
  agreements: Agreement[];
  /** `unseen`: ids of keys that are used and leave no event, so that no waiting shows whether they still are. */
  soak: RecommendedSoak & { unseen: string[] };
  places: KeyPlace[];
  /** Null unless a compromise is suspected. */
  intrusion: Intrusion | null;
};

/** Root's STS sessions end after an hour at most, those of AssumeRoot after 15 minutes, of AssumeRole after 12 hours (STS API reference). */
const LONGEST_SESSION_MS: Readonly<Record<string, number>> = { AssumeRoot: HOUR_MS / 4, AssumeRole: 12 * HOUR_MS };
const SIGN_IN_SESSION_MS = 12 * HOUR_MS;
/** A Region first used in so many days is new. */
const NEW_REGION_DAYS = 7;

/** `A` to `Z`, then `AA`, as the columns of a sheet are named. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}

/** The other subjects of last uses are a password and a place in a report. */
const isKeyId = (subject: string): boolean => /^[A-Z0-9]{16,128}$/.test(subject);

/** Which events an account's report needs whole, where a compromise is suspected. */
export const isTelling = (event: RootEvent): boolean => isDeed(event) && !isOwnRead(event);

function assembleIntrusion(kept: RootEvent[], usage: Usage, now: Instant): Intrusion {
  const deeds = listDeeds(kept);
  const newSince = plusMs(now, -NEW_REGION_DAYS * DAY_MS);
  const signedInAt = lastSignedInAt(usage.callers);
  const minted = deeds.filter(({ group, errorCode }) => group === 'sessions' && errorCode === null);
  return {
    deeds,
    newRegions: newRegions(usage.regionSpans, newSince),
    newSince,
    minted: minted.map(({ at, call, subject, event }) => ({ id: subject, call, at, sourceIp: event.sourceIp, endsBy: plusMs(at, LONGEST_SESSION_MS[event.name] ?? HOUR_MS) })),
    signedInUntil: signedInAt === null ? null : plusMs(signedInAt, SIGN_IN_SESSION_MS),
  };
}

export type UsageReportInput = {
  now: Instant;
  facts: RootUserFacts;
  /** Last uses of keys that the events name and nobody could list. */
  otherLastUses: Record<string, Observed<LastUse | null>>;
  usage: Usage;
  sources: SourceCoverage[];
  /** Root's deeds; null unless a compromise is suspected. */
  kept: RootEvent[] | null;
};

export function assembleUsageReport({ now, facts, otherLastUses, usage, sources, kept }: UsageReportInput): UsageReport {
  const sees = { dataEvents: hasDataEvents(sources) };
  const aliasGap = facts.alias.known ? [] : ['the account alias could not be read; sessions of root may show under it, and then not here'];
  const dependent = usage.groups.filter(isCallerToAcknowledge);
  const agreements = reconcile({ facts, lastUses: { ...otherLastUses, ...facts.lastUses }, usage, sources });
  return {
    account: facts.account,
    verdict: assessVerdict(facts),
    readAt: now,
    sources,
    gaps: [...listGaps(sources), ...aliasGap],
    totals: usage.totals,
    ownCalls: usage.ownCalls,
    groups: usage.groups.map((group, index) => {
      const dependsOnKey = isCallerToAcknowledge(group);
      return { name: letterOf(index), ...group, dependsOnKey, policy: dependsOnKey ? assembleStarterPolicy(group.calls.map(({ call }) => call), sees) : null };
    }),
    callers: usage.callers,
    agreements,
    soak: { ...recommendSoak(usage), unseen: agreements.filter(({ state, subject }) => state === 'newer-than-events' && isKeyId(subject)).map(({ subject }) => subject) },
    places: dependent.length === 0 ? [] : listKeyPlaces(dependent),
    intrusion: kept === null ? null : assembleIntrusion(kept, usage, now),
  };
}
