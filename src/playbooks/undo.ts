/** One undoing write as a durable step. Knows no AWS. */
import type { AnyPlan } from '../domain/any-plan.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import { IAM_PROPAGATION_MS, WRITE_RETRY, type Run } from './run.ts';

export type Undoing = {
  isUndone: () => Promise<boolean>;
  /** Re-checks, right before the write, who it is made as. */
  require: () => Promise<unknown>;
  act: () => Promise<void>;
};

/** Undoes, unless a look says that it is undone already; says what it undid. */
export async function undo(run: Run<AnyPlan>, key: string, what: string, { isUndone, require, act }: Undoing): Promise<void> {
  if (await isUndone()) return;
  await executeStep<null>(run.engine, {
    key,
    require: async () => void (await require()),
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
