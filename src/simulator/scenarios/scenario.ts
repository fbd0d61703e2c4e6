/** What a scenario is: a furnished world, what it teaches, and the script with which it plays itself. */
import { playAgenda } from '../agenda.ts';
import { openWorld } from '../world-builder.ts';
import type { Limits, Time, World } from '../world.ts';

/**
 * One command of the real command line, and how it must end. Placeholders: `{plan}` is the path of the plan file, `{digest}`
 * the digest of that plan, `{acknowledge-all}` stands for one `--acknowledge FINGERPRINT=REASON` for each caller found, `{accept-all}` for one
 * `--accept FINGERPRINT=REASON` for each that would be denied.
 */
export type AnswerStep = { command: string[]; expectExit: number; note: string };

/** Used only against the embedded AWS. */
export type AnswerScript = { name: string; acknowledgeReason: string; steps: AnswerStep[] };

export type Scenario = {
  name: string;
  /** The world in one line. */
  summary: string;
  /** What playing it shows. */
  teaches: string;
  /** The world as it is at `now`, with its history relative to that. */
  open: (now: Time) => World;
  answers: AnswerScript;
  /** True where the guided session has nothing to guide through: it plays itself, at a terminal too. */
  isPlayed?: true;
};

export type ScenarioDefinition = Omit<Scenario, 'open'> & {
  partition?: World['partition'];
  /** What differs from the default limits. */
  limits?: Partial<Limits>;
  /** Puts accounts, identities and an agenda into the empty world; the agenda may begin in the past. */
  furnish: (world: World, now: Time) => void;
};

/** A scenario whose history is made by playing its agenda up to the present, so that past and future are of one piece. */
export function defineScenario({ partition, limits, furnish, ...scenario }: ScenarioDefinition): Scenario {
  return {
    ...scenario,
    open(now) {
      const options = { ...(partition === undefined ? {} : { partition }), ...(limits === undefined ? {} : { limits }) };
      const world = openWorld(scenario.name, now, options);
      furnish(world, now);
      playAgenda(world, now);
      return world;
    },
  };
}
