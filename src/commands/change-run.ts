/** Runs of guardrail changes: started, gone on with and taken back, with the lock, journal and folder of every run. */
import { changeSubject, digestOfChangePlan, CHANGE_PLAN_SCHEMA, type ChangePlan, type ChangePlanBody } from '../domain/change-plan.ts';
import type { AccountId, Partition, RunId } from '../domain/identifiers.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { createJournal } from '../engine/journal-file.ts';
import { JOURNAL_SCHEMA, type Journal } from '../engine/journal.ts';
import { replay, type RunState } from '../engine/replay.ts';
import { withRunLock } from '../engine/run-lock.ts';
import type { PlannedChanges } from '../playbooks/alert-planning.ts';
import { carryOutChanges, takeBackChanges, type ChangeRun } from '../playbooks/changes.ts';
import { awaitEvaluation, awaitSpread } from '../playbooks/config-evaluation.ts';
import type { Identities } from '../ports/cloud.ts';
import type { Context, IdentityOptions } from './context-type.ts';
import { renderChangePlan } from './change-plan-file.ts';
import { closeRun, isSuperseded, newRunId, nowIn, openRunJournal, readRuns, requireNoOtherRun, type RunDeps, type RunEnd } from './run-control.ts';

/** The plan of changes as it is kept and carried out, bound to the account that was asked. */
export function assembleChangePlan(context: Context, about: ChangePlan['about'], boundTo: { account: AccountId; partition: Partition }, { changes, notDone }: PlannedChanges): ChangePlan {
  const body: ChangePlanBody = {
    schema: CHANGE_PLAN_SCHEMA, kind: 'changes', about, createdAt: nowIn(context), tool: context.system.tool, world: context.world, boundTo: { account: boundTo.account, partition: boundTo.partition }, changes, notDone,
  };
  return { ...body, digest: digestOfChangePlan(body, context.system.sha256) };
}

function runOf({ context, store, ui }: RunDeps, identities: Identities, id: RunId, plan: ChangePlan, journal: Journal): ChangeRun {
  const { clock, system, signal, faults, world } = context;
  return { id, plan, store, engine: { journal, clock, faults, signal }, session: { identities, clock, system, ui, world, signal } };
}

/** What a put rule says first: an account's by its evaluation, an organization's by the accounts that it reached. */
async function awaitResults(run: ChangeRun): Promise<'done' | 'done-unverified'> {
  let outcome: 'done' | 'done-unverified' = 'done';
  for (const change of run.plan.changes) {
    if (change.kind === 'config-rule' && change.after !== null) {
      const compliance = await awaitEvaluation(run.session, change.region, change.after.name);
      run.session.ui.emit({ code: 'note', text: `${change.after.name} in ${change.region}: ${compliance ?? 'no evaluation yet'}` });
    }
    if (change.kind === 'organization-rule') {
      const spread = await awaitSpread(run.session, change.region, (change.after ?? change.before)?.name ?? '');
      if (spread !== null && spread.state !== 'successful') outcome = 'done-unverified';
    }
  }
  return outcome;
}

const NEXT = { alerts: 'rootzero guard alerts status', config: 'rootzero guard config status' } as const;

async function finish(run: ChangeRun, outcome: 'done' | 'done-unverified' | 'rolled-back', left: string[]): Promise<ExitCode> {
  const { plan, store, session, engine } = run;
  const steps = [...replay(engine.journal.lines).steps].filter(([key, { state }]) => state === 'succeeded' && key.startsWith('rollback/') === (outcome === 'rolled-back'));
  const summary = { code: 'change-summary' as const, runId: run.id, about: plan.about, outcome, changes: steps.length, left, notDone: outcome === 'rolled-back' ? [] : plan.notDone, folder: store.folderOf(run.id), next: NEXT[plan.about] };
  await engine.journal.append({ kind: 'run-ended', outcome });
  session.ui.emit(summary);
  return outcome === 'done-unverified' ? 2 : 0;
}

async function goForward(run: ChangeRun): Promise<ExitCode> {
  await carryOutChanges(run);
  return finish(run, await awaitResults(run), []);
}

async function goBack(run: ChangeRun): Promise<ExitCode> {
  if (!replay(run.engine.journal.lines).observed.has('rollback-started')) await run.engine.journal.append({ kind: 'observed', what: 'rollback-started', value: null });
  return finish(run, 'rolled-back', await takeBackChanges(run));
}

/** Starts a run of these changes, alone among its kind on the account. */
export async function startChangeRun(deps: RunDeps, options: IdentityOptions, plan: ChangePlan): Promise<ExitCode> {
  const { context, store, ui } = deps;
  const subject = changeSubject(plan);
  const runId = await newRunId(deps);
  const identities = await context.openIdentities({ ...options, runId });
  const end = await withRunLock(await store.openAccountFolder(subject), context, async (): Promise<RunEnd> => {
    await requireNoOtherRun(deps, subject);
    await store.createRun(runId, renderChangePlan(plan));
    const journal = createJournal(store.folderOf(runId), context);
    await journal.append({ kind: 'run-started', schema: JOURNAL_SCHEMA, runId, tool: context.system.tool, planDigest: plan.digest, account: subject, world: context.world });
    ui.emit({ code: 'run/started', runId, account: plan.boundTo.account, folder: store.folderOf(runId), resumed: false });
    return closeRun(ui, journal, runId, () => goForward(runOf(deps, identities, runId, plan, journal)));
  });
  return end.exitCode;
}

/** @throws Problem where the run cannot go on here */
function requireGoingOn(context: Context, runId: RunId, plan: ChangePlan, state: RunState): void {
  if (state.startedAt === null) throw problem('state/no-such-run', { detail: `Run ${runId} never began.` });
  if (state.planDigest !== plan.digest) throw problem('plan/tampered', { detail: 'It is not the plan that the run was started with.' });
  if (state.world !== context.world) throw problem('plan/other-world', { detail: `The run belongs to: ${state.world}. This is: ${context.world}.` });
  if (state.isMoved) throw problem('run/moved');
  if (state.outcome === 'rolled-back') throw problem('run/over', { detail: `It is ${state.outcome}.` });
}

/** Goes on with a run, forward or back; a run that was going back keeps going back. */
export async function continueChangeRun(deps: RunDeps, runId: RunId, plan: ChangePlan, options: IdentityOptions, isRollback: boolean): Promise<RunEnd> {
  const { context, store, ui } = deps;
  return withRunLock(await store.openAccountFolder(changeSubject(plan)), context, async (): Promise<RunEnd> => {
    const journal = await openRunJournal(deps, runId);
    const state = replay(journal.lines);
    requireGoingOn(context, runId, plan, state);
    if (state.outcome !== null && !isRollback) {
      ui.emit({ code: 'note', text: `Run ${runId} is over: ${state.outcome}. Its evidence is in ${store.folderOf(runId)}.` });
      return { exitCode: state.outcome === 'done-unverified' ? 2 : 0, because: null };
    }
    if (state.startedAt !== null && isSuperseded({ runId, startedAt: state.startedAt, state }, (await readRuns(deps)).runs)) throw problem('run/superseded');
    const identities = await context.openIdentities({ ...options, runId });
    ui.emit({ code: 'run/started', runId, account: plan.boundTo.account, folder: store.folderOf(runId), resumed: true });
    const run = runOf(deps, identities, runId, plan, journal);
    return closeRun(ui, journal, runId, () => (isRollback || state.observed.has('rollback-started') ? goBack(run) : goForward(run)));
  });
}
