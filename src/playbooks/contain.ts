/** Containment by deactivation: reversible, by a root session that is not the key itself. */
import type { AccessKeyId } from '../domain/identifiers.ts';
import { parseInstant, type Instant } from '../domain/instant.ts';
import type { Plan } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import { IAM_PROPAGATION_MS, requireRoot, stateOf, WRITE_RETRY, type Run } from './run.ts';
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

/** Since when a key is contained: by this run, or already when the plan was made. Null when it is not. */
export function containedSince(run: Run, keyId: AccessKeyId): Instant | null {
  const step = stateOf(run).steps.get(containStep(keyId));
  if (step?.state === 'succeeded') return step.succeededAt ?? null;
  return plannedSince(run.plan, keyId);
}

const plannedSince = (plan: Plan, keyId: AccessKeyId): Instant | null =>
  parseInstant(plan.keys.find((key) => key.keyId === keyId)?.containedSince ?? '') ?? null;
