/** The command line of `rootzero check`. */
import { Option, type Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { CheckOptions } from '../check.ts';
import type { Context } from '../context-type.ts';
import { withFormat, withIdentities } from '../options.ts';

export const defineCheck = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('check').description('verdict on the root access keys of this account; changes nothing');
  withFormat(withIdentities(command), ['table', 'json', 'ndjson'])
    .addOption(new Option('--fail-on <what>', 'what makes the exit code 1').choices(['any', 'active']).default('any'))
    .addHelpText('after', `
Exit codes: 0 no root key · 1 a root key is present · 2 could not tell
            4 credentials

Examples:
  rootzero check --profile audit
  rootzero check --profile audit -o json > root.json
  rootzero check --profile audit --root-profile root`)
    .action(async (options: CheckOptions) => exit(await (await import('../check.ts')).check(context, options)));
};
