/** Carries out `rootzero guard status`: the guardrail over the whole organization, as a tree; the gate in a pipeline. */
import { minifyPolicy } from '../../domain/guardrail.ts';
import { assembleGuardStatus, exitCodeOfStatus, type GuardStatus } from '../../domain/guard-status.ts';
import { printableJson } from '../../domain/printable-json.ts';
import { problem, type ExitCode } from '../../domain/problem.ts';
import { readOrganizationFacts } from '../../playbooks/observe-organization.ts';
import { managerOf } from '../../playbooks/session.ts';
import type { Context } from '../context-type.ts';
import type { CommonOptions } from '../options.ts';
import { openSession } from '../session.ts';
import { readDenyRootScp } from '../policy-files.ts';

/** A standalone account has no service control policies, which is no fault. @throws Problem `facts/asked-elsewhere` in a member */
export async function guardStatus(context: Context, options: CommonOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const { reader } = managerOf(session);
  const caller = await reader.readCaller();
  const place = await reader.readPlace();
  if (place.kind === 'member') throw problem('facts/asked-elsewhere', { detail: `${caller.account} is a member; the management account is ${place.managementAccount}.` });
  const status: GuardStatus | null = place.kind === 'standalone'
    ? null
    : assembleGuardStatus(await readOrganizationFacts(session, caller), await readDenyRootScp(context).then(({ name, policyText }) => ({ name, content: minifyPolicy(policyText) })));
  const exitCode = status === null ? 0 : exitCodeOfStatus(status);
  if (options.format === 'json') context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, exitCode, status }, true));
  else if (status === null) ui.emit({ code: 'note', text: `Not applicable: ${caller.account} stands alone, and has no service control policies.` });
  else ui.emit({ code: 'guard/status', status });
  return exitCode;
}
