/** Carries out `rootzero doctor`: the preflight by itself. Changes nothing. */
import { exitCodeOfPreflight } from '../domain/preflight.ts';
import { printableJson } from '../domain/printable-json.ts';
import type { ExitCode } from '../domain/problem.ts';
import { runPreflight } from '../playbooks/preflight.ts';
import type { Context } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { openSession } from './session.ts';

export async function doctor(context: Context, options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(context, options, context.openUi(options.format));
  const findings = await runPreflight(session);
  const exitCode = exitCodeOfPreflight(findings);
  if (options.format === 'json') context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, exitCode, findings }, true));
  return exitCode;
}
