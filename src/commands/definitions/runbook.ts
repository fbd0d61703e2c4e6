/** `rootzero runbook`: the runbooks that ship with the program, on the terminal. */
import type { Command } from 'commander';
import { problem, type ExitCode } from '../../domain/problem.ts';
import type { Context } from '../context-type.ts';

const RUNBOOKS: Readonly<Record<string, string>> = {
  'retire-root-keys': 'from a flagged account to no root keys',
  'resume-after-interruption': 'a run was cut off, or is soaking',
  'retire-organization': 'root credentials of a whole organization',
  'rollback': 'something broke after a key was deactivated',
  'rehearse-first': 'try everything without an account',
  'suspected-compromise': 'root was used by somebody unknown',
  'guardrail-rollout': 'deny root everywhere, wave by wave',
  'break-glass': 'use root where it is sealed; readable without rootzero',
  'management-account': 'the one root that no policy binds',
  'problems': 'every problem code and what to do',
};

async function readRunbook(context: Context, id: string | undefined): Promise<ExitCode> {
  if (id === undefined) {
    context.result(`${Object.entries(RUNBOOKS).map(([name, what]) => `${name.padEnd(26)} ${what}`).join('\n')}\n`);
    return 0;
  }
  if (!Object.hasOwn(RUNBOOKS, id)) throw problem('input/usage', { detail: `There is no runbook ${JSON.stringify(id)}; there are ${Object.keys(RUNBOOKS).join(', ')}.` });
  context.result(await context.readAsset(`runbooks/${id}.md`));
  return 0;
}

export const defineRunbook = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  program.command('runbook').argument('[id]', 'runbook (default: list them)').description('read a runbook')
    .addHelpText('after', `
Example:
  rootzero runbook rollback`)
    .action(async (id: string | undefined) => exit(await readRunbook(context, id)));
};
