/** Carries out `rootzero guard config`: the Config rule in the account or across the organization, what it says, taking it off. */
import { CONFIG_RULE_NAME } from '../domain/guardrail.ts';
import { exitCodeOfParts, type GuardPart } from '../domain/guard-part.ts';
import { parseAccountId } from '../domain/identifiers.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { assessSpread } from '../playbooks/config-evaluation.ts';
import { planConfig, planConfigRemoval } from '../playbooks/config-planning.ts';
import { assessConfig, surveyConfig } from '../playbooks/config-survey.ts';
import type { Session } from '../playbooks/session.ts';
import type { Context } from './context-type.ts';
import { assembleChangePlan } from './change-plan.ts';
import { carryOutPlan } from './apply.ts';
import type { CommonOptions } from './options.ts';
import { readConfigRule } from './policy-files.ts';
import { openRunDeps } from './run-control.ts';
import { openSession } from './session.ts';

export type ConfigOptions = CommonOptions & { organization?: true; configRegion?: string };
export type ConfigApplyOptions = ConfigOptions & { exclude: string[]; preview?: true };
export type ConfigRemoveOptions = ConfigOptions & { preview?: true };

/** AWS Config pricing page, first 100,000 evaluations of a Region in a month; the recorder's configuration items are billed apart, and are the larger part. */
const COST = 'cost: about $0.001 for each evaluation, daily and after changes, so some $0.03 a month and account; the recorder costs apart (AWS Config pricing)';

export async function applyConfig(context: Context, options: ConfigApplyOptions): Promise<ExitCode> {
  const excludedAccounts = options.exclude.map(parseAccountId);
  if (options.organization !== true && excludedAccounts.length > 0) throw problem('input/usage', { detail: '--exclude is for --organization.' });
  const deps = await openRunDeps(context, options);
  const session = await openSession(context, options, deps.ui);
  const planned = await planConfig(session, { rule: await readConfigRule(context), region: options.configRegion ?? null, organization: options.organization === true ? { excludedAccounts } : null });
  const plan = assembleChangePlan(context, 'config', planned.surveyed, planned);
  deps.ui.emit({ code: 'change-plan', plan, remarks: [`Region ${planned.region}: ${planned.because}; the rule is about the account, so one Region is enough`, COST] });
  return options.preview === true || plan.changes.length === 0 ? 0 : (await carryOutPlan(deps, plan, options)).end.exitCode;
}

/** The organization's rules of our name in every Region, with how far each has come. */
async function readOrganizationParts(session: Session, named: string | null): Promise<{ account: string; parts: GuardPart[] }> {
  const { account, regions } = await surveyConfig(session, named);
  const { reader } = session.identities.reading;
  const parts: GuardPart[] = [];
  for (const { region } of regions) {
    for (const { name, identifier } of await reader.listOrganizationRules(region)) {
      const spread = identifier === 'IAM_ROOT_ACCESS_KEY_CHECK' ? await reader.readOrganizationRuleSpread(region, name) : null;
      if (spread !== null) parts.push(...assessSpread(region, name, spread));
    }
  }
  const missing: GuardPart = { kind: 'organization-rule', region: regions[0]?.region ?? '', name: CONFIG_RULE_NAME, state: 'missing', because: ['no organization rule on root access keys in any Region'] };
  return { account, parts: parts.length === 0 ? [missing] : parts };
}

export async function showConfig(context: Context, options: ConfigOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const named = options.configRegion ?? null;
  const surveyed = options.organization === true ? null : await surveyConfig(session, named);
  const { account, parts } = surveyed === null ? await readOrganizationParts(session, named) : { account: surveyed.account, parts: await assessConfig(session, surveyed) };
  const exitCode = exitCodeOfParts(parts);
  if (options.format === 'json') context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, account, exitCode, parts }, true));
  else ui.emit({ code: 'guard-parts', about: 'config', account, parts, remarks: [] });
  return exitCode;
}

export async function removeConfig(context: Context, options: ConfigRemoveOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const session = await openSession(context, options, deps.ui);
  const caller = await session.identities.reading.reader.readCaller();
  const planned = await planConfigRemoval(session, await readConfigRule(context), options.organization === true, options.configRegion ?? null);
  const plan = assembleChangePlan(context, 'config', caller, planned);
  deps.ui.emit({ code: 'change-plan', plan, remarks: [] });
  return options.preview === true || plan.changes.length === 0 ? 0 : (await carryOutPlan(deps, plan, options)).end.exitCode;
}
