/** The journal on disk: what it keeps, what a crash leaves of it, and which changes to it are refused. */
import fc from 'fast-check';
import { appendFileSync, existsSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../src/domain/canonical-json.ts';
import type { JournalEntry } from '../../src/engine/journal.ts';
import { createJournal, openJournal } from '../../src/engine/journal-file.ts';
import type { FaultPoint } from '../../src/engine/fault-points.ts';
import { Crash, crashAt, newDeps, newFolder, problemOf } from './engine-parts.ts';

const STARTED: JournalEntry = { kind: 'run-started', schema: 1, runId: '7f3a-91c2', tool: 'rootzero/test', planDigest: 'd', account: '111122223333', world: 'live' };
const note = (value: Json): JournalEntry => ({ kind: 'observed', what: 'note', value });

const journalPath = (folder: string): string => join(folder, 'journal.ndjson');
const headPath = (folder: string): string => join(folder, 'head.json');

/** A journal of the start and so many notes. */
async function writeJournal(folder: string, notes: number): Promise<void> {
  const journal = createJournal(folder, newDeps());
  await journal.append(STARTED);
  for (let index = 0; index < notes; index += 1) await journal.append(note(index));
}

const reopen = (folder: string) => openJournal(folder, newDeps());
const editLines = (folder: string, edit: (lines: string[]) => string[]): void => {
  const lines = readFileSync(journalPath(folder), 'utf8').trimEnd().split('\n');
  writeFileSync(journalPath(folder), edit(lines).map((line) => `${line}\n`).join(''));
};

describe('a journal', () => {
  test('reads back what was written, for its owner only', async () => {
    const folder = newFolder();
    await writeJournal(folder, 3);
    const { lines } = await reopen(folder);
    expect(lines.map((line) => line.entry)).toEqual([STARTED, note(0), note(1), note(2)]);
    expect(lines.map((line) => line.seq)).toEqual([1, 2, 3, 4]);
    expect(statSync(journalPath(folder)).mode & 0o777).toBe(0o600);
    expect(statSync(headPath(folder)).mode & 0o777).toBe(0o600);
  });

  test('is on disk, line and head, when an append resolves', async () => {
    const folder = newFolder();
    const journal = createJournal(folder, newDeps());
    const line = await journal.append(STARTED);
    expect(readFileSync(journalPath(folder), 'utf8')).toMatch(/\n$/);
    expect(JSON.parse(readFileSync(headPath(folder), 'utf8'))).toEqual({ schema: 1, lines: 1, hash: line.hash });
  });

  test('keeps the order of appends that were asked for at once', async () => {
    const folder = newFolder();
    const journal = createJournal(folder, newDeps());
    await Promise.all([journal.append(STARTED), journal.append(note(1)), journal.append(note(2))]);
    expect((await reopen(folder)).lines.map((line) => line.entry)).toEqual([STARTED, note(1), note(2)]);
  });

  test('holds any JSON value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const folder = newFolder();
        const text = JSON.stringify(value);
        const journal = createJournal(folder, newDeps());
        await journal.append(STARTED);
        await journal.append(note(JSON.parse(text)));
        const entry = (await reopen(folder)).lines[1]?.entry;
        expect(entry?.kind === 'observed' && canonicalJson(entry.value)).toBe(canonicalJson(JSON.parse(text)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('after a crash', () => {
  const cases: [FaultPoint, number][] = [
    ['journal/before-append', 2],
    ['journal/torn-append', 2],
    ['journal/between-line-and-head', 3],
    ['journal/after-append', 3],
  ];
  test.each(cases)('at %s the journal opens with %i lines and goes on', async (point, expected) => {
    const folder = newFolder();
    const dying = createJournal(folder, newDeps(crashAt(point, 3)));
    await dying.append(STARTED);
    await dying.append(note('before'));
    await expect(dying.append(note('ö'.repeat(40)))).rejects.toThrow(Crash);

    const journal = await reopen(folder);
    expect(journal.lines).toHaveLength(expected);
    await journal.append(note('after'));
    expect((await reopen(folder)).lines).toHaveLength(expected + 1);
  });

  test.each(cases)('at %s nothing more is written by the one who failed', async (point) => {
    const folder = newFolder();
    const dying = createJournal(folder, newDeps(crashAt(point, 2)));
    await dying.append(STARTED);
    await expect(dying.append(note(1))).rejects.toThrow();
    const left = readFileSync(journalPath(folder), 'utf8');
    await expect(dying.append(note(2))).rejects.toThrow();
    expect(readFileSync(journalPath(folder), 'utf8')).toBe(left);
  });

  test('in the very first append the journal opens empty', async () => {
    const folder = newFolder();
    await expect(createJournal(folder, newDeps(crashAt('journal/torn-append'))).append(STARTED)).rejects.toThrow(Crash);
    const journal = await reopen(folder);
    expect(journal.lines).toHaveLength(0);
    await journal.append(STARTED);
    expect((await reopen(folder)).lines).toHaveLength(1);
  });

  test('one whole line beyond the head is taken, also when there was no head yet', async () => {
    const folder = newFolder();
    await expect(createJournal(folder, newDeps(crashAt('journal/between-line-and-head'))).append(STARTED)).rejects.toThrow(Crash);
    expect(existsSync(headPath(folder))).toBe(false);
    expect((await reopen(folder)).lines).toHaveLength(1);
    expect(existsSync(headPath(folder))).toBe(true);
  });
});

describe('a journal that was changed is refused, naming the line', () => {
  const changes: [string, (folder: string) => void, RegExp][] = [
    ['an edited line', (folder) => editLines(folder, (lines) => lines.map((line, index) => (index === 1 ? line.replace('note', 'nota') : line))), /line 2/i],
    ['an edited last line', (folder) => editLines(folder, (lines) => lines.map((line, index) => (index === 3 ? line.replace('note', 'nota') : line))), /line 4/i],
    ['lines in another order', (folder) => editLines(folder, ([a = '', b = '', c = '', d = '']) => [a, c, b, d]), /line 2/i],
    ['a line cut at its end', (folder) => editLines(folder, (lines) => lines.slice(0, -1)), /3 lines/],
    ['a line taken out', (folder) => editLines(folder, ([a = '', b = '', , d = '']) => [a, b, d]), /line 3/i],
    ['a head of another journal', (folder) => writeFileSync(headPath(folder), JSON.stringify({ schema: 1, lines: 4, hash: 'a'.repeat(64) })), /line/i],
    ['a head that is no JSON', (folder) => writeFileSync(headPath(folder), 'x'), /head/],
    ['no head', (folder) => unlinkSync(headPath(folder)), /4 lines/],
    ['no lines', (folder) => unlinkSync(journalPath(folder)), /0 lines/],
    ['a torn line inside', (folder) => editLines(folder, ([a = '', b = '', ...rest]) => [a, b.slice(0, 20), ...rest]), /line 2/i],
    ['whole text behind the end', (folder) => appendFileSync(journalPath(folder), '{"seq":5}\n'), /line 5/i],
  ];
  test.each(changes)('%s', async (_name, change, message) => {
    const folder = newFolder();
    await writeJournal(folder, 3);
    change(folder);
    const refused = await problemOf(reopen(folder));
    expect(refused.code).toBe('journal/damaged');
    expect(refused.message).toMatch(message);
  });

  test('an edited line that the head does not know yet is not taken for a torn one', async () => {
    const folder = newFolder();
    const dying = createJournal(folder, newDeps(crashAt('journal/between-line-and-head', 2)));
    await dying.append(STARTED);
    await expect(dying.append({ kind: 'intent', step: 'delete/act', attempt: 1 })).rejects.toThrow(Crash);
    editLines(folder, (lines) => lines.map((line) => line.replace('delete/act', 'delete/xxx')));
    expect((await problemOf(reopen(folder))).code).toBe('journal/damaged');
  });

  test('another schema has its own problem', async () => {
    const folder = newFolder();
    await writeJournal(folder, 1);
    writeFileSync(headPath(folder), readFileSync(headPath(folder), 'utf8').replace('"schema":1', '"schema":2'));
    expect((await problemOf(reopen(folder))).code).toBe('journal/other-schema');
  });

  test('whatever single change is made to its bytes, it opens as a beginning of itself or not at all', async () => {
    const folder = newFolder();
    await writeJournal(folder, 3);
    const lines = readFileSync(journalPath(folder));
    const head = readFileSync(headPath(folder));
    const whole = (await reopen(folder)).lines.map((line) => line.hash);
    const change = fc.record({ kind: fc.constantFrom('cut', 'flip', 'insert', 'append'), at: fc.nat(lines.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(change, async ({ kind, at, byte }) => {
        const parts: Record<string, Buffer[]> = {
          cut: [lines.subarray(0, at)],
          flip: [lines.subarray(0, at), Buffer.from([byte]), lines.subarray(at + 1)],
          insert: [lines.subarray(0, at), Buffer.from([byte]), lines.subarray(at)],
          append: [lines, Buffer.from([byte])],
        };
        writeFileSync(journalPath(folder), Buffer.concat(parts[kind] ?? []));
        writeFileSync(headPath(folder), head);
        const opened = await reopen(folder).catch((thrown: unknown) => thrown);
        if (opened instanceof Error) expect(opened).toMatchObject({ code: 'journal/damaged' });
        else expect((await reopen(folder)).lines.map((line) => line.hash)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a state folder that cannot be written', () => {
  test('is named, and stays the reason for every later append', async () => {
    const folder = newFolder();
    const journal = createJournal(join(folder, 'gone'), newDeps());
    const first = await problemOf(journal.append(STARTED));
    const second = await problemOf(journal.append({ kind: 'interrupted' }));
    expect([first.code, second.code]).toEqual(['state/unwritable', 'state/unwritable']);
    expect(first.message).toContain(folder);
  });
});
