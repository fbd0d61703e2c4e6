/** Carries out `rootzero check`: the read-only verdict; the gate in a pipeline, the daily scan. */
import { instantOf } from '../domain/instant.ts';
import type { FailOn } from '../domain/outcome.ts';
import type { ExitCode } from '../domain/problem.ts';
import { identify, surveyRootUser } from '../playbooks/survey.ts';
import type { Ui } from '../ports/ui.ts';
import { assembleCheckReport } from '../report/check-report.ts';
import { isDocument, parseAlso, renderDocument, type DocumentFormat } from './check-documents.ts';
import type { Context } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { openResult } from './result-file.ts';
import { openSession } from './session.ts';
import { parseWaivers } from './waivers-file.ts';

export type CheckOptions = Omit<CommonOptions, 'format'> & {
  format: 'table' | 'ndjson' | DocumentFormat;
  failOn: FailOn;
  waivers?: string;
  out?: string;
  also: string[];
};

const SILENT: Ui = { ask: null, emit: () => undefined };

export async function check(context: Context, options: CheckOptions): Promise<ExitCode> {
  const { also, failOn, format, out, waivers: waiversFile = null } = options;
  const extras = also.map(parseAlso);
  const waivers = waiversFile === null ? [] : parseWaivers(waiversFile, await context.readFile(waiversFile));
  const result = openResult(context, out);
  // A document on standard output stands alone; one in a file leaves the terminal to people.
  const ui = !isDocument(format) ? context.openUi(format, out === undefined ? undefined : result.write) : out === undefined ? SILENT : context.openUi('json');
  const session = await openSession(context, options, ui);
  const identified = await identify(session);
  const facts = await surveyRootUser(session, identified);
  const { arn, kind } = identified.callers.reading;
  const { system: { tool }, world } = context;
  const report = assembleCheckReport({ tool, world, at: instantOf(context.clock.now()), reading: { arn, kind }, facts, waivers, waiversFile, failOn });
  const { counts, exitCode, findings, lastUse } = report;
  ui.emit({ code: 'check', exitCode, failOn, counts, findings, lastUse });
  if (isDocument(format)) result.write(await renderDocument(format, report));
  await result.close();
  for (const extra of extras) await context.writeFile(extra.path, await renderDocument(extra.format, report));
  for (const path of [...(out === undefined ? [] : [out]), ...extras.map((extra) => extra.path)]) ui.emit({ code: 'note', text: `Written: ${path}` });
  return exitCode;
}
