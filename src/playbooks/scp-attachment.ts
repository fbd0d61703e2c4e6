/** A service control policy put onto its one target and taken off again, by whoever manages the organization. Reads come before writes; what is there already is left alone. */
import { isSamePolicy } from '../domain/guardrail.ts';
import type { PlannedScp } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import type { Cloud } from '../ports/cloud.ts';
import { IAM_PROPAGATION_MS, requireOrganization, stateOf, WRITE_RETRY, type Run } from './run.ts';
import { undo } from './undo.ts';

type Created = { policyId: string };

export const createStep = (actionId: string): string => `${actionId}/create`;
export const attachStep = (actionId: string): string => `${actionId}/attach`;

async function observePolicy(run: Run, scp: PlannedScp): Promise<Observation<Created>> {
  const found = await (await requireOrganization(run)).reader.findServiceControlPolicy(scp.name);
  if (found === null) return { state: 'not-done' };
  return isSamePolicy(found.content, scp.content)
    ? { state: 'done', result: { policyId: found.id } }
    : { state: 'unclear', why: `A policy named ${scp.name} has other content.` };
}

async function ensurePolicy(run: Run, actionId: string, scp: PlannedScp): Promise<string> {
  const observe = (): Promise<Observation<Created>> => observePolicy(run, scp);
  if (scp.existingId !== null) {
    const found = await observe();
    if (found.state !== 'done' || found.result.policyId !== scp.existingId) throw problem('plan/stale', { detail: `Policy ${scp.name} is no longer as planned.` });
    return scp.existingId;
  }
  await executeStep<Created>(run.engine, {
    key: createStep(actionId),
    require: async () => {
      if ((await observe()).state !== 'not-done') throw problem('plan/stale', { detail: `A policy named ${scp.name} appeared since the plan was made.` });
    },
    observe,
    act: async () => ({ policyId: await (await requireOrganization(run)).writer.createServiceControlPolicy(scp.name, scp.description, scp.content) }),
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
  const made = await observe();
  if (made.state !== 'done') throw problem('step/no-effect', { detail: `Policy ${scp.name} is not there.` });
  return made.result.policyId;
}

/** The id of the policy when it is on its target with the planned content; null when it is not. */
export async function findAttached(run: Run, { content, name, target }: PlannedScp): Promise<string | null> {
  const { reader } = await requireOrganization(run);
  const found = (await reader.readAttachedPolicies(target.id)).find((policy) => policy.name === name);
  return found !== undefined && isSamePolicy(found.content, content) ? found.id : null;
}

/**
 * Creates the policy where it is missing, and attaches it.
 * @param requireOthers holds the identities to the run that the writes themselves do not need
 */
export async function attachScp(run: Run, actionId: string, scp: PlannedScp, requireOthers: (run: Run) => Promise<unknown>): Promise<void> {
  if (stateOf(run).steps.get(attachStep(actionId))?.state === 'succeeded') return;
  await requireOthers(run);
  const policyId = await ensurePolicy(run, actionId, scp);
  const isAttached = async (): Promise<boolean> => (await findAttached(run, scp)) === policyId;
  await executeStep(run.engine, {
    key: attachStep(actionId),
    require: async () => {
      if (await isAttached()) throw problem('plan/stale', { detail: `Policy ${policyId} was attached to ${scp.target.id} by somebody else.` });
    },
    observe: async (): Promise<Observation<{ policyId: string; targetId: string }>> =>
      ((await isAttached()) ? { state: 'done', result: { policyId, targetId: scp.target.id } } : { state: 'not-done' }),
    act: async () => {
      await (await requireOrganization(run)).writer.attachPolicy(policyId, scp.target.id);
      return { policyId, targetId: scp.target.id };
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
}

/**
 * Takes the policy off its target, and deletes it where the run made it.
 * @param actionId names the steps of the undoing
 */
export async function detachScp(run: Run, actionId: string, { name, target }: PlannedScp, did: { attach: boolean; create: boolean }): Promise<void> {
  const require = (): Promise<Cloud> => requireOrganization(run);
  const { reader, writer } = await require();
  const policy = await reader.findServiceControlPolicy(name);
  if (policy === null) return;
  if (did.attach) {
    const isUndone = async (): Promise<boolean> => !(await reader.readAttachedPolicies(target.id)).some((attached) => attached.id === policy.id);
    await undo(run, `${actionId}/detach-scp`, `SCP ${name} is detached from ${target.id}`, { isUndone, require, act: () => writer.detachPolicy(policy.id, target.id) });
  }
  if (did.create) {
    const isUndone = async (): Promise<boolean> => (await reader.findServiceControlPolicy(name)) === null;
    await undo(run, `${actionId}/delete-scp`, `SCP ${name} is deleted`, { isUndone, require, act: () => writer.deleteServiceControlPolicy(policy.id) });
  }
}
