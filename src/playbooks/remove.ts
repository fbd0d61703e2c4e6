/** Removal and its proof: deletes what the plan names, then reads back that no root key is left. */
import type { AccessKeyId } from '../domain/identifiers.ts';
import { MINUTE_MS, type Instant } from '../domain/instant.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { asProblem, problem, type Problem } from '../domain/problem.ts';
import type { RootKey } from '../domain/root-user.ts';
import { executeStep } from '../engine/executor.ts';
import type { RunState } from '../engine/replay.ts';
import type { Observation } from '../engine/step.ts';
import type { Cloud } from '../ports/cloud.ts';
import { areKeysGone, DELETION_STEP } from './console.ts';
import { containedKeys, containedSince } from './contain.ts';
import { IAM_PROPAGATION_MS, requireBoth, requireRoot, stateOf, WRITE_RETRY, type Run } from './run.ts';
import { requireScpInPlace } from './scp-containment.ts';
import { nowOf } from './session.ts';

type Delete = Extract<Action, { kind: 'delete-root-key' }>;
type Verify = Extract<Action, { kind: 'verify-no-root-keys' }>;
type Deleted = { deletedAt: string };

export const deleteStep = (keyId: AccessKeyId): string => `delete-${keyId}/delete`;

/** Promises 1 and 2, asked of the live list right before the delete. */
function requireDeletable(run: Run, action: Delete, listed: RootKey[]): void {
  const { keyId, basis } = action;
  const planned = run.plan.keys.find((key) => key.keyId === keyId);
  const key = listed.find((other) => other.keyId === keyId);
  if (planned === undefined || key === undefined) throw problem('plan/stale', { detail: `Key ${keyId} is gone or was never planned.` });
  const stranger = listed.find((other) => !run.plan.keys.some((named) => named.keyId === other.keyId));
  if (stranger !== undefined) throw problem('soak/new-key', { detail: `Key ${stranger.keyId} is not in the plan.` });
  if (basis === 'contained') {
    if (key.status !== 'inactive' || containedSince(run, keyId) === null) throw problem('soak/key-not-contained', { detail: `Key ${keyId} is ${key.status}.` });
    return;
  }
  const isOverridden = run.plan.overrides.some((override) => override.kind === 'delete-signing-key' && override.keyId === keyId);
  if (!isOverridden || !planned.isSigning) throw problem('soak/too-short', { detail: `Key ${keyId} was not contained, and the plan has no override for it.` });
}

/** A signing key that is gone can no longer list; then the witness says whether any root key is left. */
async function observeDeleted(run: Run, action: Delete): Promise<Observation<Deleted>> {
  const done: Observation<Deleted> = { state: 'done', result: { deletedAt: nowOf(run.session) } };
  try {
    const root = await requireRoot(run, action.keyId, action.basis === 'direct');
    const isListed = (await root.cloud.reader.readRootKeys()).some((key) => key.keyId === action.keyId);
    return isListed ? { state: 'not-done' } : done;
  } catch (thrown) {
    const because = asProblem(thrown);
    if (action.basis !== 'direct' || because.code !== 'credentials/expired') throw because;
  }
  if (verifierOf(run.plan.actions) === 'nobody') throw problem('verify/not-verified', { detail: 'The signing key is no longer accepted, and nobody else can look.' });
  const summary = await run.session.identities.reading.reader.readAccountSummary();
  return summary.keysPresent ? { state: 'not-done' } : done;
}

const verifierOf = (actions: readonly Action[]): Verify['by'] => actions.find((action) => action.kind === 'verify-no-root-keys')?.by ?? 'nobody';

/** Approved by digest, or confirmed key by key. Who sits long before the question is answered on a stale proof: then it is made again. */
export type Confirmation = 'given' | 'given-late';

/** A proof of the soak is good for so long while somebody thinks about the question. */
const PATIENCE_MS = 5 * MINUTE_MS;

async function confirmKey(run: Run, keyId: AccessKeyId, isDirect: boolean): Promise<void> {
  const question = `delete ${keyId}`;
  if (stateOf(run).answers.has(question)) return;
  const { ui, identities, world } = run.session;
  if (ui.ask === null) throw notApproved(run);
  ui.emit({ code: 'screen', screen: 'delete', world, endpoint: identities.reading.endpoint });
  const isTyped = await ui.ask('delete', { account: run.plan.boundTo.account, keyId, containedSince: containedSince(run, keyId), isDirect });
  if (!isTyped) throw problem('delete/not-confirmed', { nextStep: `Nothing was deleted, and containment is kept. Go on: rootzero resume ${run.id}` });
  await run.engine.journal.append({ kind: 'answered', question, answer: keyId.slice(-4), by: 'terminal' });
}

const notApproved = (run: Run): Problem => problem('plan/not-approved', { nextStep: `rootzero resume ${run.id} --approve ${run.plan.digest}` });

/** The keys that an action deletes, or tells somebody to delete; null where it deletes none, or may have done so already and now has to be looked at. */
async function keysToConfirm(run: Run, action: Action): Promise<AccessKeyId[] | null> {
  const { steps, told } = stateOf(run);
  if (action.kind === 'delete-root-key') return ['intended', 'succeeded'].includes(steps.get(deleteStep(action.keyId))?.state ?? '') ? null : [action.keyId];
  if (action.kind !== 'attend-console' || action.what === 'deactivate' || told.has(DELETION_STEP) || (await areKeysGone(run))) return null;
  return [...containedKeys(run.plan, stateOf(run)).keys()];
}

/**
 * The word of a person before anything is deleted: the plan's digest, or each key's last characters typed. A key that nothing names takes the digest.
 * @throws Problem `plan/not-approved` where nobody can be asked, `delete/not-confirmed`
 */
export async function requireConfirmation(run: Run, action: Action): Promise<Confirmation> {
  const keyIds = stateOf(run).isApproved ? null : await keysToConfirm(run, action);
  if (keyIds === null) return 'given';
  if (keyIds.length === 0) throw notApproved(run);
  const askedAt = run.session.clock.now();
  for (const keyId of keyIds) await confirmKey(run, keyId, action.kind === 'delete-root-key' && action.basis === 'direct');
  return run.session.clock.now() - askedAt > PATIENCE_MS ? 'given-late' : 'given';
}

/** The keys that a run deleted, or saw deleted, and when. */
export function deletedKeys(plan: Plan, state: RunState): Map<AccessKeyId, Instant> {
  const at = (step: string): Instant | null => (state.steps.get(step)?.state === 'succeeded' ? (state.steps.get(step)?.succeededAt ?? null) : null);
  const seenAt = at(DELETION_STEP);
  const attended = seenAt === null ? [] : [...containedKeys(plan, state).keys()].map((keyId): [AccessKeyId, Instant] => [keyId, seenAt]);
  const own = plan.keys.flatMap(({ keyId }): [AccessKeyId, Instant][] => {
    const deletedAt = at(deleteStep(keyId));
    return deletedAt === null ? [] : [[keyId, deletedAt]];
  });
  return new Map([...attended, ...own]);
}

/** Deletes one planned key. The soak must have been proved by this process before. */
export async function deleteKey(run: Run, action: Delete): Promise<void> {
  const isDirect = action.basis === 'direct';
  const isWitnessed = !isDirect || verifierOf(run.plan.actions) !== 'nobody';
  await executeStep<Deleted>(run.engine, {
    key: deleteStep(action.keyId),
    require: async () => {
      if (isDirect) await requireScpInPlace(run);
      const root = await requireRoot(run, action.keyId, isDirect);
      requireDeletable(run, action, await root.cloud.reader.readRootKeys());
    },
    observe: () => observeDeleted(run, action),
    act: async () => {
      const root = await requireRoot(run, action.keyId, isDirect);
      await root.cloud.writer.deleteRootKey(action.keyId);
      return { deletedAt: nowOf(run.session) };
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: isWitnessed ? 'observe' : 'act',
  });
}

/** Two reads that agree: the list is empty and the summary's flag is off. Null while they do not. */
async function readNoKeys(root: Cloud | null, reading: Cloud): Promise<boolean> {
  const summary = await (root ?? reading).reader.readAccountSummary();
  const listed = root === null ? [] : await root.reader.readRootKeys();
  return !summary.keysPresent && listed.length === 0;
}

/**
 * Verifies by live read, within the propagation window of IAM. Returns when, or null where nobody is left to look.
 * @throws Problem `verify/keys-left`
 */
export async function verifyNoRootKeys(run: Run, action: Verify): Promise<Instant | null> {
  if (action.by === 'nobody') return null;
  const { session } = run;
  const root = action.by === 'root' ? (await requireBoth(run)).root : null;
  const until = session.clock.now() + 4 * IAM_PROPAGATION_MS;
  while (!(await readNoKeys(root?.cloud ?? null, session.identities.reading))) {
    if (session.clock.now() > until) throw problem('verify/keys-left');
    await session.clock.sleep(2_000, session.signal);
  }
  const at = nowOf(session);
  session.ui.emit({ code: 'verified', account: run.plan.boundTo.account, at, by: action.by });
  await run.engine.journal.append({ kind: 'observed', what: 'verified', value: { by: action.by } });
  return at;
}
