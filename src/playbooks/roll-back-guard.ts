/** Undoes what a run over guardrails did: back to exactly the attachments before, what seals first. Never touches what the run found. */
import { policyOf, type GuardAction, type PlannedPolicy } from '../domain/guard-plan.ts';
import type { OrganizationTarget } from '../domain/guardrail.ts';
import { switchOf } from './central-access.ts';
import { mayHaveHappened, stepOf, type GuardRun } from './guard-run.ts';
import { requireOrganization, stateOf } from './run.ts';
import { findPolicyId, isAttached } from './scp-steps.ts';
import { undo as undoStep } from './undo.ts';
import { managerOf } from './session.ts';

type Attachment = { policy: PlannedPolicy; target: OrganizationTarget; wasAttached: boolean };

/** As whoever manages the organization. */
const undo = (run: GuardRun, key: string, what: string, isUndone: () => Promise<boolean>, act: () => Promise<void>): Promise<void> =>
  undoStep(run, key, what, { isUndone, require: () => requireOrganization(run), act });

/** Places that the run may have changed, with what was there before it: the first step on each tells. */
function touchedPlaces(run: GuardRun): Attachment[] {
  const places = new Map<string, Attachment>();
  for (const action of run.plan.actions) {
    if ((action.kind !== 'attach-policy' && action.kind !== 'detach-policy') || !mayHaveHappened(run, stepOf(action))) continue;
    const key = `${action.policy}@${action.target.id}`;
    if (!places.has(key)) places.set(key, { policy: policyOf(run.plan, action.policy), target: action.target, wasAttached: action.kind === 'detach-policy' });
  }
  return [...places.values()];
}

const happened = <Kind extends GuardAction['kind']>(run: GuardRun, kind: Kind): Extract<GuardAction, { kind: Kind }>[] =>
  run.plan.actions.filter((action): action is Extract<GuardAction, { kind: Kind }> => action.kind === kind && mayHaveHappened(run, stepOf(action)));

/** A policy that the run deleted is made anew, with another id; the attachments name it by its name. */
async function restorePolicies(run: GuardRun): Promise<void> {
  const { reader, writer } = managerOf(run.session);
  const isThere = async (name: string): Promise<boolean> => (await reader.findServiceControlPolicy(name)) !== null;
  for (const action of happened(run, 'delete-policy')) {
    const policy = policyOf(run.plan, action.policy);
    if (policy.existingId === null) continue;
    await undo(run, `rollback/create-${action.id}`, `SCP ${policy.name} is there again`, () => isThere(policy.name), async () => void (await writer.createServiceControlPolicy(policy.name, policy.description, policy.content)));
  }
}

/** The id under which a policy is attached again: it may have been made anew. */
const currentId = async (run: GuardRun, policy: PlannedPolicy): Promise<string | null> =>
  (await managerOf(run.session).reader.findServiceControlPolicy(policy.name))?.id ?? null;

async function restoreAttachments(run: GuardRun): Promise<void> {
  const { writer } = managerOf(run.session);
  const places = touchedPlaces(run);
  const isOn = async ({ policy, target }: Attachment): Promise<boolean> => {
    const policyId = await currentId(run, policy);
    return policyId !== null && isAttached(run, policyId, target.id);
  };
  for (const place of places.filter(({ wasAttached }) => wasAttached)) {
    const { policy, target } = place;
    await undo(run, `rollback/attach-${policy.name}@${target.id}`, `SCP ${policy.name} is attached to ${target.name} (${target.id}) again`, () => isOn(place), async () => {
      const policyId = await currentId(run, policy);
      if (policyId !== null) await writer.attachPolicy(policyId, target.id);
    });
  }
  for (const place of places.filter(({ wasAttached }) => !wasAttached)) {
    const { policy, target } = place;
    await undo(run, `rollback/detach-${policy.name}@${target.id}`, `SCP ${policy.name} is detached from ${target.name} (${target.id})`, async () => !(await isOn(place)), async () => {
      const policyId = await currentId(run, policy);
      if (policyId !== null) await writer.detachPolicy(policyId, target.id);
    });
  }
}

async function removePolicies(run: GuardRun): Promise<void> {
  const { reader, writer } = managerOf(run.session);
  for (const action of happened(run, 'create-policy')) {
    const policy = policyOf(run.plan, action.policy);
    const isGone = async (): Promise<boolean> => (await reader.findServiceControlPolicy(policy.name)) === null;
    await undo(run, `rollback/delete-${action.id}`, `SCP ${policy.name} is deleted`, isGone, async () => {
      const policyId = await findPolicyId(run, policy);
      if (policyId !== null) await writer.deleteServiceControlPolicy(policyId);
    });
  }
}

/** In the other order than they were switched on: trusted access stays while a delegate exists, and features need trusted access. */
async function switchOff(run: GuardRun): Promise<void> {
  const switched = [...happened(run, 'register-delegate'), ...happened(run, 'enable-root-feature'), ...happened(run, 'trust-iam')];
  for (const action of switched) {
    const { what, isOn, set } = switchOf(run, action);
    await undo(run, `rollback/${stepOf(action)}`, `${what} is off again`, async () => !(await isOn()), () => set(false));
  }
}

export async function rollBackGuard(run: GuardRun): Promise<void> {
  const { engine, session, plan } = run;
  await requireOrganization(run);
  if (!stateOf(run).observed.has('rollback-started')) await engine.journal.append({ kind: 'observed', what: 'rollback-started', value: null });
  await restorePolicies(run);
  await restoreAttachments(run);
  await removePolicies(run);
  await switchOff(run);
  await engine.journal.append({ kind: 'run-ended', outcome: 'rolled-back' });
  session.ui.emit({ code: 'guard/summary', runId: run.id, purpose: plan.purpose, outcome: 'rolled-back', attached: 0, accounts: 0, notDone: [], folder: run.store.folderOf(run.id), next: 'rootzero guard status' });
}
