/** What is visible of a soak under a policy that denies root: was a key used and not refused, by whom was it tried, did a key appear? Pure. */
import { maskKeyId, type AccessKeyId, type AccountId } from '../identifiers.ts';
import { msBetween, SECOND_MS, type Instant } from '../instant.ts';
import type { RootEvent } from '../root-event.ts';
import type { LastUse, RootKey } from '../root-user.ts';
import type { SoakViolation } from '../soak-watch.ts';
import { callOf, isDenied, isOwnRead, OWN_USER_AGENT_MARK } from '../usage.ts';

export type SealedSoak = {
  account: AccountId;
  /** When the policy was seen at work; what came before does not count. */
  since: Instant;
  /** The keys that the plan names, and whose deletion by this run is no news. */
  keyIds: readonly AccessKeyId[];
  /** Key ids that this run signed with. */
  ownKeyIds: ReadonlySet<string>;
  /** Callers of which the plan knows that they will be denied. */
  isAcknowledged: (event: RootEvent) => boolean;
  /** Keys whose use the plan knows of although no event explains it. */
  isKeyAcknowledged: (keyId: AccessKeyId) => boolean;
};

const who = (event: RootEvent): string => `${event.at} ${callOf(event)} from ${event.sourceIp} in ${event.region} by ${event.userAgent}`;

/** Answered whatever policies say (STS API reference, GetCallerIdentity: "no permissions are required"). */
const isNeverDenied = (event: RootEvent): boolean => callOf(event) === 'sts:GetCallerIdentity';

const isOwn = (event: RootEvent, { ownKeyIds }: SealedSoak): boolean =>
  isOwnRead(event) || (event.accessKeyId !== null && ownKeyIds.has(event.accessKeyId) && event.userAgent.includes(OWN_USER_AGENT_MARK));

function assessEvent(event: RootEvent, soak: SealedSoak): SoakViolation | null {
  if (event.at < soak.since || isOwn(event, soak)) return null;
  if (event.errorCode === null && event.keyChange?.change === 'created') return { code: 'soak/new-key', text: `Key ${event.keyChange.keyId} was created in ${soak.account}: ${who(event)}.` };
  // Sessions of AssumeRoot are spared by the policy, AWS's own calls are not bound, and a sign-in is no call.
  if (event.kind === 'assumed-root' || event.kind === 'aws-service' || event.kind === 'sign-in') return null;
  if (event.errorCode === null && event.kind !== 'sign-in-session' && !isNeverDenied(event)) {
    return { code: 'soak/key-not-contained', text: `Root of ${soak.account} was used and not refused: ${who(event)}.` };
  }
  if (soak.isAcknowledged(event)) return null;
  return { code: 'soak/root-use', text: `Root of ${soak.account} was used${isDenied(event) ? ', and refused' : ''}, by somebody who is not acknowledged: ${who(event)}.` };
}

/** Every reason in the events not to call the soak kept. */
export const assessSealedEvents = (events: readonly RootEvent[], soak: SealedSoak): SoakViolation[] =>
  events.map((event) => assessEvent(event, soak)).filter((violation) => violation !== null);

/**
 * The live list of keys and IAM's last use of each. A denied call moves the last use too, so a use in the soak is no trouble where an event shows
 * that it was refused; where none does, it may have been a data event, which shows nowhere.
 */
export function assessSealedKeys(listed: readonly RootKey[], lastUses: ReadonlyMap<AccessKeyId, LastUse | null>, events: readonly RootEvent[], soak: SealedSoak): SoakViolation[] {
  return listed.flatMap(({ keyId }): SoakViolation[] => {
    if (!soak.keyIds.includes(keyId)) return [{ code: 'soak/new-key', text: `Key ${keyId} of ${soak.account} is not in the plan.` }];
    const lastUse = lastUses.get(keyId) ?? null;
    if (lastUse === null || lastUse.at <= soak.since || soak.isKeyAcknowledged(keyId)) return [];
    const isSeenRefused = events.some((event) => event.accessKeyId === keyId && isDenied(event) && msBetween(event.at, lastUse.at) < SECOND_MS);
    return isSeenRefused ? [] : [{ code: 'soak/root-use', text: `Key ${maskKeyId(keyId)} of ${soak.account} was used at ${lastUse.at} (${lastUse.service}, ${lastUse.region}), after it was contained; no event shows by whom, nor that it was refused.` }];
  });
}
