/** What an interval of root events says about a soak: were the keys contained all the time, and did anybody use root? Pure. */
import { callOf, isDenied, isOwnRead, OWN_USER_AGENT_MARK } from './usage.ts';
import { maskKeyId, type AccessKeyId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { PlanBody } from './plan.ts';
import type { ProblemCode } from './problem.ts';
import type { RootEvent } from './root-event.ts';
import type { RootKey } from './root-user.ts';

export type SoakViolation = { code: Extract<ProblemCode, 'soak/key-not-contained' | 'soak/root-use' | 'soak/new-key'>; text: string };

export type SoakInterval = {
  /** From when on each key has to be contained, or watched; for everything else the soak begins at `from`. */
  since: ReadonlyMap<AccessKeyId, Instant>;
  from: Instant;
  contained: readonly AccessKeyId[];
  watched: readonly AccessKeyId[];
  events: readonly RootEvent[];
  /** Key ids that this run signed with. */
  ownKeyIds: ReadonlySet<string>;
  /** Callers that the plan acknowledges. */
  acknowledged: (event: RootEvent) => boolean;
  /** Use that need not stop it, as long as it does nothing to a contained key: what was over when the plan showed it, what was told. */
  excused: (event: RootEvent) => boolean;
};

/** Which key an event changed; nothing where AWS refused. */
const changeOf = ({ errorCode, keyChange }: RootEvent): RootEvent['keyChange'] => (errorCode === null ? keyChange : null);

const who = (event: RootEvent): string => `${event.at} ${callOf(event)} from ${event.sourceIp} in ${event.region} by ${event.userAgent}`;

/** A write of this run: signed by its own session, marked with its user agent, on a key that the plan names. */
function isOwnWrite(event: RootEvent, interval: SoakInterval): boolean {
  const { keyChange } = event;
  if (keyChange === null || event.accessKeyId === null) return false;
  const isPlanned = [...interval.contained, ...interval.watched].some((keyId) => keyId === keyChange.keyId);
  return isPlanned && interval.ownKeyIds.has(event.accessKeyId) && event.userAgent.includes(OWN_USER_AGENT_MARK)
    && (keyChange.change === 'deactivated' || keyChange.change === 'deleted');
}

/** What breaks containment itself breaks the soak whoever did it, and whenever: a contained key that was switched on, or used. */
function assessContainment(event: RootEvent, { contained }: SoakInterval): SoakViolation | null {
  const keyChange = changeOf(event);
  if (keyChange?.change === 'activated' && contained.some((keyId) => keyId === keyChange.keyId)) {
    return { code: 'soak/key-not-contained', text: `Key ${keyChange.keyId} was re-activated: ${who(event)}.` };
  }
  const usedKey = contained.find((keyId) => keyId === event.accessKeyId);
  return usedKey === undefined ? null : { code: 'soak/key-not-contained', text: `Key ${maskKeyId(usedKey)} was used although it was contained: ${who(event)}.` };
}

function assessEvent(event: RootEvent, interval: SoakInterval): SoakViolation | null {
  if (isOwnRead(event) || isOwnWrite(event, interval)) return null;
  const broken = assessContainment(event, interval);
  if (broken !== null) return broken;
  // A key that was made before the plan and is there still stands in it, or else in the live list as a stranger.
  if (interval.excused(event)) return null;
  const keyChange = changeOf(event);
  if (keyChange?.change === 'created') return { code: 'soak/new-key', text: `Key ${keyChange.keyId} was created: ${who(event)}.` };
  // Sign-ins and AWS's own calls do not depend on a key; who signs in to go on with a run must not stop it.
  if (event.kind === 'sign-in' || event.kind === 'aws-service' || event.kind === 'assumed-root') return null;
  // A refused call was meant: whoever made it still needs root, acknowledged or not.
  if (isDenied(event)) return { code: 'soak/root-use', text: `Root was used, and refused: ${who(event)}.` };
  const isWatchedKey = interval.watched.some((keyId) => keyId === event.accessKeyId);
  if (!isWatchedKey && interval.acknowledged(event)) return null;
  return { code: 'soak/root-use', text: `Root was used: ${who(event)}.` };
}

/** Every reason in the events not to call the soak kept, oldest first. Events before a soak began do not count. */
export function assessSoakEvents(interval: SoakInterval): SoakViolation[] {
  return interval.events
    .filter((event) => {
      const keyId = event.keyChange?.keyId ?? event.accessKeyId;
      return event.at > ([...interval.since].find(([key]) => key === keyId)?.[1] ?? interval.from);
    })
    .map((event) => assessEvent(event, interval))
    .filter((violation) => violation !== null);
}

/** The same question to the live list of keys: is every contained key inactive, and is there none that the plan does not name? */
export function assessSoakKeys(plan: PlanBody, contained: readonly AccessKeyId[], listed: readonly RootKey[]): SoakViolation[] {
  return listed.flatMap((key): SoakViolation[] => {
    if (!plan.keys.some((planned) => planned.keyId === key.keyId)) return [{ code: 'soak/new-key', text: `Key ${key.keyId} is not in the plan.` }];
    const isLoose = key.status === 'active' && contained.includes(key.keyId);
    return isLoose ? [{ code: 'soak/key-not-contained', text: `Key ${key.keyId} is active.` }] : [];
  });
}
