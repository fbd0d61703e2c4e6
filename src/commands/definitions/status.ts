/** The command lines of `rootzero status`, `run export` and `run import`. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';
import { withFormat, withState } from '../options.ts';
import type { StateOptions, TransferOptions } from '../status.ts';

export const defineStatus = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  withFormat(withState(program.command('status').description('runs and what each waits for')), ['table', 'json', 'ndjson'])
    .addHelpText('after', `
Example:
  rootzero status`)
    .action(async (options: StateOptions) => exit(await (await import('../status.ts')).status(context, options)));
  const run = program.command('run').description('move a run to another machine');
  withFormat(withState(run.command('export').argument('<run>', 'run id').description('write a run to one file')), ['table', 'ndjson'])
    .requiredOption('--out <file>', 'file to write')
    .addHelpText('after', `
Example:
  rootzero run export 7f3a-91c2 --out run.json`)
    .action(async (named: string, options: TransferOptions) => exit(await (await import('../status.ts')).exportRun(context, named, options)));
  withFormat(withState(run.command('import').argument('<file>', 'exported run').description('take a run in')), ['table', 'ndjson'])
    .addHelpText('after', `
Example:
  rootzero run import run.json`)
    .action(async (path: string, options: StateOptions) => exit(await (await import('../status.ts')).importRun(context, path, options)));
};
