/** Every scenario × every fault point of its run: crash there, rebuild everything from disk, go on; the world comes out the same. */
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultPoints } from '../../src/engine/fault-points.ts';
import { brokenPromises, closeStage, Crash, finalState, openStage, openStageWorld, perform, planOn, playScript, repeatStage, worldOf, type Stage } from './stage.ts';

type Points = FaultPoints & { readonly count: number };

/** Fault points counted over all commands of a run; dies at those that are chosen by number, the first being 1. */
function countPoints(isFatal: (nth: number) => boolean): Points {
  let count = 0;
  return {
    get count() {
      return count;
    },
    reach: (point, subject) => {
      count += 1;
      if (isFatal(count)) throw new Crash(`${point} of ${subject}, fault point ${count}`);
    },
  };
}

const playCrashing = (stage: Stage, script: readonly string[][], faults: FaultPoints): Promise<number | null> =>
  playScript(stage, script, async (argv) => {
    try {
      return await perform(stage, argv, { faults });
    } catch (thrown) {
      if (!(thrown instanceof Crash)) throw thrown;
      stage.output += `crashed: ${thrown.message}\n`;
      return null;
    }
  });

/** Processes that live for so many fault points only, one after the other: what goes on after a crash crashes too. */
const LIFETIMES = [11, 17, 23];

/** Defines the matrix of some scenarios; several files share it, so that they run side by side. */
export function defineCrashMatrix(scenarios: readonly string[]): void {
  let cases = 0;
  afterAll(() => console.log(`crash matrix: ${cases} cases`));

  describe.each(scenarios)('%s', (scenario) => {
    it('comes to the same world wherever it crashes', async () => {
      const planned = await openStage(openStageWorld(scenario));
      const script = await planOn(planned, scenario);
      const clean = await repeatStage(planned);
      const counter = countPoints(() => false);
      const cleanExit = await playCrashing(clean, script, counter);
      const expected = finalState(worldOf(clean));
      await closeStage(clean);
      expect(counter.count).toBeGreaterThan(8);

      const crashes = [
        ...Array.from({ length: counter.count }, (_, index) => index + 1)
          .map((point) => ({ name: `crash at fault point ${point} of ${counter.count}`, isFatal: (nth: number) => nth === point })),
        ...LIFETIMES.map((lifetime) => ({ name: `crash at every ${lifetime}th fault point`, isFatal: (nth: number) => nth % lifetime === 0 })),
      ];
      for (const { name, isFatal } of crashes) {
        const stage = await repeatStage(planned);
        const exit = await playCrashing(stage, script, countPoints(isFatal));
        const where = `${scenario}, ${name}\n${stage.output.slice(-1_500)}`;
        expect(finalState(worldOf(stage)), where).toEqual(expected);
        expect(exit, where).toBe(cleanExit);
        expect(await brokenPromises(stage), where).toEqual([]);
        await closeStage(stage);
        cases += 1;
      }
      await closeStage(planned);
    }, 600_000);
  });
}
