/** The command lines of the guided session: `rootzero` by itself, and `rootzero retire`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import type { GuideOptions } from '../guided/guide.ts';
import { withIdentities, withState } from '../options.ts';

/** The options of the guided session; its output is for a person, so it has no formats. */
const withGuide = (command: Command): Command =>
  withState(withIdentities(command))
    .option('--days <days>', 'how far to look back in CloudTrail', '90')
    .option('--scp-target <id>', 'sandbox OU or account to attach the deny-root SCP to')
    .option('--no-scp', 'leave the SCP out')
    .option('--config-region <region>', 'Region of the Config rule')
    .option('--no-config', 'leave the Config rule out');

/** What `rootzero` without a command means; it stands in no list of commands. */
export const MENU = 'menu';

export const defineMenu = (program: Command, context: Context, rehearse: (() => Promise<ExitCode>) | null, exit: (code: ExitCode) => void): void => {
  withGuide(program.command(MENU, { hidden: true }).description('the guided session'))
    .action(async (options: Omit<GuideOptions, 'format'>) => exit(await (await import('../guided/menu.ts')).openMenu(context, { ...options, format: 'table' }, rehearse)));
};

export const defineRetire = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  withGuide(program.command('retire').description('the whole job for this account, one question at a time'))
    .addHelpText('after', `
Needs a terminal. Without one: rootzero plan, then rootzero apply.
Exit codes: 0 done · 1 looked, a root key is present · 5 cancelled
            6 stopped for safety · 75 soaking or interrupted, go on with resume

Example:
  rootzero retire --profile admin --root-profile root`)
    .action(async (options: Omit<GuideOptions, 'format'>) => exit(await (await import('../guided/retire.ts')).retire(context, { ...options, format: 'table' })));
};
