/** One run, one writer: a lock file with an owner, and the rule by which a dead owner's lock is taken over. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { System } from '../ports/system.ts';
import { asStateProblem } from './run-files.ts';

export type LockDeps = { clock: Clock; system: System };

const LOCK_FILE = 'lock';
/** The lock of another host cannot be probed; a run's process lives minutes, so after a day its owner is taken for dead. */
const FOREIGN_LOCK_MS = 24 * 3_600_000;

const owner = z.object({ processId: z.number(), host: z.string(), token: z.string(), at: z.number() });
type Owner = z.infer<typeof owner>;

function parseOwner(text: string): Owner | undefined {
  try {
    return owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const readOwner = async (path: string): Promise<Owner | undefined> => parseOwner(await readFile(path, 'utf8').catch(() => ''));

function isStale(held: Owner | undefined, { clock, system }: LockDeps): boolean {
  if (held === undefined) return false;
  if (held.host === system.host) return !system.isProcessAlive(held.processId);
  return clock.now() - held.at > FOREIGN_LOCK_MS;
}

async function tryCreate(path: string, mine: Owner): Promise<boolean> {
  const named = `${path}.${mine.token}.new`;
  try {
    // A link appears with its content or not at all: no crash leaves a lock that names nobody.
    await writeFile(named, JSON.stringify(mine), { mode: 0o600 });
    await link(named, path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw asStateProblem(thrown, path);
  } finally {
    await rm(named, { force: true });
  }
}

/** Moves a dead owner's lock aside; of several takers only one finds the file still there, and only the dead owner's is removed. */
async function removeStale(path: string, held: Owner | undefined, token: string): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved?.token === held?.token) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function acquire(path: string, mine: Owner, deps: LockDeps): Promise<void> {
  for (const isLastTry of [false, true]) {
    if (await tryCreate(path, mine)) return;
    const held = await readOwner(path);
    if (isLastTry || !isStale(held, deps)) {
      const by = held === undefined ? 'an unnamed process' : `process ${held.processId} on ${held.host}, since ${new Date(held.at).toISOString()}`;
      throw problem('run/locked', { detail: `Held by ${by}. (${path})` });
    }
    await removeStale(path, held, mine.token);
  }
}

/**
 * Works on a run alone.
 * @throws Problem `run/locked`, `state/unwritable`
 */
export async function withRunLock<Result>(folder: string, deps: LockDeps, work: () => Promise<Result>): Promise<Result> {
  const path = join(folder, LOCK_FILE);
  const { clock, system } = deps;
  const mine: Owner = { processId: system.processId, host: system.host, token: system.sha256(`${system.processId}${system.host}${clock.now()}${system.random()}`).slice(0, 16), at: clock.now() };
  await acquire(path, mine, deps);
  try {
    return await work();
  } finally {
    if ((await readOwner(path))?.token === mine.token) await rm(path, { force: true });
  }
}
