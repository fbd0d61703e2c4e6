/** Unfinished runs as the menu offers them: to go on with, and to roll back. */
import { kindOf } from '../../domain/any-plan.ts';
import { Problem } from '../../domain/problem.ts';
import type { MenuEntry } from '../../ports/questions.ts';
import { parseAnyPlan } from '../any-plan-file.ts';
import type { KnownRun, RunDeps } from '../run-control.ts';
import { assessStatus } from '../status.ts';

type RunTask = Extract<MenuEntry['task'], { kind: 'resume' }>;

/** A plan that cannot be read stops nobody here: whoever takes the run up is told. */
async function describe(deps: RunDeps, run: KnownRun, all: readonly KnownRun[]): Promise<RunTask> {
  const { runId, state: { account, lastStop, waiting } } = run;
  const task: RunTask = { kind: 'resume', runId, account, about: null, waitsUntil: waiting?.until ?? null, inTrouble: 0, isStopped: lastStop !== null };
  try {
    const plan = parseAnyPlan(await deps.store.readPlan(runId), deps.context.system.sha256);
    const { organization, waitsUntil } = await assessStatus(deps, run, all);
    return { ...task, about: kindOf(plan), waitsUntil, inTrouble: organization?.troubles.length ?? 0 };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.fault !== 'tool') return task;
    throw thrown;
  }
}

/** @param unfinished those of them that are offered */
export async function listRunEntries(deps: RunDeps, unfinished: readonly KnownRun[], all: readonly KnownRun[]): Promise<MenuEntry[]> {
  const entries = await Promise.all(unfinished.map(async (run): Promise<MenuEntry[]> => {
    const task = await describe(deps, run, all);
    const { runId, account, about } = task;
    return [
      { id: `resume ${runId}`, task, unavailable: null },
      ...(run.state.steps.size === 0 ? [] : [{ id: `roll-back ${runId}`, task: { kind: 'roll-back' as const, runId, account, about }, unavailable: null }]),
    ];
  }));
  return entries.flat();
}
