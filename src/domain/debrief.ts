/** What a drill showed: what was done well in a run, and what would have gone wrong on a real account. Pure; knows no scenario. */
import { maskKeyId, type AccessKeyId } from './identifiers.ts';
import { DAY_MS, HOUR_MS, msBetween, type Instant } from './instant.ts';
import type { Plan } from './plan.ts';

/** How a run went, as far as its journal tells. */
export type DrillRun = {
  plan: Plan;
  /** Since when each key was contained, and when it was deleted. */
  contained: ReadonlyMap<AccessKeyId, Instant>;
  deleted: ReadonlyMap<AccessKeyId, Instant>;
  isVerified: boolean;
  outcome: 'done' | 'done-unverified' | 'rolled-back' | 'cancelled' | null;
  /** The summary of the problem that stopped it. */
  stoppedBy: string | null;
  /** Whether somebody could sign in as root, as it was answered; null where it was not asked. */
  signInPossible: 'yes' | 'go-on' | null;
};

export type Debrief = { well: string[]; risky: string[] };

const renderSpan = (ms: number): string => (ms >= 2 * DAY_MS ? `${Math.floor(ms / DAY_MS)} days` : `${Math.floor(ms / HOUR_MS)} h`);

function assessKeys({ contained, deleted }: DrillRun): Debrief {
  const debrief: Debrief = { well: [], risky: [] };
  for (const [keyId, to] of deleted) {
    const from = contained.get(keyId);
    if (from === undefined) debrief.risky.push(`Key ${maskKeyId(keyId)} was deleted without ever being off: whoever still needed it would have had no way back. A session from aws login could have deactivated it first.`);
    else debrief.well.push(`Key ${maskKeyId(keyId)} was off for ${renderSpan(msBetween(from, to))} before it was deleted; until then one command would have brought it back.`);
  }
  return debrief;
}

function assessCallers({ plan }: DrillRun): Debrief {
  const unknown = plan.acknowledgements.filter(({ reason }) => reason.startsWith('unknown'));
  const breaking = plan.acknowledgements.filter(({ reason }) => reason.includes('may break'));
  const known = plan.acknowledgements.length - unknown.length;
  return {
    well: known === 0 ? [] : [`${known === 1 ? 'The caller was' : `${known} callers were`} put to a name before anything was switched off.`],
    risky: [
      ...unknown.map(({ fingerprint }) => `Caller ${fingerprint} was accepted unasked: it may be an intruder, or a payroll run that fails tonight.`),
      ...breaking.map(({ fingerprint }) => `Caller ${fingerprint} was let break: its owner should hear it from you, before.`),
    ],
  };
}

function assessEnd({ plan, contained, isVerified, outcome, stoppedBy, signInPossible }: DrillRun): Debrief {
  const well: string[] = [];
  const risky: string[] = [];
  if (signInPossible === 'yes') well.push('Somebody can sign in as root: a way back that does not hang on this session.');
  if (signInPossible === 'go-on') risky.push('Nobody was sure to be able to sign in as root: had this session ended in the soak, nobody could have undone or finished it.');
  if (plan.isSuspectedCompromise && contained.size > 0) well.push('A suspected compromise: contained first, looked at after.');
  if (plan.overrides.some(({ kind }) => kind !== 'delete-signing-key')) risky.push('The soak was shortened, or could not be proved: a caller with a longer rhythm breaks after the point of no return.');
  if (stoppedBy !== null && contained.size > 0) well.push(`The run stopped, and what was contained stayed so: ${stoppedBy}`);
  if (outcome === 'done' && isVerified) well.push('No root access keys, read back live, not taken from a dashboard.');
  if (outcome === 'done-unverified') risky.push('The deletion was accepted, and nobody could read it back: on a real account that is not done.');
  if (outcome === 'rolled-back') well.push('It was rolled back while that could still be done.');
  return { well, risky };
}

/** Of a run over guardrails, which takes nothing that could not be put back. @param outcome null while it is not over */
export function assembleGuardDebrief(outcome: DrillRun['outcome']): Debrief {
  if (outcome === 'rolled-back') return { well: ['It was rolled back: everything is as it was before.'], risky: [] };
  if (outcome === 'cancelled') return { well: ['It was cancelled before anything was changed.'], risky: [] };
  return outcome !== null ? { well: ['It came to its end, and rollback still brings back what was before.'], risky: [] } : { well: [], risky: ['It is not over: what it has attached stays attached meanwhile.'] };
}

/** @param run null where nothing was begun */
export function assembleDebrief(run: DrillRun | null): Debrief {
  if (run === null) return { well: ['Nothing was changed: a look costs nothing.'], risky: [] };
  const parts = [assessCallers(run), assessKeys(run), assessEnd(run)];
  return { well: parts.flatMap((part) => part.well), risky: parts.flatMap((part) => part.risky) };
}
