/** What the watcher may conclude from what it sees while a person acts in the console. Silence concludes nothing. Pure. */
import type { Deactivation } from './deactivation.ts';
import { maskKeyId, type AccessKeyId } from './identifiers.ts';
import { MINUTE_MS, plusMs, type Instant } from './instant.ts';
import { assessKeyHistory, type SeenKey } from './key-history.ts';
import { EVENT_LATENCY_MS } from './plan.ts';
import type { ProblemCode } from './problem.ts';
import type { RootEvent } from './root-event.ts';
import type { CredentialReport } from './root-user.ts';

export type ConsoleViolation = { code: Extract<ProblemCode, 'console/deleted-early' | 'console/wrong-key' | 'console/key-left' | 'soak/new-key' | 'soak/key-not-contained'>; text: string };
export type Watched<Result> = { state: 'seen'; result: Result } | { state: 'not-seen' } | { state: 'wrong'; violations: ConsoleViolation[] };

const byWhom = ({ at, by }: SeenKey): string => (by === null ? `at ${at}` : `at ${at} from ${by.sourceIp} by ${by.userAgent}`);

/** A report counts from a minute before it says that it was made: it takes some seconds to make. */
const REPORT_MARGIN_MS = MINUTE_MS;
export const reportCountsFrom = (report: CredentialReport): Instant => plusMs(report.generatedAt, -REPORT_MARGIN_MS);

export type DeactivationWatch = {
  /** The keys that are to be switched off; empty where none is known. */
  wanted: readonly AccessKeyId[];
  /** Every key that the plan names. */
  planned: readonly AccessKeyId[];
  /** The changes of root's keys since shortly before the plan was made, or before the report where that is older. */
  events: readonly RootEvent[];
  /** `AccountAccessKeysPresent`, live. */
  keysPresent: boolean;
  report: CredentialReport | null;
  now: Instant;
};

function assessBeforeSoak({ events, keysPresent, planned }: DeactivationWatch, history: readonly SeenKey[]): ConsoleViolation[] {
  const strangers = planned.length === 0 ? [] : history.filter((key) => !planned.includes(key.keyId));
  const violations = [
    ...history.filter((key) => key.state === 'deleted' && !strangers.includes(key)).map((key): ConsoleViolation => ({ code: 'console/deleted-early', text: `Key ${key.keyId} was deleted ${byWhom(key)}; it had never been contained.` })),
    ...events.filter(({ keyChange }) => keyChange?.change === 'created').map((event): ConsoleViolation => ({ code: 'soak/new-key', text: `Key ${event.keyChange?.keyId} was created at ${event.at} from ${event.sourceIp}.` })),
    ...strangers.filter((key) => key.createdAt === null).map((key): ConsoleViolation => ({ code: 'console/wrong-key', text: `Key ${key.keyId}, which the plan does not name, is ${key.state} ${byWhom(key)}.` })),
  ];
  if (violations.length > 0 || keysPresent) return violations;
  return [{ code: 'console/deleted-early', text: 'No root key is left, and none was contained.' }];
}

/** Without a known id the first event may not be the only one: a second key may have been switched off in the same sitting. */
function seenByEvents({ wanted, now }: DeactivationWatch, history: readonly SeenKey[]): Deactivation | null {
  const off = history.filter((key) => key.state === 'inactive' && (wanted.length === 0 || wanted.includes(key.keyId)));
  const since = off.map((key) => key.at).sort().at(-1);
  if (since === undefined) return null;
  const isAll = wanted.length > 0
    ? off.length === wanted.length
    : history.every((key) => key.state !== 'active') && now >= plusMs(since, EVENT_LATENCY_MS);
  if (!isAll) return null;
  return { basis: 'event', since, keys: off.map(({ keyId, at }) => ({ keyId, at })), attendants: [...new Set(off.flatMap((key) => (key.by === null ? [] : [key.by.sourceIp])))] };
}

/** A key that exists while the report shows no active one is inactive, as long as no event since the report switched or made one. */
function seenByReport({ report, wanted, planned }: DeactivationWatch, history: readonly SeenKey[]): Deactivation | null {
  if (report === null || report.keys.some((key) => key.isActive)) return null;
  if (history.some((key) => key.state === 'active' && key.at >= reportCountsFrom(report))) return null;
  const since = report.generatedAt;
  const keys = planned.length === 0 ? [] : wanted.map((keyId) => ({ keyId, at: since }));
  return { basis: 'report', since, keys, attendants: [] };
}

/** Whether the keys are off, and since when. */
export function assessDeactivation(watch: DeactivationWatch): Watched<Deactivation> {
  const history = assessKeyHistory(watch.events);
  const violations = assessBeforeSoak(watch, history);
  if (violations.length > 0) return { state: 'wrong', violations };
  const result = seenByEvents(watch, history) ?? seenByReport(watch, history);
  return result === null ? { state: 'not-seen' } : { state: 'seen', result };
}

export type DeletionWatch = {
  /** The keys that were contained for the whole soak; empty where nothing named them. */
  contained: readonly AccessKeyId[];
  /** The changes of root's keys since the soak began. */
  events: readonly RootEvent[];
  keysPresent: boolean;
  now: Instant;
};

export type Deletion = { keys: AccessKeyId[]; others: AccessKeyId[] };

/** A key that was switched on after the proof, or made: the person is told no more. */
export function assessContainedKeys(contained: readonly AccessKeyId[], events: readonly RootEvent[]): ConsoleViolation[] {
  return events.flatMap(({ at, keyChange, sourceIp }): ConsoleViolation[] => {
    if (keyChange?.change === 'created') return [{ code: 'soak/new-key', text: `Key ${keyChange.keyId} was created at ${at} from ${sourceIp}.` }];
    const isContained = contained.length === 0 || contained.some((keyId) => keyId === keyChange?.keyId);
    return keyChange?.change === 'activated' && isContained ? [{ code: 'soak/key-not-contained', text: `Key ${keyChange.keyId} was re-activated at ${at} from ${sourceIp}.` }] : [];
  });
}

/** Reads of IAM follow a change within seconds; its event comes minutes after. */
const SETTLED_MS = MINUTE_MS;

/**
 * Whether the keys are gone. The account summary counts for all of them; the events say which it was.
 * A wrong key and a key that is left are said as soon as they show.
 */
export function assessDeletion({ contained, events, keysPresent, now }: DeletionWatch): Watched<Deletion> {
  const gone = assessKeyHistory(events).filter((key) => key.state === 'deleted');
  const wrong = contained.length === 0 ? [] : gone.filter((key) => !contained.includes(key.keyId));
  if (!keysPresent) return { state: 'seen', result: { keys: contained.length === 0 ? gone.map((key) => key.keyId) : [...contained], others: wrong.map((key) => key.keyId) } };
  const violations = [
    ...assessContainedKeys(contained, events),
    ...wrong.map((key): ConsoleViolation => ({ code: 'console/wrong-key', text: `Key ${key.keyId} was deleted ${byWhom(key)}; it was not contained, and the planned one still is there.` })),
  ];
  if (violations.length > 0) return { state: 'wrong', violations };
  const isAllGone = gone.length > 0 && contained.every((keyId) => gone.some((key) => key.keyId === keyId));
  if (!isAllGone || gone.some((key) => now < plusMs(key.at, SETTLED_MS))) return { state: 'not-seen' };
  return { state: 'wrong', violations: [{ code: 'console/key-left', text: `Gone: ${gone.map((key) => maskKeyId(key.keyId)).join(', ')}. AWS still counts a root key.` }] };
}
