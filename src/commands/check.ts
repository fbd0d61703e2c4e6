/** Carries out `rootzero check`: the read-only verdict; the gate in a pipeline, the daily scan. */
import { assessFindings } from '../domain/findings.ts';
import { printableJson } from '../domain/printable-json.ts';
import type { ExitCode } from '../domain/problem.ts';
import { assessVerdict, exitCodeOf, type FailOn } from '../domain/verdict.ts';
import { readCallers, type Session } from '../playbooks/session.ts';
import { readRootUserFacts, surveyRootUser } from '../playbooks/survey.ts';
import type { Context } from './context-type.ts';
import { identityOptions, type CommonOptions } from './options.ts';

export type CheckOptions = CommonOptions & { failOn: FailOn };

export async function check(context: Context, options: CheckOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const identities = await context.openIdentities(identityOptions(options));
  const session: Session = { identities, ui, clock: context.clock, system: context.system, world: context.world, signal: context.signal };
  const callers = await readCallers(session);
  const facts = options.format === 'json' ? await readRootUserFacts(session, callers) : await surveyRootUser(session, callers);
  const verdict = assessVerdict(facts);
  const exitCode = exitCodeOf(verdict, options.failOn);
  if (options.format === 'json') {
    const { arn, kind } = callers.reading;
    context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, account: facts.account, exitCode, reading: { arn, kind }, verdict, findings: assessFindings(facts, verdict), facts }, true));
  }
  return exitCode;
}
