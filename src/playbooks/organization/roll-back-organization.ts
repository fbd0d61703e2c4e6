/** Undoes a run over an organization: the quarantine off every account that it put it on, the policy that it made deleted. What is deleted stays deleted, which is said. */
import type { OrganizationTarget } from '../../domain/guardrail.ts';
import type { PlannedPolicy } from '../../domain/guard-plan.ts';
import { CREDENTIAL_KINDS } from '../../domain/organization/organization-plan.ts';
import { countCredentials } from '../../domain/organization/removal-phrase.ts';
import type { NotDone } from '../../domain/plan.ts';
import { mayHaveHappened } from '../guard-run.ts';
import { requireOrganization, stateOf } from '../run.ts';
import { findPolicyId, isAttached } from '../scp-steps.ts';
import { managerOf } from '../session.ts';
import { undo } from '../undo.ts';
import { CREATE_STEP, targetOf } from './contain-account.ts';
import { removedCounts, requireNoTrouble } from './end-run.ts';
import { visitAccounts } from './in-account.ts';
import { CREATE_GUARDRAIL_STEP, DELETE_STEP, mayBeGuarded, mayBeQuarantined } from './lift-quarantine.ts';
import { requireIdentities, requireSameOrganization, type OrganizationRun } from './organization-run.ts';
import { isRemoved, mayBeRemoved, removalsOf } from './remove-credentials.ts';

async function takeOff(run: OrganizationRun, policy: PlannedPolicy, target: OrganizationTarget, key: string): Promise<void> {
  const policyId = await findPolicyId(run, policy);
  if (policyId === null) return;
  await undo(run, key, `${policy.name} is off ${target.name} (${target.id})`, {
    isUndone: async () => !(await isAttached(run, policyId, target.id)),
    require: () => requireIdentities(run),
    act: () => managerOf(run.session).writer.detachPolicy(policyId, target.id),
  });
}

/** One that the run has deleted itself is gone; whatever has its name now is somebody else's. */
async function removePolicy(run: OrganizationRun, policy: PlannedPolicy, createStep: string): Promise<void> {
  const isDeleted = policy.name === run.plan.quarantine.name && stateOf(run).steps.get(DELETE_STEP)?.state === 'succeeded';
  if (policy.existingId !== null || isDeleted || !mayHaveHappened(run, createStep)) return;
  const { reader, writer } = managerOf(run.session);
  await undo(run, `rollback/delete-${policy.name}`, `${policy.name} is deleted`, {
    isUndone: async () => (await reader.findServiceControlPolicy(policy.name)) === null,
    require: () => requireOrganization(run),
    act: async () => {
      const found = await reader.findServiceControlPolicy(policy.name);
      if (found !== null) await writer.deleteServiceControlPolicy(found.id);
    },
  });
}

/** What no rollback brings back. */
const irrevocable = (run: OrganizationRun): NotDone[] => run.plan.accounts.flatMap((planned): NotDone[] => CREDENTIAL_KINDS.flatMap((kind) => {
  const gone = removalsOf(planned, kind).filter((removal) => mayBeRemoved(run, removal));
  if (gone.length === 0) return [];
  const isSure = gone.every((removal) => isRemoved(run, removal));
  return [{ what: `${planned.name} (${planned.account}): ${countCredentials(kind, gone.length)}`, because: isSure ? 'removed; it cannot be brought back' : 'may be removed; nobody has looked since' }];
}));

/**
 * Back to the attachments before the run, in every account, those in trouble too. One account that cannot be undone does not stop the others.
 * @throws Problem `organization/in-trouble` where something stays attached
 */
export async function rollBackOrganization(run: OrganizationRun): Promise<void> {
  const { engine, session, plan } = run;
  await requireSameOrganization(run);
  if (!stateOf(run).observed.has('rollback-started')) await engine.journal.append({ kind: 'observed', what: 'rollback-started', value: null });
  // Accounts in trouble before are no trouble of the rollback.
  const quarantined = plan.accounts.filter((planned) => mayBeQuarantined(run, planned));
  const through = await visitAccounts(run, quarantined, { wave: 0, phase: 'roll-back' }, (planned) => takeOff(run, plan.quarantine, targetOf(planned), `rollback/${planned.account}`));
  if (plan.afterwards.kind === 'replace') {
    const { policy, targets } = plan.afterwards;
    for (const target of targets.filter((one) => mayBeGuarded(run, one))) await takeOff(run, policy, target, `rollback/${target.id}`);
  }
  if (through.length < quarantined.length) requireNoTrouble(run, 'There the quarantine is still on.');
  await removePolicy(run, plan.quarantine, CREATE_STEP);
  if (plan.afterwards.kind === 'replace') await removePolicy(run, plan.afterwards.policy, CREATE_GUARDRAIL_STEP);
  await engine.journal.append({ kind: 'run-ended', outcome: 'rolled-back' });
  session.ui.emit({
    code: 'organization/summary', runId: run.id, outcome: 'rolled-back', removed: removedCounts(run), accounts: quarantined.length, stillSealed: 0,
    notDone: irrevocable(run), folder: run.store.folderOf(run.id), next: 'rootzero check --org',
  });
}
