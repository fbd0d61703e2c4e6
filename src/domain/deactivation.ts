/** What was seen of a deactivation that somebody did in the console: the result of that step, and its form in the journal. Pure. */
import type { Json } from './canonical-json.ts';
import { isAccessKeyId, type AccessKeyId } from './identifiers.ts';
import { parseInstant, type Instant } from './instant.ts';

/**
 * - `event`: CloudTrail named the key, and when
 * - `report`: the credential report shows no active key while one exists, and no event since says otherwise. Weaker: it names no key
 */
export type DeactivationBasis = 'event' | 'report';

export type Deactivation = {
  basis: DeactivationBasis;
  /** Since when all of them are off. */
  since: Instant;
  /** Empty where nothing names a key. */
  keys: { keyId: AccessKeyId; at: Instant }[];
  /** Source addresses of whoever did it: what they read in the console later is theirs too. */
  attendants: string[];
};

/** A result as the journal kept it; null when it is none. */
export function parseDeactivation(value: Json): Deactivation | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { basis, since, keys, attendants } = value;
  const sinceAt = typeof since === 'string' ? parseInstant(since) : undefined;
  if ((basis !== 'event' && basis !== 'report') || sinceAt === undefined || !Array.isArray(keys) || !Array.isArray(attendants)) return null;
  const parsed = keys.flatMap((key): Deactivation['keys'] => {
    if (typeof key !== 'object' || key === null || Array.isArray(key)) return [];
    const [keyId, at] = [key['keyId'], key['at']];
    const instant = typeof at === 'string' ? parseInstant(at) : undefined;
    return typeof keyId === 'string' && isAccessKeyId(keyId) && instant !== undefined ? [{ keyId, at: instant }] : [];
  });
  return parsed.length === keys.length ? { basis, since: sinceAt, keys: parsed, attendants: attendants.map(String) } : null;
}
