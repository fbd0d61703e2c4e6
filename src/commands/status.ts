/** Carries out `rootzero status` and `run export` / `run import`: what runs there are, and moving one to another machine. */
import { parseRunId } from '../domain/identifiers.ts';
import { printableJson } from '../domain/printable-json.ts';
import { asProblem, type ExitCode, type Problem } from '../domain/problem.ts';
import { replay } from '../engine/replay.ts';
import { withRunLock } from '../engine/run-lock.ts';
import { nextDueAt, observeProgress } from '../playbooks/organization/observe-progress.ts';
import type { OrganizationStatus } from '../ports/organization-messages.ts';
import type { RunStatus } from '../ports/ui.ts';
import type { Context } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { isOrganizationPlan, subjectOf } from '../domain/any-plan.ts';
import { parseAnyPlan } from './any-plan-file.ts';
import { isSuperseded, nowIn, openRunDeps, openRunJournal, readRuns, type KnownRun, type RunDeps } from './run-control.ts';

export type StateOptions = Pick<CommonOptions, 'stateDir' | 'format'>;
export type TransferOptions = StateOptions & { out: string };

function stateName({ state }: KnownRun, isTakenOver: boolean, isSoaking: boolean): RunStatus['state'] {
  if (state.outcome !== null) return state.outcome;
  if (state.isMoved) return 'moved';
  if (state.lastStop !== null || isTakenOver) return 'stopped';
  return state.waiting !== null || (isSoaking && !state.isInterrupted) ? 'waiting' : 'interrupted';
}

/** Null for a run of another kind, or one that is over. */
async function organizationStatus({ context, store }: RunDeps, { runId, lines, state }: KnownRun): Promise<OrganizationStatus | null> {
  if (state.outcome !== null || !state.account.startsWith('o-')) return null;
  const plan = parseAnyPlan(await store.readPlan(runId), context.system.sha256);
  return isOrganizationPlan(plan) ? observeProgress({ plan, engine: { journal: { lines } } }) : null;
}

/** A run of which nothing else can be told. */
const damagedStatus = (run: Pick<RunStatus, 'runId' | 'account' | 'world' | 'startedAt'>, because: Problem): RunStatus =>
  ({ runId: run.runId, account: run.account, world: run.world, startedAt: run.startedAt, state: 'damaged', waitsUntil: null, because: because.message, next: because.nextStep, organization: null });

/** A run whose plan cannot be read is told as damaged, and keeps none of the others from being told. */
export async function assessStatus(deps: RunDeps, run: KnownRun, all: readonly KnownRun[]): Promise<RunStatus> {
  try {
    return assessReadable(run, all, await organizationStatus(deps, run));
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool') throw because;
    return damagedStatus({ runId: run.runId, account: run.state.account, world: run.state.world, startedAt: run.startedAt }, because);
  }
}

function assessReadable(run: KnownRun, all: readonly KnownRun[], organization: OrganizationStatus | null): RunStatus {
  const dueAt = organization === null ? (run.state.waiting?.until ?? null) : nextDueAt(organization);
  const isTakenOver = isSuperseded(run, all);
  const state = stateName(run, isTakenOver, dueAt !== null);
  const canGoOn = run.state.outcome === null && !run.state.isMoved && !isTakenOver;
  return {
    runId: run.runId,
    account: run.state.account,
    world: run.state.world,
    startedAt: run.startedAt,
    state,
    waitsUntil: state === 'waiting' || organization !== null ? dueAt : null,
    because: isTakenOver ? 'a newer run took over' : (run.state.lastStop?.message ?? (state === 'waiting' && organization === null && run.state.waiting?.until === null ? 'for somebody to act in the console; resume tells the clicks' : null)),
    next: canGoOn ? `rootzero resume ${run.runId}` : null,
    organization,
  };
}

export async function status(context: Context, options: StateOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const { runs, damaged } = await readRuns(deps);
  const broken = damaged.map(({ runId, because }) => damagedStatus({ runId, account: '?', world: '?', startedAt: nowIn(context) }, because));
  const all = [...(await Promise.all(runs.map((run) => assessStatus(deps, run, runs)))), ...broken];
  if (options.format === 'json') context.result(printableJson({ schema: 1, runs: all }, true));
  else deps.ui.emit({ code: 'status', runs: all });
  return 0;
}

export async function exportRun(context: Context, named: string, options: TransferOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = parseRunId(named);
  const plan = parseAnyPlan(await deps.store.readPlan(runId), context.system.sha256);
  return withRunLock(await deps.store.openSubjectFolder(subjectOf(plan)), context, async (): Promise<ExitCode> => {
    const bundle = await deps.store.exportRun(runId, nowIn(context));
    // Whoever cannot write the file learns it while the run still is here.
    await context.writeFile(options.out, '');
    // Given away before the bundle is there: a crash in between leaves none that could go on, and never two. Export it again then.
    const journal = await openRunJournal(deps, runId);
    if (!replay(journal.lines).isMoved) await journal.append({ kind: 'moved' });
    await context.writeFile(options.out, printableJson(bundle, false));
    deps.ui.emit({ code: 'note', text: `Run ${runId} is in ${options.out}; it goes on where it is imported: rootzero run import ${options.out}` });
    return 0;
  });
}

export async function importRun(context: Context, path: string, options: StateOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await deps.store.importRun(await context.readFile(path));
  deps.ui.emit({ code: 'note', text: `Run ${runId} is here. Go on: rootzero resume ${runId}` });
  return 0;
}
