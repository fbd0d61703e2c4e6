/** A run over an organization: who acts where, and what its journal says of each account. Carries nothing out. */
import { parseArn, type AccountId } from '../../domain/identifiers.ts';
import { plusMs, type Instant } from '../../domain/instant.ts';
import type { AccountAction, OrganizationPlan, PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { EVENT_LATENCY_MS } from '../../domain/plan.ts';
import { problem, type Problem } from '../../domain/problem.ts';
import type { Cloud, RootTask } from '../../ports/cloud.ts';
import type { AccountTrouble } from '../../ports/organization-messages.ts';
import { recordSigners, requireOrganization, stateOf, type Journaled, type Run } from '../run.ts';
import { managerOf } from '../session.ts';

export type OrganizationRun = Run<OrganizationPlan>;

/** A run as its plan and its journal tell it, in progress or not. */
export type OrganizationRecord = Journaled & { plan: OrganizationPlan };

/** Each account has quotas of its own; what they share is paced by the lanes. */
export const ACCOUNTS_AT_A_TIME = 16;

/** The account in which the identity stands that opens root sessions. */
const readingAccount = ({ reading }: OrganizationPlan): string => parseArn(reading.arn).account;

/**
 * Who both identities are, asked anew before each write: whoever opens root sessions is of the planned account, whoever writes policies of the
 * management account.
 * @throws Problem `identity/wrong-account`, `identity/other-organization`, `credentials/organization-needed`
 */
export async function requireIdentities(run: OrganizationRun): Promise<Cloud> {
  const manager = await requireOrganization(run);
  const { reading } = run.session.identities;
  if (manager !== reading) {
    const caller = await reading.reader.readCaller();
    if (caller.account !== readingAccount(run.plan) || caller.partition !== run.plan.boundTo.partition) {
      throw problem('identity/wrong-account', { detail: `The plan opens root sessions from ${readingAccount(run.plan)}; these credentials are of ${caller.account}.` });
    }
  }
  await recordSigners(run);
  return manager;
}

/** Both identities stand in the organization of the plan. @throws Problem `identity/other-organization`, as `requireIdentities` */
export async function requireSameOrganization(run: OrganizationRun): Promise<void> {
  const manager = await requireIdentities(run);
  for (const cloud of new Set([manager, run.session.identities.reading])) {
    const place = await cloud.reader.readPlace();
    const found = place.kind === 'standalone' ? 'no organization' : place.organization;
    if (found !== run.plan.boundTo.organization) throw problem('identity/other-organization', { detail: `The plan is of ${run.plan.boundTo.organization}; ${cloud.name} is in ${found}.` });
  }
}

/** A fresh session of the account's root user. The account of the delegated administrator is opened from the management account. */
export const openRootSession = (run: OrganizationRun, account: AccountId, task: RootTask): Cloud =>
  (account === readingAccount(run.plan) ? managerOf(run.session) : run.session.identities.reading).inRootSession(account, task);

export const actionOf = <Kind extends AccountAction['kind']>(planned: PlannedAccount, kind: Kind): Extract<AccountAction, { kind: Kind }> | undefined =>
  planned.actions.find((action): action is Extract<AccountAction, { kind: Kind }> => action.kind === kind);

export const waitStep = ({ id }: { id: string }): string => `${id}/wait`;

/** What the journal holds of an account, by name. */
type Record = 'soak-ms' | 'contained' | 'trouble' | 'left-out' | 'verified' | 'settled';
const recordOf = (run: OrganizationRecord, account: AccountId, what: Record) => stateOf(run).observed.get(`${account}/${what}`)?.at(-1);

/** When the policy was seen at work on the account; null while it was not. */
export const containedAt = (run: OrganizationRecord, account: AccountId): Instant | null => recordOf(run, account, 'contained')?.at ?? null;
export const markContained = async (run: OrganizationRun, account: AccountId): Promise<void> => void (await run.engine.journal.append({ kind: 'observed', what: `${account}/contained`, value: null }));

/** When two sessions agreed that nothing of what was planned is left; null while they have not. */
export const verifiedAt = (run: OrganizationRecord, account: AccountId): Instant | null => recordOf(run, account, 'verified')?.at ?? null;
export const markVerified = async (run: OrganizationRun, account: AccountId): Promise<void> => void (await run.engine.journal.append({ kind: 'observed', what: `${account}/verified`, value: null }));

/** Everything planned for the account was done and read back, and its quarantine is as planned. */
export const isSettled = (run: OrganizationRecord, account: AccountId): boolean => recordOf(run, account, 'settled') !== undefined;
export const markSettled = async (run: OrganizationRun, account: AccountId): Promise<void> => void (await run.engine.journal.append({ kind: 'observed', what: `${account}/settled`, value: null }));

/** Why a person finished with the account in spite of its trouble; null where nobody did. */
export function leftOutBecause(run: OrganizationRecord, account: AccountId): string | null {
  const value = recordOf(run, account, 'left-out')?.value;
  return typeof value === 'string' ? value : null;
}
export const markLeftOut = async (run: OrganizationRun, account: AccountId, reason: string): Promise<void> => void (await run.engine.journal.append({ kind: 'observed', what: `${account}/left-out`, value: reason }));

export function troubleOf(run: OrganizationRecord, account: AccountId): AccountTrouble | null {
  const value = recordOf(run, account, 'trouble')?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const [code, text, next] = [value['code'], value['text'], value['next']].map((one) => (typeof one === 'string' ? one : ''));
  return { account, code: code ?? '', text: text ?? '', next: next ?? '', isUnverified: code === 'verify/not-verified' };
}
/** What the world did is looked at by a person; the registry's own next step is for one account alone. */
const nextStep = (run: OrganizationRun, account: AccountId, { code, nextStep: own }: Problem): string =>
  (/^(?:plan|soak|verify|delete)\//.test(code) && !code.startsWith('verify/not-')
    ? `Find out what happened there. Mended: rootzero resume ${run.id}. Not now: rootzero resume ${run.id} --leave-out ${account}=REASON, and later rootzero plan --org --account ${account}`
    : own.replace(/rootzero resume$/, `rootzero resume ${run.id}`));

export async function markTrouble(run: OrganizationRun, account: AccountId, because: Problem): Promise<void> {
  await run.engine.journal.append({ kind: 'observed', what: `${account}/trouble`, value: { code: because.code, text: because.message, next: nextStep(run, account, because) } });
}
export async function clearTrouble(run: OrganizationRun, account: AccountId): Promise<void> {
  if (troubleOf(run, account) !== null) await run.engine.journal.append({ kind: 'observed', what: `${account}/trouble`, value: null });
}

/** Nothing more will be done there: it is settled, or a person left it out. */
export const isOver = (run: OrganizationRecord, account: AccountId): boolean => isSettled(run, account) || leftOutBecause(run, account) !== null;

/** Newer use may ask for a longer soak than the planned one, once; never for a shorter one. */
export const recordSoak = async (run: OrganizationRun, account: AccountId, ms: number): Promise<void> => void (await run.engine.journal.append({ kind: 'observed', what: `${account}/soak-ms`, value: ms }));

/** When the account's keys may be deleted at the earliest: its soak and the latency of events are over. Null before it is contained; without a soak at once. */
export function dueAt(run: OrganizationRecord, planned: PlannedAccount): Instant | null {
  const soak = actionOf(planned, 'soak');
  const since = containedAt(run, planned.account);
  if (since === null || soak === undefined) return since;
  const longer = recordOf(run, planned.account, 'soak-ms')?.value;
  return stateOf(run).waits.get(waitStep(soak)) ?? plusMs(since, Math.max(soak.durationMs, typeof longer === 'number' ? longer : 0) + EVENT_LATENCY_MS);
}
