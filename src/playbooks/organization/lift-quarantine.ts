/** What becomes of the quarantine once root's keys are gone: lifted, kept, or replaced by a guardrail that is attached and tried first. */
import type { PlannedAccount } from '../../domain/organization/organization-plan.ts';
import type { PlannedPolicy } from '../../domain/guard-plan.ts';
import type { OrganizationTarget } from '../../domain/guardrail.ts';
import { asProblem, problem } from '../../domain/problem.ts';
import { mayHaveHappened } from '../guard-run.ts';
import { isByMemberPolicy, tryRead } from '../root-probe.ts';
import { stateOf } from '../run.ts';
import { attachPolicy, createPolicy, deletePolicy, detachPolicy, findPolicyId, isAttached, requirePolicy } from '../scp-steps.ts';
import { attemptOf, attachStep, countAttempts, CREATE_STEP, targetOf } from './contain-account.ts';
import { actionOf, isOver, openRootSession, requireIdentities, verifiedAt, type OrganizationRecord, type OrganizationRun } from './organization-run.ts';

export const DELETE_STEP = 'quarantine/delete';
export const CREATE_GUARDRAIL_STEP = 'guardrail/create';
const retractGuardrailStep = ({ id }: OrganizationTarget, attempt: number): string => `guardrail-${id}/retract-${attempt}`;
const guardrailAttempt = (run: OrganizationRecord, target: OrganizationTarget): number => countAttempts(run, (attempt) => retractGuardrailStep(target, attempt));
const guardrailStep = (run: OrganizationRecord, target: OrganizationTarget): string => `guardrail-${target.id}/attach-${guardrailAttempt(run, target)}`;
/** The run put the guardrail there, or may have, and has not taken it off again. */
export const mayBeGuarded = (run: OrganizationRecord, target: OrganizationTarget): boolean => mayHaveHappened(run, guardrailStep(run, target));

/** Takes the quarantine off one account. */
export async function liftQuarantine(run: OrganizationRun, planned: PlannedAccount): Promise<void> {
  const release = actionOf(planned, 'release');
  if (release === undefined) return;
  await requireIdentities(run);
  await detachPolicy(run, `${release.id}/detach`, run.plan.quarantine, targetOf(planned));
}

/** Whether the run's quarantine is, or may be, on the account still. */
export function mayBeQuarantined(run: OrganizationRecord, planned: PlannedAccount): boolean {
  const [action, release] = [actionOf(planned, 'quarantine'), actionOf(planned, 'release')];
  if (action === undefined || !mayHaveHappened(run, attachStep(action, attemptOf(run, action)))) return false;
  return release === undefined || stateOf(run).steps.get(`${release.id}/detach`)?.state !== 'succeeded';
}

/** Our own sessions in one account under the target that is done with, which says what the guardrail does to them. */
async function probeUnder(run: OrganizationRun, target: OrganizationTarget): Promise<string | null> {
  const member = run.plan.accounts.find(({ account, path }) => verifiedAt(run, account) !== null && (account === target.id || path.ids.includes(target.id)));
  if (member === undefined) return null;
  const result = await tryRead(() => openRootSession(run, member.account, 'audit-credentials').reader.readRootKeys());
  if (result === 'works') return null;
  if (!isByMemberPolicy(result.refused)) throw result.refused;
  return `A root session of ${member.account} is refused: ${result.refused.detail ?? result.refused.summary}`;
}

/** Whatever the journal says: somebody may have taken it off, or changed it, since. @throws Problem `plan/stale` */
async function requireInPlace(run: OrganizationRun, policy: PlannedPolicy, target: OrganizationTarget): Promise<void> {
  if (await isAttached(run, await requirePolicy(run, policy), target.id)) return;
  throw problem('plan/stale', {
    detail: `Policy ${policy.name} is not on ${target.name} (${target.id}) any more; every quarantine that is left stays.`, nextStep: `Find out who took it off, attach it again, then: rootzero resume ${run.id}`,
  });
}

/**
 * Puts the guardrail in place that takes over from the quarantines; nothing where the plan has none. It is read back by every process that lifts.
 * @throws Problem `rollout/probe-refused`, with the guardrail detached again and every quarantine kept; `plan/stale` where it is gone or changed
 */
export async function replaceQuarantine(run: OrganizationRun): Promise<void> {
  const { afterwards } = run.plan;
  if (afterwards.kind !== 'replace') return;
  const { policy, targets } = afterwards;
  await requireIdentities(run);
  if (policy.existingId === null && policy.name !== run.plan.quarantine.name) await createPolicy(run, CREATE_GUARDRAIL_STEP, policy);
  for (const target of targets) {
    const policyId = await findPolicyId(run, policy);
    const isThere = policyId !== null && (await isAttached(run, policyId, target.id));
    const retract = retractGuardrailStep(target, guardrailAttempt(run, target));
    if (mayHaveHappened(run, retract)) await detachPolicy(run, retract, policy, target);
    // One that hangs there already is not ours to attach, nor to take off again.
    if (!isThere || mayBeGuarded(run, target)) await attachPolicy(run, guardrailStep(run, target), policy, target);
    await requireInPlace(run, policy, target);
    const refused = mayBeGuarded(run, target) ? await probeUnder(run, target) : null;
    if (refused === null) continue;
    await detachPolicy(run, retractGuardrailStep(target, guardrailAttempt(run, target)), policy, target);
    throw problem('rollout/probe-refused', { detail: `${refused.replace(/\.?$/, '.')} ${policy.name} was detached from ${target.name} (${target.id}) again; every quarantine stays.` });
  }
}

/** Deletes the quarantine policy that this run made, once no account needs it any more. Somebody else may have attached it meanwhile; then it stays, which is said. */
export async function deleteQuarantine(run: OrganizationRun): Promise<void> {
  const { plan, session } = run;
  const isOurs = stateOf(run).steps.get(CREATE_STEP)?.state === 'succeeded';
  if (!isOurs || plan.afterwards.kind === 'keep' || plan.accounts.some((planned) => !isOver(run, planned.account) || mayBeQuarantined(run, planned))) return;
  if (plan.afterwards.kind === 'replace' && plan.afterwards.policy.name === plan.quarantine.name) return;
  try {
    await deletePolicy(run, DELETE_STEP, plan.quarantine);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.code !== 'aws/precondition' && because.code !== 'plan/stale') throw because;
    session.ui.emit({ code: 'warning', text: `${plan.quarantine.name} stays: ${because.message}` });
  }
}
