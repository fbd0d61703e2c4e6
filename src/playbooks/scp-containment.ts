/** Containment from outside, for a key that signs: a policy on its account denies root everything but the removal of keys. Put on, watched, lifted. */
import { assessLifting } from '../domain/organization-change.ts';
import type { AccessKeyId } from '../domain/identifiers.ts';
import { plusMs, SECOND_MS, type Instant } from '../domain/instant.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { asProblem, problem } from '../domain/problem.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import { awaitStep } from '../engine/executor.ts';
import type { RunState } from '../engine/replay.ts';
import { requireBoth, requireOrganization, requireReading, stateOf, type Run } from './run.ts';
import { attachScp, attachStep, createStep, detachScp, findAttached } from './scp-attachment.ts';
import { nowOf } from './session.ts';
import type { Look } from './vigil.ts';

type Contain = Extract<Action, { kind: 'contain-by-scp' }>;
type Lift = Extract<Action, { kind: 'lift-scp' }>;

export const scpContainmentOf = (plan: Plan): Contain | undefined => plan.actions.find((action) => action.kind === 'contain-by-scp');

/** A policy that an earlier run left on is not attached again: it is found, or the plan is stale. */
const foundStep = (actionId: string): string => `${actionId}/found`;

export async function containByScp(run: Run, { guardrail, id, isFound }: Contain): Promise<void> {
  if (!isFound) return attachScp(run, id, guardrail, requireBoth);
  await awaitStep(run.engine, foundStep(id), async () => {
    const policyId = await findAttached(run, guardrail);
    if (policyId === null) throw problem('plan/stale', { detail: `Policy ${guardrail.name} is no longer on ${guardrail.target.id}.` });
    return { state: 'done', result: { policyId } };
  });
}

/** @throws Problem `soak/key-not-contained` where the plan contains by a policy that is not there any more */
export async function requireScpInPlace(run: Run): Promise<void> {
  const contained = scpContainmentOf(run.plan);
  if (contained === undefined || (await findAttached(run, contained.guardrail)) !== null) return;
  throw problem('soak/key-not-contained', { detail: `Policy ${contained.guardrail.name} is not on ${contained.guardrail.target.id}.` });
}

/** Is the policy there, with its content, and did nobody lift it in between? The latter stands in CloudTrail of the management account. */
export async function lookAtScp(run: Run, since: Instant): Promise<Look> {
  const contained = scpContainmentOf(run.plan);
  if (contained === undefined) return { violations: [], unreadable: [] };
  const { guardrail } = contained;
  const organization = await requireOrganization(run);
  const policyId = await findAttached(run, guardrail);
  if (policyId === null) return { violations: [{ code: 'soak/key-not-contained', text: `Policy ${guardrail.name} is not on ${guardrail.target.id} as it was planned.` }], unreadable: [] };
  const region = iamEventRegion(run.plan.boundTo.partition);
  try {
    const changes = await organization.reader.readOrganizationChanges({ region, from: plusMs(since, -SECOND_MS), to: nowOf(run.session) });
    return { violations: assessLifting(changes, { policyId, account: guardrail.target.id }, since), unreadable: [] };
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted') throw because;
    return { violations: [], unreadable: [`${region} of the management account`] };
  }
}

/** Takes off what contained the key, once it is gone: also what an earlier run had left on, without which nobody would lift it. */
export async function liftScp(run: Run, { guardrail, id }: Lift): Promise<void> {
  // The key that was here is gone; whoever reads besides it is still held to the run.
  if (run.plan.reading.kind !== 'root-key') await requireReading(run);
  const contained = scpContainmentOf(run.plan);
  const isMade = contained !== undefined && stateOf(run).steps.get(createStep(contained.id))?.state === 'succeeded';
  await detachScp(run, id, guardrail, { attach: true, create: isMade });
}

/** The keys that a policy contains and since when: one entry, or none while it does not. */
export function scpContainments(plan: Plan, { steps }: RunState): { keyIds: AccessKeyId[]; at: Instant }[] {
  const contained = scpContainmentOf(plan);
  if (contained === undefined) return [];
  const step = steps.get(attachStep(contained.id)) ?? steps.get(foundStep(contained.id));
  return step?.state === 'succeeded' && step.succeededAt !== null ? [{ keyIds: contained.keyIds, at: step.succeededAt }] : [];
}
