/** A service control policy put onto its one target and taken off again, by whoever manages the organization. Reads come before writes; what is there already is left alone. */
import { isSamePolicy } from '../domain/guardrail.ts';
import type { PlannedScp } from '../domain/plan.ts';
import type { Cloud } from '../ports/cloud.ts';
import { requireOrganization, stateOf, type Run } from './run.ts';
import { attachPolicy, ensurePolicy } from './scp-steps.ts';
import { undo } from './undo.ts';

export const createStep = (actionId: string): string => `${actionId}/create`;
export const attachStep = (actionId: string): string => `${actionId}/attach`;

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
  await requireOrganization(run);
  await ensurePolicy(run, createStep(actionId), scp);
  await attachPolicy(run, attachStep(actionId), scp, scp.target);
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
