/** The command line of `rootzero plan`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import { collect, withFormat, withIdentities } from '../options.ts';
import type { PlanOptions } from '../plan.ts';

export const definePlan = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('plan').description('look at one account and write down what would be done; changes nothing');
  withFormat(withIdentities(command), ['table', 'json', 'ndjson'])
    .option('--out <file>', 'write the plan to this file')
    .option('--days <days>', 'how far to look back in Event history', '90')
    .option('--logs <dir>', 'find callers in CloudTrail log files too; the soak is proved by Event history (repeatable)', collect, [])
    .option('--soak <duration>', 'how long to wait between deactivation and deletion', 'auto')
    .option('--acknowledge <fingerprint=reason>', 'you know this caller and it may lose root (repeatable)', collect, [])
    .option('--accept-short-soak <reason>', 'a soak shorter than the callers ask for')
    .option('--accept-unproved-soak <reason>', 'a soak whose events cannot be read back')
    .option('--delete-signing-key <key-id=reason>', 'delete the key that signs the root session directly, without undo')
    .option('--console', 'a person clicks in the console as root; rootzero tells what, and watches')
    .option('--suspected-compromise', 'contain first, look back after')
    .option('--scp-target <id>', 'sandbox OU or account to attach the deny-root SCP to')
    .option('--no-scp', 'leave the SCP out')
    .option('--keep-scp', 'leave the SCP on that contained a signing key (with --org-profile)')
    .option('--config-region <region>', 'Region of the Config rule')
    .option('--no-config', 'leave the Config rule out')
    .addHelpText('after', `
Exit codes: 0 can be applied · 3 bad input · 4 credentials
            6 something stands in the way

Examples:
  rootzero plan --profile admin --root-profile root --out plan.json
  rootzero plan --root-profile root --acknowledge 0a1b2c3d4e5f="moved to a role"
  rootzero plan --root-profile root --suspected-compromise --out plan.json`)
    .action(async (options: PlanOptions) => exit(await (await import('../plan.ts')).makePlan(context, options)));
};
