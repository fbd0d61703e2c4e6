/** Assembles the plan that takes off what rootzero put on: policies that its runs attached, or that have its name and content. Pure. */
import { GUARD_PLAN_SCHEMA, type GuardAction, type GuardPlanBody, type PlannedPolicy } from './guard-plan.ts';
import type { OrganizationFacts } from './guard-preflight.ts';
import { isSamePolicy, type AttachedPolicy } from './guardrail.ts';
import type { Instant } from './instant.ts';
import { findTarget, pathTo } from './organization.ts';
import type { NotDone, PlannedIdentity } from './plan.ts';

export type RemovalRequest = {
  createdAt: Instant;
  tool: string;
  world: string;
  facts: OrganizationFacts;
  reading: PlannedIdentity;
  /** Ids to take it off from, whatever is below them included; empty for everywhere. */
  targets: string[];
  /** Policies by which rootzero's own are known: as it ships them, and as its runs of this organization recorded them. */
  known: { name: string; content: string }[];
};

const isOurs = (policy: AttachedPolicy, known: RemovalRequest['known']): boolean =>
  !policy.isAwsManaged && known.some(({ name, content }) => name === policy.name && isSamePolicy(content, policy.content));

/** A policy of our name that somebody changed is somebody's; it is named, and left alone. */
const leftAlone = ({ facts, known }: RemovalRequest): NotDone[] =>
  facts.policies.filter((policy) => !isOurs(policy, known) && known.some(({ name }) => name === policy.name))
    .map(({ name, id }) => ({ what: `remove ${name} (${id})`, because: 'its content is not what rootzero attached' }));

/** The widest targets first, so that no account is left with half of it for longer than needed. */
export function assembleRemoval(request: RemovalRequest): GuardPlanBody {
  const { facts, known, targets } = request;
  const { tree } = facts;
  const isInside = (id: string): boolean => targets.length === 0 || pathTo(tree, id).some((above) => targets.includes(above));
  const ours = facts.policies.filter((policy) => isOurs(policy, known));
  const depth = (id: string): number => pathTo(tree, id).length;
  const actions = ours.flatMap((policy): GuardAction[] => {
    const from = policy.targetIds.filter(isInside).sort((first, second) => depth(first) - depth(second) || (first < second ? -1 : 1));
    const detach = from.flatMap((id): GuardAction[] => {
      const target = findTarget(tree, id);
      return target === null ? [] : [{ id: `detach-${policy.id}-${id}`, kind: 'detach-policy', effect: 'reversible', policy: policy.name, target }];
    });
    const isFree = detach.length === policy.targetIds.length && targets.length === 0;
    return isFree ? [...detach, { id: `delete-${policy.id}`, kind: 'delete-policy', effect: 'reversible', policy: policy.name }] : detach;
  });
  const policies = ours.map(({ id, name, content }): PlannedPolicy => ({ name, description: 'Attached by rootzero.', content, existingId: id }));
  return {
    schema: GUARD_PLAN_SCHEMA,
    kind: 'guard',
    purpose: 'remove',
    createdAt: request.createdAt,
    tool: request.tool,
    world: request.world,
    boundTo: { organization: tree.id, account: tree.managementAccount, partition: facts.partition },
    reading: request.reading,
    reason: null,
    memberRole: null,
    policies,
    waves: [],
    findings: [],
    replay: null,
    accepted: [],
    actions,
    notDone: leftAlone(request),
    blockers: [],
  };
}
