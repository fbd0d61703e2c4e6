/** A drill: the guided session in a scenario's world, and at its end what was done well and what would have gone wrong. */
import type { Context } from './commands/context-type.ts';
import { MENU } from './commands/definitions/guided.ts';
import { debrief } from './commands/guided/debrief.ts';
import { problemMessage } from './commands/problem-message.ts';
import { runCommand } from './commands/program.ts';
import { openRunDeps } from './commands/run-control.ts';
import { asProblem, problem, type ExitCode } from './domain/problem.ts';
import { SCENARIOS } from './simulator/scenarios.ts';
import type { World } from './simulator/world.ts';

/** @param isContinuing the world is there already: its unfinished runs come first */
export async function openDrill(world: World, context: Context, isContinuing: boolean): Promise<ExitCode> {
  const scenario = SCENARIOS[world.scenario];
  if (scenario === undefined) throw problem('input/unknown-scenario', { detail: world.scenario });
  const deps = await openRunDeps(context, { format: 'table' });
  let exitCode: ExitCode;
  try {
    exitCode = await runCommand([isContinuing ? MENU : 'retire'], context, null);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool') throw because;
    deps.ui.emit(problemMessage(because));
    exitCode = because.exitCode;
  }
  await debrief(deps, scenario);
  return exitCode;
}
