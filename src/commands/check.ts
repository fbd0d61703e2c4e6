/** Carries out `rootzero check`: the read-only verdict; the gate in a pipeline, the daily scan. */
import { assessFindings } from '../domain/findings.ts';
import { printableJson } from '../domain/printable-json.ts';
import type { ExitCode } from '../domain/problem.ts';
import { exitCodeOf, type FailOn } from '../domain/outcome.ts';
import { assessVerdict } from '../domain/verdict.ts';
import { readCallers } from '../playbooks/session.ts';
import { identify, readRootUserFacts, surveyRootUser } from '../playbooks/survey.ts';
import type { Context } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { openSession } from './session.ts';

export type CheckOptions = CommonOptions & { failOn: FailOn };

export async function check(context: Context, options: CheckOptions): Promise<ExitCode> {
  const session = await openSession(context, options, context.openUi(options.format));
  if (options.format !== 'json') return exitCodeOf(assessVerdict(await surveyRootUser(session, await identify(session))), options.failOn);
  const callers = await readCallers(session);
  const facts = await readRootUserFacts(session, callers);
  const verdict = assessVerdict(facts);
  const exitCode = exitCodeOf(verdict, options.failOn);
  const { arn, kind } = callers.reading;
  context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, account: facts.account, exitCode, reading: { arn, kind }, verdict, findings: assessFindings(facts, verdict), facts }, true));
  return exitCode;
}
