/** The command line of `rootzero permissions`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import type { PermissionOptions } from '../permissions.ts';

export const definePermissions = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  program.command('permissions').argument('[command]', 'command of rootzero (default: all that call AWS)').description('the least that a command needs to be allowed, as IAM policies')
    .option('--for <identity>', 'the policy of one identity alone, as IAM takes it: reading (--profile), root (--root-profile), organization (--org-profile)')
    .addHelpText('after', `
Examples:
  rootzero permissions
  rootzero permissions plan --for reading > plan-policy.json`)
    .action(async (command: string | undefined, options: PermissionOptions) => exit(await (await import('../permissions.ts')).showPermissions(context, command, options)));
};
