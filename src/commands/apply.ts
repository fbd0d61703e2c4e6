/** `rootzero apply`, `resume` and `rollback`: carrying a plan out, going on with a run, undoing it. */
import type { Command } from 'commander';
import { isDeleting, type Plan } from '../domain/plan.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { retireRootKeys } from '../playbooks/retire-root-keys.ts';
import { rollBack } from '../playbooks/roll-back.ts';
import type { Run } from '../playbooks/run.ts';
import type { Context } from './context-type.ts';
import { identityOptions, withFormat, withIdentities, withState, type CommonOptions } from './options.ts';
import { parsePlan } from './plan-file.ts';
import { chooseRun, continueRun, newRunId, startRun, type RunDeps } from './run-control.ts';

type ApplyOptions = CommonOptions & { approve?: string; wait?: true };

const depsOf = (context: Context, options: CommonOptions): RunDeps => ({ context, store: context.openStore(options.stateDir), ui: context.openUi(options.format) });

const retire = async (run: Run): Promise<ExitCode> => ((await retireRootKeys(run)) === 'done' ? 0 : 2);

/** @throws Problem `plan/wrong-digest`, `plan/not-approved`, `plan/blocked`, `plan/other-world`, `plan/nothing-to-do` */
function requireApplicable(context: Context, plan: Plan, approved: string | undefined): void {
  if (approved !== undefined && approved !== plan.digest) throw problem('plan/wrong-digest', { detail: `Approved ${approved}; the plan is ${plan.digest}.` });
  const blocker = plan.blockers[0];
  if (blocker !== undefined) throw problem('plan/blocked', { detail: blocker.text });
  if (plan.world !== context.world) throw problem('plan/other-world', { detail: `The plan belongs to: ${plan.world}. This is: ${context.world}.` });
  if (plan.actions.length === 0) throw problem('plan/nothing-to-do');
  if (approved === undefined && isDeleting(plan)) throw problem('plan/not-approved', { detail: `Its digest is ${plan.digest}.` });
}

async function apply(context: Context, path: string, options: ApplyOptions): Promise<ExitCode> {
  const plan = parsePlan(await context.readFile(path), context.system.sha256);
  requireApplicable(context, plan, options.approve);
  const deps = depsOf(context, options);
  const runId = await newRunId(deps);
  const identities = await context.openIdentities({ ...identityOptions(options), runId });
  return startRun({ deps, identities, isWaiting: options.wait === true }, runId, plan, retire);
}

async function resume(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = depsOf(context, options);
  const runId = await chooseRun(deps, named);
  const isWaiting = options.wait === true || context.isResumeWaiting;
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting, isRollback: false }, async (run, state) => {
    if (!state.observed.has('rollback-started')) return retire(run);
    await rollBack(run, true);
    return 0;
  });
}

async function rollback(context: Context, named: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const deps = depsOf(context, options);
  const runId = await chooseRun(deps, named);
  return continueRun(deps, runId, { ...identityOptions(options), isWaiting: false, isRollback: true }, async (run) => {
    if (options.approve !== undefined && options.approve !== run.plan.digest) throw problem('plan/wrong-digest', { detail: `The plan of run ${runId} is ${run.plan.digest}.` });
    await rollBack(run, options.approve !== undefined);
    return 0;
  });
}

const define = (command: Command): Command => withFormat(withState(withIdentities(command)), ['table', 'ndjson']);

export const defineApply = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  define(program.command('apply').argument('<plan>', 'plan file').description('carry out a plan: contain, soak, delete, verify, guard'))
    .option('--approve <digest>', 'digest of the plan that you have read; needed for every plan that deletes')
    .option('--wait', 'stay until the soak is over instead of ending with 75')
    .addHelpText('after', `
Exit codes: 0 done · 2 deleted but not verified · 6 stopped for safety · 75 soaking, go on with resume

Example:
  rootzero apply plan.json --profile admin --root-profile root --approve DIGEST`)
    .action(async (path: string, options: ApplyOptions) => exit(await apply(context, path, options)));
  define(program.command('resume').argument('[run]', 'run id (default: the only unfinished one)').description('go on with a run'))
    .option('--wait', 'stay until the soak is over')
    .addHelpText('after', `
Example:
  rootzero resume 7f3a-91c2 --profile admin --root-profile root`)
    .action(async (named: string | undefined, options: ApplyOptions) => exit(await resume(context, named, options)));
  define(program.command('rollback').argument('[run]', 'run id (default: the only unfinished one)').description('undo a run while its keys still exist'))
    .option('--approve <digest>', 'digest of the plan; needed after a suspected compromise')
    .addHelpText('after', `
Example:
  rootzero rollback 7f3a-91c2 --profile admin --root-profile root`)
    .action(async (named: string | undefined, options: ApplyOptions) => exit(await rollback(context, named, options)));
};
