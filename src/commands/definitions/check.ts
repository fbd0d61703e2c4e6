/** The command line of `rootzero check`. */
import { Option, type Command } from 'commander';
import { FAIL_ON } from '../../domain/outcome.ts';
import type { ExitCode } from '../../domain/problem.ts';
import type { CheckOptions } from '../check-organization.ts';
import { DOCUMENTS } from '../check-documents.ts';
import type { Context } from '../context-type.ts';
import { collect, withFormat, withIdentities, withOut, withState } from '../options.ts';
import { withSelection } from '../selection-options.ts';

export const defineCheck = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('check').description('verdict on the root user of this account, or of each account of an organization: keys, MFA, password, certificates; changes nothing');
  const whole = withSelection(withOut(withFormat(withIdentities(command), ['table', 'ndjson', ...DOCUMENTS])), 'the root user of every account of the organization');
  withState(whole.option('--since <last|file>', 'with --org: say what changed since an earlier survey'))
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
            5 interrupted · 6 profiles of different accounts, or central root
            access is off (--org) · 70 defect

--org opens a root session (sts:AssumeRoot, audit only) in each active member
account; the management account is read by this identity, or by --org-profile
where this one is of IAM's delegated administrator. With --root-profile it is
root of the management account. What cannot be read is unknown, with the reason,
and makes 2; --exclude leaves out what is known to be so.

--since makes 1 where a key appeared or was switched on, or where a deny-root
policy fell off an account; 2 where there is nothing to compare with.

A waived failure does not count, an expired waiver fails, and what could not be
read cannot be waived.

Examples:
  rootzero check --profile audit
  rootzero check --profile audit --root-profile root
  rootzero check --profile audit -o json --out root.json
  rootzero check --profile audit --fail-on posture --waivers waivers.yml
  rootzero check --profile audit --also sarif=root.sarif
  rootzero check --org --profile audit --since last
  rootzero check --org --ou workloads --exclude 222233334444 -o ndjson`)
    .action(async (options: CheckOptions) => exit(await (await import('../check.ts')).check(context, options)));
};
