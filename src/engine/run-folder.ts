/** The run store on disk: one folder for each run under the state directory, readable by its owner only. */
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../domain/canonical-json.ts';
import { parseRunId, type RunId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import { Problem, problem } from '../domain/problem.ts';
import type { RunBundle, RunStore } from '../ports/run-store.ts';
import { openJournal, renderJournal, type JournalDeps } from './journal-file.ts';
import type { Journal } from './journal.ts';
import { replay } from './replay.ts';
import { asStateProblem, makeFolder, writeAtomically } from './run-files.ts';
import { withRunLock, type LockDeps } from './run-lock.ts';

const LOCK_NAMES = /^lock(\..*)?$/;
const FILE_NAME = /^[a-z0-9-]+\.(json|ndjson)$/;

const bundle = z.strictObject({ schema: z.literal(1), runId: z.string(), exportedAt: z.string(), files: z.record(z.string().regex(FILE_NAME), z.string()), digest: z.string() });

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

export function openRunStore(directory: string, deps: JournalDeps & LockDeps): RunStore {
  const runs = join(directory, 'runs');
  const folderOf = (runId: RunId): string => join(runs, runId);
  const digestOf = (files: Record<string, string>): string => deps.system.sha256(canonicalJson(files));

  const makeStateFolder = async (path: string): Promise<void> => {
    try {
      await makeFolder(path);
    } catch (thrown) {
      throw asStateProblem(thrown, path);
    }
  };

  const readRun = async (runId: RunId): Promise<Record<string, string>> => {
    const names = (await readdir(folderOf(runId))).filter((name) => !LOCK_NAMES.test(name) && FILE_NAME.test(name)).sort();
    const files: Record<string, string> = {};
    for (const name of names) files[name] = await readFile(join(folderOf(runId), name), 'utf8');
    return files;
  };

  const parseBundle = (text: string): Omit<RunBundle, 'exportedAt'> & { runId: RunId } => {
    try {
      const parsed = bundle.parse(JSON.parse(text));
      if (parsed.digest !== digestOf(parsed.files) || parsed.files['plan.json'] === undefined) throw problem('state/bad-bundle', { detail: 'Its digest does not fit its content.' });
      return { ...parsed, runId: parseRunId(parsed.runId) };
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === 'state/bad-bundle') throw thrown;
      throw problem('state/bad-bundle', { cause: thrown });
    }
  };

  const openIncoming = async (folder: string, runId: RunId): Promise<Journal> => {
    try {
      const journal = await openJournal(folder, deps);
      if (replay(journal.lines).runId === runId) return journal;
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== 'journal/damaged') throw thrown;
      throw problem('state/bad-bundle', { detail: 'Its journal is damaged.', cause: thrown });
    }
    throw problem('state/bad-bundle', { detail: 'Its journal is that of another run.' });
  };

  const replaceRun = async (runId: RunId, staging: string, incoming: Journal): Promise<void> => {
    const there = await openJournal(folderOf(runId), deps);
    // What was appended here after the export is only the note that the run moved away.
    const known = there.lines.filter((line) => line.entry.kind !== 'moved');
    if (known.some((line, index) => incoming.lines[index]?.hash !== line.hash)) {
      throw problem('state/bad-bundle', { detail: `Run ${runId} is here already, and it has gone on since.` });
    }
    const replaced = `${staging}-replaced`;
    await rename(folderOf(runId), replaced);
    await rename(staging, folderOf(runId));
    await rm(replaced, { recursive: true, force: true });
  };

  return {
    directory,
    folderOf,
    openSubjectFolder: async (subject) => {
      const folder = join(directory, subject.startsWith('o-') ? 'organizations' : 'accounts', subject);
      await makeStateFolder(folder);
      return folder;
    },
    listRuns: async () => {
      try {
        const names = (await readdir(runs)).filter((name) => /^[0-9a-f]{4}-[0-9a-f]{4}$/.test(name));
        return names.map(parseRunId);
      } catch (thrown) {
        if (isMissing(thrown)) return [];
        throw asStateProblem(thrown, runs);
      }
    },
    createRun: async (runId, planText) => {
      await makeStateFolder(folderOf(runId));
      await writeAtomically(join(folderOf(runId), 'plan.json'), planText).catch((thrown: unknown) => {
        throw asStateProblem(thrown, folderOf(runId));
      });
    },
    readPlan: async (runId) => {
      try {
        return await readFile(join(folderOf(runId), 'plan.json'), 'utf8');
      } catch (thrown) {
        if (isMissing(thrown)) throw problem('state/no-such-run', { detail: runId });
        throw asStateProblem(thrown, folderOf(runId));
      }
    },
    writeEvidence: async (runId, name, text) => {
      await writeAtomically(join(folderOf(runId), name), text).catch((thrown: unknown) => {
        throw asStateProblem(thrown, folderOf(runId));
      });
    },
    exportRun: async (runId, at: Instant) => {
      const files = await readRun(runId).catch((thrown: unknown) => {
        throw isMissing(thrown) ? problem('state/no-such-run', { detail: runId }) : thrown;
      });
      // The bundle is the run that goes on elsewhere; the notes that it moved away from here stay here.
      const { lines } = await openJournal(folderOf(runId), deps);
      const goesOn = lines.slice(0, lines.findLastIndex((line) => line.entry.kind !== 'moved') + 1);
      Object.assign(files, renderJournal(goesOn));
      return { schema: 1, runId, exportedAt: at, files, digest: digestOf(files) };
    },
    importRun: async (text) => {
      const { runId, files } = parseBundle(text);
      await makeStateFolder(runs);
      const staging = await mkdtemp(join(runs, 'import-'));
      try {
        for (const [name, content] of Object.entries(files)) await writeAtomically(join(staging, basename(name)), content);
        const incoming = await openIncoming(staging, runId);
        const isHere = (await readdir(runs)).includes(runId);
        if (isHere) await withRunLock(folderOf(runId), deps, () => replaceRun(runId, staging, incoming));
        else await rename(staging, folderOf(runId));
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
      return runId;
    },
  };
}
