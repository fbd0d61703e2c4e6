/** Which root key stands behind an identity: the key itself, or the one that minted its session. Pure. */
import type { RootEvent } from './root-event.ts';
import { isRoot, type Caller } from './root-user.ts';

/** True for a call by which a root key minted a session, as its answer shows. */
export const isMinting = ({ source, kind, subject, accessKeyId }: RootEvent): boolean =>
  source === 'sts.amazonaws.com' && kind === 'root-key' && accessKeyId !== null && subject?.startsWith('ASIA') === true;

/** Sessions that root keys minted: id of the session → id of the key. GetSessionToken and GetFederationToken answer with the new id. */
export function mintedSessions(events: readonly RootEvent[]): Record<string, string> {
  const sessions: Record<string, string> = {};
  for (const event of events.filter(isMinting)) {
    if (event.subject !== null && event.accessKeyId !== null) sessions[event.subject] = event.accessKeyId;
  }
  return sessions;
}

/** The root key that signs for a caller, directly or through a session that it minted; null where none does, as far as the events show. */
export function keyBehind(caller: Caller, sessions: Readonly<Record<string, string>>): string | null {
  if (!isRoot(caller)) return null;
  return caller.kind === 'root-key' ? caller.accessKeyId : (sessions[caller.accessKeyId] ?? null);
}
