/** Runs as folders, and runs that travel in a bundle. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { parseRunId } from '../../src/domain/identifiers.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { createJournal, openJournal } from '../../src/engine/journal-file.ts';
import type { Journal, JournalEntry } from '../../src/engine/journal.ts';
import { openRunStore } from '../../src/engine/run-folder.ts';
import { withRunLock } from '../../src/engine/run-lock.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import { openTestSystem } from '../support/system.ts';
import { newDeps, newFolder, problemOf } from './engine-parts.ts';

const RUN = parseRunId('7f3a-91c2');
const AT = instantOf(1_795_510_800_000);
const STARTED: JournalEntry = { kind: 'run-started', schema: 1, runId: RUN, tool: 't', planDigest: 'd', account: '111122223333', world: 'live' };
const INTENT: JournalEntry = { kind: 'intent', step: 'a/b', attempt: 1 };
const { sha256 } = openTestSystem();

const newStore = (directory = join(newFolder(), 'state')): RunStore => openRunStore(directory, newDeps());

/** A store with one run that has begun. */
async function openBegunRun(): Promise<{ store: RunStore; journal: Journal }> {
  const store = newStore();
  await store.createRun(RUN, '{"plan":1}');
  const journal = createJournal(store.folderOf(RUN), newDeps());
  await journal.append(STARTED);
  await store.writeEvidence(RUN, 'before.json', '{"keys":2}');
  return { store, journal };
}

const entriesOf = async (store: RunStore): Promise<JournalEntry[]> => (await openJournal(store.folderOf(RUN), newDeps())).lines.map(({ entry }) => entry);
const exported = async (store: RunStore): Promise<string> => JSON.stringify(await store.exportRun(RUN, AT));
/** A bundle with other files and a digest that is right for them. */
async function exportedWith(store: RunStore, change: (files: Record<string, string>) => Record<string, string>): Promise<string> {
  const bundle = await store.exportRun(RUN, AT);
  const files = change(bundle.files);
  return JSON.stringify({ ...bundle, files, digest: sha256(canonicalJson(files)) });
}

describe('the store of runs', () => {
  test('creates nothing before the first run', async () => {
    const store = newStore();
    expect(await store.listRuns()).toEqual([]);
    expect(existsSync(store.directory)).toBe(false);
  });

  test('keeps a run for its owner only', async () => {
    const { store } = await openBegunRun();
    const folder = store.folderOf(RUN);
    expect(await store.listRuns()).toEqual([RUN]);
    expect(await store.readPlan(RUN)).toBe('{"plan":1}');
    for (const path of [store.directory, folder]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(['before.json', 'head.json', 'journal.ndjson', 'plan.json']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('does not list what is no run', async () => {
    const { store } = await openBegunRun();
    mkdirSync(join(store.folderOf(RUN), '..', 'import-x1'));
    expect(await store.listRuns()).toEqual([RUN]);
  });

  test('says so when a run is not there', async () => {
    const store = newStore();
    expect((await problemOf(store.readPlan(RUN))).code).toBe('state/no-such-run');
    expect((await problemOf(store.exportRun(RUN, AT))).code).toBe('state/no-such-run');
  });

  test('names a state folder that cannot be written', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    const refused = await problemOf(newStore(file).createRun(RUN, '{}'));
    expect(refused.code).toBe('state/unwritable');
    expect(refused.message).toContain(file);
  });
});

describe('an exported run', () => {
  test('goes on where it is imported, with plan, journal and evidence, without the lock', async () => {
    const { store } = await openBegunRun();
    const elsewhere = newStore();
    const text = await withRunLock(store.folderOf(RUN), newDeps(), () => exported(store));
    expect(await elsewhere.importRun(text)).toBe(RUN);
    expect(readdirSync(elsewhere.folderOf(RUN)).sort()).toEqual(['before.json', 'head.json', 'journal.ndjson', 'plan.json']);
    expect(await elsewhere.readPlan(RUN)).toBe('{"plan":1}');
    const journal = await openJournal(elsewhere.folderOf(RUN), newDeps());
    await journal.append(INTENT);
    expect(await entriesOf(elsewhere)).toEqual([STARTED, INTENT]);
  });

  test('comes back after it has gone on elsewhere', async () => {
    const { store, journal } = await openBegunRun();
    const elsewhere = newStore();
    await elsewhere.importRun(await exported(store));
    await journal.append({ kind: 'moved' });
    await (await openJournal(elsewhere.folderOf(RUN), newDeps())).append(INTENT);
    await store.importRun(await exported(elsewhere));
    expect(await entriesOf(store)).toEqual([STARTED, INTENT]);
    expect(readdirSync(join(store.folderOf(RUN), '..'))).toEqual([RUN]);
  });

  test('does not replace a run that has gone on by itself', async () => {
    const { store, journal } = await openBegunRun();
    const text = await exported(store);
    await journal.append(INTENT);
    expect((await problemOf(store.importRun(text))).code).toBe('state/bad-bundle');
    expect(await entriesOf(store)).toEqual([STARTED, INTENT]);
  });

  test('does not replace a run that a process is working on', async () => {
    const { store } = await openBegunRun();
    const text = await exported(store);
    await withRunLock(store.folderOf(RUN), newDeps(), async () => {
      expect((await problemOf(store.importRun(text))).code).toBe('run/locked');
    });
    expect(await entriesOf(store)).toEqual([STARTED]);
  });
});

describe('a bundle is refused, and nothing is left of it, when', () => {
  const refused: [string, (store: RunStore) => Promise<string>][] = [
    ['it is no JSON', async () => 'x'],
    ['it is of another form', async () => '{"schema":1}'],
    ['a file was edited', async (store) => (await exported(store)).replace('keys\\":2', 'keys\\":3')],
    ['it has no plan', (store) => exportedWith(store, ({ 'plan.json': _plan, ...files }) => files)],
    ['a name leads out of the folder', (store) => exportedWith(store, (files) => ({ ...files, '../outside.json': '{}' }))],
    ['a name is that of a lock', (store) => exportedWith(store, (files) => ({ ...files, lock: '{}' }))],
    ['its journal was edited', (store) => exportedWith(store, (files) => ({ ...files, 'journal.ndjson': (files['journal.ndjson'] ?? '').replace('111122223333', '444455556666') }))],
    ['its journal was cut', (store) => exportedWith(store, (files) => ({ ...files, 'journal.ndjson': '' }))],
    ['its journal is that of another run', async (store) => (await exported(store)).replace(`"runId":"${RUN}"`, '"runId":"0000-0000"')],
  ];
  test.each(refused)('%s', async (_name, make) => {
    const { store } = await openBegunRun();
    const elsewhere = newStore();
    expect((await problemOf(elsewhere.importRun(await make(store)))).code).toBe('state/bad-bundle');
    expect(existsSync(join(elsewhere.directory, 'runs')) ? readdirSync(join(elsewhere.directory, 'runs')) : []).toEqual([]);
  });
});
