/** The command lines of `rootzero guard alerts`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import type { AlertApplyOptions, AlertLookOptions, AlertRemoveOptions, AlertTestOptions } from '../guard-alerts.ts';
import { collect, withFormat, withIdentities, withState } from '../options.ts';

const withRegions = (command: Command): Command => command.option('--alert-region <region>', 'only this Region (repeatable; default: every enabled one)', collect, []);

/** Adds `alerts` with its own commands to the `guard` command. */
export const defineGuardAlerts = (guard: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const alerts = guard.command('alerts').description('alerts on root by EventBridge and SNS: make them, look whether they would fire, try them');
  withFormat(withState(withRegions(withIdentities(alerts.command('apply').description('create topics and event rules; what is there and the same is left alone')))), ['table', 'ndjson'])
    .option('--page-to <endpoint>', 'who is paged: e-mail address, https URL, +phone, ARN of a queue or function (repeatable)', collect, [])
    .option('--note-to <endpoint>', 'who gets the notes (repeatable)', collect, [])
    .option('--page-topic <arn>', 'use this topic for pages in its Region (repeatable)', collect, [])
    .option('--note-topic <arn>', 'use this topic for notes in its Region (repeatable)', collect, [])
    .option('--forward-to <region>', 'forward every event to the bus of this Region: two topics in all')
    .option('--forward-role <arn>', 'role by which EventBridge may put events on that bus')
    .option('--include-reads', 'page on read-only calls by root too: one message for each call')
    .option('--replace', 'replace rules of the same name that differ; a rollback brings them back')
    .option('--accept-no-trail', 'go on where no trail would carry any event')
    .option('--preview', 'show what would be done, and stop')
    .addHelpText('after', `
Exit codes: 0 done · 6 something differs or stands in the way · 4 credentials

Examples:
  rootzero guard alerts apply --page-to oncall@example.com --preview
  rootzero guard alerts apply --page-to oncall@example.com \\
    --note-to security@example.com`)
    .action(async (options: AlertApplyOptions) => exit(await (await import('../guard-alerts.ts')).applyAlerts(context, options)));
  withFormat(withRegions(withIdentities(alerts.command('status').description('what is live, missing, drifted or broken; changes nothing'))), ['table', 'json', 'ndjson'])
    .addHelpText('after', `
Exit codes: 0 every alert would fire · 2 could not tell
            1 something is missing, drifted or broken

Example:
  rootzero guard alerts status`)
    .action(async (options: AlertLookOptions) => exit(await (await import('../guard-alerts.ts')).showAlerts(context, options)));
  withFormat(withRegions(withIdentities(alerts.command('test').description('match sample events against the rules; with --send, a harmless message to each topic'))), ['table', 'ndjson'])
    .option('--send', 'send one custom event through a temporary rule to each topic')
    .addHelpText('after', `
Exit codes: 0 every sample is matched as it should be · 1 some are not
            6 there is no such alert

Example:
  rootzero guard alerts test --send`)
    .action(async (options: AlertTestOptions) => exit(await (await import('../guard-alerts.ts')).testAlerts(context, options)));
  withFormat(withState(withIdentities(alerts.command('remove').description('take off what rootzero put there, and nothing else'))), ['table', 'ndjson'])
    .option('--preview', 'show what would be done, and stop')
    .addHelpText('after', `
Example:
  rootzero guard alerts remove --preview`)
    .action(async (options: AlertRemoveOptions) => exit(await (await import('../guard-alerts.ts')).removeAlerts(context, options)));
};
