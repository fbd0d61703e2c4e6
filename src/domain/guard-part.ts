/** Guardrails as they are, part by part: what is there and works, what is not, and what could not be told. Pure. */

/** `drifted`: other content than wanted · `broken`: there, and it would not do its job. */
export type PartState = 'live' | 'missing' | 'drifted' | 'broken' | 'unknown';
export type PartKind = 'trail' | 'topic' | 'event-rule' | 'recorder' | 'config-rule' | 'organization-rule' | 'account';

/** One part, in one Region, with the reasons for what is not live and notes on what is. */
export type GuardPart = { kind: PartKind; region: string; name: string; state: PartState; because: string[] };

/** 1 as soon as a part is surely not as it should be, else 2 for what could not be told, else 0. */
export function exitCodeOfParts(parts: readonly GuardPart[]): 0 | 1 | 2 {
  if (parts.some(({ state }) => state !== 'live' && state !== 'unknown')) return 1;
  return parts.some(({ state }) => state === 'unknown') ? 2 : 0;
}
