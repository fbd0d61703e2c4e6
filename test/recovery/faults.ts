/** One fault at each kind of call of a run: it ends done, or stops with a problem that says how to go on, and going on ends in the clean world. */
import { afterAll, describe, expect, it } from 'vitest';
import { renderWorld } from '../../src/simulator/kept-world.ts';
import { accountService } from '../../src/simulator/services/account.ts';
import { cloudtrailService } from '../../src/simulator/services/cloudtrail.ts';
import { configService } from '../../src/simulator/services/config.ts';
import { iamService } from '../../src/simulator/services/iam.ts';
import { organizationsService } from '../../src/simulator/services/organizations.ts';
import { stsService } from '../../src/simulator/services/sts.ts';
import type { Fault } from '../../src/simulator/world.ts';
import { brokenPromises, closeStage, finalState, openStage, openStageWorld, perform, planOn, playScript, repeatStage, worldOf, type Stage } from './stage.ts';

const KINDS = ['throttle', 'server-error', 'timeout', 'lost-reply', 'access-denied'] as const;
/** How many of the calls of one operation are disturbed, one in each case: the first, the last, and where trouble is treacherous one in between. */
const CALLS_DISTURBED: Record<Fault['kind'], number> = { 'throttle': 2, 'server-error': 2, 'timeout': 2, 'lost-reply': 3, 'access-denied': 3 };
/** The product page's codes for an end that is neither done nor a defect nor wrong usage. */
const CLEAN_STOPS = [2, 4, 6, 75];

const OPERATIONS = [accountService, cloudtrailService, configService, iamService, organizationsService, stsService]
  .flatMap((service) => Object.keys(service.operations).map((operation) => `${service.signingName}:${operation}`));

function putFaults(stage: Stage, faults: Fault[]): void {
  const world = worldOf(stage);
  world.faults.push(...faults);
  stage.kept = renderWorld(world);
}

/** Some of so many calls, spread evenly from the first, which is 0, to the last. */
const spread = (count: number, wanted: number): number[] =>
  count === 0 ? [] : [...new Set(Array.from({ length: wanted }, (_, index) => Math.round((index * (count - 1)) / (wanted - 1))))];

type Clean = { exits: number[]; end: unknown; counts: { operation: string; count: number }[] };

/** Plays the script without trouble, and counts its calls by faults that are too far off to strike. */
async function playClean(planned: Stage, script: readonly string[][]): Promise<Clean> {
  const stage = await repeatStage(planned);
  const far = 1_000_000;
  putFaults(stage, OPERATIONS.map((operation) => ({ kind: 'throttle', operation, skip: far, remaining: 1 })));
  const exits: number[] = [];
  for (const argv of script) exits.push(await perform(stage, argv));
  const world = worldOf(stage);
  await closeStage(stage);
  return { exits, end: finalState(world), counts: world.faults.map(({ operation, skip }) => ({ operation, count: far - skip })) };
}

/** Plays the script with one fault, and goes on where a command does not end as it should. @returns the last exit code, and that of the stop */
async function playDisturbed(stage: Stage, script: readonly string[][], fault: Fault, clean: Clean): Promise<{ exit: number | null; stop: number | null }> {
  putFaults(stage, [fault]);
  let stop: number | null = null;
  let played = 0;
  const exit = await playScript(stage, script, async (argv) => {
    const ended = await perform(stage, argv);
    const isAsPlanned = ended === clean.exits[played];
    played += 1;
    if (stop !== null || isAsPlanned) return ended;
    stop = ended;
    return null;
  });
  return { exit, stop };
}

/** Defines the faults of some scenarios; several files share them, so that they run side by side. */
export function defineFaults(scenarios: readonly string[]): void {
  let cases = 0;
  afterAll(() => console.log(`faults: ${cases} cases`));

  describe.each(scenarios)('%s', (scenario) => {
    it.each(KINDS)('survives %s at each kind of call', async (kind) => {
      const planned = await openStage(openStageWorld(scenario));
      const script = (await planOn(planned, scenario)).filter(([command]) => command !== 'check');
      const clean = await playClean(planned, script);
      const calls = clean.counts.flatMap(({ operation, count }) => spread(count, CALLS_DISTURBED[kind]).map((nth) => ({ operation, nth })));
      expect(calls.length).toBeGreaterThan(15);
      for (const { operation, nth } of calls) {
        const stage = await repeatStage(planned);
        const { exit, stop } = await playDisturbed(stage, script, { kind, operation, skip: nth, remaining: 1 }, clean);
        const where = `${scenario}, ${kind} at ${operation}, call ${nth + 1}: stopped with ${stop}\n${stage.output.slice(-1_500)}`;
        expect(worldOf(stage).faults, where).toEqual([expect.objectContaining({ remaining: 0 })]);
        expect([null, ...CLEAN_STOPS], where).toContain(stop);
        expect(stage.output, where).not.toMatch(/\n\s+at .+:\d+:\d+/);
        expect(exit, where).toBe(clean.exits.at(-1));
        expect(finalState(worldOf(stage)), where).toEqual(clean.end);
        expect(await brokenPromises(stage), where).toEqual([]);
        await closeStage(stage);
        cases += 1;
      }
      await closeStage(planned);
    }, 600_000);
  });
}
