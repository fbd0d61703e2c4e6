/** What the plan needs to hear from a person: each caller acknowledged by itself, and what deviates, with a reason. */
import type { Usage, UsageCaller } from '../../domain/caller.ts';
import type { Acknowledgement } from '../../domain/plan.ts';
import type { Decisions } from '../../domain/planner.ts';
import { problem } from '../../domain/problem.ts';
import { isCallerToAcknowledge } from '../../domain/usage.ts';
import { signingKeyOf, type Observations } from '../../playbooks/plan-retirement.ts';
import type { Guide } from './guide.ts';

/** The reasons as a plan carries them. */
export const REASONS = { 'moved': 'known; has moved to a role', 'may-break': 'known; it may break', 'unknown': 'unknown; accepted at the terminal' } as const;

const NOTHING_DECIDED: Decisions = { soakMs: null, acknowledgements: [], acceptShortSoak: null, acceptUnprovedSoak: null, deleteSigningKey: null, isSuspectedCompromise: false, isAttended: false, keepsScp: false };

/** Null when the person calls it a compromise. @throws Problem `run/cancelled` */
async function askCaller({ ask, show }: Guide, caller: UsageCaller, usage: Usage, number: number, of: number): Promise<Acknowledgement | null> {
  const { fingerprint } = caller;
  show('caller');
  const answer = await ask('caller', { caller, usage, number, of });
  switch (answer) {
    case 'stop': throw problem('run/cancelled');
    case 'compromise': return null;
    case 'own-words': return { fingerprint, reason: await ask('reason', { whose: { kind: 'caller', caller } }) };
    default: return { fingerprint, reason: REASONS[answer] };
  }
}

/** Asks about every caller that depends on a key, then about the key that signs, where it is to be deleted directly. @param way how root is acted on */
export async function askDecisions(guide: Guide, observed: Observations, way: 'retire' | 'console' | 'direct'): Promise<Decisions> {
  const isAttended = way === 'console';
  const usage = observed.lookBack?.usage;
  const dependent = usage?.callers.filter(isCallerToAcknowledge) ?? [];
  const acknowledgements: Acknowledgement[] = [];
  for (const [index, caller] of dependent.entries()) {
    const given = usage === undefined ? null : await askCaller(guide, caller, usage, index + 1, dependent.length);
    if (given === null) return { ...NOTHING_DECIDED, isAttended, isSuspectedCompromise: true };
    acknowledgements.push(given);
  }
  const keyId = way === 'direct' ? signingKeyOf(observed) : null;
  const deleteSigningKey = keyId === null ? null : { keyId, reason: await guide.ask('reason', { whose: { kind: 'signing-key', keyId } }) };
  return { ...NOTHING_DECIDED, isAttended, acknowledgements, deleteSigningKey };
}
