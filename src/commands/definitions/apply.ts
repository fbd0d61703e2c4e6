/** The command lines of `rootzero apply`, `resume` and `rollback`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { ApplyOptions } from '../apply.ts';
import type { ResumeOptions } from '../resume-all.ts';
import type { Context } from '../context-type.ts';
import { collect, withFormat, withIdentities, withState } from '../options.ts';

const define = (command: Command): Command => withFormat(withState(withIdentities(command)), ['table', 'ndjson']);

export const defineApply = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  define(program.command('apply').argument('<plan>', 'plan file').description('carry out a plan: contain, soak, delete, verify, guard'))
    .option('--approve <digest>', 'digest of the plan that you have read; without it a terminal is asked before each deletion')
    .option('--wait', 'stay until the soak is over instead of ending with 75')
    .option('--logs <dir>', 'over an organization: look for denied root calls in log files too (repeatable)', collect)
    .addHelpText('after', `
Exit codes: 0 done · 2 deleted but not verified · 6 stopped for safety
            75 soaking, go on with resume

Example:
  rootzero apply plan.json --profile admin --root-profile root --approve DIGEST`)
    .action(async (path: string, options: ApplyOptions) => exit(await (await import('../apply.ts')).apply(context, path, options)));
  define(program.command('resume').argument('[run]', 'run id (default: the only unfinished one)').description('go on with a run'))
    .option('--approve <digest>', 'digest of the plan, where it was not approved before')
    .option('--wait', 'stay until the soak is over')
    .option('--all', 'go on with every unfinished run whose wait is over')
    .option('--leave-out <account=reason>', 'over an organization: finish without this account; its seal stays on (repeatable)', collect)
    .option('--logs <dir>', 'over an organization: look for denied root calls in log files too (repeatable)', collect)
    .addHelpText('after', `
Exit code of --all: the worst of its runs, in the order 70 6 4 3 2 75 5 0;
                    75 if all that is left is to wait, 0 if nothing is left

Examples:
  rootzero resume 7f3a-91c2 --profile admin --root-profile root
  rootzero resume 7f3a-91c2 --leave-out 111122223333='its owner moves it first'
  rootzero resume --all --profile admin`)
    .action(async (named: string | undefined, options: ResumeOptions) => exit(await (options.all === true ? (await import('../resume-all.ts')).resumeAll(context, named, options) : (await import('../apply.ts')).resume(context, named, options))));
  define(program.command('rollback').argument('[run]', 'run id (default: the only unfinished one)').description('undo a run while its keys still exist'))
    .option('--approve <digest>', 'digest of the plan; needed after a suspected compromise')
    .addHelpText('after', `
Example:
  rootzero rollback 7f3a-91c2 --profile admin --root-profile root`)
    .action(async (named: string | undefined, options: ApplyOptions) => exit(await (await import('../apply.ts')).rollback(context, named, options)));
};
