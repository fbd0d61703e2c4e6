/** The command lines of `rootzero breakglass`: the seal of one account, lifted for a while. */
import type { Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { CloseOptions, OpenOptions } from '../break-glass.ts';
import type { Context } from '../context-type.ts';
import { withFormat, withIdentities, withState } from '../options.ts';

const define = (command: Command): Command => withFormat(withState(withIdentities(command)), ['table', 'ndjson']);

const withOpening = (command: Command): Command =>
  define(command)
    .requiredOption('--reason <text>', 'why, and who agreed; goes on record')
    .option('--member-role <role>', 'role in the account by which its root events are read')
    .option('--yes', 'lift it without a question');

export function defineBreakGlass(program: Command, context: Context, exit: (code: ExitCode) => void): void {
  const breakGlass = program.command('breakglass').description('lift the seal for one account with a time limit');
  withOpening(breakGlass.command('open').argument('<account>', 'account id').description('spare one account until a time that AWS itself watches'))
    .option('--for <duration>', 'how long, from 15m to 12h', '1h')
    .option('--wait', 'stay until the time is up, then close')
    .addHelpText('after', `
Exit codes: 75 open, close it with breakglass close · 3 bad input
            6 it cannot be lifted

Example:
  rootzero breakglass open 444455556666 --for 1h \\
    --reason "MFA delete on the ledger bucket; ticket 4711"`)
    .action(async (account: string, options: OpenOptions) => exit(await (await import('../break-glass.ts')).openSeal(context, account, options)));
  define(breakGlass.command('close').argument('[run]', 'run id (default: the only opening under way)').description('seal the account again, and prove it'))
    .addHelpText('after', `
Exit codes: 0 sealed, and proved · 6 not sealed

Example:
  rootzero breakglass close`)
    .action(async (named: string | undefined, options: CloseOptions) => exit(await (await import('../break-glass.ts')).closeSeal(context, named, options)));
  withOpening(breakGlass.command('drill').argument('<account>', 'account id').description('open and close at once, to see that both work, and whether a page would come'))
    .option('--for <duration>', 'how long AWS would leave it open, if nobody closed it', '15m')
    .addHelpText('after', `
Exit codes: 0 opened, sealed again, and proved · 6 it stopped on the way

Example:
  rootzero breakglass drill 222233334444 --reason "quarterly drill"`)
    .action(async (account: string, options: OpenOptions) => exit(await (await import('../break-glass.ts')).drillSeal(context, account, options)));
}
