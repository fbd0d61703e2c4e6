/** What the guided session works with: a terminal that can be asked, and the same runs, identities and options as every command. */
import { Problem, problem } from '../../domain/problem.ts';
import type { Ask } from '../../ports/questions.ts';
import type { Screen } from '../../ports/ui.ts';
import type { Context } from '../context-type.ts';
import { identityOptions, type CommonOptions } from '../options.ts';
import { openRunDeps, type RunDeps } from '../run-control.ts';

export type GuideOptions = CommonOptions & { days: string; scp: boolean; scpTarget?: string; config: boolean; configRegion?: string };

export type Guide = { context: Context; deps: RunDeps; ask: Ask; options: GuideOptions; show: (screen: Screen) => void };

/** Where requests go, for the head of every screen; what is wrong with the identities is said when they are used. */
async function readEndpoint(context: Context, options: GuideOptions): Promise<string | null> {
  try {
    return (await context.openIdentities(identityOptions(options))).reading.endpoint;
  } catch (thrown) {
    if (thrown instanceof Problem) return null;
    throw thrown;
  }
}

/** @throws Problem `input/no-terminal` where nobody can be asked */
export async function openGuide(context: Context, options: GuideOptions): Promise<Guide> {
  const deps = await openRunDeps(context, options);
  const { ask } = deps.ui;
  if (ask === null) throw problem('input/no-terminal');
  const { world } = context;
  const endpoint = await readEndpoint(context, options);
  return { context, deps, ask, options, show: (screen) => deps.ui.emit({ code: 'screen', screen, world, endpoint }) };
}
