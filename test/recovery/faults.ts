/** One fault at one call, in planning or in the run: it ends done, or stops with a problem that says how to go on, and going on ends in the clean world. */
import * as fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { renderWorld } from '../../src/simulator/kept-world.ts';
import { accountService } from '../../src/simulator/services/account.ts';
import { cloudtrailService } from '../../src/simulator/services/cloudtrail.ts';
import { configService } from '../../src/simulator/services/config.ts';
import { iamService } from '../../src/simulator/services/iam.ts';
import { organizationsService } from '../../src/simulator/services/organizations.ts';
import { stsService } from '../../src/simulator/services/sts.ts';
import type { Fault } from '../../src/simulator/world.ts';
import { brokenPromises, closeStage, finalState, openStage, openStageWorld, perform, planAsScripted, playScript, repeatStage, worldOf, type Stage } from './stage.ts';

const KINDS = ['throttle', 'server-error', 'timeout', 'lost-reply', 'access-denied'] as const;
/** The kinds that every scenario meets at every operation; the others are met in the thorough ones, and by chance. */
const EVERYWHERE: ReadonlySet<Fault['kind']> = new Set(['throttle', 'lost-reply']);
/** How many calls of one operation are disturbed in the run of a thorough scenario, one in each case: first, last, and where trouble is treacherous one in between. Its planning meets every kind at every call. */
const CALLS_DISTURBED: Record<Fault['kind'], number> = { 'throttle': 2, 'server-error': 2, 'timeout': 2, 'lost-reply': 3, 'access-denied': 3 };
/** The product page's codes for an end that is neither done nor a defect nor wrong usage. */
const CLEAN_STOPS = [2, 4, 6, 75];
/** In planning also this: an acknowledgement whose caller was not found, since a Region could not be read. */
const NOT_FOUND = 3;
/** How many of the remaining cases of one file are drawn by chance. */
const DRAWN = 60;

const OPERATIONS = [accountService, cloudtrailService, configService, iamService, organizationsService, stsService]
  .flatMap((service) => Object.keys(service.operations).map((operation) => `${service.signingName}:${operation}`));

export type Phase = 'plan' | 'run';
type Case = { scenario: string; phase: Phase; kind: Fault['kind']; operation: string; nth: number };
type Counts = { operation: string; count: number }[];

const planFile = z.object({
  actions: z.array(z.unknown()), notDone: z.array(z.unknown()), blockers: z.array(z.unknown()), keys: z.array(z.unknown()),
  coverage: z.object({ regions: z.array(z.object({ readable: z.boolean() })) }).nullable(),
});
type PlanFile = z.infer<typeof planFile>;

/** How a command ended: two stops with one exit code are not the same. */
type End = { exit: number; problem: string | undefined };

async function performTo(stage: Stage, argv: readonly string[]): Promise<End> {
  const before = stage.output.length;
  const exit = await perform(stage, argv);
  return { exit, problem: [...stage.output.slice(before).matchAll(/code {2}([a-z]+\/[a-z-]+)/g)].at(-1)?.[1] };
}

/** A scenario with its clean course: before the plan, and from the plan on. */
type Course = {
  bare: Stage;
  planned: Stage;
  /** The scripted plan, and what follows it. */
  plan: string[];
  script: string[][];
  ends: End[];
  end: unknown;
  clean: PlanFile;
  counts: Record<Phase, Counts>;
};

function putFaults(stage: Stage, faults: Fault[]): void {
  const world = worldOf(stage);
  world.faults.push(...faults);
  stage.kept = renderWorld(world);
}

const FAR = 1_000_000;
/** Faults that are too far off to strike, and count calls. */
const COUNTERS: Fault[] = OPERATIONS.map((operation) => ({ kind: 'throttle', operation, skip: FAR, remaining: 1 }));
const countsOn = (stage: Stage): Counts => worldOf(stage).faults.map(({ operation, skip }) => ({ operation, count: FAR - skip }));

const readPlanFile = (stage: Stage): PlanFile | null => {
  const path = join(stage.directory, 'plan.json');
  return existsSync(path) ? planFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
};
/** The scripted command, with the plan file in this stage's folder. */
const onStage = (stage: Stage, argv: readonly string[]): string[] => argv.map((word) => (word.endsWith('/plan.json') ? join(stage.directory, 'plan.json') : word));

async function openCourse(scenario: string): Promise<Course> {
  const bare = await openStage(openStageWorld(scenario));
  const planned = await repeatStage(bare);
  const { plan, rest } = await planAsScripted(planned, scenario);
  const script = rest.filter(([command]) => command !== 'check');
  const clean = readPlanFile(planned);
  if (clean === null) throw new Error(`${scenario} has no plan`);
  const planning = await repeatStage(bare);
  putFaults(planning, COUNTERS);
  await perform(planning, onStage(planning, plan));
  const running = await repeatStage(planned);
  putFaults(running, COUNTERS);
  const ends: End[] = [];
  for (const argv of script) ends.push(await performTo(running, argv));
  const course: Course = { bare, planned, plan, script, ends, end: finalState(worldOf(running)), clean, counts: { plan: countsOn(planning), run: countsOn(running) } };
  await closeStage(planning);
  await closeStage(running);
  return course;
}

/** Some of so many calls, spread evenly from the first, which is 0, to the last. */
const spread = (count: number, wanted: number): number[] =>
  (count === 0 ? [] : [...new Set(Array.from({ length: wanted }, (_, index) => Math.round((index * (count - 1)) / Math.max(1, wanted - 1))))]);

/** Every call of a phase by every kind of fault, and which of them are always played. */
function casesOf(scenario: string, { counts }: Course, isThorough: boolean): { always: Case[]; others: Case[] } {
  const all = (['plan', 'run'] as const).flatMap((phase) => counts[phase].flatMap(({ operation, count }) => KINDS.flatMap((kind) => {
    const calls = isThorough ? (phase === 'plan' ? count : CALLS_DISTURBED[kind]) : EVERYWHERE.has(kind) ? 1 : 0;
    const chosen = new Set(calls === 0 ? [] : spread(count, calls));
    return Array.from({ length: count }, (_, nth) => ({ isAlways: chosen.has(nth), fault: { scenario, phase, kind, operation, nth } }));
  })));
  const pick = (isAlways: boolean): Case[] => all.filter((one) => one.isAlways === isAlways).map(({ fault }) => fault);
  return { always: pick(true), others: pick(false) };
}

const faultOf = ({ kind, operation, nth }: Case): Fault => ({ kind, operation, skip: nth, remaining: 1 });
const nameOf = ({ scenario, phase, kind, operation, nth }: Case): string => `${scenario}, ${phase}: ${kind} at ${operation}, call ${nth + 1}`;

/** Whether a plan says at least what the clean one says, and about the rest that it could not be read. */
const saysWhatIsMissing = (plan: PlanFile, clean: PlanFile): boolean =>
  plan.notDone.length > clean.notDone.length || plan.blockers.length > clean.blockers.length || plan.coverage?.regions.some(({ readable }) => !readable) === true;

/** Planning under a fault changes nothing; what it could not read it says, and planning again comes out clean. */
async function playPlan(course: Course, one: Case): Promise<void> {
  const stage = await repeatStage(course.bare);
  putFaults(stage, [faultOf(one)]);
  const argv = onStage(stage, course.plan);
  const exit = await perform(stage, argv);
  const where = `${nameOf(one)}: ended with ${exit}\n${stage.output.slice(-1_500)}`;
  expect(worldOf(stage).faults, where).toEqual([expect.objectContaining({ remaining: 0 })]);
  expect([0, NOT_FOUND, ...CLEAN_STOPS], where).toContain(exit);
  if (exit === NOT_FOUND) expect(stage.output, where).toMatch(/could not be read/);
  expect(stage.output, where).not.toMatch(/\n\s+at .+:\d+:\d+/);
  expect(worldOf(stage).effects, where).toEqual([]);
  const plan = readPlanFile(stage);
  if (exit === 0) expect(plan, where).not.toBeNull();
  if (plan !== null && JSON.stringify(plan.actions) !== JSON.stringify(course.clean.actions)) expect(saysWhatIsMissing(plan, course.clean), where).toBe(true);
  expect(await perform(stage, argv), where).toBe(0);
  expect(readPlanFile(stage)?.actions, where).toEqual(course.clean.actions);
  await closeStage(stage);
}

/** A run under a fault ends in the clean world, at once or after somebody went on. */
async function playRun(course: Course, one: Case): Promise<void> {
  const stage = await repeatStage(course.planned);
  putFaults(stage, [faultOf(one)]);
  let stop: number | null = null;
  let played = 0;
  const exit = await playScript(stage, course.script, async (argv) => {
    const ended = await performTo(stage, argv);
    const planned = course.ends[played];
    played += 1;
    if (stop !== null || (ended.exit === planned?.exit && ended.problem === planned.problem)) return ended.exit;
    stop = ended.exit;
    return null;
  });
  const where = `${nameOf(one)}: stopped with ${stop}\n${stage.output.slice(-1_500)}`;
  expect(worldOf(stage).faults, where).toEqual([expect.objectContaining({ remaining: 0 })]);
  expect([null, ...CLEAN_STOPS], where).toContain(stop);
  expect(stage.output, where).not.toMatch(/\n\s+at .+:\d+:\d+/);
  expect(exit, where).toBe(course.ends.at(-1)?.exit);
  expect(finalState(worldOf(stage)), where).toEqual(course.end);
  expect(await brokenPromises(stage), where).toEqual([]);
  await closeStage(stage);
}

/**
 * Defines the faults of some scenarios; several files share them, so that they run side by side.
 * @param thorough scenarios that meet every kind of fault at several calls of each operation
 */
export function defineFaults(thorough: readonly string[], others: readonly string[]): void {
  const courses = new Map<string, Promise<Course>>();
  const courseOf = (scenario: string): Promise<Course> => {
    const course = courses.get(scenario) ?? openCourse(scenario);
    courses.set(scenario, course);
    return course;
  };
  let [played, possible] = [0, 0];
  const rest: Case[] = [];
  const play = async (one: Case): Promise<void> => {
    const course = await courseOf(one.scenario);
    await (one.phase === 'plan' ? playPlan(course, one) : playRun(course, one));
    played += 1;
  };
  afterAll(async () => {
    console.log(`faults: ${played} of ${possible} cases, ${DRAWN} of them drawn by chance`);
    for (const course of courses.values()) for (const stage of [(await course).bare, (await course).planned]) await closeStage(stage);
  });

  describe.each([...thorough, ...others])('%s', (scenario) => {
    it(`survives a fault at each kind of call`, async () => {
      const cases = casesOf(scenario, await courseOf(scenario), thorough.includes(scenario));
      possible += cases.always.length + cases.others.length;
      rest.push(...cases.others);
      expect(cases.always.length).toBeGreaterThan(30);
      for (const one of cases.always) await play(one);
    }, 600_000);
  });

  it('survives any other fault, drawn by chance', async () => {
    expect(rest.length).toBeGreaterThan(500);
    await fc.assert(fc.asyncProperty(fc.constantFrom(...rest), play), { numRuns: DRAWN, endOnFailure: true });
  }, 600_000);
}
