/** Carries out `rootzero guard status`: every guardrail over the whole organization, as a tree; the gate in a pipeline. */
import { minifyPolicy } from '../../domain/guardrail.ts';
import { exitCodeOfStatus } from '../../domain/guard-status.ts';
import { printableJson } from '../../domain/printable-json.ts';
import type { ExitCode } from '../../domain/problem.ts';
import { surveyGuardrails } from '../../playbooks/guard-status.ts';
import type { Context } from '../context-type.ts';
import type { CommonOptions } from '../options.ts';
import { openSession } from '../session.ts';
import { readDenyRootScp, readPatterns } from '../policy-files.ts';

export type StatusOptions = CommonOptions & { memberRole?: string; config: boolean; alerts: boolean };

/** @throws Problem as `surveyGuardrails` */
export async function guardStatus(context: Context, options: StatusOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const { name, policyText } = await readDenyRootScp(context);
  const status = await surveyGuardrails(session, {
    expected: { name, content: minifyPolicy(policyText) },
    patterns: await readPatterns(context),
    hasConfig: options.config,
    hasAlerts: options.alerts,
    memberRole: options.memberRole ?? null,
  });
  const exitCode = exitCodeOfStatus(status);
  if (options.format === 'json') context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, exitCode, status }, true));
  else ui.emit({ code: 'guard/status', status });
  return exitCode;
}
