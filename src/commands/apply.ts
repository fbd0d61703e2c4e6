/** Carries out `rootzero apply`, `resume` and `rollback`: carrying a plan of any kind out, going on with a run, undoing it. */
import { firstBlocker, hasNothingToDo, needsApproval, type AnyPlan } from '../domain/any-plan.ts';
import type { RunId } from '../domain/identifiers.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { parseAnyPlan } from './any-plan-file.ts';
import type { Context } from './context-type.ts';
import { identityOptions, type CommonOptions } from './options.ts';
import { undertake } from './plan-kinds.ts';
import { chooseRun, continueRun, newRunId, openRunDeps, startRun, type RunDeps, type RunEnd } from './run-control.ts';

export type ApplyOptions = CommonOptions & { approve?: string; wait?: true };

/** @throws Problem `plan/wrong-digest`, `plan/not-approved`, `plan/blocked`, `plan/other-world`, `plan/nothing-to-do` */
function requireApplicable({ context, ui }: RunDeps, plan: AnyPlan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `Approved ${approved}; the plan is ${plan.digest}.` });
  const blocker = firstBlocker(plan);
  if (blocker !== undefined) throw problem('plan/blocked', { detail: blocker.text });
  if (plan.world !== context.world) throw problem('plan/other-world', { detail: `The plan belongs to: ${plan.world}. This is: ${context.world}.` });
  if (hasNothingToDo(plan)) throw problem('plan/nothing-to-do');
  if (approved === undefined && ui.ask === null && needsApproval(plan)) throw problem('plan/not-approved', { detail: `Its digest is ${plan.digest}.` });
}

/** What a person was asked before a run began. */
export type GivenAnswer = { question: string; answer: string };

/** Starts a run of a plan that a person has read, with the identities that are named. */
export async function carryOutPlan(deps: RunDeps, plan: AnyPlan, options: ApplyOptions, answers: GivenAnswer[] = []): Promise<{ runId: RunId; end: RunEnd }> {
  requireApplicable(deps, plan, options.approve);
  const runId = await newRunId(deps);
  const identities = await deps.context.openIdentities({ ...identityOptions(options), runId });
  const end = await startRun({ deps, identities, isWaiting: options.wait === true, isWatching: options.wait === true, isApproved: options.approve !== undefined }, runId, plan, async (parts) => {
    for (const given of answers) await parts.engine.journal.append({ kind: 'answered', ...given, by: 'terminal' });
    return undertake(plan).carryOut(parts);
  });
  return { runId, end };
}

/** Goes on with a run, or with its rollback. A digest that is given now approves the plan from here on. */
export async function goOn(deps: RunDeps, runId: RunId, options: ApplyOptions, answers: GivenAnswer[] = []): Promise<RunEnd> {
  const isWaiting = options.wait === true || deps.context.isResumeWaiting;
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting, isWatching: options.wait === true, isRollback: false }, async (parts, plan, state) => {
    requireDigest(runId, plan, options.approve);
    if (options.approve !== undefined && !state.isApproved) await parts.engine.journal.append({ kind: 'answered', question: 'approve', answer: options.approve, by: 'approval' });
    for (const given of answers) await parts.engine.journal.append({ kind: 'answered', ...given, by: 'terminal' });
    if (!state.observed.has('rollback-started')) return undertake(plan).carryOut(parts);
    await undertake(plan).rollBack(parts, true);
    return 0;
  });
}

/** @throws Problem `plan/wrong-digest` */
function requireDigest(runId: RunId, plan: AnyPlan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `The plan of run ${runId} is ${plan.digest}.` });
}

export async function apply(context: Context, path: string, options: ApplyOptions): Promise<ExitCode> {
  const plan = parseAnyPlan(await context.readFile(path), context.system.sha256);
  return (await carryOutPlan(await openRunDeps(context, options), plan, options)).end.exitCode;
}

export async function resume(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  return (await goOn(deps, await chooseRun(deps, named), options)).exitCode;
}

export async function rollback(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await chooseRun(deps, named);
  const { exitCode } = await continueRun(deps, runId, { ...identityOptions(options), isWaiting: false, isWatching: false, isRollback: true }, async (parts, plan) => {
    requireDigest(runId, plan, options.approve);
    await undertake(plan).rollBack(parts, options.approve !== undefined);
    return 0;
  });
  return exitCode;
}
