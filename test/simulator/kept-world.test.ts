/** A kept world comes back as it was, or is refused. */
import { describe, expect, it } from 'vitest';
import { KeptWorldError, parseWorld, renderWorld } from '../../src/simulator/kept-world.ts';
import { openScenario, scenarioNames } from '../../src/simulator/scenarios.ts';
import { smallWorld, START } from './small-world.ts';

const refusalOf = (text: string): unknown => {
  try {
    return parseWorld(text);
  } catch (error) {
    return error instanceof KeptWorldError ? error.kind : error;
  }
};

describe('a kept world', () => {
  it.each(scenarioNames())('%s survives being written and read', (name) => {
    const world = openScenario(name, START);
    expect(parseWorld(renderWorld(world))).toEqual(world);
  });

  it('of another schema is told apart from a damaged one', () => {
    const world = smallWorld();
    expect(refusalOf(JSON.stringify({ ...world, schema: 2 }))).toBe('other-schema');
    const { agenda: _agenda, ...torn } = world;
    const damaged = [
      '', 'null', '[]', renderWorld(world).slice(0, -20),
      JSON.stringify(torn), JSON.stringify({ ...world, accounts: [] }), JSON.stringify({ ...world, now: 'yesterday' }),
    ];
    expect(damaged.map(refusalOf)).toEqual(damaged.map(() => 'damaged'));
  });
});
