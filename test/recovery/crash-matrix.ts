/** Every scenario × every fault point of its run: crash there, rebuild everything from disk, go on; the world comes out the same. */
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../src/engine/fault-points.ts';
import { MINUTE_MS } from '../../src/domain/instant.ts';
import type { World } from '../../src/simulator/world.ts';
import { closeStage, Crash, finalState, openStage, openStageWorld, perform, planOf, repeatStage, worldOf, type Stage } from './stage.ts';

/** Deletes that an override allows without containment: the key that signs. */
const SELF_DELETES = new Set(['self-key', 'self-key-two', 'no-witness', 'govcloud']);

let cases = 0;

type Points = { reach(point: FaultPoint, subject: string): void; count: number; crashed: boolean };

/** Crashes at the n-th fault point, counted over all commands of the run; counts only, when n is never reached. */
const crashAt = (nth: number): Points => {
  const points: Points = {
    count: 0,
    crashed: false,
    reach: () => {
      points.count += 1;
      if (points.count !== nth) return;
      points.crashed = true;
      throw new Crash(`at fault point ${nth}`);
    },
  };
  return points;
};

async function playOn(stage: Stage, commands: string[][], points: Points): Promise<number[]> {
  const exits: number[] = [];
  let processId = 1;
  let isOver = false;
  for (const argv of commands) {
    // A run that went on after its crash may have come to its end already; then nothing is left to resume.
    if (isOver && argv[0] === 'resume') continue;
    let next = argv;
    for (;;) {
      try {
        exits.push(await perform(stage, next, points, processId));
        break;
      } catch (thrown) {
        if (!(thrown instanceof Crash)) throw thrown;
        points.crashed = false;
        processId += 1;
        // What a person does after a crash: go on with the run where there is one, else say the same again.
        await perform(stage, ['status', '-o', 'json'], undefined, processId);
        const runs: { runId: string; state: string }[] = JSON.parse(stage.result).runs;
        const run = runs[0];
        next = run === undefined ? argv : ['resume', run.runId];
        isOver = run !== undefined;
      }
    }
  }
  return exits;
}

function firstTime(world: World, operation: string): number {
  return world.effects.find((effect) => effect.operation === operation)?.at ?? Number.NaN;
}

/** Defines the matrix of some scenarios; several files share it, so that they run side by side. */
export function defineCrashMatrix(scenarios: readonly string[]): void {
  afterAll(() => console.log(`crash matrix: ${cases} cases`));
  describe.each(scenarios)('%s', (scenario) => {
  it('comes to the same world wherever it crashes', async () => {
    const planned = await openStage(openStageWorld(scenario));
    const { after } = await planOf(planned, scenario);
    const clean = await repeatStage(planned);
    const counter = crashAt(Number.POSITIVE_INFINITY);
    const cleanExits = await playOn(clean, after, counter);
    const expected = finalState(worldOf(clean));
    await closeStage(clean);
    expect(counter.count).toBeGreaterThan(8);

    for (let nth = 1; nth <= counter.count; nth += 1) {
      const stage = await repeatStage(planned);
      const exits = await playOn(stage, after, crashAt(nth));
      const world = worldOf(stage);
      const where = `${scenario}, crash at fault point ${nth} of ${counter.count}\n${stage.output.slice(-1_500)}`;
      expect(finalState(world), where).toEqual(expected);
      expect(exits.at(-1), where).toBe(cleanExits.at(-1));
      if (!SELF_DELETES.has(scenario) && world.effects.some((effect) => effect.operation === 'DeleteAccessKey')) {
        const soaked = firstTime(world, 'DeleteAccessKey') - firstTime(world, 'UpdateAccessKey');
        expect(soaked, where).toBeGreaterThan(75 * MINUTE_MS);
      }
      await closeStage(stage);
      cases += 1;
    }
    await closeStage(planned);
  }, 600_000);
});
}
