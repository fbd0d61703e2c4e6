/** Journals as earlier versions wrote them: every later version opens them and reads the same story. Add one with each schema; never change one. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parsePlan } from '../../src/commands/plan-file.ts';
import { NO_FAULTS } from '../../src/engine/fault-points.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { replay } from '../../src/engine/replay.ts';
import { TestClock } from '../support/clock.ts';
import { openTestSystem } from '../support/system.ts';

it('the first schema: flagged-account, from start to done', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rootzero-history-'));
  try {
    await cp(join(import.meta.dirname, 'schema-1-flagged-account'), folder, { recursive: true });
    const system = openTestSystem();
    const plan = parsePlan(await readFile(join(folder, 'plan.json'), 'utf8'), system.sha256);
    const journal = await openJournal(folder, { clock: new TestClock(), system, faults: NO_FAULTS });
    const state = replay(journal.lines);
    expect(state.planDigest).toBe(plan.digest);
    expect(state.outcome).toBe('done');
    expect([...state.steps].map(([key, step]) => [key, step.state, step.attempts])).toEqual([
      ['contain-AKIAEXAMPLEROOT07QXA/deactivate', 'succeeded', 1],
      ['delete-AKIAEXAMPLEROOT07QXA/delete', 'succeeded', 1],
      ['config-rule/put', 'succeeded', 1],
    ]);
    expect([...state.observed.keys()].sort()).toEqual(['signed-by', 'soak-read-back', 'soak-started', 'verified']);
    const contained = state.steps.get('contain-AKIAEXAMPLEROOT07QXA/deactivate')?.succeededAt ?? '';
    const removed = state.steps.get('delete-AKIAEXAMPLEROOT07QXA/delete')?.succeededAt ?? '';
    expect(Date.parse(removed) - Date.parse(contained)).toBeGreaterThan(26 * 3_600_000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
