/** Does the organization still fit the plan? Asked before the first write, and for each account again before its own. Pure. */
import { minuteOf } from '../instant.ts';
import type { OrganizationFacts } from '../guard-preflight.ts';
import type { PlannedPolicy } from '../guard-plan.ts';
import { isSamePolicy } from '../guardrail.ts';
import { findTarget, pathTo, type OrganizationTree } from '../organization.ts';
import { isCallerToAcknowledge } from '../usage.ts';
import { planAccount, type AccountInput, type OtherCredentials } from './account-planner.ts';
import { requiredSoak } from './member-evidence.ts';
import type { OrganizationPlanBody, PlannedAccount } from './organization-plan.ts';

/** Any difference makes the plan stale; a warning is only said. */
export type Fit = { differences: string[]; warnings: string[] };

function policyDifferences(planned: PlannedPolicy, { policies }: OrganizationFacts): string[] {
  const found = policies.find(({ name }) => name === planned.name);
  if (planned.existingId === null) return found === undefined ? [] : [`A policy named ${planned.name} (${found.id}) appeared.`];
  if (found === undefined) return [`Policy ${planned.name} (${planned.existingId}) is gone.`];
  return found.id === planned.existingId && isSamePolicy(found.content, planned.content) ? [] : [`Policy ${planned.name} (${found.id}) has other content now.`];
}

const namesOf = (tree: OrganizationTree, ids: readonly string[]): string[] => ids.map((id) => findTarget(tree, id)?.name ?? id);

/** Where the account stands now, against where it stood. A unit that was renamed may be another one than the person who approved thought of. */
export function assessPlace({ account, name, path }: PlannedAccount, tree: OrganizationTree): string[] {
  const now = tree.accounts.find(({ id }) => id === account);
  if (now === undefined) return [`Account ${account} (${name}) is no longer in the organization.`];
  const ids = pathTo(tree, account).slice(0, -1);
  const isMoved = ids.join() !== path.ids.join();
  const renamed = isMoved ? [] : namesOf(tree, ids).flatMap((is, index) => (is === path.names[index] ? [] : [`${path.names[index] ?? ''} (${ids[index] ?? ''}) is called ${is} now.`]));
  return [
    ...(isMoved ? [`Account ${account} (${name}) was moved from ${path.names.join('/')} to ${namesOf(tree, ids).join('/')}.`] : renamed),
    ...(now.name === name ? [] : [`Account ${account} was called ${name} and is called ${now.name} now.`]),
    ...(now.state === 'active' ? [] : [`Account ${account} (${name}) was active and is ${now.state} now.`]),
  ];
}

/** The organization itself: which one, where its accounts stand, and the policies of the plan. */
export function assessOrganizationFit(plan: OrganizationPlanBody, facts: OrganizationFacts): Fit {
  const { organization, account, partition } = plan.boundTo;
  const { tree } = facts;
  if (tree.id !== organization || tree.managementAccount !== account || facts.partition !== partition) {
    return { differences: [`The organization is ${tree.id} of ${tree.managementAccount} (${facts.partition}), not ${organization} of ${account} (${partition}).`], warnings: [] };
  }
  const replaced = plan.afterwards.kind === 'replace' ? plan.afterwards : null;
  const differences = [
    ...policyDifferences(plan.quarantine, facts),
    ...(replaced === null ? [] : policyDifferences(replaced.policy, facts)),
    ...(replaced?.targets ?? []).flatMap(({ id, name }) => (findTarget(tree, id) === null ? [`${name} (${id}) is no longer in the organization.`] : [])),
    ...plan.accounts.flatMap((one) => assessPlace(one, tree)),
  ];
  const warnings = plan.notCovered.flatMap((one) => (findTarget(tree, one.account) === null ? [`Account ${one.account} (${one.name}), which the plan leaves out, is no longer in the organization.`] : []));
  return { differences: [...new Set(differences)], warnings };
}

export type FreshAccount = Pick<AccountInput, 'surveyed' | 'others' | 'usage' | 'facts' | 'now' | 'natureOf' | 'reachOf'>;

/** `soakMs`: the planned one, or a longer one where newer use asks for it. */
export type AccountFit = Fit & { soakMs: number };

function listDifferences(what: string, before: readonly string[], now: readonly string[]): string[] {
  return [...before.filter((id) => !now.includes(id)).map((id) => `${what} ${id} is gone.`), ...now.filter((id) => !before.includes(id)).map((id) => `${what} ${id} is new.`)];
}

/** Keys by id: a key that was replaced is another key, whose users nobody looked at. */
function keyDifferences({ keys }: PlannedAccount, { surveyed: { posture } }: FreshAccount): string[] {
  if (posture.kind === 'unknown') return [`Its root user can no longer be read: ${posture.detail}`];
  const { keys: now } = posture.facts;
  if (!now.known) return [`The root keys can no longer be listed (${now.because}).`];
  const changed = keys.flatMap(({ keyId, status }) => {
    const found = now.value.find((key) => key.keyId === keyId);
    return found === undefined || found.status === status ? [] : [`Key ${keyId} was ${status} and is ${found.status} now.`];
  });
  return [...listDifferences('Key', keys.map(({ keyId }) => keyId), now.value.map(({ keyId }) => keyId)), ...changed];
}

function otherDifferences({ credentials }: OrganizationPlanBody, planned: PlannedAccount, others: OtherCredentials | { because: string } | null): string[] {
  if (credentials.every((kind) => kind === 'keys')) return [];
  if (others === null) return planned.certificates.length + planned.mfaDevices.length === 0 && planned.hasPassword !== true ? [] : ['Its password, certificates and MFA devices were not read again.'];
  if ('because' in others) return [`Its password, certificates and MFA devices can no longer be read: ${others.because}`];
  const passwordIs = (has: boolean | null): string => (has === true ? 'a password' : 'no password');
  return [
    ...(credentials.includes('certificates') ? listDifferences('Certificate', planned.certificates, others.certificates) : []),
    ...(credentials.includes('password') && passwordIs(planned.hasPassword) !== passwordIs(others.hasPassword) ? [`Root had ${passwordIs(planned.hasPassword)} and has ${passwordIs(others.hasPassword)} now.`] : []),
    ...(credentials.includes('mfa') ? listDifferences('MFA device', planned.mfaDevices, others.mfaDevices) : []),
  ];
}

/** Use since the plan was made. Where nobody reads CloudTrail, IAM's last use is all there is, and tells no caller. */
function useSince(plan: OrganizationPlanBody, planned: PlannedAccount, { surveyed: { posture }, usage }: FreshAccount): Fit {
  const isGiven = (name: string): boolean => plan.acknowledgements.some(({ fingerprint }) => fingerprint === name);
  if (usage !== null && usage.seen !== null) {
    const again = usage.seen.usage.callers.filter((caller) => isCallerToAcknowledge(caller) && isGiven(caller.fingerprint) && planned.usage?.callers.some((before) => before.fingerprint === caller.fingerprint && before.lastSeenAt < caller.lastSeenAt));
    return { differences: [], warnings: again.map(({ fingerprint, lastSeenAt }) => `Caller ${fingerprint} used root again at ${minuteOf(lastSeenAt)}, which the plan did not know.`) };
  }
  const fit: Fit = { differences: [], warnings: [] };
  for (const { keyId, lastUse } of posture.kind === 'read' ? planned.keys : []) {
    const now = posture.kind === 'read' ? posture.facts.lastUses[keyId] : undefined;
    if (now?.known !== true || now.value === null || (lastUse !== null && now.value.at <= lastUse.at)) continue;
    const text = `Key ${keyId} was used at ${now.value.at} (${now.value.service}), after the plan was made.`;
    if (isGiven(keyId)) fit.warnings.push(text);
    else fit.differences.push(`${text} Who it was is not known.`);
  }
  return fit;
}

const containmentOf = ({ actions }: PlannedAccount): string => {
  const step = actions.find(({ kind }) => kind === 'find-sealed' || kind === 'quarantine');
  return step?.kind === 'find-sealed' ? `sealed by ${step.policyId} on ${step.targetId}` : 'not sealed';
};

/**
 * One account: its credentials, its use, the policies on its way. Everything that would leave it out of a new plan is a difference, so nothing
 * that the planner looks at is forgotten here.
 */
export function assessAccountFit(plan: OrganizationPlanBody, planned: PlannedAccount, fresh: FreshAccount): AccountFit {
  const { usage } = fresh;
  const isUseRead = usage !== null && usage.seen !== null;
  const since = useSince(plan, planned, fresh);
  const isReleased = planned.actions.some(({ kind }) => kind === 'release');
  const result = planAccount({
    ...fresh, credentials: plan.credentials, quarantineName: plan.quarantine.name, isReleased, soakMs: planned.soak.plannedMs,
    // Use that cannot be read is judged by `useSince`; new keys have no acknowledgement and are differences by themselves.
    acknowledgements: isUseRead ? plan.acknowledgements : planned.keys.map(({ keyId }) => ({ fingerprint: keyId, reason: '' })),
  });
  const own = [...keyDifferences(planned, fresh), ...otherDifferences(plan, planned, fresh.others), ...since.differences];
  const left = result.kind === 'not-covered' && own.length === 0 ? [result.notCovered.because] : [];
  const resealed = result.kind === 'planned' && containmentOf(result.planned) !== containmentOf(planned) && own.length === 0 ? [`It was ${containmentOf(planned)}, and is ${containmentOf(result.planned)} now.`] : [];
  const { plannedMs, requiredMs } = planned.soak;
  // A short soak is accepted for the accounts in which the plan has one.
  const isShortAccepted = plan.overrides.shortSoak !== null && plannedMs < requiredMs;
  const required = plannedMs === 0 || !isUseRead || isShortAccepted ? 0 : requiredSoak(planned.keys, usage).requiredMs;
  return {
    differences: [...own, ...left, ...resealed],
    warnings: [...since.warnings, ...(required > plannedMs ? ['The soak is longer than planned, because of newer use.'] : [])],
    soakMs: Math.max(plannedMs, required),
  };
}
