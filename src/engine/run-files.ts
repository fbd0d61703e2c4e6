/** Writing files of a run so that a crash leaves the old or the new, never half. */
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem, problem } from '../domain/problem.ts';

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOENT']);

/** An error of the file system as a Problem; anything else is handed on as it is. */
export function asStateProblem(thrown: unknown, path: string): unknown {
  if (thrown instanceof Problem || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  return UNWRITABLE.has(String(thrown.code)) ? problem('state/unwritable', { detail: `${path}: ${String(thrown.code)}.`, cause: thrown }) : thrown;
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() ?? false;

/** Makes a folder and those above it, mode 0700. */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  // Not mkdir's own `recursive`: where nothing can be made, as under /proc, Node.js 20 tries for ever.
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(async (thrown: unknown) => {
    if (!(await isFolder(path))) throw thrown;
  });
}

/** Temporary file, fsync, rename, fsync of the folder; mode 0600. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
