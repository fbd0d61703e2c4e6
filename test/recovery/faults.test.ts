/** One fault at each call in turn: the run ends done, or stops with a problem that says how to go on, and going on ends in the clean world. */
import { afterAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/domain/instant.ts';
import type { Fault } from '../../src/simulator/world.ts';
import { renderWorld } from '../../src/simulator/kept-world.ts';
import { closeStage, finalState, openStage, openStageWorld, perform, planOf, repeatStage, worldOf, type Stage } from './stage.ts';

const KINDS: Fault['kind'][] = ['throttle', 'server-error', 'timeout', 'lost-reply', 'access-denied'];
/** Every n-th call is disturbed, and every write: lost replies and denials are the treacherous ones. */
const STRIDE: Record<Fault['kind'], number> = { 'throttle': 11, 'server-error': 11, 'timeout': 11, 'lost-reply': 3, 'access-denied': 3 };
/** The product page's codes for an end that is not a defect. */
const CLEAN_ENDS = new Set([0, 2, 4, 6, 75]);

let cases = 0;
afterAll(() => console.log(`faults: ${cases} cases`));

async function playToEnd(stage: Stage, after: string[][]): Promise<number[]> {
  const exits: number[] = [];
  for (const argv of after.filter(([command]) => command !== 'check')) exits.push(await perform(stage, argv));
  return exits;
}

/** After trouble: resume the run there is, or apply again. */
async function goOn(stage: Stage, apply: string[]): Promise<number> {
  await perform(stage, ['status', '-o', 'json']);
  const runs: { runId: string }[] = JSON.parse(stage.result).runs;
  const run = runs[0];
  const first = await perform(stage, run === undefined ? apply : ['resume', run.runId]);
  return first === 75 ? perform(stage, ['resume']) : first;
}

describe.each(['flagged-account', 'two-keys', 'self-key-two', 'management-account'])('%s', (scenario) => {
  it.each(KINDS)('survives %s at each call', async (kind) => {
    const planned = await openStage(openStageWorld(scenario));
    const { after } = await planOf(planned, scenario);
    const clean = await repeatStage(planned);
    await playToEnd(clean, after);
    const expected = finalState(worldOf(clean));
    await closeStage(clean);

    for (let skip = 0; ; skip += STRIDE[kind]) {
      const stage = await repeatStage(planned);
      const world = worldOf(stage);
      world.faults.push({ kind, operation: '*', skip, remaining: 1 });
      stage.kept = renderWorld(world);
      const exits = await playToEnd(stage, after);
      const left = worldOf(stage);
      const isSpent = left.faults.every((fault) => fault.remaining === 0);
      const where = `${scenario}, ${kind} at call ${skip + 1}: ${exits.join(', ')}\n${stage.output.slice(-1_500)}`;
      // 3 is the second `resume` of a script whose run ended before it.
      for (const exit of exits) expect(CLEAN_ENDS.has(exit) || exit === 3, where).toBe(true);
      expect(stage.output, where).not.toMatch(/\n\s+at .+:\d+:\d+/);
      const [contained, removed] = ['UpdateAccessKey', 'DeleteAccessKey'].map((operation) => left.effects.find((effect) => effect.operation === operation)?.at);
      if (contained !== undefined && removed !== undefined) expect(removed - contained, where).toBeGreaterThan(75 * MINUTE_MS);
      if (exits.at(-1) !== 0) expect(await goOn(stage, after[0] ?? []), `${where}\n-- going on --\n${stage.output.slice(-1_500)}`).toBe(0);
      expect(finalState(worldOf(stage)), where).toEqual(expected);
      await closeStage(stage);
      if (!isSpent) break;
      cases += 1;
    }
    await closeStage(planned);
  }, 600_000);
});
