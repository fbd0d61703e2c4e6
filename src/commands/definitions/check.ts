/** The command line of `rootzero check`. */
import { Option, type Command } from 'commander';
import { FAIL_ON } from '../../domain/outcome.ts';
import type { ExitCode } from '../../domain/problem.ts';
import type { CheckOptions } from '../check.ts';
import { DOCUMENTS } from '../check-documents.ts';
import type { Context } from '../context-type.ts';
import { collect, withFormat, withIdentities, withOut } from '../options.ts';

export const defineCheck = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('check').description('verdict on the root user of this account: keys, MFA, password, certificates; changes nothing');
  withOut(withFormat(withIdentities(command), ['table', 'ndjson', ...DOCUMENTS]))
    .option('--also <format=file>', 'write another document of the same reading (repeatable)', collect, [])
    .addOption(new Option('--fail-on <what>', 'what makes the exit code 1').choices(FAIL_ON).default('any'))
    .option('--waivers <file>', 'failures that somebody answers for until a day (YAML or JSON)')
    .addHelpText('after', `
--fail-on active   an active root access key; an inactive one is 0, one whose
                   status could not be read 2
--fail-on any      any root access key
--fail-on posture  any failing finding

Exit codes: 0 clean · 1 something to act on · 2 could not tell (1 beats 2)
            3 usage, or a file that cannot be read or written · 4 credentials
            5 interrupted · 6 profiles of different accounts · 70 defect

A waived failure does not count, an expired waiver fails, and what could not be
read cannot be waived.

Examples:
  rootzero check --profile audit
  rootzero check --profile audit --root-profile root
  rootzero check --profile audit -o json --out root.json
  rootzero check --profile audit --fail-on posture --waivers waivers.yml
  rootzero check --profile audit --also sarif=root.sarif`)
    .action(async (options: CheckOptions) => exit(await (await import('../check.ts')).check(context, options)));
};
