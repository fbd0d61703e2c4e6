/** The command line of `rootzero usage`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import { collect, withFormat, withIdentities } from '../options.ts';
import type { UsageOptions } from '../usage.ts';

export const defineUsage = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('usage').description('who uses root, from where, how often, and how long to wait; changes nothing');
  withFormat(withIdentities(command), ['table', 'json', 'ndjson'])
    .option('--days <days>', 'how far to look back in Event history', '90')
    .option('--logs <dir>', 'read CloudTrail log files too, whole: any age, and data events (repeatable)', collect, [])
    .option('--accounts <file|list>', 'account ids, or a file with one on each line; one after the other, by --role')
    .option('--role <name>', 'role to assume in each of --accounts')
    .option('--suspected-compromise', 'list what root did: users, keys, roles, sessions, trails, new Regions')
    .option('--out <file>', 'write everything as JSON to this file')
    .addHelpText('after', `
Exit codes: 0 all that was asked for was read · 2 part of it could not be read
            3 bad input · 4 credentials

Examples:
  rootzero usage --profile audit
  rootzero usage --profile admin --root-profile root --logs ./logs
  rootzero usage --profile admin --suspected-compromise --days 14
  rootzero usage --profile org --accounts accounts.txt --role SecurityAudit

The policy to start from, for caller A:
  rootzero usage -o json | jq '.accounts[0].usage.groups[0].policy.document'`)
    .action(async (options: UsageOptions) => exit(await (await import('../usage.ts')).usage(context, options)));
};
