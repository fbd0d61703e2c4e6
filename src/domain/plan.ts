/** The plan: what will be done, to which keys, on which grounds. A value; made by planner.ts, read by a person, carried out by a playbook. */
import { canonicalJson } from './canonical-json.ts';
import type { UsageCaller } from './caller.ts';
import type { ConfigRuleDocument, OrganizationTarget } from './guardrail.ts';
import type { AccessKeyId, AccountId, Partition } from './identifiers.ts';
import { HOUR_MS, MINUTE_MS, type Instant } from './instant.ts';
import type { ProblemCode } from './problem.ts';
import type { Coverage, RootEvent } from './root-event.ts';
import type { AccountPlace, KeyStatus, PrincipalKind, RootMfa } from './root-user.ts';
import type { Verdict } from './verdict.ts';

export const PLAN_SCHEMA = 1;
/** The longest life of an STS session that root mints (STS API reference, GetSessionToken), so the shortest soak. */
export const SHORTEST_SOAK_MS = HOUR_MS;
/** CloudTrail delivers within about 5 minutes on average, without a promise; nothing is deleted before this much later than the deadline. */
export const EVENT_LATENCY_MS = 15 * MINUTE_MS;

export type PlannedKey = {
  keyId: AccessKeyId;
  status: KeyStatus;
  createdAt: Instant | null;
  /** True for the key that signs the root session of this plan. */
  isSigning: boolean;
  /** For a key that is inactive already: when it was deactivated, or when the plan was made where that is not readable. */
  containedSince: Instant | null;
};

export type Action =
  | { id: string; kind: 'contain-by-deactivation'; effect: 'reversible'; keyId: AccessKeyId }
  /** Denies root everything but the removal of keys, from outside: for a key that signs, and so cannot be deactivated. `isFound`: it is attached already. */
  | { id: string; kind: 'contain-by-scp'; effect: 'reversible'; keyIds: AccessKeyId[]; guardrail: PlannedScp; isFound: boolean }
  | { id: string; kind: 'lift-scp'; effect: 'none'; guardrail: PlannedScp }
  /** A person clicks in the console, told by rootzero and watched. Without key ids: every key that is listed there. */
  | { id: string; kind: 'attend-console'; what: 'deactivate' | 'delete'; effect: 'reversible' | 'irreversible'; keyIds: AccessKeyId[] }
  | { id: string; kind: 'look-back'; effect: 'none' }
  | { id: string; kind: 'soak'; effect: 'wait'; contained: AccessKeyId[]; watched: AccessKeyId[]; durationMs: number }
  | { id: string; kind: 'delete-root-key'; effect: 'irreversible'; keyId: AccessKeyId; basis: 'contained' | 'direct' }
  | { id: string; kind: 'verify-no-root-keys'; effect: 'none'; by: 'root' | 'witness' | 'nobody' }
  | { id: string; kind: 'attach-guardrail'; effect: 'reversible'; guardrail: PlannedScp }
  | { id: string; kind: 'put-config-rule'; effect: 'reversible'; region: string; rule: ConfigRuleDocument };

export type PlannedScp = {
  name: string;
  description: string;
  /** Minified, as it is stored. */
  content: string;
  /** The policy that exists already with the same name and content; null where it will be created. */
  existingId: string | null;
  target: OrganizationTarget;
};

export type Override =
  | { kind: 'short-soak'; keyIds: AccessKeyId[]; reason: string }
  | { kind: 'unproved-soak'; keyIds: AccessKeyId[]; reason: string }
  | { kind: 'delete-signing-key'; keyId: AccessKeyId; reason: string };

export type Acknowledgement = { fingerprint: string; reason: string };
export type NotDone = { what: string; because: string };
export type Blocker = { code: ProblemCode; text: string };
export type PlannedIdentity = { name: string; arn: string; kind: PrincipalKind; keyId: AccessKeyId | null };

export type PlanBody = {
  schema: typeof PLAN_SCHEMA;
  createdAt: Instant;
  tool: string;
  /** `live`, or `rehearsal <scenario>`: a plan never crosses over. */
  world: string;
  boundTo: { account: AccountId; partition: Partition; place: AccountPlace | null };
  reading: PlannedIdentity;
  root: PlannedIdentity | null;
  isSuspectedCompromise: boolean;
  verdict: Verdict;
  mfa: RootMfa | null;
  keys: PlannedKey[];
  coverage: Coverage | null;
  callers: UsageCaller[];
  acknowledgements: Acknowledgement[];
  overrides: Override[];
  soak: { requiredMs: number; plannedMs: number; because: string; notProvable: string[] };
  actions: Action[];
  notDone: NotDone[];
  blockers: Blocker[];
};

export type Plan = PlanBody & { digest: string };

/** SHA-256 over the canonical JSON without the digest itself: the identity of a plan of any kind, and what `--approve` names. */
export const digestOf = (body: object, sha256: (text: string) => string): string => sha256(canonicalJson({ ...body, digest: undefined }));

/** Whether a person at the console carries it out, in place of a root session. */
export const isAttended = (plan: Pick<PlanBody, 'actions'>): boolean => plan.actions.some((action) => action.kind === 'attend-console');

export const isDeleting = (plan: PlanBody): boolean => plan.actions.some((action) => action.effect === 'irreversible');

/**
 * Whether a session of a sign-in was over when the plan was made, and stands among its callers. Sign-ins do not depend on a key, so they are
 * shown and need no acknowledgement; what they did to a contained key counts all the same.
 */
export const isShownIn = (plan: PlanBody, event: RootEvent, fingerprint: string): boolean =>
  event.kind === 'sign-in-session' && event.at <= plan.createdAt && plan.callers.some((caller) => caller.fingerprint === fingerprint && caller.firstSeenAt <= event.at && event.at <= caller.lastSeenAt);

export const acknowledges = (plan: PlanBody, fingerprint: string): boolean =>
  plan.acknowledgements.some((acknowledgement) => acknowledgement.fingerprint === fingerprint);
