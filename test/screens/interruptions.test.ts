/** Cut off at each question and at each step of `two-keys`: journal intact, message right, terminal usable, and going on ends in the same world. */
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../src/engine/fault-points.ts';
import { replay } from '../../src/engine/replay.ts';
import { brokenPromises, closeStage, finalState, listRuns, openStage, openStageWorld, readRunRecords, worldOf, type Stage } from '../recovery/stage.ts';
import { careful, walk, type Person } from '../support/guided.ts';
import { openScreen, type Screen } from '../support/screen.ts';

const SCENARIO = 'two-keys';
const MOMENTS: ReadonlySet<FaultPoint> = new Set(['journal/after-append', 'step/before-act', 'step/after-act']);
const [CANCELLED, WAITING] = [5, 75];

let cases = 0;
afterAll(() => console.log(`interruptions of the guided session: ${cases} cases`));

/** What a person who is cut off must find. */
async function expectOrder(stage: Stage, screen: Screen, exit: number, where: string): Promise<void> {
  const record = (await readRunRecords(stage)).at(-1);
  const state = record === undefined ? null : replay(record.lines);
  const hasBegun = state !== null && state.steps.size + state.waits.size > 0;
  expect(exit, where).toBe(hasBegun ? WAITING : CANCELLED);
  const said = `${screen.history().join('\n')}\n${stage.output}`;
  if (state === null) expect(said, where).toMatch(/Cancelled by the operator|run\/cancelled/);
  else expect(said, where).toContain(`rootzero resume ${state.runId}`);
  expect([...(state?.steps ?? [])].filter(([, step]) => step.state === 'intended'), where).toEqual([]);
  expect(screen.isRaw(), where).toBe(false);
  expect(screen.isCursorShown(), where).toBe(true);
}

/** Comes back, on a new terminal, and goes on. */
async function goOn(stage: Stage): Promise<number> {
  const [runId] = await listRuns(stage);
  return (await walk(stage, runId === undefined ? ['retire'] : ['resume', runId], openScreen(), careful)).exit;
}

async function expectSameWorld(stage: Stage, expected: unknown, where: string): Promise<void> {
  expect(await goOn(stage), `${where}\n${stage.output.slice(-1_000)}`).toBe(0);
  expect(finalState(worldOf(stage)), where).toEqual(expected);
  expect(await brokenPromises(stage), where).toEqual([]);
}

const clean = async (): Promise<{ expected: unknown; questions: number }> => {
  const stage = await openStage(openStageWorld(SCENARIO));
  const { exit, asked } = await walk(stage, ['retire'], openScreen(), careful);
  expect(exit).toBe(0);
  const expected = finalState(worldOf(stage));
  await closeStage(stage);
  return { expected, questions: asked.length };
};

describe(SCENARIO, () => {
  it('Ctrl-C at each question', async () => {
    const { expected, questions } = await clean();
    expect(questions).toBeGreaterThanOrEqual(5);
    for (let at = 1; at <= questions; at += 1) {
      const stage = await openStage(openStageWorld(SCENARIO));
      const screen = openScreen();
      const cutOff: Person = (asked, nth) => (nth === at ? { press: 'ctrl-c' } : careful(asked, nth));
      const { exit } = await walk(stage, ['retire'], screen, cutOff);
      const where = `Ctrl-C at question ${at} of ${questions}\n${screen.text()}`;
      await expectOrder(stage, screen, exit, where);
      await expectSameWorld(stage, expected, where);
      await closeStage(stage);
      cases += 1;
    }
  }, 300_000);

  it.each(['SIGINT or SIGTERM', 'SIGHUP'])('%s at each step', async (signal) => {
    const { expected } = await clean();
    for (let [at, isBehind] = [1, false]; !isBehind; at += 1) {
      const stage = await openStage(openStageWorld(SCENARIO));
      const screen = openScreen();
      let moments = 0;
      const reach = (point: FaultPoint): void => {
        if (!MOMENTS.has(point)) return;
        moments += 1;
        if (moments !== at) return;
        screen.streams.terminal.interrupt();
        // The terminal is gone as well: whatever is still written goes nowhere, and nothing more is typed.
        if (signal === 'SIGHUP') void screen.close();
      };
      const { exit } = await walk(stage, ['retire'], screen, careful, { faults: { reach } });
      isBehind = moments < at;
      const where = `${signal} at moment ${at}\n${screen.text()}`;
      if (!isBehind && exit !== 0) {
        await expectOrder(stage, screen, exit, where);
        await expectSameWorld(stage, expected, where);
        cases += 1;
      }
      await closeStage(stage);
    }
  }, 600_000);
});
