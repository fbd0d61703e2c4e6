/** Carries out `rootzero plan`: reads everything, decides with the operator's words, writes a plan file. Changes nothing in AWS. */
import { exitCodeFor } from '../domain/any-plan.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import type { GuardrailWishes } from '../playbooks/guardrail-planning.ts';
import { planRetirement } from '../playbooks/plan-retirement.ts';
import type { Context } from './context-type.ts';
import { parseDays, parseDuration, parseReason, parseText } from './options.ts';
import type { OrganizationPlanOptions } from './organization-plan.ts';
import { parseSelection } from './selection-options.ts';
import { renderPlanFile } from './plan-file.ts';
import { readConfigRule, readContainmentScp, readDenyRootScp } from './policy-files.ts';
import { openSession } from './session.ts';

export type WishOptions = { scp: boolean; scpTarget?: string; config: boolean; configRegion?: string };

export type PlanOptions = OrganizationPlanOptions & WishOptions & {
  deleteSigningKey?: string;
  suspectedCompromise?: true;
  console?: true;
  keepScp?: true;
};

/** The guardrails that an account is to have, from the options and the files that ship with the program. */
export async function readWishes(context: Context, options: WishOptions, partitionRegion: string): Promise<GuardrailWishes> {
  return {
    scp: options.scp ? { target: options.scpTarget ?? null, ...(await readDenyRootScp(context)) } : 'leave-out',
    containment: await readContainmentScp(context),
    config: options.config ? { region: options.configRegion ?? partitionRegion, rule: await readConfigRule(context) } : 'leave-out',
  };
}

/** What is for one account only. */
const oneAccountOptions = (options: PlanOptions): Record<string, boolean> => ({
  '--console': options.console === true, '--suspected-compromise': options.suspectedCompromise === true, '--delete-signing-key': options.deleteSigningKey !== undefined,
  '--scp-target': options.scpTarget !== undefined, '--no-scp': !options.scp, '--keep-scp': options.keepScp === true, '--config-region': options.configRegion !== undefined, '--no-config': !options.config,
});

export async function makePlan(context: Context, options: PlanOptions): Promise<ExitCode> {
  const selection = parseSelection(options, {
    '--credentials': options.credentials, '--afterwards': options.afterwards, '--replace-target': options.replaceTarget[0], '--member-role': options.memberRole,
    '--canary': options.canary, '--waves': options.waves,
  });
  if (selection !== null) {
    const stray = Object.entries(oneAccountOptions(options)).find(([, isGiven]) => isGiven);
    if (stray !== undefined) throw problem('input/usage', { detail: `${stray[0]} is for a plan of one account, not for --org.` });
    return (await import('./organization-plan.ts')).makeOrganizationPlan(context, options, selection);
  }
  if (options.suspectedCompromise === true && options.acknowledge.length > 0) throw problem('input/usage', { detail: '--suspected-compromise takes no --acknowledge: it looks back later.' });
  if (options.suspectedCompromise === true && options.logs.length > 0) throw problem('input/usage', { detail: '--suspected-compromise takes no --logs: it looks back later.' });
  const decisions = {
    soakMs: options.soak === 'auto' ? null : parseDuration(options.soak),
    acknowledgements: options.acknowledge.map((text) => parseReason('--acknowledge', text)).map(({ name, reason }) => ({ fingerprint: name, reason })),
    acceptShortSoak: options.acceptShortSoak === undefined ? null : parseText('--accept-short-soak', options.acceptShortSoak),
    acceptUnprovedSoak: options.acceptUnprovedSoak === undefined ? null : parseText('--accept-unproved-soak', options.acceptUnprovedSoak),
    deleteSigningKey: options.deleteSigningKey === undefined ? null : parseReason('--delete-signing-key', options.deleteSigningKey),
    isSuspectedCompromise: options.suspectedCompromise === true,
    isAttended: options.console === true,
    keepsScp: options.keepScp === true,
  };
  const days = parseDays(options.days);
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const { partition } = await session.identities.reading.reader.readCaller();
  const plan = await planRetirement(session, {
    days,
    more: await Promise.all(options.logs.map((directory) => context.openLogFiles(directory, ui))),
    decisions: { ...decisions, deleteSigningKey: decisions.deleteSigningKey === null ? null : { keyId: decisions.deleteSigningKey.name, reason: decisions.deleteSigningKey.reason } },
    guardrails: await readWishes(context, options, iamEventRegion(partition)),
  });
  if (options.out !== undefined) await context.writeFile(options.out, renderPlanFile(plan));
  if (options.format === 'json') context.result(renderPlanFile(plan));
  else ui.emit({ code: 'plan', plan, path: options.out ?? null });
  return exitCodeFor(plan);
}
