/** A waivers file as text → waivers. YAML, and so JSON too; whatever is not plainly a waiver is refused with its line. Knows no finding's state. */
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import * as z from 'zod';
import { FINDING_IDS } from '../domain/controls.ts';
import { parseAccountId } from '../domain/identifiers.ts';
import { parseDay } from '../domain/instant.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { Waiver } from '../domain/waiver.ts';

const someText = z.string().trim().min(1, 'is empty');
const entrySchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'is not an account id of twelve digits').transform(parseAccountId),
  finding: z.enum(FINDING_IDS, `is none of ${FINDING_IDS.join(', ')}`),
  reason: someText,
  owner: someText,
  expires: z.string().transform((text, context) => {
    const day = parseDay(text);
    if (day !== undefined) return day;
    context.addIssue({ code: 'custom', message: 'is not a date such as 2026-12-31' });
    return z.NEVER;
  }),
});
const fileSchema = z.strictObject({ waivers: z.array(entrySchema) });

const refused = (path: string, line: number | undefined, what: string): Problem =>
  problem('input/waivers', { detail: `${path}${line === undefined ? '' : `, line ${line}`}: ${what}` });

/** The line of the innermost part of the document on the way to what a path names, which itself may be missing. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/**
 * Every scalar is read as text, so that an account id keeps its zeros. Aliases, unknown tags, unknown members and a second waiver for the same
 * account and finding are refused.
 * @param path named in messages
 * @throws Problem `input/waivers`
 */
export function parseWaivers(path: string, text: string): Waiver[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw !== undefined) throw refused(path, lines.linePos(flaw.pos[0]).line, flaw.message);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw refused(path, undefined, 'aliases (*name) are not taken');
  }
  const parsed = fileSchema.safeParse(value, { error: (issue) => (issue.code === 'invalid_type' ? (issue.input === undefined ? 'is missing' : `is no ${issue.expected}`) : undefined) });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path ?? [];
    throw refused(path, lineAt(document, lines, at), [at.join('.'), issue?.message].filter((part) => part !== '').join(' '));
  }
  const seen = new Set<string>();
  return parsed.data.waivers.map((entry, index) => {
    const line = lineAt(document, lines, ['waivers', index]) ?? 1;
    const key = `${entry.account} ${entry.finding}`;
    if (seen.has(key)) throw refused(path, line, `a second waiver for ${key}`);
    seen.add(key);
    return { ...entry, line };
  });
}
