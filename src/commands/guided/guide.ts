/** What the guided session works with: a terminal that can be asked, and the same runs, identities and options as every command. */
import { problem } from '../../domain/problem.ts';
import type { Ask } from '../../ports/questions.ts';
import type { Context } from '../context-type.ts';
import type { CommonOptions } from '../options.ts';
import { openRunDeps, type RunDeps } from '../run-control.ts';

export type GuideOptions = CommonOptions & { days: string; scp: boolean; scpTarget?: string; config: boolean; configRegion?: string };

export type Guide = { context: Context; deps: RunDeps; ask: Ask; options: GuideOptions };

/** @throws Problem `input/no-terminal` where nobody can be asked */
export async function openGuide(context: Context, options: GuideOptions): Promise<Guide> {
  const deps = await openRunDeps(context, options);
  const { ask } = deps.ui;
  if (ask === null) throw problem('input/no-terminal');
  return { context, deps, ask, options };
}
