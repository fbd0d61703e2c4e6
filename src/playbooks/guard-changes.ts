/** A run of guardrail changes from its beginning to its end: forward, with what the rules say first; or back. */
import type { ExitCode } from '../domain/problem.ts';
import { carryOutChanges, takeBackChanges, type ChangeRun } from './changes.ts';
import { awaitEvaluation, awaitSpread } from './config-evaluation.ts';
import { stateOf } from './run.ts';

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
  const steps = [...stateOf(run).steps].filter(([key, { state }]) => state === 'succeeded' && key.startsWith('rollback/') === (outcome === 'rolled-back'));
  const summary = { code: 'change-summary' as const, runId: run.id, about: plan.about, outcome, changes: steps.length, left, notDone: outcome === 'rolled-back' ? [] : plan.notDone, folder: store.folderOf(run.id), next: NEXT[plan.about] };
  await engine.journal.append({ kind: 'run-ended', outcome });
  session.ui.emit(summary);
  return outcome === 'done-unverified' ? 2 : 0;
}

export async function carryOutChangePlan(run: ChangeRun): Promise<ExitCode> {
  await carryOutChanges(run);
  return finish(run, await awaitResults(run), []);
}

export async function takeBackChangePlan(run: ChangeRun): Promise<void> {
  if (!stateOf(run).observed.has('rollback-started')) await run.engine.journal.append({ kind: 'observed', what: 'rollback-started', value: null });
  await finish(run, 'rolled-back', await takeBackChanges(run));
}
