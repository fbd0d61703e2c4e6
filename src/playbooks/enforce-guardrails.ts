/** Carries out a plan of guardrails, from the first check to the summary. Every process that works on the run walks the same path; the journal says what is behind it. */
import { assessGuardFit } from '../domain/guard-fit.ts';
import { policyOf, type GuardAction, type GuardPlan } from '../domain/guard-plan.ts';
import type { OrganizationFacts } from '../domain/guard-preflight.ts';
import type { NotDone } from '../domain/plan.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem } from '../domain/problem.ts';
import { attachAndProbe } from './attach-guardrail.ts';
import { proveSealed, stayOpen } from './break-glass.ts';
import { switchOn } from './central-access.ts';
import { isBehind, markBehind, requireGo, stepOf, type GuardRun } from './guard-run.ts';
import { readOrganizationFacts } from './observe-organization.ts';
import { requireOrganization, stateOf } from './run.ts';
import { createPolicy, deletePolicy, detachPolicy, findPolicyId, isAttached } from './scp-steps.ts';
import { nowOf } from './session.ts';
import { watchWave } from './watch-wave.ts';

/** What the run may change, as it is: the before-image, and what is compared with it afterwards. */
const imageOf = ({ policies, isIamTrusted, centralAccess, delegates }: OrganizationFacts): object =>
  ({ isIamTrusted, centralAccess, delegates, policies: policies.map(({ id, name, targetIds }) => ({ id, name, targetIds: [...targetIds].sort() })) });

/** An opening is planned and carried out in one breath, and at night; everything else is read again. */
const isReadAgain = ({ purpose }: GuardPlan): boolean => purpose === 'roll-out' || purpose === 'remove';

/** Re-reads the organization and refuses a plan that no longer fits it. Only before the first step: afterwards each step has its own conditions. */
async function requireFit(run: GuardRun): Promise<void> {
  const caller = await (await requireOrganization(run)).reader.readCaller();
  if (!isReadAgain(run.plan)) return;
  const facts = await readOrganizationFacts(run.session, caller);
  const fit = assessGuardFit(run.plan, facts);
  if (fit.differences.length > 0) throw problem('plan/stale', { detail: fit.differences.join(' '), nextStep: 'It was left as it is. Look at what differs, then preview again: rootzero guard preview --out rollout.json' });
  for (const text of fit.warnings) run.session.ui.emit({ code: 'warning', text });
  await run.store.writeEvidence(run.id, 'before.json', printableJson(imageOf(facts), true));
}

/** Returns what there is to say about it. */
async function carryOut(run: GuardRun, action: GuardAction): Promise<string | null | void> {
  switch (action.kind) {
    case 'trust-iam':
    case 'enable-root-feature':
    case 'register-delegate': return switchOn(run, action);
    case 'create-policy': return createPolicy(run, stepOf(action), policyOf(run.plan, action.policy));
    case 'attach-policy': return attachAndProbe(run, action);
    case 'detach-policy': return detachPolicy(run, stepOf(action), policyOf(run.plan, action.policy), action.target);
    case 'delete-policy': return deletePolicy(run, stepOf(action), policyOf(run.plan, action.policy));
    case 'observe': return watchWave(run, action);
    case 'stay-open': return stayOpen(run, action);
    case 'prove-sealed': return proveSealed(run, action);
  }
}

/** What each touched place has to look like at the end: the last word of the plan on it. @throws Problem `rollout/not-in-place` */
async function requireInPlace(run: GuardRun): Promise<number> {
  const last = new Map(run.plan.actions.flatMap((action) =>
    (action.kind === 'attach-policy' || action.kind === 'detach-policy' ? [[`${action.policy}@${action.target.id}`, action] as const] : [])));
  for (const { kind, policy, target } of last.values()) {
    const policyId = await findPolicyId(run, policyOf(run.plan, policy));
    const isThere = policyId !== null && (await isAttached(run, policyId, target.id));
    if (isThere !== (kind === 'attach-policy')) throw problem('rollout/not-in-place', { detail: `${policy} is ${isThere ? 'still' : 'no longer'} attached to ${target.name} (${target.id}).` });
  }
  return [...last.values()].filter(({ kind }) => kind === 'attach-policy').length;
}

/** Accounts in which nobody could look for denied root calls. */
function unwatched(run: GuardRun): NotDone[] {
  const observed = [...stateOf(run).observed].filter(([what]) => what.endsWith('/watched')).flatMap(([, entries]) => entries.at(-1)?.value ?? []);
  const accounts = [...new Set(observed.flatMap((value) => (typeof value === 'object' && value !== null && !Array.isArray(value) && Array.isArray(value['unreadable']) ? value['unreadable'].map(String) : [])))].sort();
  return accounts.length === 0 ? [] : [{ what: `watching ${accounts.length} accounts for denied root calls`, because: `their CloudTrail could not be read whole: ${accounts.slice(0, 20).join(', ')}${accounts.length > 20 ? ' …' : ''}` }];
}

const NEXT: Record<GuardPlan['purpose'], string> = {
  'roll-out': 'rootzero guard status in CI: exit 1 if a guardrail is missing',
  'remove': 'rootzero guard status',
  'break-glass': 'rootzero breakglass drill, now and then',
  'drill': 'rootzero runbook break-glass',
};

async function summarise(run: GuardRun): Promise<void> {
  const { plan, session } = run;
  const attached = await requireInPlace(run);
  const summary = {
    code: 'guard/summary' as const,
    runId: run.id,
    purpose: plan.purpose,
    outcome: 'done' as const,
    attached,
    accounts: new Set(plan.actions.flatMap((action) => (action.kind === 'observe' ? action.accounts : []))).size,
    notDone: [...plan.notDone, ...unwatched(run)],
    folder: run.store.folderOf(run.id),
    next: NEXT[plan.purpose],
  };
  await run.store.writeEvidence(run.id, 'summary.json', printableJson(summary, true));
  await run.engine.journal.append({ kind: 'run-ended', outcome: 'done' });
  session.ui.emit(summary);
}

/**
 * Goes as far as it can: to the end, or to a wait (Problem with exit code 75).
 * @throws Problem for everything that stops it; what is attached stays, but for what our own probe found to be too much
 */
export async function carryOutGuard(run: GuardRun): Promise<0> {
  const { plan, session } = run;
  await requireGo(run);
  if (stateOf(run).steps.size === 0) await requireFit(run);
  for (const action of plan.actions) {
    session.signal.throwIfAborted();
    if (isBehind(run, action)) continue;
    session.ui.emit({ code: 'guard/step', phase: 'started', action, at: nowOf(session), note: null });
    const note = (await carryOut(run, action)) ?? null;
    await markBehind(run, action);
    session.ui.emit({ code: 'guard/step', phase: 'done', action, at: nowOf(session), note });
  }
  await summarise(run);
  return 0;
}
