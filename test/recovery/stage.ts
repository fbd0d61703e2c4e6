/** A scenario on a stage: played by its own answer script, in process, over a world and a state folder that survive a crash. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { parsePlan } from '../../src/commands/plan-file.ts';
import { runCommand } from '../../src/commands/program.ts';
import { Problem } from '../../src/domain/problem.ts';
import { NO_FAULTS, type FaultPoints } from '../../src/engine/fault-points.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { openRehearsalContext } from '../../src/rehearsal-context.ts';
import { parseWorld, renderWorld } from '../../src/simulator/kept-world.ts';
import { openScenario, SCENARIOS } from '../../src/simulator/scenarios.ts';
import type { World } from '../../src/simulator/world.ts';
import type { Ui } from '../../src/ports/ui.ts';
import type { Streams } from '../../src/terminal/streams.ts';
import { openTestStreams } from '../support/streams.ts';
import { assessHistory, type RunRecord } from '../promises/ledger.ts';

/** A process that dies: no catch in the program may take it for a problem. */
export class Crash extends Error {}

export const NOON = Date.parse('2026-11-24T12:00:00Z');

/** Few Regions, so that thousands of runs stay cheap: the ones in which the scenarios' stories happen. */
const REGIONS = new Set(['us-east-1', 'eu-west-1', 'us-gov-west-1']);

/** More of a history than this makes every look-back longer and no different. */
const LONGEST_HISTORY = 300;

export function openStageWorld(scenario: string): World {
  const world = openScenario(scenario, NOON);
  world.events = world.events.slice(-LONGEST_HISTORY);
  for (const account of Object.values(world.accounts)) account.regions = account.regions.filter((region) => REGIONS.has(region.name));
  return world;
}

export type Stage = {
  directory: string;
  /** The world as it was when the last process ended or died; time stands still until the next. */
  kept: string;
  output: string;
  /** Standard output of the last command. */
  result: string;
  /** Only the process of now lives; whoever held a lock before has crashed. */
  processId: number;
};

/** In memory where there is such a folder: most of a run's time is fsync, and nobody pulls the plug here. */
const STATE_ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const openStage = async (world: World): Promise<Stage> =>
  ({ directory: await mkdtemp(join(STATE_ROOT, 'rootzero-stage-')), kept: renderWorld(world), output: '', result: '', processId: 1 });
/** The same world once more, with a state folder of its own. */
export const repeatStage = (stage: Stage): Promise<Stage> => openStage(worldOf(stage));
export const closeStage = (stage: Stage): Promise<void> => rm(stage.directory, { recursive: true, force: true });
export const worldOf = (stage: Stage): World => parseWorld(stage.kept);

const sha256 = (plain: string): string => createHash('sha256').update(plain).digest('hex');

/** The locks that lie in the state folder: a process that unwinds removes its own, one that is killed does not. */
function readLocks(directory: string): Map<string, string> {
  const folders = ['accounts', 'organizations'].map((name) => join(directory, name)).filter((folder) => existsSync(folder));
  const paths = folders.flatMap((folder) => readdirSync(folder).map((subject) => join(folder, subject, 'lock')));
  return new Map(paths.filter((path) => existsSync(path)).map((path) => [path, readFileSync(path, 'utf8')]));
}

export type Circumstances = {
  faults?: FaultPoints;
  signal?: AbortSignal;
  /** A terminal; without one what is said goes to the stage's output. */
  streams?: Streams;
  /** Stands between the program and its view, to know what is asked. */
  attend?: (ui: Ui) => Ui;
  /** False as on a real clock: a wait ends the process with 75. */
  isWaiting?: boolean;
  /** Lends the world to the test while the command runs. */
  meet?: (world: World) => void;
};

/**
 * Runs one command line in a fresh process, so to speak: everything is rebuilt from the kept world and the state folder.
 * @returns the exit code
 * @throws Crash as the fault points do, and whatever is neither an exit nor a problem
 */
export async function perform(stage: Stage, argv: readonly string[], circumstances: Circumstances = {}): Promise<number> {
  const { faults = NO_FAULTS, signal = circumstances.streams?.terminal.signal ?? new AbortController().signal, attend = (ui: Ui) => ui } = circumstances;
  const { processId, directory } = stage;
  const world = worldOf(stage);
  circumstances.meet?.(world);
  let left: { kept: string; locks: Map<string, string> } | null = null;
  const points: FaultPoints = {
    reach: (point, subject) => {
      // Nothing of a process that has died goes on, whatever else it had under way.
      if (left !== null) throw new Crash('dead already');
      try {
        faults.reach(point, subject);
      } catch (crash) {
        left = { kept: renderWorld(world), locks: readLocks(directory) };
        throw crash;
      }
    },
  };
  stage.result = '';
  const say = (piece: string): void => {
    stage.output += piece;
  };
  const streams = circumstances.streams ?? openTestStreams({ progress: say, result: (piece) => { say(piece); stage.result += piece; } });
  const system = { tool: 'rootzero/test', processId, host: 'stage', random: () => 0.5, sha256, isProcessAlive: (id: number) => id === processId };
  try {
    const context = openRehearsalContext({ world, system, faults: points, streams, signal, directory, save: () => undefined });
    const isResumeWaiting = circumstances.isWaiting ?? context.isResumeWaiting;
    return await runCommand(argv, { ...context, isResumeWaiting, openUi: (format) => attend(context.openUi(format)) }, null);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    say(`${thrown.code} ${thrown.message}\n`);
    if (thrown.nextStep === '') throw new Error(`${thrown.code} has no next step`, { cause: thrown });
    return thrown.exitCode;
  } finally {
    const { kept, locks } = left ?? { kept: renderWorld(world), locks: new Map<string, string>() };
    stage.kept = kept;
    for (const [path, text] of locks) writeFileSync(path, text);
    stage.processId += 1;
  }
}

const listed = z.object({ runs: z.array(z.object({ runId: z.string() })) });

/** The ids of all runs, newest first, as `status` lists them. */
export async function listRuns(stage: Stage): Promise<string[]> {
  await perform(stage, ['status', '-o', 'json']);
  return listed.parse(JSON.parse(stage.result)).runs.map((run) => run.runId);
}

/** Who has to be named with every command of a script, besides the profiles that a rehearsal names by itself. */
export const identitiesIn = (argv: readonly string[]): string[] => argv.flatMap((word, index) => (argv[index - 1] === '--org-profile' ? ['--org-profile', word] : []));

/**
 * Plays a script to its end. Where `run` says with null that a command was cut off, a person goes on: with the run where there is one, else by
 * saying the same again.
 * @returns the exit code of the last command
 */
export async function playScript(stage: Stage, script: readonly string[][], run: (argv: readonly string[]) => Promise<number | null>): Promise<number | null> {
  let exit: number | null = null;
  let isResumed = false;
  for (const argv of script) {
    // A run that went on after its trouble may have come to its end already; then nothing is left to resume.
    if (isResumed && argv[0] === 'resume') continue;
    exit = await run(argv);
    while (exit === null) {
      const newest = (await listRuns(stage))[0];
      isResumed ||= newest !== undefined;
      exit = await run(newest === undefined ? argv : ['resume', newest, ...identitiesIn(argv)]);
    }
  }
  return exit;
}

const planned = z.object({ callers: z.array(z.object({ fingerprint: z.string(), kind: z.string() })) });

/** Plans as the scenario's script does. @returns that command, and the rest of the script, with path and digest filled in */
export async function planAsScripted(stage: Stage, scenario: string): Promise<{ plan: string[]; rest: string[][] }> {
  const script = SCENARIOS[scenario]?.answers;
  if (script === undefined) throw new RangeError(`There is no scenario ${scenario}.`);
  const path = join(stage.directory, 'plan.json');
  await perform(stage, ['plan', '-o', 'json']);
  const { callers } = planned.parse(JSON.parse(stage.result));
  const acknowledgements = callers
    .filter((caller) => caller.kind === 'root-key' || caller.kind === 'minted-session')
    .flatMap((caller) => ['--acknowledge', `${caller.fingerprint}=known`]);
  const words: Record<string, string[]> = { '{plan}': [path], '{acknowledge-all}': acknowledgements };
  const [plan = [], ...rest] = script.steps.map((step) => step.command.flatMap((word) => words[word] ?? [word]));
  await perform(stage, plan);
  const { digest } = parsePlan(await readFile(path, 'utf8'), sha256);
  return { plan, rest: rest.map((command) => command.map((word) => (word === '{digest}' ? digest : word))) };
}

export const planOn = async (stage: Stage, scenario: string): Promise<string[][]> => (await planAsScripted(stage, scenario)).rest;

/** Plan and journal of every run, oldest first. Opening a journal proves its chain. */
export async function readRunRecords(stage: Stage): Promise<RunRecord[]> {
  const world = worldOf(stage);
  const runs: RunRecord[] = [];
  for (const runId of (await listRuns(stage)).reverse()) {
    const folder = join(stage.directory, 'runs', runId);
    const plan = parsePlan(await readFile(join(folder, 'plan.json'), 'utf8'), sha256);
    const { lines } = await openJournal(folder, { clock: { now: () => world.now, sleep: () => Promise.resolve() }, system: { sha256 }, faults: NO_FAULTS });
    runs.push({ plan, lines });
  }
  return runs;
}

/** Every promise that what happened on the stage breaks, in words. */
export const brokenPromises = async (stage: Stage): Promise<string[]> =>
  assessHistory({ world: worldOf(stage), runs: await readRunRecords(stage), inactiveFromTheStart: new Set() });

/** What the world has come to, without times: keys, policies, attachments, rules, and every effect as often as it happened. */
export function finalState(world: World): unknown {
  return {
    keys: Object.values(world.accounts).map((account) => account.root.keys.map((key) => `${key.id} ${key.status}`)),
    rules: Object.values(world.accounts).map((account) => Object.values(account.config).map((config) => config.rules.map((rule) => rule.name))),
    policies: world.organization?.policies.map((policy) => policy.name),
    attachments: world.organization === undefined ? null : Object.entries(world.organization.attachments).map(([target, ids]) => [target, ids.length]),
    effects: world.effects.map((effect) => `${effect.operation} ${effect.target.replace(/p-[a-z0-9]+/g, 'p-')}`).sort(),
  };
}
