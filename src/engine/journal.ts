/** The journal's entries: what a run did, waits for and saw. Types only; the file is journal-file.ts, the fold is replay.ts. */
import type { Instant } from '../domain/instant.ts';
import type { Json } from '../domain/canonical-json.ts';

export const JOURNAL_SCHEMA = 1;

/** `<action id>/<step name>`, by name and never by call order. */
export type StepKey = string;

/** `approval`: a digest given on the command line · `terminal`: typed by a person. */
export type AnsweredBy = 'approval' | 'terminal';

export type RunOutcome = 'done' | 'done-unverified' | 'rolled-back' | 'cancelled';

/**
 * What is written into the journal; the stamp is added by the journal. A run whose start is not approved asks before it deletes. A wait without
 * a deadline is for a person.
 */
export type JournalEntry =
  | { kind: 'run-started'; schema: number; runId: string; tool: string; planDigest: string; account: string; world: string; isApproved?: boolean }
  | { kind: 'answered'; question: string; answer: string; by: AnsweredBy }
  | { kind: 'intent'; step: StepKey; attempt: number }
  | { kind: 'succeeded'; step: StepKey; via: 'act' | 'observe'; result: Json }
  | { kind: 'attempt-failed'; step: StepKey; problem: { code: string; message: string }; isOutcomeUnknown: boolean }
  | { kind: 'waiting'; step: StepKey; until: Instant | null }
  | { kind: 'observed'; what: string; value: Json }
  | { kind: 'stopped'; problem: { code: string; message: string } }
  | { kind: 'interrupted' }
  | { kind: 'moved' }
  | { kind: 'run-ended'; outcome: RunOutcome };

/** `prev` is the hash of the line before (64 zeros for the first); `hash` is the SHA-256 of the canonical line without `hash`. */
export type Stamp = { seq: number; at: Instant; prev: string; hash: string };
export type JournalLine = Stamp & { entry: JournalEntry };

/** Appends are on disk (fsync) before they resolve. */
export interface Journal {
  readonly lines: readonly JournalLine[];
  append(entry: JournalEntry): Promise<JournalLine>;
}
