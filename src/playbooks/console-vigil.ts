/** The soak of keys that somebody switched off in the console: watched from outside, by events and the account summary. */
import { assessContainedKeys, type ConsoleViolation } from '../domain/attended-watch.ts';
import type { Instant } from '../domain/instant.ts';
import type { RootEvent } from '../domain/root-event.ts';
import { DELETION_STEP, readChangesAtRest, restAtConsole } from './console.ts';
import { deactivationIn } from './contain.ts';
import { requireReading, stateOf, type Run } from './run.ts';
import { nowOf } from './session.ts';
import type { Look, Vigil } from './vigil.ts';

/** CloudTrail puts this in place of an address for some calls of the console itself; nobody outside AWS can have it. */
const AWS_INTERNAL = 'AWS Internal';

/** What a person signed in as root may do without breaking the soak: the told clicks on contained keys, and reads from where the clicks came, or after the deletion was told. */
function isTold(run: Run, contained: ReadonlySet<string>, event: RootEvent): boolean {
  if (event.kind !== 'sign-in-session') return false;
  const { keyChange } = event;
  if (keyChange !== null) return ['deactivated', 'deleted'].includes(keyChange.change) && (contained.size === 0 || contained.has(keyChange.keyId));
  const state = stateOf(run);
  const toldAt = state.told.get(DELETION_STEP);
  const isAttendant = event.sourceIp === AWS_INTERNAL || deactivationIn(state)?.attendants.includes(event.sourceIp) === true;
  return event.isReadOnly && (isAttendant || (toldAt !== undefined && event.at >= toldAt));
}

/** @throws Problem `soak/too-short` while nothing was seen to be off */
export function openConsoleVigil(run: Run): Vigil {
  const rest = restAtConsole(run);
  const contained = [...rest.since.keys()];
  const early = (text: string): ConsoleViolation => ({ code: 'console/deleted-early', text });
  const look = async (endsAt: Instant): Promise<Look> => {
    await requireReading(run);
    const changes = await readChangesAtRest(run, rest);
    const { keysPresent } = await run.session.identities.reading.reader.readAccountSummary();
    const deletions = changes.flatMap(({ at, keyChange, sourceIp }): ConsoleViolation[] => {
      const isContained = contained.length === 0 || contained.some((keyId) => keyId === keyChange?.keyId);
      return keyChange?.change === 'deleted' && isContained && at < endsAt ? [early(`Key ${keyChange.keyId} was deleted at ${at} from ${sourceIp}; its soak ends at ${endsAt}.`)] : [];
    });
    const isGone = !keysPresent && deletions.length === 0 && nowOf(run.session) < endsAt;
    return { violations: [...assessContainedKeys(contained, changes), ...deletions, ...(isGone ? [early(`No root key is left; the soak ends at ${endsAt}.`)] : [])], unreadable: [] };
  };
  return { ...rest, contained, watched: [], look, isExcused: (event) => isTold(run, new Set(contained), event) };
}
