/** What the engine's tests share: temporary folders, real deps on a virtual clock, and crashes at named points. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { Problem } from '../../src/domain/problem.ts';
import { NO_FAULTS, type FaultPoint, type FaultPoints } from '../../src/engine/fault-points.ts';
import { TestClock } from '../support/clock.ts';
import { openTestSystem } from '../support/system.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rootzero-engine-'));
  folders.push(folder);
  return folder;
}

/** The process ends here: not a Problem, so nobody may handle it. */
export class Crash extends Error {}

/** Crashes at the nth time that a point is reached, the first being 1. */
export function crashAt(point: FaultPoint, nth = 1): FaultPoints {
  let seen = 0;
  return {
    reach: (reached) => {
      if (reached !== point) return;
      seen += 1;
      if (seen === nth) throw new Crash(point);
    },
  };
}

export const newDeps = (faults: FaultPoints = NO_FAULTS, clock = new TestClock()) => ({ clock, system: openTestSystem(), faults });

/** The Problem that some work ends with; any other end fails the test. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error('no problem was thrown');
}
