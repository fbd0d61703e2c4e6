/**
 * A run over twenty accounts in six waves × its fault points, while AWS throttles and somebody else keeps changing the organization: crash there,
 * rebuild everything from disk, go on; the organization comes out the same, and every effect has happened once.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/domain/instant.ts';
import type { World } from '../../src/simulator/world.ts';
import { endOf, planOrganization } from '../support/organization-run.ts';
import { closeStage, Crash, openStageWorld, perform, playScript, repeatStage, worldOf, type Stage } from './stage.ts';

const THROTTLED = ['organizations:AttachPolicy', 'organizations:CreatePolicy', 'organizations:DetachPolicy', 'iam:ListAccessKeys', 'iam:DeleteAccessKey', 'sts:AssumeRoot'];
/** Besides the first and the last of each kind of point, one of so many. */
const EVERY = 23;

function openBusyWorld(): World {
  const world = openStageWorld('retire-organization');
  world.agenda.push({ kind: 'organization-change', at: world.now, everyMs: 50 * SECOND_MS, untilAt: world.now + 500 * HOUR_MS, takesMs: 8 * SECOND_MS, change: { kind: 'unrelated' } });
  for (const operation of THROTTLED) world.faults.push({ kind: 'throttle', operation, skip: 3, remaining: 2 });
  return world;
}

const play = (stage: Stage, script: readonly string[][], reach: (kind: string) => void): Promise<number | null> =>
  playScript(stage, script, async (argv) => {
    try {
      return await perform(stage, argv, { faults: { reach: (point, subject) => reach(`${point} ${subject.replaceAll(/\d{12}|AKIA[A-Z0-9]+/g, '#')}`) } });
    } catch (thrown) {
      if (!(thrown instanceof Crash)) throw thrown;
      return null;
    }
  });

/** @param shard which of how many takes its part */
export function defineMatrix(shard: number, of: number): void {
  let cases = 0;
  afterAll(() => console.log(`organization matrix ${shard + 1} of ${of}: ${cases} cases`));

  describe('a run over an organization', () => {
    it('comes to the same organization wherever it crashes', async () => {
      const { stage: planned, plan, path } = await planOrganization(openBusyWorld());
      const script = [['apply', path, '--approve', plan.digest], ['resume']];
      const clean = await repeatStage(planned);
      const kinds: string[] = [];
      expect(await play(clean, script, (kind) => kinds.push(kind)), clean.output.slice(-1_500)).toBe(0);
      const expected = endOf(worldOf(clean));
      await closeStage(clean);
      expect(kinds.length).toBeGreaterThan(800);
      const points = kinds.map((kind, index) => ({ kind, index })).filter(({ kind, index }) => kinds.indexOf(kind) === index || kinds.lastIndexOf(kind) === index || index % EVERY === 0);
      for (const { index, kind } of points.filter((_, place) => place % of === shard)) {
        const stage = await repeatStage(planned);
        let reached = -1;
        const exit = await play(stage, script, () => {
          reached += 1;
          if (reached === index) throw new Crash(kind);
        });
        const where = `crash at ${index} of ${kinds.length}, ${kind}\n${stage.output.slice(-1_500)}`;
        expect(exit, where).toBe(0);
        expect(endOf(worldOf(stage)), where).toEqual(expected);
        await closeStage(stage);
        cases += 1;
      }
      await closeStage(planned);
    }, 1_200_000);
  });
}
