/** Carries out `rootzero check`: the read-only verdict; the gate in a pipeline, the daily scan. */
import { instantOf } from '../domain/instant.ts';
import type { ExitCode } from '../domain/problem.ts';
import { identify, surveyRootUser } from '../playbooks/survey.ts';
import { assembleCheckReport } from '../report/check-report.ts';
import { renderDocument } from './check-documents.ts';
import type { CheckOptions } from './check-organization.ts';
import { openCheckOutput } from './check-output.ts';
import type { Context } from './context-type.ts';
import { parseSelection } from './selection-options.ts';
import { openSession } from './session.ts';

export async function check(context: Context, options: CheckOptions): Promise<ExitCode> {
  const selection = parseSelection(options, { '--since': options.since, '--state-dir': options.stateDir });
  if (selection !== null) return (await import('./check-organization.ts')).checkOrganization(context, options, selection);
  const { failOn } = options;
  const { ui, waivers, waiversFile, finish } = await openCheckOutput(context, options);
  const session = await openSession(context, options, ui);
  const identified = await identify(session);
  const facts = await surveyRootUser(session, identified);
  const { arn, kind } = identified.callers.reading;
  const { system: { tool }, world } = context;
  const report = assembleCheckReport({ tool, world, at: instantOf(context.clock.now()), reading: { arn, kind }, facts, waivers, waiversFile, failOn });
  const { counts, exitCode, findings, lastUse } = report;
  ui.emit({ code: 'check', exitCode, failOn, counts, findings, lastUse });
  await finish((format) => renderDocument(format, report));
  return exitCode;
}
