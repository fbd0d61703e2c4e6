/** Carries out `rootzero apply`, `resume` and `rollback`: carrying a plan out, going on with a run, undoing it. */
import type { RunId } from '../domain/identifiers.ts';
import { isDeleting, type Plan } from '../domain/plan.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { retireRootKeys } from '../playbooks/retire-root-keys.ts';
import { rollBack } from '../playbooks/roll-back.ts';
import type { Run } from '../playbooks/run.ts';
import type { Context } from './context-type.ts';
import { parseKeptPlan, type KeptPlan } from './change-plan-file.ts';
import { continueChangeRun } from './change-run.ts';
import { identityOptions, type CommonOptions } from './options.ts';
import { parsePlan } from './plan-file.ts';
import { chooseRun, continueRun, newRunId, openRunDeps, startRun, type RunDeps, type RunEnd } from './run-control.ts';

export type ApplyOptions = CommonOptions & { approve?: string; wait?: true };

const retire = async (run: Run): Promise<ExitCode> => ((await retireRootKeys(run)) === 'done' ? 0 : 2);

/** @throws Problem `plan/wrong-digest`, `plan/not-approved`, `plan/blocked`, `plan/other-world`, `plan/nothing-to-do` */
function requireApplicable({ context, ui }: RunDeps, plan: Plan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `Approved ${approved}; the plan is ${plan.digest}.` });
  const blocker = plan.blockers[0];
  if (blocker !== undefined) throw problem('plan/blocked', { detail: blocker.text });
  if (plan.world !== context.world) throw problem('plan/other-world', { detail: `The plan belongs to: ${plan.world}. This is: ${context.world}.` });
  if (plan.actions.length === 0) throw problem('plan/nothing-to-do');
  if (approved === undefined && ui.ask === null && isDeleting(plan)) throw problem('plan/not-approved', { detail: `Its digest is ${plan.digest}.` });
}

/** What a person was asked before a run began. */
export type GivenAnswer = { question: string; answer: string };

/** Starts a run of a plan that a person has read, with the identities that are named. */
export async function carryOutPlan(deps: RunDeps, plan: Plan, options: ApplyOptions, answers: GivenAnswer[] = []): Promise<{ runId: RunId; end: RunEnd }> {
  requireApplicable(deps, plan, options.approve);
  const runId = await newRunId(deps);
  const identities = await deps.context.openIdentities({ ...identityOptions(options), runId });
  const end = await startRun({ deps, identities, isWaiting: options.wait === true, isWatching: options.wait === true, isApproved: options.approve !== undefined }, runId, plan, async (run) => {
    for (const given of answers) await run.engine.journal.append({ kind: 'answered', ...given, by: 'terminal' });
    return retire(run);
  });
  return { runId, end };
}

/** Goes on with a run, or with its rollback. A digest that is given now approves the plan from here on. */
export async function goOn(deps: RunDeps, runId: RunId, options: ApplyOptions): Promise<RunEnd> {
  const kept = await readKeptPlan(deps, runId);
  if (kept.kind === 'changes') return continueChangeRun(deps, runId, kept.plan, identityOptions(options), false);
  const isWaiting = options.wait === true || deps.context.isResumeWaiting;
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting, isWatching: options.wait === true, isRollback: false }, async (run, state) => {
    requireDigest(run, options.approve);
    if (options.approve !== undefined && !state.isApproved) await run.engine.journal.append({ kind: 'answered', question: 'approve', answer: options.approve, by: 'approval' });
    if (!state.observed.has('rollback-started')) return retire(run);
    await rollBack(run, true);
    return 0;
  });
}

const readKeptPlan = async ({ context, store }: RunDeps, runId: RunId): Promise<KeptPlan> => parseKeptPlan(await store.readPlan(runId), context.system.sha256);

/** @throws Problem `plan/wrong-digest` */
function requireDigest(run: Run, approved: string | undefined): void {
  if (approved !== undefined && approved !== run.plan.digest) throw problem('plan/wrong-digest', { detail: `The plan of run ${run.id} is ${run.plan.digest}.` });
}

export async function apply(context: Context, path: string, options: ApplyOptions): Promise<ExitCode> {
  const plan = parsePlan(await context.readFile(path), context.system.sha256);
  return (await carryOutPlan(await openRunDeps(context, options), plan, options)).end.exitCode;
}

export async function resume(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  return (await goOn(deps, await chooseRun(deps, named), options)).exitCode;
}

export async function rollback(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await chooseRun(deps, named);
  const kept = await readKeptPlan(deps, runId);
  if (kept.kind === 'changes') return (await continueChangeRun(deps, runId, kept.plan, identityOptions(options), true)).exitCode;
  const { exitCode } = await continueRun(deps, runId, { ...identityOptions(options), isWaiting: false, isWatching: false, isRollback: true }, async (run) => {
    requireDigest(run, options.approve);
    await rollBack(run, options.approve !== undefined);
    return 0;
  });
  return exitCode;
}
