/** What events tell of root's keys where nobody may list them: which there are, and whether each is on. Pure. */
import type { UsageCaller } from './caller.ts';
import { isAccessKeyId, type AccessKeyId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { RootEvent } from './root-event.ts';
import type { KeyStatus } from './root-user.ts';

/** A key as its last event left it. */
export type SeenKey = {
  keyId: AccessKeyId;
  state: KeyStatus | 'deleted';
  /** When that event happened: a change of the key, or a use of it, which takes an active key. */
  at: Instant;
  createdAt: Instant | null;
  /** Who made the change; null for a use. */
  by: { sourceIp: string; userAgent: string } | null;
};

/** The calls that make, switch or remove a key. */
export const KEY_CHANGES: readonly string[] = ['UpdateAccessKey', 'CreateAccessKey', 'DeleteAccessKey'];

const STATES = { created: 'active', activated: 'active', deactivated: 'inactive', deleted: 'deleted' } as const;

/** Events of one second have no order among them: an inactive key cannot be used, of two changes the worse counts, and a deletion is the last. */
const rankOf = ({ state, by }: SeenKey): number => (by === null ? 0 : state === 'inactive' ? 1 : state === 'active' ? 2 : 3);

function sightingsIn({ accessKeyId, at, errorCode, keyChange, kind, sourceIp, userAgent }: RootEvent): SeenKey[] {
  const sightings: SeenKey[] = [];
  // A refused call was authenticated too: the key was on.
  if (kind === 'root-key' && isAccessKeyId(accessKeyId)) sightings.push({ keyId: accessKeyId, state: 'active', at, createdAt: null, by: null });
  if (keyChange === null || errorCode !== null || !isAccessKeyId(keyChange.keyId)) return sightings;
  const { keyId, change } = keyChange;
  return [...sightings, { keyId, state: STATES[change], at, createdAt: change === 'created' ? at : null, by: { sourceIp, userAgent } }];
}

const lastUseOf = ({ accessKeyId, lastSeenAt }: UsageCaller): SeenKey[] =>
  (isAccessKeyId(accessKeyId) ? [{ keyId: accessKeyId, state: 'active', at: lastSeenAt, createdAt: null, by: null }] : []);

/**
 * Every key that the events show, with its last state, in the order in which the keys were first seen. The same event may come several times.
 * @param callers who used keys, where the uses themselves were counted and not kept
 */
export function assessKeyHistory(events: readonly RootEvent[], callers: readonly UsageCaller[] = []): SeenKey[] {
  const seen = new Map<AccessKeyId, SeenKey>();
  const sightings = [...events.flatMap(sightingsIn), ...callers.flatMap(lastUseOf)]
    .sort((first, second) => (first.at === second.at ? rankOf(first) - rankOf(second) : first.at < second.at ? -1 : 1));
  for (const sighting of sightings) {
    const before = seen.get(sighting.keyId);
    // Nobody brings a deleted key back: what still comes is a use of the same second.
    if (before?.state === 'deleted') continue;
    seen.set(sighting.keyId, { ...sighting, createdAt: sighting.createdAt ?? before?.createdAt ?? null });
  }
  return [...seen.values()];
}
