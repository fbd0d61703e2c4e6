/** Containment of one member's root user: tried before, quarantined, tried after; and taken off at once where our own probe is refused. */
import type { AccountId } from '../../domain/identifiers.ts';
import type { OrganizationTarget } from '../../domain/guardrail.ts';
import type { AccountAction, PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { problem } from '../../domain/problem.ts';
import type { RootKey } from '../../domain/root-user.ts';
import { deniesRoot, locksOutAssumedRoot } from '../../domain/scp-effect.ts';
import { mayHaveHappened } from '../guard-run.ts';
import { isByMemberPolicy, tryRead, type ProbeResult } from '../root-probe.ts';
import { stateOf } from '../run.ts';
import { attachPolicy, createPolicy, detachPolicy, openPolicyId } from '../scp-steps.ts';
import { managerOf } from '../session.ts';
import { actionOf, containedAt, markContained, openRootSession, requireIdentities, type OrganizationRecord, type OrganizationRun } from './organization-run.ts';

/** The policy's own steps, one for the whole run. */
export const CREATE_STEP = 'quarantine/create';

type Quarantine = Extract<AccountAction, { kind: 'quarantine' }>;
type FindSealed = Extract<AccountAction, { kind: 'find-sealed' }>;

export const attachStep = ({ id }: Quarantine, attempt: number): string => `${id}/attach-${attempt}`;
const retractStep = ({ id }: Quarantine, attempt: number): string => `${id}/retract-${attempt}`;

/** What was taken off after a refused probe may be tried again, under a number of its own. */
export function countAttempts(run: OrganizationRecord, retractStepOf: (attempt: number) => string): number {
  const { steps } = stateOf(run);
  let attempt = 1;
  while (steps.get(retractStepOf(attempt))?.state === 'succeeded') attempt += 1;
  return attempt;
}
export const attemptOf = (run: OrganizationRecord, action: Quarantine): number => countAttempts(run, (attempt) => retractStep(action, attempt));

export const targetOf = ({ account, name }: PlannedAccount): OrganizationTarget => ({ kind: 'account', id: account, name });

/** Each key that the plan names, in its state, and no other. @throws Problem `plan/stale` */
function requirePlannedKeys({ account, keys }: PlannedAccount, listed: readonly RootKey[]): void {
  const differs = [
    ...keys.filter(({ keyId }) => !listed.some((key) => key.keyId === keyId)).map(({ keyId }) => `Key ${keyId} of ${account} is gone.`),
    ...listed.flatMap(({ keyId, status }) => {
      const planned = keys.find((key) => key.keyId === keyId);
      if (planned === undefined) return [`Key ${keyId} of ${account} is not in the plan.`];
      return planned.status === status ? [] : [`Key ${keyId} of ${account} is ${status}, not ${planned.status}.`];
    }),
  ];
  if (differs.length > 0) throw problem('plan/stale', { detail: differs.join(' ') });
}

async function probe(run: OrganizationRun, account: AccountId): Promise<{ result: ProbeResult; listed: RootKey[] }> {
  let listed: RootKey[] = [];
  const result = await tryRead(async () => {
    listed = await openRootSession(run, account, 'audit-credentials').reader.readRootKeys();
  });
  return { result, listed };
}

/** Before anything is attached: a root session has to work, and find what the plan says. @throws Problem `rollout/refused-before`, `plan/stale` */
async function probeBefore(run: OrganizationRun, planned: PlannedAccount): Promise<void> {
  const { result, listed } = await probe(run, planned.account);
  if (result !== 'works') throw problem('rollout/refused-before', { detail: `Account ${planned.account}: ${result.refused.detail ?? result.refused.summary}` });
  requirePlannedKeys(planned, listed);
}

/** Detaches, and looks whether that helped. Ends the work in this account. */
async function retract(run: OrganizationRun, planned: PlannedAccount, action: Quarantine, attempt: number, because: string): Promise<never> {
  await detachPolicy(run, retractStep(action, attempt), run.plan.quarantine, targetOf(planned));
  const still = await probe(run, planned.account).catch(() => null);
  const since = still === null ? 'whether that helped could not be seen' : still.result === 'works' ? 'root sessions work again' : 'they are still refused, so this policy is not the cause, or not the only one';
  throw problem('rollout/probe-refused', { detail: `A root session of ${planned.account} is refused: ${because.replace(/\.?$/, '.')} ${run.plan.quarantine.name} was detached again; ${since}.` });
}

async function quarantine(run: OrganizationRun, planned: PlannedAccount, action: Quarantine, policyId: () => Promise<string>): Promise<void> {
  const attempt = attemptOf(run, action);
  const step = attachStep(action, attempt);
  if (mayHaveHappened(run, retractStep(action, attempt))) return retract(run, planned, action, attempt, 'It was refused before.');
  if (!mayHaveHappened(run, step)) await probeBefore(run, planned);
  await attachPolicy(run, step, run.plan.quarantine, targetOf(planned), policyId);
  const { result } = await probe(run, planned.account);
  if (result === 'works') return;
  if (!isByMemberPolicy(result.refused)) throw result.refused;
  await retract(run, planned, action, attempt, result.refused.detail ?? result.refused.summary);
}

/** The policy that the plan found is still there, and still denies root and nobody else. @throws Problem `soak/key-not-contained` */
export async function requireSealed(run: OrganizationRun, account: AccountId, { policyId, targetId }: FindSealed): Promise<void> {
  const found = (await managerOf(run.session).reader.readAttachedPolicies(targetId)).find(({ id }) => id === policyId);
  if (found !== undefined && deniesRoot(found.content) === 'yes' && locksOutAssumedRoot(found.content) === 'no') return;
  throw problem('soak/key-not-contained', { detail: found === undefined ? `Policy ${policyId} is no longer on ${targetId}, above ${account}.` : `Policy ${policyId} on ${targetId} no longer denies root of ${account} alone.` });
}

/** Makes the quarantine policy where the plan found none, before the accounts are visited side by side. */
export async function makeQuarantine(run: OrganizationRun, accounts: readonly PlannedAccount[]): Promise<void> {
  if (run.plan.quarantine.existingId !== null || !accounts.some((planned) => actionOf(planned, 'quarantine') !== undefined)) return;
  await requireIdentities(run);
  await createPolicy(run, CREATE_STEP, run.plan.quarantine);
}

/**
 * Contains the accounts' root users one by one; whoever calls visits them.
 * @throws Problem `rollout/refused-before`, `rollout/probe-refused`, `plan/stale`, `soak/key-not-contained`
 */
export function openContainment(run: OrganizationRun): (planned: PlannedAccount) => Promise<void> {
  const policyId = openPolicyId(run, run.plan.quarantine);
  return async (planned) => {
    if (containedAt(run, planned.account) !== null) return;
    await requireIdentities(run);
    const action = actionOf(planned, 'quarantine');
    const sealed = actionOf(planned, 'find-sealed');
    if (action !== undefined) await quarantine(run, planned, action, policyId);
    else await probeBefore(run, planned);
    if (sealed !== undefined) await requireSealed(run, planned.account, sealed);
    await markContained(run, planned.account);
  };
}
