/** The command line as a whole: commands, help, and what a usage error is. */
import { Command, CommanderError, Help } from 'commander';
import { Problem, problem, type ExitCode } from '../domain/problem.ts';
import { defineApply } from './definitions/apply.ts';
import { defineBreakGlass } from './definitions/break-glass.ts';
import { defineCheck } from './definitions/check.ts';
import { defineCompletion } from './definitions/completion.ts';
import type { Context } from './context-type.ts';
import { defineGuard } from './definitions/guard.ts';
import { defineMenu, defineRetire, MENU } from './definitions/guided.ts';
import { defineDoctor } from './definitions/doctor.ts';
import { definePermissions } from './definitions/permissions.ts';
import { defineRehearse, listDrills, type Rehearse } from './definitions/rehearse.ts';
import { defineGuardAlerts } from './definitions/guard-alerts.ts';
import { defineGuardConfig } from './definitions/guard-config.ts';
import { definePlan } from './definitions/plan.ts';
import { defineRunbook } from './definitions/runbook.ts';
import { defineStatus } from './definitions/status.ts';
import { defineUsage } from './definitions/usage.ts';

/**
 * Parses and runs one command line.
 * @returns the exit code
 * @throws Problem, also `input/usage` for a command line that is not understood
 */
export async function runCommand(argv: readonly string[], context: Context, rehearse: Rehearse | null): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const exit = (code: ExitCode): void => {
    exitCode = code;
  };
  let complaint = '';
  const program = new Command('rootzero')
    .description('Get the access keys of every AWS root user to zero, prove it, and keep them there.')
    .version(context.system.tool.replace('rootzero/', ''))
    .showHelpAfterError(false)
    .exitOverride()
    // What each takes stands in its own help: the descriptions have the room.
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      // A repeatable option that is not given is an empty list, which tells people nothing.
      optionDescription: (option) => new Help().optionDescription(Array.isArray(option.defaultValue) ? Object.assign(Object.create(option), { defaultValue: undefined }) : option),
    })
    .configureOutput({ writeOut: context.result, writeErr: (text) => { complaint += text; } })
    .addHelpText('after', `
Without a command: the guided session.
Everywhere: --plain, for screen readers and dumb terminals.

Exit codes: 0 clean or done · 1 a root key is present · 2 could not tell
            3 usage · 4 credentials · 5 cancelled · 6 stopped for safety
            70 defect · 75 soaking or interrupted, go on with resume

First try, without an account:  rootzero rehearse`);
  defineMenu(program, context, rehearse === null ? null : () => rehearse(listDrills()), exit);
  defineRetire(program, context, exit);
  defineCheck(program, context, exit);
  defineUsage(program, context, exit);
  definePlan(program, context, exit);
  defineApply(program, context, exit);
  defineStatus(program, context, exit);
  const guard = program.command('guard').description('the guardrails that keep root keys away');
  defineGuard(guard, context, exit);
  defineGuardAlerts(guard, context, exit);
  defineGuardConfig(guard, context, exit);
  defineBreakGlass(program, context, exit);
  defineRunbook(program, context, exit);
  definePermissions(program, context, exit);
  defineDoctor(program, context, exit);
  if (rehearse !== null) defineRehearse(program, rehearse, exit);
  defineCompletion(program, context, exit);
  for (const command of everyCommand(program)) command.exitOverride().configureOutput({ writeOut: context.result, writeErr: (text) => { complaint += text; } });
  try {
    await program.parseAsync(isForMenu(argv) ? [MENU, ...argv] : [...argv], { from: 'user' });
  } catch (thrown) {
    // A run closes itself when it is interrupted; what is interrupted outside one has contained nothing.
    if (thrown instanceof Problem && thrown.code === 'run/interrupted') throw problem('run/cancelled');
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0;
    throw problem('input/usage', { detail: complaint.replace(/^error: /, '').trim() || 'No such command.' });
  }
  return exitCode;
}

/** No command, or only options of the guided session. */
const isForMenu = ([first]: readonly string[]): boolean => first === undefined || (first.startsWith('-') && !['-h', '--help', '-V', '--version'].includes(first));

const everyCommand = (command: Command): Command[] => command.commands.flatMap((child) => [child, ...everyCommand(child)]);
