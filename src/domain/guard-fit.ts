/** Does the organization still fit the plan? Asked right before the first write. Pure. */
import { assessOrganization, assessTarget, assessWantedPolicy, type OrganizationFacts } from './guard-preflight.ts';
import { policyOf, type GuardPlanBody } from './guard-plan.ts';
import { isSamePolicy } from './guardrail.ts';
import { boundAccountsUnder, findTarget, pathTo } from './organization.ts';
import { openNatures } from './scp-chain.ts';

export type GuardFit = {
  /** What differs; any of it makes the plan stale. */
  differences: string[];
  warnings: string[];
};

/** Every attachment that the plan makes or takes away, played through on what is attached now. */
function attachmentDifferences(plan: GuardPlanBody, { policies, tree }: OrganizationFacts): string[] {
  const pair = (policy: string, targetId: string): string => `${policy}@${targetId}`;
  const attached = new Set(policies.flatMap(({ name, targetIds }) => targetIds.map((id) => pair(name, id))));
  return plan.actions.flatMap((action) => {
    if (action.kind !== 'attach-policy' && action.kind !== 'detach-policy') return [];
    const { policy, target } = action;
    const place = `${target.name} (${target.id})`;
    if (findTarget(tree, target.id) === null) return [`${place} is no longer in the organization.`];
    const isThere = attached.has(pair(policy, target.id));
    if (action.kind === 'attach-policy') {
      attached.add(pair(policy, target.id));
      return isThere ? [`${policy} is attached to ${place} already.`] : [];
    }
    attached.delete(pair(policy, target.id));
    return isThere ? [] : [`${policy} is not attached to ${place} any more.`];
  });
}

function policyDifferences(plan: GuardPlanBody, { policies }: OrganizationFacts): string[] {
  return plan.policies.flatMap(({ name, content, existingId }) => {
    const found = policies.find((policy) => policy.name === name);
    if (existingId === null) return found === undefined ? [] : [`A policy named ${name} (${found.id}) appeared.`];
    if (found === undefined) return [`Policy ${name} is gone.`];
    return found.id === existingId && isSamePolicy(found.content, content) ? [] : [`Policy ${name} (${found.id}) has other content now.`];
  });
}

/** What the preflight of the plan would block today. */
function newBlockers(plan: GuardPlanBody, facts: OrganizationFacts): string[] {
  const natureOf = openNatures();
  const findings = [
    ...assessOrganization(facts),
    ...plan.waves.flatMap(({ targets }) => targets).flatMap((target) => plan.actions.flatMap((action) => {
      if (action.kind !== 'attach-policy' || action.target.id !== target.id) return [];
      const { name, content } = policyOf(plan, action.policy);
      return [...assessWantedPolicy({ name, content }, facts.policies, natureOf(content)), ...assessTarget(facts, target, { name, content }, natureOf)];
    })),
  ];
  return [...new Set(findings.filter(({ severity }) => severity === 'blocker').map(({ text }) => text))];
}

/** A target that moved has another chain above it; accounts that came or went are only said. */
export function assessGuardFit(plan: GuardPlanBody, facts: OrganizationFacts): GuardFit {
  const { organization, account } = plan.boundTo;
  const { tree } = facts;
  const elsewhere = tree.id === organization && tree.managementAccount === account ? [] : [`The organization is ${tree.id} of ${tree.managementAccount}, not ${organization} of ${account}.`];
  const targets = plan.waves.flatMap((wave) => wave.targets);
  const moved = targets.filter(({ id, path }) => findTarget(tree, id) !== null && pathTo(tree, id).join() !== path.join()).map(({ name, id }) => `${name} (${id}) was moved within the organization.`);
  const warnings = targets.flatMap(({ id, name, accounts }) => {
    const now = boundAccountsUnder(tree, id).length;
    return now === accounts ? [] : [`${name} (${id}) held ${accounts} accounts when the plan was made, and holds ${now} now.`];
  });
  return { differences: [...elsewhere, ...policyDifferences(plan, facts), ...attachmentDifferences(plan, facts), ...moved, ...newBlockers(plan, facts)], warnings };
}
