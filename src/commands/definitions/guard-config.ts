/** The command lines of `rootzero guard config`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import type { ConfigApplyOptions, ConfigOptions, ConfigRemoveOptions } from '../guard-config.ts';
import { collect, withFormat, withIdentities, withState } from '../options.ts';

const withScope = (command: Command): Command =>
  command
    .option('--organization', 'for every account of the organization, from its management account or delegated administrator')
    .option('--config-region <region>', 'Region of the rule (default: the home Region, or the first that records)');

/** Adds `config` with its own commands to the `guard` command. */
export const defineGuardConfig = (guard: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const config = guard.command('config').description('the AWS Config rule iam-root-access-key-check: put it, see what it says');
  withFormat(withState(withScope(withIdentities(config.command('apply').description('put the rule where no equivalent one is, and wait for what it says')))), ['table', 'ndjson'])
    .option('--exclude <account>', 'leave this account out (repeatable, with --organization)', collect, [])
    .option('--preview', 'show what would be done, and stop')
    .addHelpText('after', `
Exit codes: 0 done · 2 put, but not every account was reached
            6 something differs or stands in the way

Examples:
  rootzero guard config apply --preview
  rootzero guard config apply --organization --exclude 222233334444`)
    .action(async (options: ConfigApplyOptions) => exit(await (await import('../guard-config.ts')).applyConfig(context, options)));
  withFormat(withScope(withIdentities(config.command('status').description('the rule and its recorder, or every account of an organization rule; changes nothing'))), ['table', 'json', 'ndjson'])
    .addHelpText('after', `
Exit codes: 0 in place · 1 missing, or broken somewhere · 2 could not tell

Example:
  rootzero guard config status`)
    .action(async (options: ConfigOptions) => exit(await (await import('../guard-config.ts')).showConfig(context, options)));
  withFormat(withState(withScope(withIdentities(config.command('remove').description('take off the rule that rootzero put there, and nothing else')))), ['table', 'ndjson'])
    .option('--preview', 'show what would be done, and stop')
    .addHelpText('after', `
Example:
  rootzero guard config remove --preview`)
    .action(async (options: ConfigRemoveOptions) => exit(await (await import('../guard-config.ts')).removeConfig(context, options)));
};
