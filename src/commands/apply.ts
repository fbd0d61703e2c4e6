/** Carries out `rootzero apply`, `resume` and `rollback`: carrying a plan of any kind out, going on with a run, undoing it. */
import { firstBlocker, hasNothingToDo, isOrganizationPlan, needsApproval, type AnyPlan } from '../domain/any-plan.ts';
import type { RunId } from '../domain/identifiers.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { isSettled, markLeftOut } from '../playbooks/organization/organization-run.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import { parseAnyPlan } from './any-plan-file.ts';
import type { Context } from './context-type.ts';
import { identityOptions, parseReason, type CommonOptions } from './options.ts';
import { undertake } from './plan-kinds.ts';
import { chooseRun, continueRun, newRunId, openRunDeps, startRun, type RunDeps, type RunEnd, type RunParts } from './run-control.ts';

export type ApplyOptions = CommonOptions & { approve?: string; wait?: true; logs?: string[]; leaveOut?: string[] };

/** @throws Problem `plan/wrong-digest`, `plan/not-approved`, `plan/blocked`, `plan/other-world`, `plan/nothing-to-do` */
function requireApplicable({ context, ui }: RunDeps, plan: AnyPlan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `Approved ${approved}; the plan is ${plan.digest}.` });
  const blocker = firstBlocker(plan);
  if (blocker !== undefined) throw problem('plan/blocked', { detail: blocker.text });
  if (plan.world !== context.world) throw problem('plan/other-world', { detail: `The plan belongs to: ${plan.world}. This is: ${context.world}.` });
  if (hasNothingToDo(plan)) throw problem('plan/nothing-to-do');
  if (approved === undefined && ui.ask === null && needsApproval(plan)) throw problem('plan/not-approved', { detail: `Its digest is ${plan.digest}.` });
}

const openLogs = ({ context, ui }: RunDeps, { logs = [] }: ApplyOptions): Promise<EvidenceSource[]> => Promise.all(logs.map((directory) => context.openLogFiles(directory, ui)));

/** Finishes with accounts in spite of their trouble; what holds them stays on. @throws Problem `input/usage` */
async function leaveOut(parts: RunParts, plan: AnyPlan, given: readonly string[]): Promise<void> {
  for (const text of given) {
    const { name, reason } = parseReason('--leave-out', text);
    if (!isOrganizationPlan(plan)) throw problem('input/usage', { detail: '--leave-out is for runs over an organization.' });
    const run = { ...parts, plan };
    const planned = plan.accounts.find(({ account }) => account === name);
    if (planned === undefined) throw problem('input/usage', { detail: `--leave-out: ${JSON.stringify(name)} is no account of the plan.` });
    if (isSettled(run, planned.account)) throw problem('input/usage', { detail: `--leave-out: ${name} is done already.` });
    await markLeftOut(run, planned.account, reason);
  }
}

/** What a person was asked before a run began. */
export type GivenAnswer = { question: string; answer: string };

/** Starts a run of a plan that a person has read, with the identities that are named. */
export async function carryOutPlan(deps: RunDeps, plan: AnyPlan, options: ApplyOptions, answers: GivenAnswer[] = []): Promise<{ runId: RunId; end: RunEnd }> {
  requireApplicable(deps, plan, options.approve);
  const runId = await newRunId(deps);
  const identities = await deps.context.openIdentities({ ...identityOptions(options), runId });
  const end = await startRun({ deps, identities, isWaiting: options.wait === true, isWatching: options.wait === true, logs: await openLogs(deps, options), isApproved: options.approve !== undefined }, runId, plan, async (parts) => {
    for (const given of answers) await parts.engine.journal.append({ kind: 'answered', ...given, by: 'terminal' });
    return undertake(plan).carryOut(parts);
  });
  return { runId, end };
}

/** Goes on with a run, or with its rollback. A digest that is given now approves the plan from here on. */
export async function goOn(deps: RunDeps, runId: RunId, options: ApplyOptions, answers: GivenAnswer[] = []): Promise<RunEnd> {
  const isWaiting = options.wait === true || deps.context.isResumeWaiting;
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting, isWatching: options.wait === true, logs: await openLogs(deps, options), isRollback: false }, async (parts, plan, state) => {
    requireDigest(runId, plan, options.approve);
    if (options.approve !== undefined && !state.isApproved) await parts.engine.journal.append({ kind: 'answered', question: 'approve', answer: options.approve, by: 'approval' });
    for (const given of answers) await parts.engine.journal.append({ kind: 'answered', ...given, by: 'terminal' });
    await leaveOut(parts, plan, options.leaveOut ?? []);
    if (!state.observed.has('rollback-started')) return undertake(plan).carryOut(parts);
    await undertake(plan).rollBack(parts, true);
    return 0;
  });
}

/** @throws Problem `plan/wrong-digest` */
function requireDigest(runId: RunId, plan: AnyPlan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `The plan of run ${runId} is ${plan.digest}.` });
}

/** Where somebody can be asked, they sign in and the run goes on; else it waits for `resume`. */
async function signInAgain(deps: RunDeps, runId: RunId, options: ApplyOptions, first: RunEnd): Promise<ExitCode> {
  const { leaveOut: _, ...again } = options;
  let end = first;
  while (end.because?.code === 'run/signed-out' && deps.ui.ask !== null && (await deps.ui.ask('sign-in-again', { runId })) === 'again') end = await goOn(deps, runId, again);
  return end.exitCode;
}

export async function apply(context: Context, path: string, options: ApplyOptions): Promise<ExitCode> {
  const plan = parseAnyPlan(await context.readFile(path), context.system.sha256);
  const deps = await openRunDeps(context, options);
  const { runId, end } = await carryOutPlan(deps, plan, options);
  return signInAgain(deps, runId, options, end);
}

export async function resume(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await chooseRun(deps, named);
  return signInAgain(deps, runId, options, await goOn(deps, runId, options));
}

export async function rollback(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const runId = await chooseRun(deps, named);
  const { exitCode } = await continueRun(deps, runId, { ...identityOptions(options), isWaiting: false, isWatching: false, logs: [], isRollback: true }, async (parts, plan) => {
    requireDigest(runId, plan, options.approve);
    await undertake(plan).rollBack(parts, options.approve !== undefined);
    return 0;
  });
  return exitCode;
}
