/** Every scenario × every moment of its run: interrupted there, the running step finishes, the journal is closed, and going on ends in the same world. */
import { afterAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/domain/problem.ts';
import type { FaultPoint } from '../../src/engine/fault-points.ts';
import { replay } from '../../src/engine/replay.ts';
import { brokenPromises, closeStage, finalState, openStage, openStageWorld, perform, planOn, playScript, readRunRecords, repeatStage, worldOf, type Stage } from './stage.ts';

const SCENARIOS = ['flagged-account', 'two-keys', 'self-key', 'self-key-two', 'no-witness', 'compromised', 'reactivated', 'management-account', 'console-only', 'govcloud-member'];
/** One moment for each append and two for each act: what lies between a line and its head is the same to an interruption. */
const MOMENTS: ReadonlySet<FaultPoint> = new Set(['journal/after-append', 'step/before-act', 'step/after-act']);
/** The product page's codes: cancelled before anything was contained, and interrupted later. */
const [CANCELLED, WAITING] = [5, 75];

let cases = 0;
afterAll(() => console.log(`interruptions: ${cases} cases`));

type Played = { exit: number | null; interruption: Interruption | null; moments: number };

type Interruption = { exit: number; hasBegun: boolean; lastEntry: string | undefined; halfDone: string[] };

async function describeInterruption(stage: Stage, exit: number): Promise<Interruption> {
  const { lines } = (await readRunRecords(stage)).at(-1) ?? { lines: [] };
  const { steps, waits, told } = replay(lines);
  return {
    exit,
    hasBegun: steps.size + waits.size + told.size > 0,
    lastEntry: lines.at(-1)?.entry.kind,
    halfDone: [...steps].filter(([, step]) => step.state === 'intended').map(([key]) => key),
  };
}

/** Plays a script with one interruption, at the n-th moment counted over all commands, and goes on after it. */
async function playInterrupted(stage: Stage, script: readonly string[][], nth: number): Promise<Played> {
  let moments = 0;
  let interruption: Interruption | null = null;
  const exit = await playScript(stage, script, async (argv) => {
    const controller = new AbortController();
    const reach = (point: FaultPoint): void => {
      moments += MOMENTS.has(point) ? 1 : 0;
      if (moments === nth && MOMENTS.has(point)) controller.abort(problem('run/interrupted'));
    };
    const ended = await perform(stage, argv, { faults: { reach }, signal: controller.signal });
    if (!controller.signal.aborted) return ended;
    interruption = await describeInterruption(stage, ended);
    return ended === CANCELLED || ended === WAITING ? null : ended;
  });
  return { exit, interruption, moments };
}

describe.each(SCENARIOS)('%s', (scenario) => {
  it('goes on after an interruption as if there had been none', async () => {
    const planned = await openStage(openStageWorld(scenario));
    const script = await planOn(planned, scenario);
    const clean = await repeatStage(planned);
    const { exit: cleanExit, moments } = await playInterrupted(clean, script, 0);
    const expected = finalState(worldOf(clean));
    await closeStage(clean);

    const exits = new Set<number | undefined>();
    for (let nth = 1; nth <= moments; nth += 1) {
      const stage = await repeatStage(planned);
      const { exit, interruption } = await playInterrupted(stage, script, nth);
      const where = `${scenario}, interrupted at moment ${nth} of ${moments}: ${JSON.stringify(interruption)}\n${stage.output.slice(-1_500)}`;
      exits.add(interruption?.exit);
      // So late that nothing was left to be cut off, or else as the product page says.
      if (interruption?.exit !== cleanExit) expect(interruption?.exit, where).toBe(interruption?.hasBegun === true ? WAITING : CANCELLED);
      if (interruption?.exit === CANCELLED) expect(interruption.lastEntry, where).toBe('interrupted');
      expect(interruption?.halfDone, where).toEqual([]);
      expect(finalState(worldOf(stage)), where).toEqual(expected);
      expect(exit, where).toBe(cleanExit);
      expect(await brokenPromises(stage), where).toEqual([]);
      await closeStage(stage);
      cases += 1;
    }
    expect([...exits]).toEqual(expect.arrayContaining([CANCELLED, WAITING]));
    await closeStage(planned);
  }, 600_000);
});
