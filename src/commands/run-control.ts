/** Opening, carrying on and closing runs for the commands: one lock, one journal, one way to end. */
import { instantOf, type Instant } from '../domain/instant.ts';
import { parseRunId, type RunId } from '../domain/identifiers.ts';
import { subjectOf, type AnyPlan } from '../domain/any-plan.ts';
import { asProblem, Problem, problem, type ExitCode } from '../domain/problem.ts';
import { createJournal, openJournal, readJournal } from '../engine/journal-file.ts';
import type { Journal, JournalLine } from '../engine/journal.ts';
import { JOURNAL_SCHEMA } from '../engine/journal.ts';
import { replay, type RunState } from '../engine/replay.ts';
import { withRunLock } from '../engine/run-lock.ts';
import type { Run } from '../playbooks/run.ts';
import type { Identities } from '../ports/cloud.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Ui } from '../ports/ui.ts';
import type { Context, IdentityOptions } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { renderPlanFile } from './plan-file.ts';
import { parseAnyPlan } from './any-plan-file.ts';
import { noteOf } from './problem-message.ts';

export type RunDeps = { context: Context; store: RunStore; ui: Ui };

export const openRunDeps = async (context: Context, options: Pick<CommonOptions, 'stateDir' | 'format'>): Promise<RunDeps> =>
  ({ context, store: await context.openStore(options.stateDir), ui: context.openUi(options.format) });

/** An id that no run of the store has. */
export async function newRunId({ context, store }: RunDeps): Promise<RunId> {
  const taken = new Set(await store.listRuns());
  for (;;) {
    const digits = context.system.sha256(`${context.system.processId}${context.clock.now()}${context.system.random()}${taken.size}`);
    const runId = parseRunId(`${digits.slice(0, 4)}-${digits.slice(4, 8)}`);
    if (!taken.has(runId)) return runId;
  }
}

export const openRunJournal = ({ context, store }: RunDeps, runId: RunId): Promise<Journal> => openJournal(store.folderOf(runId), context);

export type KnownRun = { runId: RunId; startedAt: Instant; lines: readonly JournalLine[]; state: RunState };

/** Every run with a readable journal, newest first; damaged ones apart. */
export async function readRuns(deps: RunDeps): Promise<{ runs: KnownRun[]; damaged: { runId: RunId; because: Problem }[] }> {
  const runs: KnownRun[] = [];
  const damaged: { runId: RunId; because: Problem }[] = [];
  for (const runId of await deps.store.listRuns()) {
    try {
      const lines = await readJournal(deps.store.folderOf(runId), deps.context);
      const state = replay(lines);
      // A folder whose run never began holds a plan and nothing that could be lost.
      if (state.startedAt !== null) runs.push({ runId, startedAt: state.startedAt, lines, state });
    } catch (thrown) {
      damaged.push({ runId, because: asProblem(thrown) });
    }
  }
  runs.sort((first, second) => (first.startedAt < second.startedAt ? 1 : -1));
  return { runs, damaged };
}

/** A newer run for the same account or organization takes over from one that was stopped. */
export const isSuperseded = (run: KnownRun, all: readonly KnownRun[]): boolean =>
  run.state.outcome === null && all.some((other) => other.state.account === run.state.account && other.startedAt > run.startedAt);

/** Neither over, nor moved away, nor taken over. */
export const isUnfinished = (run: KnownRun, all: readonly KnownRun[]): boolean => run.state.outcome === null && !run.state.isMoved && !isSuperseded(run, all);

/** @throws Problem `run/unfinished` when another run of the account is under way and was not stopped for safety */
export async function requireNoOtherRun(deps: RunDeps, account: string): Promise<void> {
  const { runs, damaged } = await readRuns(deps);
  const other = runs.find((run) => run.state.account === account && isUnfinished(run, runs) && run.state.lastStop === null);
  if (other !== undefined) throw problem('run/unfinished', { detail: `Run ${other.runId}.`, nextStep: `rootzero resume ${other.runId}, or rootzero rollback ${other.runId}` });
  const first = damaged[0];
  if (first !== undefined) throw problem('journal/damaged', { detail: `Run ${first.runId}: ${first.because.message}`, nextStep: `Move the folder ${deps.store.folderOf(first.runId)} away after looking at the account (rootzero check).` });
}

/** The run that is meant: the named one, or the only unfinished one. */
export async function chooseRun(deps: RunDeps, named: string | undefined): Promise<RunId> {
  if (named !== undefined) return parseRunId(named);
  const { runs, damaged } = await readRuns(deps);
  const unfinished = runs.filter((run) => isUnfinished(run, runs));
  const [only, ...others] = unfinished;
  if (only === undefined && damaged[0] !== undefined) throw damaged[0].because;
  if (only === undefined) throw problem('state/no-run');
  if (others.length > 0) throw problem('state/several-runs', { detail: unfinished.map((run) => run.runId).join(', ') });
  return only.runId;
}

/** How work on a run ended, for whoever asks what to do next. */
export type RunEnd = { exitCode: ExitCode; because: Problem | null };

/** A wait that goes on: its message was said already. */
const WAITS: ReadonlySet<Problem['code']> = new Set(['soak/waiting', 'console/waiting', 'rollout/waiting', 'breakglass/open']);

/** Work on a run ends here, well or badly: journal closed, reason said, exit code known. */
export async function closeRun(ui: Ui, journal: Journal, runId: RunId, work: () => Promise<ExitCode>): Promise<RunEnd> {
  try {
    return { exitCode: await work(), because: null };
  } catch (thrown) {
    // Only problems are ends of a run; anything else is a crash, and a crash writes nothing.
    if (!(thrown instanceof Problem)) throw thrown;
    // A wait that is not over is no trouble, and its message was said already.
    if (WAITS.has(thrown.code)) return { exitCode: thrown.exitCode, because: thrown };
    if (thrown.code === 'run/interrupted') await journal.append({ kind: 'interrupted' });
    // Other credentials are no event of the run: with the right ones it goes on as if nobody had tried.
    else if (thrown.exitCode !== 4 && thrown.code !== 'run/signed-out' && !thrown.code.startsWith('identity/')) await journal.append({ kind: 'stopped', problem: { code: thrown.code, message: thrown.message } });
    const nextStep = thrown.nextStep.replace(/rootzero resume$/, `rootzero resume ${runId}`);
    const { steps, waits, told } = replay(journal.lines);
    // A signing key is watched, never contained: its soak begins with the wait. Who was told to click may have clicked.
    const hasBegun = steps.size + waits.size + told.size > 0;
    const exitCode = thrown.code === 'run/interrupted' && !hasBegun ? 5 : thrown.exitCode;
    const said = new Problem(thrown.code, { ...(thrown.detail === undefined ? {} : { detail: thrown.detail }), nextStep });
    ui.emit({ code: 'problem', problem: { ...noteOf(said), exitCode } });
    return { exitCode, because: thrown };
  }
}

type Manner = { isWaiting: boolean; isWatching: boolean; logs: readonly EvidenceSource[] };
type Opened = Manner & { deps: RunDeps; identities: Identities };

/** A run but for its plan, whose kind says what is done with it. */
export type RunParts = Omit<Run, 'plan'>;

const partsOf = ({ deps, identities, isWaiting, isWatching, logs }: Opened, id: RunId, journal: Journal): RunParts => {
  const { context, store, ui } = deps;
  const { clock, system, signal, faults, world } = context;
  return { id, store, isWaiting, isWatching, logs, engine: { journal, clock, faults, signal }, session: { identities, clock, system, ui, world, signal } };
};

/** Starts a new run of a plan, alone on its account or organization. One that nobody approved by digest asks before it deletes. */
export async function startRun(opened: Opened & { isApproved: boolean }, runId: RunId, plan: AnyPlan, work: (parts: RunParts) => Promise<ExitCode>): Promise<RunEnd> {
  const { context, store, ui } = opened.deps;
  const account = subjectOf(plan);
  return withRunLock(await store.openSubjectFolder(account), context, async () => {
    await requireNoOtherRun(opened.deps, account);
    await store.createRun(runId, renderPlanFile(plan));
    const folder = store.folderOf(runId);
    const journal = createJournal(folder, context);
    await journal.append({ kind: 'run-started', schema: JOURNAL_SCHEMA, runId, tool: context.system.tool, planDigest: plan.digest, account, world: context.world, isApproved: opened.isApproved });
    ui.emit({ code: 'run/started', runId, account, folder, resumed: false });
    return closeRun(ui, journal, runId, () => work(partsOf(opened, runId, journal)));
  });
}

/** Takes up a run again: the same plan, the same journal. */
export async function continueRun(deps: RunDeps, runId: RunId, options: IdentityOptions & Manner & { isRollback: boolean }, work: (parts: RunParts, plan: AnyPlan, state: RunState) => Promise<ExitCode>): Promise<RunEnd> {
  const { context, store, ui } = deps;
  const plan = parseAnyPlan(await store.readPlan(runId), context.system.sha256);
  const folder = store.folderOf(runId);
  return withRunLock(await store.openSubjectFolder(subjectOf(plan)), context, async (): Promise<RunEnd> => {
    const journal = await openRunJournal(deps, runId);
    const state = replay(journal.lines);
    if (state.startedAt === null) throw problem('state/no-such-run', { detail: `Run ${runId} never began.` });
    if (state.planDigest !== plan.digest) throw problem('plan/tampered', { detail: 'It is not the plan that the run was started with.' });
    if (state.world !== context.world) throw problem('plan/other-world', { detail: `The run belongs to: ${state.world}. This is: ${context.world}.` });
    if (state.isMoved) throw problem('run/moved');
    if (state.outcome !== null && !options.isRollback) {
      ui.emit({ code: 'note', text: `Run ${runId} is over: ${state.outcome}. Its evidence is in ${folder}.` });
      return { exitCode: state.outcome === 'done-unverified' ? 2 : 0, because: null };
    }
    if (state.outcome === 'rolled-back') throw problem('run/over', { detail: `It is ${state.outcome}.` });
    const { runs } = await readRuns(deps);
    if (isSuperseded({ runId, startedAt: state.startedAt, lines: journal.lines, state }, runs)) throw problem('run/superseded');
    // A run that is over is not undone under the feet of one that goes on.
    const later = runs.find((run) => run.state.account === state.account && run.runId !== runId && isUnfinished(run, runs));
    if (state.outcome !== null && later !== undefined) throw problem('run/unfinished', { detail: `Run ${later.runId} goes on.`, nextStep: `First: rootzero resume ${later.runId}, or rootzero rollback ${later.runId}` });
    const identities = await context.openIdentities({ ...options, runId });
    ui.emit({ code: 'run/started', runId, account: subjectOf(plan), folder, resumed: true });
    return closeRun(ui, journal, runId, () => work(partsOf({ deps, identities, isWaiting: options.isWaiting, isWatching: options.isWatching, logs: options.logs }, runId, journal), plan, state));
  });
}

export const nowIn = (context: Context): ReturnType<typeof instantOf> => instantOf(context.clock.now());
