/** The command line of `rootzero plan`. */
import { Option, type Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import { WAVE_ORDERS } from '../../domain/organization/organization-waves.ts';
import { collect, withFormat, withIdentities } from '../options.ts';
import type { PlanOptions } from '../plan.ts';
import { withSelection } from '../selection-options.ts';

export const definePlan = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('plan').description('look at one account, or at an organization, and write down what would be done; changes nothing');
  withFormat(withIdentities(command), ['table', 'json', 'ndjson'])
    .option('--out <file>', 'write the plan to this file')
    .option('--days <days>', 'how far to look back in Event history', '90')
    .option('--logs <dir>', 'find callers in CloudTrail log files too; with --org, those of its trail (repeatable)', collect, [])
    .option('--soak <duration>', 'how long to wait between deactivation and deletion', 'auto')
    .option('--acknowledge <fingerprint=reason>', 'you know this caller, or with --org this key by its id, and it may lose root (repeatable)', collect, [])
    .option('--accept-short-soak <reason>', 'a soak shorter than the callers ask for')
    .option('--accept-unproved-soak <reason>', 'a soak whose events cannot be read back')
    .option('--delete-signing-key <key-id=reason>', 'delete the key that signs the root session directly, without undo')
    .option('--console', 'a person clicks in the console as root; rootzero tells what, and watches')
    .option('--suspected-compromise', 'contain first, look back after')
    .option('--scp-target <id>', 'sandbox OU or account to attach the deny-root SCP to')
    .option('--no-scp', 'leave the SCP out')
    .option('--keep-scp', 'leave the SCP on that contained a signing key (with --org-profile)')
    .option('--config-region <region>', 'Region of the Config rule')
    .option('--no-config', 'leave the Config rule out');
  withSelection(command, 'a plan for the accounts of an organization, in waves; the options below are for it')
    .option('--credentials <kinds>', 'what to retire: keys,certificates,password,mfa (default: keys)')
    .addOption(new Option('--afterwards <what>', 'what becomes of the quarantine of an account without keys (default: lift)').choices(['lift', 'keep', 'replace']))
    .option('--replace-target <id>', 'where the guardrail goes that replaces it (repeatable)', collect, [])
    .option('--member-role <role>', 'role in the members that reads CloudTrail: who uses the keys')
    .option('--canary <account>', 'account to begin with (default: unused keys in a sandbox)')
    .addOption(new Option('--waves <order>', 'unit by unit, or as large as may be (default: ou)').choices(WAVE_ORDERS))
    .addHelpText('after', `
Exit codes: 0 can be applied · 3 bad input · 4 credentials
            6 something stands in the way

Examples:
  rootzero plan --profile admin --root-profile root --out plan.json
  rootzero plan --root-profile root --acknowledge 0a1b2c3d4e5f="moved to a role"
  rootzero plan --root-profile root --suspected-compromise --out plan.json
  rootzero plan --org --profile management --member-role SecurityAudit \\
    --exclude sandbox --out plan.json`)
    .action(async (options: PlanOptions) => exit(await (await import('../plan.ts')).makePlan(context, options)));
};
