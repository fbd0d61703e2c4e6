/** What root did: the calls that change an account, in the order and grouping in which an intrusion is read. Pure. */
import type { DeedGroup, RootDeed, Usage, UsageCaller } from './caller.ts';
import { HOUR_MS, plusMs, type Instant } from './instant.ts';
import type { RootEvent } from './root-event.ts';
import { callOf, serviceOf } from './usage.ts';

/** Root's GetSessionToken and GetFederationToken sessions end after 3,600 s at most (STS API reference). */
const MINTED_SESSION_MS = HOUR_MS;
/** `aws login` and console sessions end after 12 hours at most (AWS Sign-In User Guide, "Sign in through the AWS CLI"). */
const SIGN_IN_SESSION_MS = 12 * HOUR_MS;

const MINTING = /^(GetSessionToken|GetFederationToken|AssumeRole|AssumeRoot)$/;
const DETECTORS: ReadonlySet<string> = new Set(['guardduty', 'config', 'securityhub', 'access-analyzer', 'detective', 'macie2']);

function groupOf(event: RootEvent): DeedGroup {
  const service = serviceOf(event);
  if (service === 'sts' && MINTING.test(event.name)) return 'sessions';
  if (service === 'cloudtrail') return 'trails';
  if (DETECTORS.has(service)) return 'detectors';
  if (service !== 'iam') return 'other';
  if (/AccessKey|SigningCertificate|SSHPublicKey|ServiceSpecificCredential/.test(event.name)) return 'keys';
  if (/User|Group|LoginProfile|MFADevice|ChangePassword/.test(event.name)) return 'users';
  return /Role|Policy|InstanceProfile|SAMLProvider|OpenIDConnectProvider/.test(event.name) ? 'roles' : 'other';
}

/** CloudTrail calls the minting of sessions read-only; it outlives the key all the same. */
export const isDeed = (event: RootEvent): boolean => event.kind !== 'sign-in' && (!event.isReadOnly || groupOf(event) === 'sessions');

/** Every changing call and every minted session, oldest first, attempts that failed included; an event counts once. */
export function listDeeds(events: RootEvent[]): RootDeed[] {
  return [...new Map(events.map((event) => [event.id, event])).values()]
    .filter(isDeed)
    .map((event) => ({
      at: event.at,
      region: event.region,
      call: callOf(event),
      subject: event.subject,
      errorCode: event.errorCode,
      group: groupOf(event),
      event,
    }))
    .sort((first, second) => (first.at === second.at ? 0 : first.at < second.at ? -1 : 1));
}

/** Regions used at or after `since` and never before it, sorted; only as true as the events reach back. */
export const newRegions = (spans: Usage['regionSpans'], since: Instant): string[] =>
  Object.entries(spans).filter(([, { firstAt }]) => firstAt >= since).map(([region]) => region).sort();

export type SessionExpiry = {
  /** No session minted from the key can live longer, seen or not: minting ends with containment. */
  mintedUntil: Instant;
  /** The latest end of a console or `aws login` session among the callers; null when there is none. */
  signedInUntil: Instant | null;
};

/** When somebody was last signed in as root, as far as the callers show; a failed sign-in is none. */
export function lastSignedInAt(callers: readonly UsageCaller[]): Instant | null {
  const signedIn = callers.filter(({ kind, count, denied }) => kind === 'sign-in-session' || (kind === 'sign-in' && denied < count));
  return signedIn.map((caller) => caller.lastSeenAt).sort().at(-1) ?? null;
}

/** Until when sessions of root may live on, after its keys were contained at `containedAt`. Deleting a key does not end them. */
export function sessionsMayLiveUntil(callers: readonly UsageCaller[], containedAt: Instant): SessionExpiry {
  const signedInAt = lastSignedInAt(callers);
  return {
    mintedUntil: plusMs(containedAt, MINTED_SESSION_MS),
    signedInUntil: signedInAt === null ? null : plusMs(signedInAt, SIGN_IN_SESSION_MS),
  };
}
