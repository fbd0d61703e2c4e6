/** What rootzero asks a person: coded questions with data, and the answers that each takes. The terminal words them; the safe answer is always the default. */
import type { UsageCaller } from '../domain/caller.ts';
import type { AccessKeyId, AccountId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';

/** By code: what a question is about, and what may come back. */
export type Questions = {
  /** The point of no return, key by key. True only when the last four characters of the key id were typed. */
  'delete': { about: { account: AccountId; keyId: AccessKeyId; containedSince: Instant | null; isDirect: boolean }; answer: boolean };
  /** Who is it, and may it lose root? */
  'caller': { about: { caller: UsageCaller; number: number; of: number }; answer: 'stop' | 'moved' | 'may-break' | 'unknown' | 'own-words' | 'compromise' };
};

export type QuestionCode = keyof Questions;

/**
 * Asks one question and resolves with its answer. Never inside a step: ask first, run second.
 * @throws Problem `run/interrupted` when the person presses Ctrl-C instead
 */
export type Ask = <Code extends QuestionCode>(code: Code, about: Questions[Code]['about']) => Promise<Questions[Code]['answer']>;
