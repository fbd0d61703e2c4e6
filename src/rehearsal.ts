/** One `rehearse` command line: which world, where it is kept, and whether somebody plays it or it plays itself. No way to the network. */
import { rm } from 'node:fs/promises';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './commands/program.ts';
import { problemMessage } from './commands/problem-message.ts';
import type { RehearseRequest } from './commands/definitions/rehearse.ts';
import { asProblem, problem, type ExitCode } from './domain/problem.ts';
import { NO_FAULTS } from './engine/fault-points.ts';
import { makeFolder } from './engine/run-files.ts';
import { openRehearsalContext, type RehearsalParts } from './rehearsal-context.ts';
import { openDrill } from './rehearsal-drill.ts';
import { playScenario } from './rehearsal-script.ts';
import { serveScenario } from './rehearsal-server.ts';
import { parseWorld, renderWorld } from './simulator/kept-world.ts';
import { openScenario, scenarioNames, SCENARIOS } from './simulator/scenarios.ts';
import type { World } from './simulator/world.ts';
import { openSystem, stateDirectory } from './system.ts';
import type { Streams } from './terminal/streams.ts';
import { openView } from './terminal/view.ts';
import { openWallClock } from './wall-clock.ts';

/**
 * What of a world changes with what anybody does, as opposed to its clock. Sessions, events of reads and credential reports are left out: whoever
 * opened, made or asked for one has it in memory only, and asks again.
 */
function openMarks(): (world: World) => string {
  let [seen, changes] = [0, 0];
  return ({ events, effects, agenda, deliveries, faults }) => {
    for (; seen < events.length; seen += 1) if (events[seen]?.isReadOnly === false) changes += 1;
    return [changes, effects.length, agenda.length, deliveries?.length ?? 0, ...faults.map(({ skip, remaining }) => `${skip}/${remaining}`)].join();
  };
}

/** Keeps a world in a file: written through before each reply that follows a change, and at the end. */
function openKeeper(path: string): { save: (world: World) => void; flush: (world: World) => void } {
  let mark = '';
  const markOf = openMarks();
  const flush = (world: World): void => {
    writeFileSync(`${path}.new`, renderWorld(world), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const save = (world: World): void => {
    const next = markOf(world);
    if (next === mark) return;
    mark = next;
    flush(world);
  };
  return { save, flush };
}

function readKeptWorld(path: string): World {
  try {
    return parseWorld(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw problem('input/unreadable-file', { detail: `No rehearsal is kept in ${path}.`, nextStep: 'rootzero rehearse flagged-account', cause });
  }
}

/** A person at a terminal chooses among the scenarios by what each teaches. */
async function chooseDrill(request: RehearseRequest, streams: Streams, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ExitCode> {
  const { ask } = openView('table', streams, openWallClock());
  if (ask === null) throw problem('input/no-terminal');
  const scenario = await ask('drill', { drills: Object.values(SCENARIOS).map(({ name, summary, teaches }) => ({ name, summary, teaches })) });
  return scenario === '' ? 0 : openRehearsal({ ...request, scenario }, streams, environment, signal);
}

/** Runs one `rehearse` command line. */
export async function openRehearsal(request: RehearseRequest, streams: Streams, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ExitCode> {
  if (request.scenario === null && !request.isContinuing && !request.isListing && streams.isInteractive) return chooseDrill(request, streams, environment, signal);
  if (request.isListing || (request.scenario === null && !request.isContinuing)) {
    streams.result(`${scenarioNames().map((name) => `${name.padEnd(20)} ${SCENARIOS[name]?.summary ?? ''}`).join('\n')}\n`);
    return request.isListing ? 0 : 3;
  }
  if (request.scenario !== null && !scenarioNames().includes(request.scenario)) throw problem('input/unknown-scenario', { detail: `${request.scenario}; there are ${scenarioNames().join(', ')}.` });
  const directory = join(stateDirectory(request.stateDir, environment), 'rehearsal');
  const worldFile = join(directory, 'world.json');
  const fail = (thrown: unknown): never => {
    throw problem('state/unwritable', { detail: `${directory}: ${thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)}.` });
  };
  // A new rehearsal begins with an empty folder: its runs belong to a world that is no more.
  if (request.scenario !== null) await rm(directory, { recursive: true, force: true }).catch(fail);
  await makeFolder(directory).catch(fail);
  const world = request.scenario === null ? readKeptWorld(worldFile) : openScenario(request.scenario, Date.now());
  if (request.serve !== null) return serveScenario(world, request.serve, directory, streams, signal);
  // A person is told how to go on as it works here, ready to paste.
  if (streams.isInteractive) for (const surface of [streams.page, streams.terminal]) surface.program = 'rootzero rehearse --continue --';
  const keeper = openKeeper(worldFile);
  const system = openSystem();
  const parts: RehearsalParts = { world, system, faults: NO_FAULTS, streams, signal, directory, save: keeper.save, isWatched: streams.isInteractive };
  const context = openRehearsalContext(parts);
  try {
    // What plays itself begins from the start; whoever comes back to it chooses what goes on.
    const isDrill = streams.isInteractive && !request.isPlaying && (request.isContinuing || SCENARIOS[world.scenario]?.isPlayed !== true);
    if (request.command.length === 0) return await (isDrill ? openDrill(world, context, request.isContinuing) : playScenario(world, context, parts));
    streams.progress(`REHEARSAL ${world.scenario}: nothing here reaches AWS\n`);
    return await runCommand(request.command, context, null);
  } catch (thrown) {
    const because = asProblem(thrown);
    context.openUi('table').emit(problemMessage(because));
    return because.exitCode;
  } finally {
    keeper.flush(world);
  }
}
