/** What IAM says of the last use, held against the events that were read: where the two disagree, something is not in the events. Pure. */
import type { Usage } from './caller.ts';
import { hasDataEvents, type SourceCoverage } from './evidence.ts';
import { latestOf, MINUTE_MS, msBetween, plusMs, type Instant } from './instant.ts';
import type { Observed } from './observed.ts';
import { EVENT_LATENCY_MS } from './plan.ts';
import type { LastUse, ReportedKey, RootUserFacts } from './root-user.ts';

/** A last use is kept to a quarter of an hour (IAM User Guide, "Getting credential reports"). */
const GRANULARITY_MS = 20 * MINUTE_MS;

export type Agreement = {
  /** A key id, `key 1` of the credential report, or `password`. */
  subject: string;
  source: string;
  /** When the source says that it was last used; null for never, or where it could not be read. */
  usedAt: Instant | null;
  service: string | null;
  region: string | null;
  /** The newest event of the same. */
  seenAt: Instant | null;
  state: 'agrees' | 'newer-than-events' | 'older-than-events' | 'before-what-was-read' | 'too-recent' | 'never-used' | 'not-read';
  /** A sentence. */
  meaning: string;
};

export type ReconciliationInput = {
  facts: Pick<RootUserFacts, 'keys' | 'report'>;
  /** By key id: of the listed keys, and of keys that only the events name. */
  lastUses: Readonly<Record<string, Observed<LastUse | null>>>;
  usage: Usage;
  sources: readonly SourceCoverage[];
};

type Seen = { seenAt: Instant | null; from: Instant; to: Instant; sources: readonly SourceCoverage[] };

/** Why a use may have left no event among those that were read. */
function missingBecause({ sources }: Seen, service: string | null): string {
  const unreadable = sources.flatMap(({ coverage }) => coverage.regions.filter((region) => !region.readable).map(({ region }) => region));
  const faulty = sources.some(({ files }) => files !== null && files.faulty > 0);
  return [
    `${hasDataEvents(sources) ? 'a data event that the trail does not record' : 'data events, which Event history does not hold'}${service === null || service === 'N/A' ? '' : ` (${service})`}`,
    ...(unreadable.length === 0 ? [] : [`a Region that was not read (${unreadable.join(', ')})`]),
    ...(faulty ? ['a log file that could not be read'] : []),
  ].join(', or ');
}

function judge(usedAt: Instant, service: string | null, seen: Seen): Pick<Agreement, 'state' | 'meaning'> {
  const { seenAt, from, to } = seen;
  if (seenAt !== null && Math.abs(msBetween(seenAt, usedAt)) <= GRANULARITY_MS) return { state: 'agrees', meaning: 'The newest event is that use.' };
  if (seenAt !== null && seenAt > usedAt) return { state: 'older-than-events', meaning: 'Events show later use; IAM has not caught up, or the source is older than they are.' };
  if (msBetween(usedAt, to) < EVENT_LATENCY_MS) return { state: 'too-recent', meaning: 'So recent that its event may not have arrived; look again in a quarter of an hour.' };
  if (usedAt < plusMs(from, -GRANULARITY_MS)) return { state: 'before-what-was-read', meaning: 'Last used before the time that was read.' };
  return { state: 'newer-than-events', meaning: `Used, and no event shows it: ${missingBecause(seen, service)}.` };
}

function agreementOn(subject: string, source: string, use: Observed<LastUse | null>, seen: Seen): Agreement {
  const { seenAt } = seen;
  const base = { subject, source, usedAt: null, service: null, region: null, seenAt };
  if (!use.known) return { ...base, state: 'not-read', meaning: `Not read (${use.because}).` };
  if (use.value === null) {
    return seenAt === null
      ? { ...base, state: 'never-used', meaning: 'Never used, and no event.' }
      : { ...base, state: 'older-than-events', meaning: 'IAM knows of no use, and events show some; IAM has not caught up.' };
  }
  const { at, service, region } = use.value;
  return { ...base, usedAt: at, service, region, ...judge(at, service, seen) };
}

/** The report knows keys by their place only; it is held against the newest use of any key. */
function agreementsOfReport({ facts: { report }, usage }: ReconciliationInput, seen: Omit<Seen, 'seenAt'>): Agreement[] {
  if (!report.known) return [];
  const newest = Object.values(usage.lastByKey).reduce<Instant | null>((latest, at) => (latest === null ? at : latestOf(latest, at)), null);
  const ofKeys = report.value.keys.map(({ lastUse }: ReportedKey) => lastUse).filter((use) => use !== null).sort((first, second) => (first.at < second.at ? 1 : -1));
  const signedIn = usage.callers.filter(({ kind, count, denied }) => kind === 'sign-in' && denied < count).map((caller) => caller.lastSeenAt).sort().at(-1) ?? null;
  const { passwordLastUsedAt } = report.value;
  const as = (value: LastUse): Observed<LastUse> => ({ known: true, value, at: report.at, source: report.source });
  return [
    ...ofKeys.slice(0, 1).map((use) => agreementOn('any root key', report.source, as(use), { ...seen, seenAt: newest })),
    ...(passwordLastUsedAt === null ? [] : [agreementOn('password', report.source, as({ at: passwordLastUsedAt, service: 'N/A', region: 'N/A' }), { ...seen, seenAt: signedIn })]),
  ];
}

/** Every last use that IAM tells, with what the events say to it; those that disagree first. */
export function reconcile(input: ReconciliationInput): Agreement[] {
  const { usage, sources, lastUses } = input;
  const from = sources.map(({ coverage }) => coverage.from).sort()[0] ?? usage.coverage.from;
  const to = sources.map(({ coverage }) => coverage.to).sort().at(-1) ?? usage.coverage.to;
  const seen = { from, to, sources };
  const agreements = [
    ...Object.entries(lastUses).map(([keyId, use]) => agreementOn(keyId, 'iam:GetAccessKeyLastUsed', use, { ...seen, seenAt: usage.lastByKey[keyId] ?? null })),
    ...agreementsOfReport(input, seen),
  ];
  return agreements.sort((first, second) => Number(second.state === 'newer-than-events') - Number(first.state === 'newer-than-events'));
}
