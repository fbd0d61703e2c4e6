/** The journal on disk: appended line by line with fsync, its head written atomically after each, read back with care. */
import { open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { instantOf } from '../domain/instant.ts';
import { problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { System } from '../ports/system.ts';
import type { FaultPoints } from './fault-points.ts';
import { JOURNAL_SCHEMA, type Journal, type JournalEntry, type JournalLine } from './journal.ts';
import { chainLine, FIRST_HASH, parseHead, parseLine } from './journal-codec.ts';
import { asStateProblem, writeAtomically } from './run-files.ts';

export type JournalDeps = { clock: Clock; system: Pick<System, 'sha256'>; faults: FaultPoints };

const LINES_FILE = 'journal.ndjson';
const HEAD_FILE = 'head.json';

/** @param last of so many lines */
const headText = (lines: number, last: JournalLine | undefined): string => `${JSON.stringify({ schema: JOURNAL_SCHEMA, lines, hash: last?.hash ?? FIRST_HASH })}\n`;

const lineText = (line: JournalLine): string => `${JSON.stringify(line)}\n`;

/** The files of a journal with these lines, by name. */
export const renderJournal = (lines: readonly JournalLine[]): Record<string, string> => ({ [LINES_FILE]: lines.map(lineText).join(''), [HEAD_FILE]: headText(lines.length, lines.at(-1)) });

async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

class FileJournal implements Journal {
  readonly #folder: string;
  readonly #deps: JournalDeps;
  readonly #lines: JournalLine[];
  #latest: Promise<unknown> = Promise.resolve();

  constructor(folder: string, deps: JournalDeps, lines: JournalLine[]) {
    this.#folder = folder;
    this.#deps = deps;
    this.#lines = lines;
  }

  get lines(): readonly JournalLine[] {
    return this.#lines;
  }

  append(entry: JournalEntry): Promise<JournalLine> {
    // One after the other. After a failed append the file may hold half a line, which only opening it again can tell: the rest fails alike.
    const appended = this.#latest.then(() => this.#write(entry));
    this.#latest = appended;
    return appended;
  }

  async #write(entry: JournalEntry): Promise<JournalLine> {
    const { clock, system, faults } = this.#deps;
    const line = chainLine(this.#lines.at(-1), instantOf(clock.now()), entry, system.sha256);
    const text = lineText(line);
    const path = join(this.#folder, LINES_FILE);
    try {
      faults.reach('journal/before-append', entry.kind);
      try {
        faults.reach('journal/torn-append', entry.kind);
      } catch (crash) {
        await appendDurably(path, text.slice(0, text.length / 2));
        throw crash;
      }
      await appendDurably(path, text);
      faults.reach('journal/between-line-and-head', entry.kind);
      await writeAtomically(join(this.#folder, HEAD_FILE), headText(this.#lines.length + 1, line));
      faults.reach('journal/after-append', entry.kind);
    } catch (thrown) {
      throw asStateProblem(thrown, this.#folder);
    }
    this.#lines.push(line);
    return line;
  }
}

export const createJournal = (folder: string, deps: JournalDeps): Journal => new FileJournal(folder, deps, []);

const damaged = (detail: string) => problem('journal/damaged', { detail });

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw asStateProblem(thrown, path);
  }
}

type Reading = { lines: JournalLine[]; headLines: number; soundBytes: number; isTorn: boolean };

/**
 * Reads the lines and mends nothing, so that it may look while another process writes. A torn last line is left out; one whole line that the
 * head does not know yet is taken in.
 * @throws Problem `journal/damaged` for everything else that does not fit, `journal/other-schema`
 */
async function readSoundLines(folder: string, sha256: JournalDeps['system']['sha256']): Promise<Reading> {
  // The head first: lines may be added in between, and a head is never ahead of its lines.
  const headFile = await readIfThere(join(folder, HEAD_FILE));
  const text = (await readIfThere(join(folder, LINES_FILE))) ?? '';
  const head = headFile === undefined ? { schema: JOURNAL_SCHEMA, lines: 0, hash: FIRST_HASH } : parseHead(headFile);
  if (head === undefined) throw damaged('head.json is not readable.');
  if (head.schema !== JOURNAL_SCHEMA) throw problem('journal/other-schema', { detail: `Schema ${head.schema}; this version reads ${JOURNAL_SCHEMA}.` });
  const lines: JournalLine[] = [];
  let soundLength = 0;
  let isTorn = false;
  for (const piece of text.split(/(?<=\n)/)) {
    if (piece === '') break;
    const parsed = piece.endsWith('\n') ? parseLine(piece, lines.at(-1), sha256) : { reason: 'has no end', isTorn: true };
    if ('reason' in parsed) {
      const isTornLast = parsed.isTorn && lines.length >= head.lines && soundLength + piece.length === text.length;
      if (!isTornLast) throw damaged(`Line ${lines.length + 1} ${parsed.reason}.`);
      isTorn = true;
      break;
    }
    lines.push(parsed.line);
    soundLength += piece.length;
  }
  if (lines.length < head.lines) throw damaged(`It has ${lines.length} lines; its head knows ${head.lines}.`);
  if (head.lines > 0 && lines[head.lines - 1]?.hash !== head.hash) throw damaged('The last line is not the one that its head knows.');
  return { lines, headLines: head.lines, soundBytes: Buffer.byteLength(text.slice(0, soundLength)), isTorn };
}

const isAhead = ({ lines, headLines }: Reading): boolean => lines.length > headLines + 1;
const tooManyLines = ({ lines, headLines }: Reading) => damaged(`It has ${lines.length} lines; its head knows only ${headLines}.`);

/** The lines of a journal that may be in somebody else's hands. @throws Problem `journal/damaged`, `journal/other-schema` */
export async function readJournal(folder: string, deps: Pick<JournalDeps, 'system'>): Promise<readonly JournalLine[]> {
  const first = await readSoundLines(folder, deps.system.sha256);
  if (!isAhead(first)) return first.lines;
  // A writer may have gone on between the head and the lines; then the head has followed by now.
  const second = await readSoundLines(folder, deps.system.sha256);
  if (second.headLines === first.headLines) throw tooManyLines(second);
  return second.lines;
}

/**
 * Opens a journal for writing, under the lock, and mends what a crash may leave: a torn last line is cut off, the head learns of the last line.
 * @throws Problem `journal/damaged` for everything else that does not fit, `journal/other-schema`
 */
export async function openJournal(folder: string, deps: JournalDeps): Promise<Journal> {
  const reading = await readSoundLines(folder, deps.system.sha256);
  if (isAhead(reading)) throw tooManyLines(reading);
  const { lines, headLines, soundBytes, isTorn } = reading;
  if (isTorn) await truncate(join(folder, LINES_FILE), soundBytes);
  if (lines.length !== headLines) await writeAtomically(join(folder, HEAD_FILE), headText(lines.length, lines.at(-1)));
  return new FileJournal(folder, deps, lines);
}

