/** Events of root in, callers out: who used root's credentials, from where, how often and what next. Pure; the digest is handed in. */
import { assessCadence, nextExpected } from './cadence.ts';
import type { Usage, UsageCaller } from './caller.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Instant } from './instant.ts';
import type { Coverage, RootEvent } from './root-event.ts';

/** Stands in the user agent of every request that rootzero makes (AWS SDK setting `sdk_ua_app_id`). */
export const OWN_USER_AGENT_MARK = 'app/rootzero';

const OWN_READS: ReadonlySet<string> = new Set([
  'sts:GetCallerIdentity', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:GetAccountSummary', 'iam:ListMFADevices',
  'iam:ListVirtualMFADevices', 'iam:ListAccountAliases', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport',
]);
const OWN_READ_SERVICES: ReadonlySet<string> = new Set(['organizations', 'config', 'cloudtrail', 'account']);

/** `s3.amazonaws.com` → `s3` */
export const serviceOf = (event: RootEvent): string => event.source.replace(/\.amazonaws\.com(\.cn)?$/, '');
/** `s3:ListBuckets` */
export const callOf = (event: RootEvent): string => `${serviceOf(event)}:${event.name}`;

/** True for a read of rootzero's own. Its writes stay visible, and so does anybody who only borrows its user agent to do more. */
export function isOwnRead(event: RootEvent): boolean {
  if (!event.userAgent.includes(OWN_USER_AGENT_MARK)) return false;
  return OWN_READS.has(callOf(event)) || (event.isReadOnly && OWN_READ_SERVICES.has(serviceOf(event)));
}

/** Access keys and the sessions minted from them break when the keys go; sign-ins, AssumeRoot and AWS services do not depend on them. */
export const isCallerToAcknowledge = (caller: UsageCaller): boolean => caller.kind === 'root-key' || caller.kind === 'minted-session';

/** CloudTrail spells a refusal in several ways: `AccessDenied`, `AccessDeniedException`, `Client.UnauthorizedOperation`. */
export const isDenied = (event: RootEvent): boolean => event.errorCode !== null && /AccessDenied|Unauthorized/.test(event.errorCode);

function countCalls(events: RootEvent[]): UsageCaller['calls'] {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(callOf(event), (counts.get(callOf(event)) ?? 0) + 1);
  return [...counts]
    .map(([call, count]) => ({ call, count }))
    .sort((first, second) => second.count - first.count || (first.call < second.call ? -1 : 1));
}

const distinct = (values: string[]): string[] => [...new Set(values)].sort();

type Identity = Pick<UsageCaller, 'kind' | 'accessKeyId' | 'sourceIp' | 'userAgent'>;

const identityOf = (event: RootEvent): Identity => ({
  kind: event.kind,
  accessKeyId: event.kind === 'root-key' ? event.accessKeyId : null,
  sourceIp: event.sourceIp,
  userAgent: event.userAgent,
});

/** The first twelve digits over the canonical JSON of who called: how a person names a caller. */
export const fingerprintOf = (event: RootEvent, digest: (text: string) => string): string =>
  digest(canonicalJson(identityOf(event))).slice(0, 12);

function assembleCaller(identity: Identity, fingerprint: string, events: [RootEvent, ...RootEvent[]], now: Instant): UsageCaller {
  const times = events.map((event) => event.at).sort();
  const firstSeenAt = times[0] ?? events[0].at;
  const lastSeenAt = times.at(-1) ?? events[0].at;
  const cadence = assessCadence(times);
  return {
    fingerprint,
    ...identity,
    services: distinct(events.map(serviceOf)),
    regions: distinct(events.map((event) => event.region)),
    calls: countCalls(events),
    firstSeenAt,
    lastSeenAt,
    count: events.length,
    denied: events.filter(isDenied).length,
    cadence,
    nextExpectedAt: nextExpected(cadence, lastSeenAt, now),
  };
}

/**
 * Groups events into callers, newest first. The same event may come several times (it answers several look-ups); it counts once.
 * @param digest of a text, as hexadecimal digits; its first twelve over the canonical JSON of who called are the fingerprint
 */
export function assembleUsage(events: RootEvent[], coverage: Coverage, now: Instant, digest: (text: string) => string): Usage {
  const unique = [...new Map(events.map((event) => [event.id, event])).values()];
  const groups = new Map<string, [RootEvent, ...RootEvent[]]>();
  let ownCalls = 0;
  for (const event of unique) {
    if (isOwnRead(event)) {
      ownCalls += 1;
      continue;
    }
    const identity = canonicalJson(identityOf(event));
    const group = groups.get(identity);
    if (group === undefined) groups.set(identity, [event]);
    else group.push(event);
  }
  const callers = [...groups]
    .map(([, group]) => assembleCaller(identityOf(group[0]), fingerprintOf(group[0], digest), group, now))
    .sort((first, second) => (first.lastSeenAt === second.lastSeenAt
      ? (first.fingerprint < second.fingerprint ? -1 : 1)
      : (first.lastSeenAt < second.lastSeenAt ? 1 : -1)));
  return { coverage, callers, ownCalls };
}
