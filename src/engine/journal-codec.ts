/** The journal's lines as text: writing, parsing and chaining by hash. Pure. */
import * as z from 'zod';
import { canonicalJson, type Json } from '../domain/canonical-json.ts';
import { parseInstant, type Instant } from '../domain/instant.ts';
import type { JournalEntry, JournalLine } from './journal.ts';

export const FIRST_HASH = '0'.repeat(64);

const instant = z.string().transform((text, context): Instant => {
  const parsed = parseInstant(text);
  if (parsed !== undefined && parsed === text) return parsed;
  context.addIssue('not an instant');
  return z.NEVER;
});
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const json: z.ZodType<Json> = z.json();
const problem = z.strictObject({ code: z.string(), message: z.string() });

const entry: z.ZodType<JournalEntry> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run-started'), schema: z.number(), runId: z.string(), tool: z.string(), planDigest: z.string(), account: z.string(), world: z.string(), isApproved: z.boolean().exactOptional() }),
  z.strictObject({ kind: z.literal('answered'), question: z.string(), answer: z.string(), by: z.enum(['approval', 'terminal']) }),
  z.strictObject({ kind: z.literal('intent'), step: z.string(), attempt: z.number() }),
  z.strictObject({ kind: z.literal('succeeded'), step: z.string(), via: z.enum(['act', 'observe']), result: json }),
  z.strictObject({ kind: z.literal('attempt-failed'), step: z.string(), problem, isOutcomeUnknown: z.boolean() }),
  z.strictObject({ kind: z.literal('waiting'), step: z.string(), until: instant.nullable() }),
  z.strictObject({ kind: z.literal('observed'), what: z.string(), value: json }),
  z.strictObject({ kind: z.literal('stopped'), problem }),
  z.strictObject({ kind: z.literal('interrupted') }),
  z.strictObject({ kind: z.literal('moved') }),
  z.strictObject({ kind: z.literal('run-ended'), outcome: z.enum(['done', 'done-unverified', 'rolled-back', 'cancelled']) }),
]);

const line: z.ZodType<JournalLine> = z.strictObject({ seq: z.number(), at: instant, prev: hash, hash, entry });

const head = z.strictObject({ schema: z.number(), lines: z.number().int().nonnegative(), hash });
export type Head = z.infer<typeof head>;

type Sha256 = (text: string) => string;

/** The next line of a chain. */
export function chainLine(previous: JournalLine | undefined, at: Instant, added: JournalEntry, sha256: Sha256): JournalLine {
  const stamped = { seq: (previous?.seq ?? 0) + 1, at, prev: previous?.hash ?? FIRST_HASH, entry: added };
  return { ...stamped, hash: sha256(canonicalJson(stamped)) };
}

/** The line, when the text is one that follows `previous`; else why not. Only what is no JSON at all can come from a torn write. */
export function parseLine(text: string, previous: JournalLine | undefined, sha256: Sha256): { line: JournalLine } | { reason: string; isTorn: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'is not JSON', isTorn: true };
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return { reason: 'has another shape', isTorn: false };
  const expected = chainLine(previous, parsed.data.at, parsed.data.entry, sha256);
  if (canonicalJson(expected) !== canonicalJson(parsed.data)) return { reason: 'does not follow the line before it', isTorn: false };
  return { line: parsed.data };
}

export function parseHead(text: string): Head | undefined {
  try {
    return head.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
