/** What all service control policies from the organization's root down to one account do together. Pure; each policy is judged by scp-effect.ts. */
import type { AttachedPolicy, ServiceControlPolicy } from './guardrail.ts';
import { pathTo, type OrganizationTree } from './organization.ts';
import { assessScpEffect, deniesRoot, locksOutAssumedRoot, type ScpAnswer, type ScpRequest } from './scp-effect.ts';

/** The policies attached to one root, unit or account. */
export type ScpLevel = { targetId: string; policies: ServiceControlPolicy[] };

/** `by` names the policy that denies, or that leaves it open; null where a level allows nothing of the kind. */
export type ChainAnswer = { effect: 'allowed' } | { effect: 'denied' | 'undecided'; by: ServiceControlPolicy | null };

const policiesByTarget = new WeakMap<readonly AttachedPolicy[], ReadonlyMap<string, AttachedPolicy[]>>();

/** Gathered once for each reading of an organization. */
function attachmentsOf(policies: readonly AttachedPolicy[]): ReadonlyMap<string, AttachedPolicy[]> {
  const known = policiesByTarget.get(policies);
  if (known !== undefined) return known;
  const byTarget = new Map<string, AttachedPolicy[]>();
  for (const policy of policies) {
    for (const targetId of policy.targetIds) byTarget.set(targetId, [...(byTarget.get(targetId) ?? []), policy]);
  }
  policiesByTarget.set(policies, byTarget);
  return byTarget;
}

/** The levels on the way to a node, itself included. */
export const levelsOn = (tree: OrganizationTree, policies: readonly AttachedPolicy[], nodeId: string): ScpLevel[] =>
  pathTo(tree, nodeId).map((targetId) => ({ targetId, policies: attachmentsOf(policies).get(targetId) ?? [] }));

/** A deny at any level wins; every level must allow (Organizations User Guide, "SCP evaluation"). Nothing uncertain is called allowed. */
export function assessChain(levels: readonly ScpLevel[], request: ScpRequest): ChainAnswer {
  const judged = levels.map(({ policies }) => policies.map((policy) => ({ policy, effect: assessScpEffect(policy.content, request) })));
  for (const effect of ['denies', 'undecided'] as const) {
    const found = judged.flat().find((one) => one.effect === effect);
    if (found !== undefined) return { effect: effect === 'denies' ? 'denied' : 'undecided', by: found.policy };
  }
  return judged.every((level) => level.some(({ effect }) => effect === 'allows')) ? { effect: 'allowed' } : { effect: 'denied', by: null };
}

/** One policy's answers to the two questions that matter here. */
export type PolicyNature = { deniesRoot: ScpAnswer; locksOutAssumedRoot: ScpAnswer };

/** Judges each text once: an organization has few policies and thousands of accounts. */
export function openNatures(): (content: string) => PolicyNature {
  const known = new Map<string, PolicyNature>();
  return (content) => {
    const before = known.get(content);
    if (before !== undefined) return before;
    const nature = { deniesRoot: deniesRoot(content), locksOutAssumedRoot: locksOutAssumedRoot(content) };
    known.set(content, nature);
    return nature;
  };
}
