/** A scenario on a stage: played by its own answer script, in process, over a world and a state folder that survive a crash. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/commands/program.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { FaultPoints } from '../../src/engine/fault-points.ts';
import { NO_FAULTS } from '../../src/engine/fault-points.ts';
import { openRehearsalContext } from '../../src/rehearsal.ts';
import { parseWorld, renderWorld } from '../../src/simulator/kept-world.ts';
import { openScenario, SCENARIOS } from '../../src/simulator/scenarios.ts';
import type { World } from '../../src/simulator/world.ts';

/** A process that dies: no catch in the program may take it for a problem. */
export class Crash extends Error {}

export const NOON = Date.parse('2026-11-24T12:00:00Z');

/** Few Regions, so that thousands of runs stay cheap: the ones in which the scenarios' stories happen. */
const REGIONS = new Set(['us-east-1', 'eu-west-1', 'us-gov-west-1']);

export function openStageWorld(scenario: string): World {
  const world = openScenario(scenario, NOON);
  for (const account of Object.values(world.accounts)) {
    for (const region of account.regions) region.isEnabled &&= REGIONS.has(region.name);
  }
  return world;
}

export type Stage = {
  directory: string;
  /** The world as it was last kept: what a crash leaves. */
  kept: string;
  output: string;
  /** Standard output of the last command. */
  result: string;
};

export const openStage = async (world: World): Promise<Stage> => ({ directory: await mkdtemp(join(tmpdir(), 'rootzero-stage-')), kept: renderWorld(world), output: '', result: '' });
/** The same world once more, with a state folder of its own. */
export const repeatStage = (stage: Stage): Promise<Stage> => openStage(worldOf(stage));
export const closeStage = (stage: Stage): Promise<void> => rm(stage.directory, { recursive: true, force: true });
export const worldOf = (stage: Stage): World => parseWorld(stage.kept);

/** Runs one command line in a fresh process, so to speak: everything is rebuilt from the kept world and the state folder. */
export async function perform(stage: Stage, argv: string[], faults: FaultPoints = NO_FAULTS, processId = 1, signal = new AbortController().signal): Promise<number> {
  const world = worldOf(stage);
  let text = '';
  stage.result = '';
  const save = (changed: World): void => {
    stage.kept = renderWorld(changed);
  };
  const system = {
    tool: 'rootzero/test', processId, host: 'stage', random: () => 0.5, sha256: (plain: string) => createHash('sha256').update(plain).digest('hex'),
    // Only the process of now lives; whoever held a lock before has crashed.
    isProcessAlive: (id: number) => id === processId,
  };
  const streams = { result: (piece: string) => { text += piece; stage.result += piece; }, progress: (piece: string) => { text += piece; }, isInteractive: false };
  const context = openRehearsalContext({ world, system, faults, streams, signal, directory: stage.directory, save });
  try {
    return await runCommand(argv, context, null);
  } catch (thrown) {
    if (thrown instanceof Problem) {
      text += `${thrown.code} ${thrown.message}\n`;
      if (thrown.nextStep === '') throw new Error('a problem without a next step', { cause: thrown });
      return thrown.exitCode;
    }
    throw thrown;
  } finally {
    // Time stands still between two processes, as in a kept rehearsal.
    if (!(faults as { crashed?: boolean }).crashed) stage.kept = renderWorld(world);
    stage.output += text;
  }
}

/** The steps of a scenario's script up to its plan, and what comes after. */
export async function planOf(stage: Stage, scenario: string): Promise<{ plan: string; digest: string; after: string[][] }> {
  const script = SCENARIOS[scenario]?.answers;
  if (script === undefined) throw new Error(`no scenario ${scenario}`);
  const plan = join(stage.directory, 'plan.json');
  const words = script.steps[0]?.command ?? [];
  await perform(stage, ['plan', '-o', 'json']);
  const callers: { fingerprint: string; kind: string }[] = JSON.parse(stage.result).callers;
  const acknowledgements = callers.filter((caller) => caller.kind === 'root-key' || caller.kind === 'minted-session').flatMap((caller) => ['--acknowledge', `${caller.fingerprint}=known`]);
  const argv = words.flatMap((word) => (word === '{plan}' ? [plan] : word === '{acknowledge-all}' ? acknowledgements : [word]));
  await perform(stage, argv);
  const { readFile } = await import('node:fs/promises');
  const { digest } = JSON.parse(await readFile(plan, 'utf8'));
  return { plan, digest, after: script.steps.slice(1).map((step) => step.command.map((word) => (word === '{plan}' ? plan : word === '{digest}' ? digest : word))) };
}

/** What the world has come to, without times: keys, policies, attachments, rules, and every effect once. */
export function finalState(world: World): unknown {
  return {
    keys: Object.values(world.accounts).map((account) => account.root.keys.map((key) => `${key.id} ${key.status}`)),
    rules: Object.values(world.accounts).map((account) => Object.values(account.config).map((config) => config.rules.map((rule) => rule.name))),
    policies: world.organization?.policies.map((policy) => policy.name),
    attachments: world.organization === undefined ? null : Object.entries(world.organization.attachments).map(([target, ids]) => [target, ids.length]),
    effects: world.effects.map((effect) => `${effect.operation} ${effect.target.replace(/p-[a-z0-9]+/g, 'p-')}`).sort(),
  };
}
