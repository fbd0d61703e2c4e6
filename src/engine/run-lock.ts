/** One run, one writer: a lock file with an owner, and the rule by which a dead owner's lock is taken over. */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { instantOf } from '../domain/instant.ts';
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

/** The owner; `undefined` when the lock names none, `nobody` when there is no lock. */
async function readOwner(path: string): Promise<Owner | undefined | 'nobody'> {
  try {
    return parseOwner(await readFile(path, 'utf8'));
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return 'nobody';
    throw asStateProblem(thrown, path);
  }
}

function isStale(held: Owner, { clock, system }: LockDeps): boolean {
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

async function acquire(path: string, mine: Owner, deps: LockDeps): Promise<void> {
  while (!(await tryCreate(path, mine))) {
    const held = await readOwner(path);
    if (held === 'nobody') continue;
    if (held === undefined || !isStale(held, deps)) {
      const by = held === undefined ? 'an unnamed process' : `process ${held.processId} on ${held.host}, since ${instantOf(held.at)}`;
      throw problem('run/locked', { detail: `Held by ${by}. (${path})` });
    }
    await remove(path, held.token, mine, deps);
  }
}

/**
 * Removes the lock with this token and no other. Whoever removes it first holds the lock on its removal, named after the token: so a slow
 * taker, who judged an older lock, never removes the fresh one that has taken its place.
 */
async function remove(path: string, token: string, mine: Owner, deps: LockDeps): Promise<void> {
  const removal = `${path}.${token}`;
  await acquire(removal, mine, deps);
  const held = await readOwner(path);
  if (held !== undefined && held !== 'nobody' && held.token === token) await rm(path);
  await rm(removal, { force: true });
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
    // A lock that cannot be removed is taken over once this process is dead; it must not hide how the work ended.
    await remove(path, mine.token, mine, deps).catch(() => undefined);
  }
}
