/** Every scenario, walked through the guided session by pressing keys, comes to the same final world as its answer script through plan and apply. */
import { describe, expect, it } from 'vitest';
import { playAgenda } from '../../src/simulator/agenda.ts';
import { SCENARIOS } from '../../src/simulator/scenarios.ts';
import { DAY_MS } from '../../src/domain/instant.ts';
import type { World } from '../../src/simulator/world.ts';
import { brokenPromises, closeStage, finalState, identitiesIn, openStage, openStageWorld, perform, planOn, playScript, worldOf, type Stage } from '../recovery/stage.ts';
import { careful, walk, type Person } from '../support/guided.ts';
import { openScreen } from '../support/screen.ts';

/** Scenarios that need another hand than the careful one. */
const PERSONS: Partial<Record<string, Person>> = {
  compromised: (asked, nth) => (asked.code === 'caller' ? { choose: 'this looks hostile' } : careful(asked, nth)),
};

const isLookOnly = (scenario: string): boolean => SCENARIOS[scenario]?.answers.steps.every(({ command }) => command[0] === 'check' || command[0] === 'usage') === true;
const identitiesOf = (scenario: string): string[] => identitiesIn(SCENARIOS[scenario]?.answers.steps[0]?.command ?? []);
const lookOnly: Person = () => ({ choose: 'look only' });

/** What others still do in the world, whenever the session ended: time goes on for both. */
function later(stage: Stage): World {
  const world = worldOf(stage);
  playAgenda(world, world.now + 60 * DAY_MS);
  return world;
}

async function playAnswers(stage: Stage, scenario: string): Promise<number | null> {
  const steps = SCENARIOS[scenario]?.answers.steps ?? [];
  if (isLookOnly(scenario)) return perform(stage, steps.at(-1)?.command ?? []);
  const script = await planOn(stage, scenario);
  return playScript(stage, script.filter(([command]) => command !== 'check'), (argv) => perform(stage, argv));
}

describe.each(Object.entries(SCENARIOS).flatMap(([name, { isPlayed }]) => (isPlayed === true ? [] : [name])))('%s', (scenario) => {
  it('ends in the same world, whichever way it is walked', async () => {
    const scripted = await openStage(openStageWorld(scenario));
    const walked = await openStage(openStageWorld(scenario));
    const screen = openScreen();
    try {
      const expected = await playAnswers(scripted, scenario);
      const { exit } = await walk(walked, ['retire', ...identitiesOf(scenario)], screen, isLookOnly(scenario) ? lookOnly : (PERSONS[scenario] ?? careful));
      expect(exit, screen.history().join('\n')).toBe(expected);
      expect(finalState(later(walked))).toEqual(finalState(later(scripted)));
      expect(await brokenPromises(walked)).toEqual([]);
      expect(screen.isRaw()).toBe(false);
      expect(screen.isCursorShown()).toBe(true);
    } finally {
      await closeStage(scripted);
      await closeStage(walked);
    }
  });
});
