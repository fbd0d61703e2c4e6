/** Moving a run to another machine: wherever an export dies, no two copies of the run can go on, and none is lost. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeOperator, lastProblem, newestRun, openOperator, retire, type, type Operator } from '../support/operator.ts';
import { openStageWorld } from '../recovery/stage.ts';

let here: Operator;
let there: Operator;
let runId: string;
let file: string;
beforeEach(async () => {
  here = await openOperator(openStageWorld('flagged-account'));
  there = await openOperator(here.world);
  expect((await retire(here)).exit, here.output).toBe(75);
  runId = (await newestRun(here))?.runId ?? '';
  file = join(here.directory, 'run.json');
});
afterEach(() => Promise.all([closeOperator(here), closeOperator(there)]));

const exportRun = (circumstances = {}): Promise<number | 'crashed'> => type(here, ['run', 'export', runId, '--out', file], circumstances);
const canGoOn = async (): Promise<{ here: boolean; there: boolean }> => ({
  here: (await newestRun(here))?.state === 'waiting',
  there: (await type(there, ['run', 'import', file])) === 0,
});

it('leaves one copy that can go on, wherever the export dies', async () => {
  for (let crashAt = 1; ; crashAt += 1) {
    const exit = await exportRun({ crashAt });
    const copies = await canGoOn();
    expect([copies.here, copies.there].filter(Boolean).length, `crash ${crashAt}`).toBeLessThanOrEqual(1);
    if (exit !== 'crashed') return expect(copies).toEqual({ here: false, there: true });
    // A run that was given away with no bundle to show for it is exported again.
    expect(await exportRun(), here.output).toBe(0);
    expect(await canGoOn()).toEqual({ here: false, there: true });
    // And back, for the next round.
    await rm(join(there.directory, 'runs'), { recursive: true });
    expect(await type(here, ['run', 'import', file]), here.output).toBe(0);
    expect((await newestRun(here))?.state).toBe('waiting');
    await rm(file);
  }
});

it('does not give the run away when its file cannot be written', async () => {
  file = join(here.directory, 'no-such-folder', 'run.json');
  expect(await exportRun()).toBe(3);
  expect(lastProblem(here)).toBe('input/unwritable-file');
  expect((await newestRun(here))?.state).toBe('waiting');
});

it('exports the run that goes on elsewhere, without the note that it left', async () => {
  expect(await exportRun()).toBe(0);
  const first = await readFile(file, 'utf8');
  expect(await exportRun()).toBe(0);
  expect(first).not.toContain('"moved"');
  expect(JSON.parse(await readFile(file, 'utf8')).files).toEqual(JSON.parse(first).files);
});
