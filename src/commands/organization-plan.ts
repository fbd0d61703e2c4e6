/** Carries out `rootzero plan --org`: surveys an organization, decides with the operator's words, writes a plan file. Changes nothing in AWS. */
import { parseAccountId } from '../domain/identifiers.ts';
import { exitCodeFor } from '../domain/any-plan.ts';
import { CREDENTIAL_KINDS, type CredentialKind } from '../domain/organization/organization-plan.ts';
import { orderCredentials, type OrganizationDecisions } from '../domain/organization/organization-planner.ts';
import type { Selection } from '../domain/organization/selection.ts';
import type { WaveOrder } from '../domain/organization/organization-waves.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { planOrganization } from '../playbooks/organization/plan-organization.ts';
import type { Context } from './context-type.ts';
import { parseDays, parseDuration, parseReason, parseText, type CommonOptions } from './options.ts';
import { renderPlanFile } from './plan-file.ts';
import { readDenyRootScp, readQuarantineScp } from './policy-files.ts';
import type { SelectionOptions } from './selection-options.ts';
import { openSession } from './session.ts';

export type OrganizationPlanOptions = CommonOptions & SelectionOptions & {
  out?: string;
  days: string;
  soak: string;
  acknowledge: string[];
  acceptShortSoak?: string;
  acceptUnprovedSoak?: string;
  credentials?: string;
  afterwards?: 'lift' | 'keep' | 'replace';
  replaceTarget: string[];
  memberRole?: string;
  logs: string[];
  canary?: string;
  waves?: WaveOrder;
};

const isCredentialKind = (text: string): text is CredentialKind => (CREDENTIAL_KINDS as readonly string[]).includes(text);

/** `keys,password`. @throws Problem `input/usage` */
function parseCredentials(text: string): CredentialKind[] {
  const named = text.split(',').map((part) => part.trim());
  const stray = named.find((part) => !isCredentialKind(part));
  if (stray !== undefined) throw problem('input/usage', { detail: `--credentials takes ${CREDENTIAL_KINDS.join(', ')}, not ${JSON.stringify(stray)}.` });
  return orderCredentials(named.filter(isCredentialKind));
}

/** @throws Problem `input/usage` */
async function readAfterwards(context: Context, { afterwards = 'lift', replaceTarget }: DecisionOptions): Promise<OrganizationDecisions['afterwards']> {
  if ((afterwards === 'replace') !== (replaceTarget.length > 0)) throw problem('input/usage', { detail: '--afterwards replace and --replace-target ID go together: the guardrail that takes the place of the quarantines, and where it goes.' });
  return afterwards === 'replace' ? { kind: 'replace', policy: await readDenyRootScp(context), targets: replaceTarget } : { kind: afterwards };
}

export type DecisionOptions = Pick<OrganizationPlanOptions, 'soak' | 'acknowledge' | 'acceptShortSoak' | 'acceptUnprovedSoak' | 'credentials' | 'afterwards' | 'replaceTarget' | 'memberRole' | 'canary' | 'waves'>;

/** @throws Problem `input/usage` */
export async function readDecisions(context: Context, options: DecisionOptions): Promise<OrganizationDecisions> {
  return {
    credentials: parseCredentials(options.credentials ?? 'keys'),
    quarantine: await readQuarantineScp(context),
    afterwards: await readAfterwards(context, options),
    canary: options.canary === undefined ? null : parseAccountId(options.canary),
    waveOrder: options.waves ?? 'ou',
    soakMs: options.soak === 'auto' ? null : parseDuration(options.soak),
    acknowledgements: options.acknowledge.map((text) => parseReason('--acknowledge', text)).map(({ name, reason }) => ({ fingerprint: name, reason })),
    acceptShortSoak: options.acceptShortSoak === undefined ? null : parseText('--accept-short-soak', options.acceptShortSoak),
    acceptUnprovedSoak: options.acceptUnprovedSoak === undefined ? null : parseText('--accept-unproved-soak', options.acceptUnprovedSoak),
    memberRole: options.memberRole ?? null,
  };
}

export async function makeOrganizationPlan(context: Context, options: OrganizationPlanOptions, selection: Selection): Promise<ExitCode> {
  const decisions = await readDecisions(context, options);
  const days = parseDays(options.days);
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const logs = await Promise.all(options.logs.map((directory) => context.openLogFiles(directory, ui)));
  const { plan, surveyed, clean } = await planOrganization(session, { selection, days, logs, decisions });
  const text = renderPlanFile(plan);
  if (options.out !== undefined) await context.writeFile(options.out, text);
  if (options.format === 'json') context.result(text);
  else ui.emit({ code: 'organization-plan', plan, surveyed, clean, path: options.out ?? null });
  return exitCodeFor(plan);
}
