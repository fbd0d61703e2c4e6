/** The plan of a change of guardrails over an organization: a value; made by a planner, read by a person, carried out by a playbook. */
import type { GuardFinding } from './guard-preflight.ts';
import type { OrganizationTarget } from './guardrail.ts';
import type { AccountId, OrganizationId, Partition } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { Acknowledgement, Blocker, NotDone, PlannedIdentity } from './plan.ts';
import type { Replay } from './root-replay.ts';
import type { RootFeature } from './root-user.ts';

export const GUARD_PLAN_SCHEMA = 1;

export type GuardPurpose = 'roll-out' | 'remove' | 'break-glass' | 'drill';

/** A policy that the plan attaches, detaches or makes; by name, since one that is made has no id yet. */
export type PlannedPolicy = {
  name: string;
  description: string;
  /** As it is stored. */
  content: string;
  /** The policy that exists already with this name and content; null where it will be created. */
  existingId: string | null;
};

/**
 * One step of the plan. `probe` names the account in which a root session is opened before and after, to see that it still works; null where
 * there is none.
 */
export type GuardAction =
  | { id: string; kind: 'trust-iam'; effect: 'reversible' }
  | { id: string; kind: 'enable-root-feature'; effect: 'reversible'; feature: RootFeature }
  | { id: string; kind: 'register-delegate'; effect: 'reversible'; account: AccountId }
  | { id: string; kind: 'create-policy'; effect: 'reversible'; policy: string }
  | { id: string; kind: 'attach-policy'; effect: 'reversible'; policy: string; target: OrganizationTarget; probe: AccountId | null }
  | { id: string; kind: 'detach-policy'; effect: 'reversible'; policy: string; target: OrganizationTarget }
  | { id: string; kind: 'delete-policy'; effect: 'reversible'; policy: string }
  | { id: string; kind: 'observe'; effect: 'wait'; wave: number; accounts: AccountId[]; durationMs: number }
  | { id: string; kind: 'stay-open'; effect: 'wait'; account: AccountId; until: Instant }
  | { id: string; kind: 'prove-sealed'; effect: 'none'; account: AccountId };

/** What each wave reaches; `path` is where a target stands, from the root of the organization down to itself. */
export type Wave = { number: number; targets: (OrganizationTarget & { accounts: number; path: string[] })[] };

export type GuardPlanBody = {
  schema: typeof GUARD_PLAN_SCHEMA;
  kind: 'guard';
  purpose: GuardPurpose;
  createdAt: Instant;
  tool: string;
  /** `live`, or `rehearsal <scenario>`: a plan never crosses over. */
  world: string;
  /** `account` is the management account. */
  boundTo: { organization: OrganizationId; account: AccountId; partition: Partition };
  reading: PlannedIdentity;
  /** Why, in the operator's words; for opening the seal. */
  reason: string | null;
  /** Role in the members by which ordinary roles are tried and root events are read. */
  memberRole: string | null;
  policies: PlannedPolicy[];
  waves: Wave[];
  findings: GuardFinding[];
  replay: Replay | null;
  /** Callers of which the operator knows that they will be denied, by the fingerprints of the replay. */
  accepted: Acknowledgement[];
  actions: GuardAction[];
  notDone: NotDone[];
  blockers: Blocker[];
};

export type GuardPlan = GuardPlanBody & { digest: string };

/** The policy of that name. @throws TypeError for a name that the plan does not have, which is a defect of the planner */
export function policyOf(plan: GuardPlanBody, name: string): PlannedPolicy {
  const policy = plan.policies.find((planned) => planned.name === name);
  if (policy === undefined) throw new TypeError(`no policy ${name} in the plan`);
  return policy;
}
