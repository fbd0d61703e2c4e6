/** The command lines of `rootzero guard`: guardrails over an organization. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import type { GuardApplyOptions } from '../guard/apply.ts';
import type { PreviewOptions } from '../guard/preview.ts';
import type { RemoveOptions } from '../guard/remove.ts';
import type { StatusOptions } from '../guard/status.ts';
import { collect, withFormat, withIdentities, withState } from '../options.ts';

type Exit = (code: ExitCode) => void;

/** What a rollout is to be, as on `preview` and on `apply` without a plan. */
const withRollout = (command: Command): Command =>
  withIdentities(command)
    .option('--target <id>', 'OU or account, in this order (repeatable; default: the OUs below the root, by size); the root only by name', collect, [])
    .option('--canary <id>', 'OU or account to begin with (default: an OU called sandbox, else the smallest)')
    .option('--exclude <id>', 'OU or account to leave out (repeatable)', collect, [])
    .option('--policy <file>', 'a service control policy of your own in place of the shipped one')
    .option('--name <name>', 'name under which the policy is saved')
    .option('--replace <name>', 'policy to take off where the new one has arrived')
    .option('--member-role <role>', 'role in the members: reads root events there, and is tried')
    .option('--days <days>', 'how far to look back in Event history', '90')
    .option('--logs <dir>', 'read the members\' CloudTrail log files too, or instead, whole (repeatable)', collect, [])
    .option('--observe <duration>', 'how long to watch each wave', '24h')
    .option('--accept <fingerprint=reason>', 'you know that this caller will be denied (repeatable)', collect, [])
    .option('--no-central-root', 'leave centralized root access as it is')
    .option('--root-sessions', 'switch on privileged root actions in members too')
    .option('--delegate <account>', 'make this account the delegated administrator for IAM');

/** Adds the commands of a rollout to the `guard` command. */
export function defineGuard(guard: Command, context: Context, exit: Exit): void {
  withFormat(withRollout(guard.command('preview').description('what a rollout would do and deny; changes nothing')), ['table', 'json', 'ndjson'])
    .option('--out <file>', 'write the rollout plan to this file')
    .addHelpText('after', `
Exit codes: 0 can be applied, or nothing to do · 3 bad input
            6 something stands in the way

Examples:
  rootzero guard preview --profile management \\
    --member-role SecurityAudit --out rollout.json
  rootzero guard preview --profile management --logs ./org-trail
  rootzero guard preview --profile management \\
    --policy my-scp.json --target ou-ab12-sandbox1`)
    .action(async (options: PreviewOptions) => exit(await (await import('../guard/preview.ts')).preview(context, options)));
  withFormat(withState(withRollout(guard.command('apply').argument('[plan]', 'rollout plan (default: made now from the options, at a terminal)').description('carry out a rollout: wave by wave, each tried and watched'))), ['table', 'ndjson'])
    .option('--approve <digest>', 'digest of the plan that you have read; without it a terminal is asked')
    .option('--wait', 'stay until each wave has been watched, instead of ending with 75')
    .addHelpText('after', `
Exit codes: 0 done · 6 stopped for safety, what is attached stays
            75 a wave is being watched, go on with resume

Examples:
  rootzero guard apply rollout.json --profile management --approve DIGEST
  rootzero guard apply --profile management --member-role SecurityAudit`)
    .action(async (path: string | undefined, options: GuardApplyOptions) => exit(await (await import('../guard/apply.ts')).guardApply(context, path, options)));
  withFormat(withState(withIdentities(guard.command('remove').description('take off what rootzero put on, and nothing else'))), ['table', 'ndjson'])
    .option('--target <id>', 'only here and below (repeatable; default: everywhere)', collect, [])
    .option('--out <file>', 'write the plan to this file and change nothing: rootzero guard apply FILE')
    .option('--wait', 'as on apply')
    .addHelpText('after', `
Exit codes: 0 done, or nothing to do · 6 stopped for safety

Example:
  rootzero guard remove --profile management --out removal.json`)
    .action(async (options: RemoveOptions) => exit(await (await import('../guard/remove.ts')).guardRemove(context, options)));
  withFormat(withIdentities(guard.command('status').description('the guardrails as a tree of the organization: seal, Config rule, alerts')), ['table', 'json', 'ndjson'])
    .option('--member-role <role>', 'role by which members are asked for a Config rule of their own')
    .option('--no-config', 'leave the Config rule out')
    .option('--no-alerts', 'leave the alerts out')
    .addHelpText('after', `
Exit codes: 0 all that can apply is there · 2 could not tell · 4 credentials
            1 something is missing, drifted, broken, or blocks root sessions
Alerts are those of the account that is asked; those of members, which a
StackSet brings, are looked at there: guard alerts status

Examples:
  rootzero guard status --profile management
  rootzero guard status --profile management --no-config --no-alerts`)
    .action(async (options: StatusOptions) => exit(await (await import('../guard/status.ts')).guardStatus(context, options)));
}
