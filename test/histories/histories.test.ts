/** Recorded runs of earlier versions: each is opened as it was kept, its chain verified, and folded to the state that it had then. For ever. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parsePlan } from '../../src/commands/plan-file.ts';
import { NO_FAULTS } from '../../src/engine/fault-points.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { replay } from '../../src/engine/replay.ts';
import { Problem } from '../../src/domain/problem.ts';
import { sha256 } from '../support/operator.ts';
import { TestClock } from '../support/clock.ts';

const FIRST = 'test/histories/first-done';
const KEY = 'AKIAEXAMPLEROOT07QXA';
const open = (folder: string): ReturnType<typeof openJournal> => openJournal(folder, { clock: new TestClock(), system: { sha256 }, faults: NO_FAULTS });

async function read(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)));
}

/** Works on a copy: what was kept stays as it was. */
async function onCopy(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rootzero-history-'));
  try {
    await cp(FIRST, folder, { recursive: true });
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it('the first run, of version 0.1.0, folds to the state that it ended in', async () => {
  await onCopy(async (folder) => {
    const before = await read(folder);
    const { lines } = await open(folder);
    const succeeded = (at: string, intendedAt: string, result: unknown): object => ({ state: 'succeeded', attempts: 1, intendedAt, succeededAt: at, result });
    expect(replay(lines)).toEqual({
      runId: '4bad-da73',
      account: '111122223333',
      world: 'rehearsal flagged-account',
      tool: 'rootzero/0.1.0',
      planDigest: '26b2ce40070bb8c953c8e6628e74a73e94adc6ef1309bcc23f2786314a9c6900',
      startedAt: '2026-11-24T03:07:34.498Z',
      steps: new Map([
        [`contain-${KEY}/deactivate`, succeeded('2026-11-24T03:07:40.998Z', '2026-11-24T03:07:36.998Z', { containedAt: '2026-11-24T03:07:40.998Z' })],
        [`delete-${KEY}/delete`, succeeded('2026-11-25T05:23:00.081Z', '2026-11-25T05:22:56.081Z', { deletedAt: '2026-11-25T05:23:00.081Z' })],
        ['config-rule/put', succeeded('2026-11-25T05:23:00.081Z', '2026-11-25T05:23:00.081Z', { region: 'us-east-1' })],
      ]),
      waits: new Map([['soak/wait', '2026-11-25T05:22:55.081Z']]),
      waiting: null,
      observed: new Map([
        ['signed-by', [{ at: '2026-11-24T03:07:34.498Z', value: ['ASIASIMULATEDAAAAAAC', 'ASIASIMULATEDAAAAAAB'] }]],
        ['soak-started', [{ at: '2026-11-24T03:07:40.998Z', value: null }]],
        ['soak-read-back', [{ at: '2026-11-25T05:22:56.081Z', value: { from: '2026-11-24T03:07:40.998Z', to: '2026-11-25T05:22:55.081Z', isProved: true, unreadable: [] } }]],
        ['verified', [{ at: '2026-11-25T05:23:00.081Z', value: { by: 'root' } }]],
      ]),
      lastStop: null,
      isInterrupted: false,
      isMoved: false,
      outcome: 'done',
    });
    // Opening a sound journal writes nothing.
    expect(await read(folder)).toEqual(before);
  });
});

it('its plan is still a plan, and the one that the run was started with', async () => {
  const plan = parsePlan(await readFile(join(FIRST, 'plan.json'), 'utf8'), sha256);
  const { lines } = await open(FIRST);
  expect(plan.digest).toBe(replay(lines).planDigest);
  expect(plan.keys.map((key) => key.keyId)).toEqual([KEY]);
});

it('every cut of it folds to a state on the way, and none is over before its end', async () => {
  const { lines } = await open(FIRST);
  const outcomes = lines.map((_, index) => replay(lines.slice(0, index + 1)).outcome);
  expect(outcomes).toEqual([...Array.from({ length: lines.length - 1 }, () => null), 'done']);
});

it('a changed digit anywhere in it is found', async () => {
  const { 'journal.ndjson': text = '' } = await read(FIRST);
  const digits = [...text.matchAll(/\d/g)].map((match) => match.index).filter((_, index) => index % 97 === 0);
  expect(digits.length).toBeGreaterThan(10);
  for (const index of digits) {
    await onCopy(async (folder) => {
      const digit = text[index] === '1' ? '2' : '1';
      await writeFile(join(folder, 'journal.ndjson'), `${text.slice(0, index)}${digit}${text.slice(index + 1)}`);
      await expect(open(folder), `digit at ${index}`).rejects.toBeInstanceOf(Problem);
    });
  }
});
