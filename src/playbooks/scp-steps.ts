/** Service control policies as durable steps: make, attach, detach, delete. What is there is looked at first; nothing is overwritten. */
import { isSamePolicy, type OrganizationTarget } from '../domain/guardrail.ts';
import type { AnyPlan } from '../domain/any-plan.ts';
import type { PlannedPolicy } from '../domain/guard-plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { StepKey } from '../engine/journal.ts';
import type { Observation } from '../engine/step.ts';
import { IAM_PROPAGATION_MS, requireOrganization, WRITE_RETRY, type Run } from './run.ts';
import { managerOf } from './session.ts';

type AnyRun = Run<AnyPlan>;
type Created = { policyId: string };
const STEP = { retry: WRITE_RETRY, propagationMs: IAM_PROPAGATION_MS, isConfirmedBy: 'observe' } as const;

const observePolicy = async (run: AnyRun, { name, content }: PlannedPolicy): Promise<Observation<Created>> => {
  const found = await managerOf(run.session).reader.findServiceControlPolicy(name);
  if (found === null) return { state: 'not-done' };
  return isSamePolicy(found.content, content) ? { state: 'done', result: { policyId: found.id } } : { state: 'unclear', why: `A policy named ${name} has other content.` };
};

/** The id of a planned policy as it is now: of that name, with that content. @throws Problem `plan/stale` */
export async function requirePolicy(run: AnyRun, policy: PlannedPolicy): Promise<string> {
  const found = await observePolicy(run, policy);
  if (found.state !== 'done' || (policy.existingId !== null && found.result.policyId !== policy.existingId)) {
    throw problem('plan/stale', { detail: `Policy ${policy.name} is not there as planned.` });
  }
  return found.result.policyId;
}

export async function createPolicy(run: AnyRun, key: StepKey, policy: PlannedPolicy): Promise<void> {
  await executeStep<Created>(run.engine, {
    key,
    require: async () => {
      await requireOrganization(run);
      if ((await observePolicy(run, policy)).state !== 'not-done') throw problem('plan/stale', { detail: `A policy named ${policy.name} appeared since the plan was made.` });
    },
    observe: () => observePolicy(run, policy),
    act: async () => ({ policyId: await managerOf(run.session).writer.createServiceControlPolicy(policy.name, policy.description, policy.content) }),
    ...STEP,
  });
}

/** An existing policy is used as it is, a planned one is made. Returns its id. */
export async function ensurePolicy(run: AnyRun, key: StepKey, policy: PlannedPolicy): Promise<string> {
  if (policy.existingId === null) await createPolicy(run, key, policy);
  return requirePolicy(run, policy);
}

export const isAttached = async (run: AnyRun, policyId: string, targetId: string): Promise<boolean> =>
  (await managerOf(run.session).reader.readAttachedPolicyIds(targetId)).includes(policyId);

/** The policy's id, found once however many targets it goes onto. */
export function openPolicyId(run: AnyRun, policy: PlannedPolicy): () => Promise<string> {
  let found: Promise<string> | null = null;
  return () => {
    found ??= requirePolicy(run, policy);
    // What could not be read is asked for again by the next who needs it.
    found.catch(() => { found = null; });
    return found;
  };
}

/**
 * @param idOf the policy's id, where whoever attaches it to many targets has found it already
 * @throws Problem `plan/stale` where somebody else attached it meanwhile
 */
export async function attachPolicy(run: AnyRun, key: StepKey, policy: PlannedPolicy, target: OrganizationTarget, idOf: () => Promise<string> = openPolicyId(run, policy)): Promise<void> {
  await executeStep(run.engine, {
    key,
    require: async () => {
      await requireOrganization(run);
      if (await isAttached(run, await idOf(), target.id)) throw problem('plan/stale', { detail: `Policy ${policy.name} was attached to ${target.id} by somebody else.` });
    },
    observe: async (): Promise<Observation<Created & { targetId: string }>> => {
      const id = await idOf();
      return (await isAttached(run, id, target.id)) ? { state: 'done', result: { policyId: id, targetId: target.id } } : { state: 'not-done' };
    },
    act: async () => {
      const id = await idOf();
      await managerOf(run.session).writer.attachPolicy(id, target.id);
      return { policyId: id, targetId: target.id };
    },
    ...STEP,
  });
}

/** The id of a planned policy, whatever its content has become; null where it is gone. */
export async function findPolicyId(run: AnyRun, policy: PlannedPolicy): Promise<string | null> {
  return policy.existingId ?? (await managerOf(run.session).reader.findServiceControlPolicy(policy.name))?.id ?? null;
}

export async function detachPolicy(run: AnyRun, key: StepKey, policy: PlannedPolicy, target: OrganizationTarget): Promise<void> {
  const isDetached = async (): Promise<boolean> => {
    const policyId = await findPolicyId(run, policy);
    return policyId === null || !(await isAttached(run, policyId, target.id));
  };
  await executeStep<null>(run.engine, {
    key,
    require: async () => {
      await requireOrganization(run);
      if (await isDetached()) throw problem('plan/stale', { detail: `Policy ${policy.name} is no longer attached to ${target.id}.` });
    },
    observe: async (): Promise<Observation<null>> => ((await isDetached()) ? { state: 'done', result: null } : { state: 'not-done' }),
    act: async () => {
      const policyId = await findPolicyId(run, policy);
      if (policyId !== null) await managerOf(run.session).writer.detachPolicy(policyId, target.id);
      return null;
    },
    ...STEP,
  });
}

/** Only a policy that is attached nowhere can be deleted; AWS refuses any other (`PolicyInUseException`). */
export async function deletePolicy(run: AnyRun, key: StepKey, policy: PlannedPolicy): Promise<void> {
  const { reader, writer } = managerOf(run.session);
  await executeStep<null>(run.engine, {
    key,
    require: async () => {
      await requireOrganization(run);
      await requirePolicy(run, policy);
    },
    observe: async (): Promise<Observation<null>> => ((await reader.findServiceControlPolicy(policy.name)) === null ? { state: 'done', result: null } : { state: 'not-done' }),
    act: async () => {
      await writer.deleteServiceControlPolicy(await requirePolicy(run, policy));
      return null;
    },
    ...STEP,
  });
}
