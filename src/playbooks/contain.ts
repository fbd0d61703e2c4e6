/** Containment by deactivation: reversible, by a root session that is not the key itself. And since when keys rest, whoever switched them off. */
import type { AccessKeyId } from '../domain/identifiers.ts';
import { parseDeactivation, type Deactivation } from '../domain/deactivation.ts';
import type { Instant } from '../domain/instant.ts';
import type { Plan } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { RunState } from '../engine/replay.ts';
import type { Observation } from '../engine/step.ts';
import { IAM_PROPAGATION_MS, requireRoot, stateOf, WRITE_RETRY, type Run } from './run.ts';
import { scpContainments } from './scp-containment.ts';
import { nowOf } from './session.ts';

type Contained = { containedAt: string };

export const containStep = (keyId: AccessKeyId): string => `contain-${keyId}/deactivate`;

/** Deactivates one key and waits until a read shows it. Returns when it was seen contained. */
export async function containKey(run: Run, keyId: AccessKeyId): Promise<void> {
  await executeStep<Contained>(run.engine, {
    key: containStep(keyId),
    require: async () => {
      const root = await requireRoot(run, keyId);
      const key = (await root.cloud.reader.readRootKeys()).find((listed) => listed.keyId === keyId);
      if (key?.status !== 'active') throw problem('plan/stale', { detail: `Key ${keyId} is ${key?.status ?? 'gone'}, not active.` });
    },
    observe: async (): Promise<Observation<Contained>> => {
      const root = await requireRoot(run, keyId);
      const key = (await root.cloud.reader.readRootKeys()).find((listed) => listed.keyId === keyId);
      if (key === undefined) return { state: 'unclear', why: `Key ${keyId} is gone.` };
      return key.status === 'inactive' ? { state: 'done', result: { containedAt: nowOf(run.session) } } : { state: 'not-done' };
    },
    act: async () => {
      const root = await requireRoot(run, keyId);
      await root.cloud.writer.updateRootKey(keyId, 'inactive');
      return { containedAt: nowOf(run.session) };
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
}

/** The step of a person who deactivates in the console; it is seen, never acted. */
export const DEACTIVATION_STEP = 'console-deactivate/seen';

/** What was seen of a deactivation in the console; null while nothing was. */
export function deactivationIn({ steps }: RunState): Deactivation | null {
  const step = steps.get(DEACTIVATION_STEP);
  return step?.state === 'succeeded' ? parseDeactivation(step.result) : null;
}

/** The keys that rest and since when: found so by the plan, switched off by the run, or by a person at the console, who may show keys that no plan could name. */
export function containedKeys(plan: Plan, state: RunState): Map<AccessKeyId, Instant> {
  const since = new Map<AccessKeyId, Instant>();
  for (const { keyId, containedSince: at } of plan.keys) if (at !== null) since.set(keyId, at);
  for (const { keyId } of plan.keys) {
    const step = state.steps.get(containStep(keyId));
    if (step?.state === 'succeeded' && step.succeededAt !== null) since.set(keyId, step.succeededAt);
  }
  for (const { keyIds, at } of scpContainments(plan, state)) for (const keyId of keyIds) since.set(keyId, at);
  for (const { keyId, at } of deactivationIn(state)?.keys ?? []) since.set(keyId, at);
  return since;
}

/** Since when a key is contained; null when it is not. */
export const containedSince = (run: Run, keyId: AccessKeyId): Instant | null => containedKeys(run.plan, stateOf(run)).get(keyId) ?? null;
