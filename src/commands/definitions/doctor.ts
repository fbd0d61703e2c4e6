/** The command line of `rootzero doctor`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import { withFormat, withIdentities, type CommonOptions } from '../options.ts';

export const defineDoctor = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  withFormat(withIdentities(program.command('doctor').description('what stands in the way: credentials, organization, policies, trail, recorder; changes nothing')), ['table', 'json', 'ndjson'])
    .addHelpText('after', `
Exit codes: 0 all in order · 1 something is in the way
            2 something could not be told · 4 credentials

Examples:
  rootzero doctor --profile admin --root-profile root
  rootzero doctor --profile admin -o json`)
    .action(async (options: CommonOptions) => exit(await (await import('../doctor.ts')).doctor(context, options)));
};
