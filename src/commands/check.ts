/** `rootzero check`: the read-only verdict; the gate in a pipeline, the daily scan. */
import { Option, type Command } from 'commander';
import { assessFindings } from '../domain/findings.ts';
import type { ExitCode } from '../domain/problem.ts';
import { assessVerdict, exitCodeOf, type FailOn } from '../domain/verdict.ts';
import { readCallers, type Session } from '../playbooks/session.ts';
import { readRootUserFacts, surveyRootUser } from '../playbooks/survey.ts';
import type { Context } from './context-type.ts';
import { identityOptions, withFormat, withIdentities, type CommonOptions } from './options.ts';

type CheckOptions = CommonOptions & { failOn: FailOn };

async function check(context: Context, options: CheckOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const identities = await context.openIdentities(identityOptions(options));
  const session: Session = { identities, ui, clock: context.clock, system: context.system, world: context.world, signal: context.signal };
  const callers = await readCallers(session);
  const facts = options.format === 'json' ? await readRootUserFacts(session, callers) : await surveyRootUser(session, callers);
  const verdict = assessVerdict(facts);
  const exitCode = exitCodeOf(verdict, options.failOn);
  if (options.format === 'json') {
    const { arn, kind } = callers.reading;
    context.result(`${JSON.stringify({ schema: 1, tool: context.system.tool, world: context.world, account: facts.account, exitCode, reading: { arn, kind }, verdict, findings: assessFindings(facts, verdict), facts }, null, 2)}\n`);
  }
  return exitCode;
}

export const defineCheck = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  const command = program.command('check').description('verdict on the root access keys of this account; changes nothing');
  withFormat(withIdentities(command), ['table', 'json', 'ndjson'])
    .addOption(new Option('--fail-on <what>', 'what makes the exit code 1').choices(['any', 'active']).default('any'))
    .addHelpText('after', `
Exit codes: 0 no root key · 1 a root key is present · 2 could not tell · 4 credentials

Examples:
  rootzero check --profile audit
  rootzero check --profile audit -o json > root.json
  rootzero check --profile audit --root-profile root`)
    .action(async (options: CheckOptions) => exit(await check(context, options)));
};
