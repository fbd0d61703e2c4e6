/** A scenario playing itself: its answer script, over the same commands that a person would type. */
import { join } from 'node:path';
import * as z from 'zod';
import type { Context } from './commands/context-type.ts';
import { runCommand } from './commands/program.ts';
import { problemMessage } from './commands/problem-message.ts';
import { asProblem, problem, type ExitCode } from './domain/problem.ts';
import type { RehearsalParts } from './rehearsal-context.ts';
import { SCENARIOS } from './simulator/scenarios.ts';
import type { World } from './simulator/world.ts';
import { openStyle } from './terminal/style.ts';

/** The little that a script needs of a plan. */
const planned = z.object({
  digest: z.string(),
  callers: z.array(z.object({ fingerprint: z.string(), kind: z.string() })).default([]),
  blockers: z.array(z.object({ text: z.string() })).default([]),
  notCovered: z.array(z.object({ next: z.string() })).default([]),
});

async function runCaught(argv: readonly string[], context: Context): Promise<ExitCode> {
  try {
    return await runCommand(argv, context, null);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool') throw thrown;
    context.openUi('table').emit(problemMessage(because));
    return because.exitCode;
  }
}

/** A plan made in silence, to learn which callers a script has to answer for. */
async function planSilently(context: Context, argv: readonly string[]): Promise<z.infer<typeof planned>> {
  let text = '';
  const silent: Context = { ...context, result: (piece) => { text += piece; }, openUi: () => ({ emit: () => undefined, ask: null }) };
  await runCommand([...argv, '-o', 'json'], silent, null);
  return planned.parse(JSON.parse(text));
}

const listDependent = async (context: Context): Promise<string[]> =>
  (await planSilently(context, ['plan'])).callers.filter(({ kind }) => kind === 'root-key' || kind === 'minted-session').map(({ fingerprint }) => fingerprint);

/** What a plan over an organization asks to acknowledge: callers by their fingerprints, keys by their ids. */
const listAsked = async (context: Context, command: readonly string[]): Promise<string[]> =>
  (await planSilently(context, command)).notCovered.flatMap(({ next }) => [...next.matchAll(/--acknowledge ([0-9A-Za-z]+)=/g)].map(([, name = '']) => name));

/** Those whom a preview asks to accept. */
const listDenied = async (context: Context, command: readonly string[]): Promise<string[]> =>
  (await planSilently(context, command)).blockers.flatMap(({ text }) => /--accept ([0-9a-f]+)=/.exec(text)?.[1] ?? []);

/**
 * Plays a scenario to its end.
 * @returns the exit code that its last step is meant to end with; a step that ends otherwise is a defect
 */
export async function playScenario(world: World, context: Context, { directory, streams }: Pick<RehearsalParts, 'directory' | 'streams'>): Promise<ExitCode> {
  const scenario = SCENARIOS[world.scenario];
  if (scenario === undefined) throw problem('input/unknown-scenario', { detail: world.scenario });
  const { answers } = scenario;
  const planFile = join(directory, 'plan.json');
  const head = openStyle(streams.terminal).wrap(`REHEARSAL ${world.scenario}: ${scenario.summary}`);
  streams.progress(`${head.join('\n')}\n  answers: script ${answers.name}; nothing here reaches AWS\n`);
  let exitCode: ExitCode = 0;
  for (const step of answers.steps) {
    const argv: string[] = [];
    for (const word of step.command) {
      if (word === '{plan}') argv.push(planFile);
      else if (word === '{digest}') argv.push(planned.parse(JSON.parse(await context.readFile(planFile))).digest);
      else if (word === '{acknowledge-all}') {
        for (const fingerprint of argv.includes('--org') ? await listAsked(context, argv) : await listDependent(context)) argv.push('--acknowledge', `${fingerprint}=${answers.acknowledgeReason}`);
      } else if (word === '{accept-all}') {
        for (const fingerprint of await listDenied(context, argv)) argv.push('--accept', `${fingerprint}=${answers.acknowledgeReason}`);
      } else argv.push(word);
    }
    streams.progress(`\n$ rootzero ${argv.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word)).join(' ')}\n  # ${step.note}\n`);
    exitCode = await runCaught(argv, context);
    if (context.signal.aborted) return exitCode;
    if (exitCode !== step.expectExit) throw problem('tool/defect', { detail: `Scenario ${world.scenario}: "${step.command[0]}" ended with ${exitCode}, not ${step.expectExit}.` });
  }
  return exitCode;
}
