/** Undoes what a run did, as far as it can be undone: guardrails off, contained keys active again. Never touches what the run found. */
import { maskKeyId, type AccessKeyId } from '../domain/identifiers.ts';
import { isAttended } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import { containStep } from './contain.ts';
import { activateAtConsole } from './console-roll-back.ts';
import { areKeysGone } from './console.ts';
import { deletedKeys } from './remove.ts';
import { IAM_PROPAGATION_MS, requireReading, requireRoot, stateOf, WRITE_RETRY, type Run } from './run.ts';

const plannedScp = (run: Run) => {
  const scp = run.plan.actions.find((action) => action.kind === 'attach-guardrail');
  return scp === undefined ? null : scp.guardrail;
};

/** Whether the step has had its effect, or may have had it. What was surely refused is not ours to undo. */
const mayHaveHappened = (run: Run, step: string): boolean => (stateOf(run).steps.get(step)?.state ?? 'failed') !== 'failed';

/** One undoing write as a durable step; `isUndone` looks. */
async function undo(run: Run, key: string, what: string, isUndone: () => Promise<boolean>, act: () => Promise<void>): Promise<void> {
  if (await isUndone()) return;
  await executeStep<null>(run.engine, {
    key,
    require: async () => {
      await requireReading(run);
    },
    observe: async (): Promise<Observation<null>> => ((await isUndone()) ? { state: 'done', result: null } : { state: 'not-done' }),
    act: async () => {
      await act();
      return null;
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
  run.session.ui.emit({ code: 'note', text: `undone: ${what}` });
}

async function removeGuardrails(run: Run): Promise<void> {
  const { reader, writer } = run.session.identities.reading;
  const rule = run.plan.actions.find((action) => action.kind === 'put-config-rule');
  if (rule !== undefined && mayHaveHappened(run, 'config-rule/put')) {
    const isGone = async (): Promise<boolean> =>
      !(await reader.findConfigRules(rule.region, rule.rule.name, rule.rule.sourceIdentifier)).some((found) => found.name === rule.rule.name);
    await undo(run, 'rollback/delete-config-rule', `Config rule ${rule.rule.name} in ${rule.region} is deleted`, isGone, () => writer.deleteConfigRule(rule.region, rule.rule.name));
  }
  const scp = plannedScp(run);
  if (scp === null || !(mayHaveHappened(run, 'scp/attach') || mayHaveHappened(run, 'scp/create'))) return;
  const policy = await reader.findServiceControlPolicy(scp.name);
  if (policy === null) return;
  if (mayHaveHappened(run, 'scp/attach')) {
    const isDetached = async (): Promise<boolean> => !(await reader.readAttachedPolicies(scp.target.id)).some((attached) => attached.id === policy.id);
    await undo(run, 'rollback/detach-scp', `SCP ${scp.name} is detached from ${scp.target.id}`, isDetached, () => writer.detachPolicy(policy.id, scp.target.id));
  }
  if (mayHaveHappened(run, 'scp/create')) {
    const isGone = async (): Promise<boolean> => (await reader.findServiceControlPolicy(scp.name)) === null;
    await undo(run, 'rollback/delete-scp', `SCP ${scp.name} is deleted`, isGone, () => writer.deleteServiceControlPolicy(policy.id));
  }
}

/** Re-activates one key that this run deactivated. */
async function reactivate(run: Run, keyId: AccessKeyId): Promise<void> {
  const isActive = async (): Promise<boolean> => {
    const root = await requireRoot(run, keyId);
    const key = (await root.cloud.reader.readRootKeys()).find((listed) => listed.keyId === keyId);
    if (key === undefined) throw problem('rollback/key-gone', { detail: `Key ${keyId} is gone.` });
    return key.status === 'active';
  };
  await undo(run, `rollback-${keyId}/activate`, `key ${maskKeyId(keyId)} is active again`, isActive, async () => (await requireRoot(run, keyId)).cloud.writer.updateRootKey(keyId, 'active'));
}

/**
 * Rolls the run back. Deleted keys stay deleted, which is said; keys that were inactive before the run stay inactive.
 * @throws Problem `rollback/compromise`, `rollback/key-gone` where nothing can be undone
 */
export async function rollBack(run: Run, isCompromiseApproved: boolean): Promise<void> {
  const { plan, session, engine } = run;
  if (plan.isSuspectedCompromise && !isCompromiseApproved) throw problem('rollback/compromise', { nextStep: `rootzero rollback ${run.id} --approve ${plan.digest}` });
  await requireReading(run);
  const isAtConsole = isAttended(plan);
  const gone = [...deletedKeys(plan, stateOf(run)).keys()];
  const returnable = plan.keys.map((key) => key.keyId).filter((keyId) => mayHaveHappened(run, containStep(keyId)) && !gone.includes(keyId));
  const hasGuardrails = ['config-rule/put', 'scp/attach', 'scp/create'].some((step) => mayHaveHappened(run, step));
  if (returnable.length === 0 && !hasGuardrails && gone.length > 0) throw problem('rollback/key-gone', { detail: gone.join(', ') });
  if (!stateOf(run).observed.has('rollback-started')) await engine.journal.append({ kind: 'observed', what: 'rollback-started', value: null });
  await removeGuardrails(run);
  for (const keyId of returnable) await reactivate(run, keyId);
  const isNothingLeft = isAtConsole && (await areKeysGone(run));
  if (isAtConsole && !isNothingLeft) await activateAtConsole(run);
  await engine.journal.append({ kind: 'run-ended', outcome: 'rolled-back' });
  session.ui.emit({
    code: 'summary',
    runId: run.id,
    outcome: 'rolled-back',
    removed: gone,
    convergence: { reportStillShowsUntil: null, sessionsMayLiveUntil: null },
    notDone: [
      ...gone.map((keyId) => ({ what: `key ${keyId}`, because: 'it was deleted; a deleted key cannot be brought back' })),
      ...(isNothingLeft && gone.length === 0 ? [{ what: 'the keys', because: 'none is left; a deleted key cannot be brought back' }] : []),
    ],
    folder: run.store.folderOf(run.id),
    next: 'rootzero check',
  });
}
