/** Undoes what a run did, as far as it can be undone: guardrails off, contained keys active again. Never touches what the run found. */
import { maskKeyId, type AccessKeyId } from '../domain/identifiers.ts';
import { isAttended, type PlannedScp } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { containStep } from './contain.ts';
import { activateAtConsole } from './console-roll-back.ts';
import { areKeysGone } from './console.ts';
import { deletedKeys } from './remove.ts';
import { requireReading, requireRoot, stateOf, type Run } from './run.ts';
import { attachStep, createStep, detachScp } from './scp-attachment.ts';
import { undo } from './undo.ts';

/** Whether the step has had its effect, or may have had it. What was surely refused is not ours to undo. */
const mayHaveHappened = (run: Run, step: string): boolean => (stateOf(run).steps.get(step)?.state ?? 'failed') !== 'failed';

async function removeConfigRule(run: Run): Promise<void> {
  const { reader, writer } = run.session.identities.reading;
  const planned = run.plan.actions.find((action) => action.kind === 'put-config-rule');
  if (planned === undefined || !mayHaveHappened(run, 'config-rule/put')) return;
  const { region, rule } = planned;
  const isUndone = async (): Promise<boolean> => !(await reader.findConfigRules(region, rule.name, rule.sourceIdentifier)).some((found) => found.name === rule.name);
  await undo(run, 'rollback/delete-config-rule', `Config rule ${rule.name} in ${region} is deleted`, { isUndone, require: () => requireReading(run), act: () => writer.deleteConfigRule(region, rule.name) });
}

/** The policies that the run put on, the guardrail and the one that contains a signing key. What it found attached stays. */
const putOnScps = (run: Run): { id: string; scp: PlannedScp; did: { attach: boolean; create: boolean } }[] => run.plan.actions.flatMap((action) => {
  if (action.kind !== 'attach-guardrail' && action.kind !== 'contain-by-scp') return [];
  const did = { attach: mayHaveHappened(run, attachStep(action.id)), create: mayHaveHappened(run, createStep(action.id)) };
  return did.attach || did.create ? [{ id: action.id, scp: action.guardrail, did }] : [];
});

async function removeGuardrails(run: Run): Promise<void> {
  await removeConfigRule(run);
  for (const { id, scp, did } of putOnScps(run)) await detachScp(run, id === 'scp' ? 'rollback' : `rollback-${id}`, scp, did);
}

/** Re-activates one key that this run deactivated. */
async function reactivate(run: Run, keyId: AccessKeyId): Promise<void> {
  const isActive = async (): Promise<boolean> => {
    const root = await requireRoot(run, keyId);
    const key = (await root.cloud.reader.readRootKeys()).find((listed) => listed.keyId === keyId);
    if (key === undefined) throw problem('rollback/key-gone', { detail: `Key ${keyId} is gone.` });
    return key.status === 'active';
  };
  await undo(run, `rollback-${keyId}/activate`, `key ${maskKeyId(keyId)} is active again`, {
    isUndone: isActive,
    require: () => requireReading(run),
    act: async () => (await requireRoot(run, keyId)).cloud.writer.updateRootKey(keyId, 'active'),
  });
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
  const hasGuardrails = mayHaveHappened(run, 'config-rule/put') || putOnScps(run).length > 0;
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
