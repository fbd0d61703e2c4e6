/** Centralized root access as durable steps: trusted access for IAM, the features, the delegated administrator; on, and off again. */
import type { GuardAction } from '../domain/guard-plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { StepKey } from '../engine/journal.ts';
import type { Observation } from '../engine/step.ts';
import { stepOf, type GuardRun } from './guard-run.ts';
import { IAM_PRINCIPAL } from './observe-organization.ts';
import { IAM_PROPAGATION_MS, requireOrganization, WRITE_RETRY } from './run.ts';
import { managerOf } from './session.ts';

type CentralAction = Extract<GuardAction, { kind: 'trust-iam' | 'enable-root-feature' | 'register-delegate' }>;
/** `what` names it for people. */
export type Switch = { what: string; isOn: () => Promise<boolean>; set: (isOn: boolean) => Promise<void> };

/** The switch behind an action: how it is read, and how it is set. */
export function switchOf(run: GuardRun, action: CentralAction): Switch {
  const { reader, writer } = managerOf(run.session);
  switch (action.kind) {
    case 'trust-iam': return {
      what: 'trusted access for IAM',
      isOn: async () => (await reader.readTrustedServices()).includes(IAM_PRINCIPAL),
      set: (isOn) => writer.setTrustedAccess(IAM_PRINCIPAL, isOn),
    };
    case 'enable-root-feature': return {
      what: action.feature === 'credentialsManagement' ? 'management of root credentials' : 'privileged root actions',
      isOn: async () => (await reader.readCentralRootAccess())[action.feature],
      set: (isOn) => writer.setRootFeature(action.feature, isOn),
    };
    case 'register-delegate': return {
      what: `delegated administrator ${action.account}`,
      isOn: async () => (await reader.readDelegatedAdministrators(IAM_PRINCIPAL)).includes(action.account),
      set: (isOn) => writer.setDelegatedAdministrator(action.account, IAM_PRINCIPAL, isOn),
    };
  }
}

/** The management account alone may switch these on (IAM API reference, EnableOrganizationsRootCredentialsManagement). */
export async function switchOn(run: GuardRun, action: CentralAction, key: StepKey = stepOf(action)): Promise<void> {
  const { isOn, set } = switchOf(run, action);
  await executeStep<null>(run.engine, {
    key,
    require: async () => {
      await requireOrganization(run);
      if (await isOn()) throw problem('plan/stale', { detail: 'Centralized root access was switched on by somebody else since the plan was made.' });
    },
    observe: async (): Promise<Observation<null>> => ((await isOn()) ? { state: 'done', result: null } : { state: 'not-done' }),
    act: async () => {
      await set(true);
      return null;
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
}
