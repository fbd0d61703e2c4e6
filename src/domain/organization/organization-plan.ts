/** The plan that retires root credentials over an organization: a value; made by a planner, read by a person, carried out wave by wave. */
import type { UsageCaller } from '../caller.ts';
import type { PlannedPolicy } from '../guard-plan.ts';
import type { GuardFinding } from '../guard-preflight.ts';
import type { OrganizationTarget } from '../guardrail.ts';
import type { AccessKeyId, AccountId, OrganizationId, Partition } from '../identifiers.ts';
import type { Instant } from '../instant.ts';
import type { Acknowledgement, Blocker, PlannedIdentity } from '../plan.ts';
import type { MemberCoverage } from '../root-replay.ts';
import type { KeyStatus, LastUse } from '../root-user.ts';
import type { AccountPath } from './survey.ts';

export const ORGANIZATION_PLAN_SCHEMA = 1;

/** In the order in which they are removed; MFA last, since it guards the password. Keys by default, the rest only when named. */
export const CREDENTIAL_KINDS = ['keys', 'certificates', 'password', 'mfa'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export type PlannedMemberKey = { keyId: AccessKeyId; status: KeyStatus; createdAt: Instant | null; lastUse: LastUse | null };

/** One step in one account. The effect decides which confirmation it needs. Ids are `ACCOUNT/…`, one of a kind in the plan. */
export type AccountAction =
  /** Attaches the quarantine policy to the account: root's keys are denied everything, AssumeRoot sessions are not. */
  | { id: string; kind: 'quarantine'; effect: 'reversible' }
  /** A policy found on the account's way does that already; by id, and where it hangs. */
  | { id: string; kind: 'find-sealed'; effect: 'none'; policyId: string; targetId: string }
  | { id: string; kind: 'soak'; effect: 'wait'; durationMs: number }
  | { id: string; kind: 'delete-key'; effect: 'irreversible'; keyId: AccessKeyId }
  | { id: string; kind: 'delete-certificate'; effect: 'irreversible'; certificateId: string }
  | { id: string; kind: 'delete-password'; effect: 'irreversible' }
  | { id: string; kind: 'deactivate-mfa'; effect: 'irreversible'; serialNumber: string }
  /** ListAccessKeys in the session that deleted, then a second audit session. */
  | { id: string; kind: 'verify'; effect: 'none' }
  /** Takes the quarantine off again; absent where it is kept. */
  | { id: string; kind: 'release'; effect: 'reversible' };

/** What is known of one account, and what will be done there. */
export type PlannedAccount = {
  account: AccountId;
  name: string;
  path: AccountPath;
  keys: PlannedMemberKey[];
  certificates: string[];
  /** Null where it was not read, since only keys are retired. */
  hasPassword: boolean | null;
  mfaDevices: string[];
  /** Null where nobody may read CloudTrail there: no member role, and no log files. */
  usage: { coverage: MemberCoverage; callers: UsageCaller[] } | null;
  soak: { requiredMs: number; plannedMs: number; because: string };
  actions: AccountAction[];
};

/** `canary` comes first; `unused` keys before `used` ones; then by OU, smaller ones first. */
export type OrganizationWave = { number: number; name: string; accounts: AccountId[] };

/** An account that no session can reach, or where something stands in the way: what, and what to do. */
export type NotCovered = { account: AccountId; name: string; path: AccountPath; because: string; next: string };

/** What becomes of the quarantine of an account once its root has no key. `replace`: by a guardrail on the targets, attached first. */
export type Afterwards = { kind: 'lift' } | { kind: 'keep' } | { kind: 'replace'; policy: PlannedPolicy; targets: OrganizationTarget[] };

export type OrganizationPlanBody = {
  schema: typeof ORGANIZATION_PLAN_SCHEMA;
  kind: 'organization';
  createdAt: Instant;
  tool: string;
  /** `live`, or `rehearsal <scenario>`: a plan never crosses over. */
  world: string;
  /** `account` is the management account. */
  boundTo: { organization: OrganizationId; account: AccountId; partition: Partition };
  /** Who opens root sessions: of the management account, or of IAM's delegated administrator. */
  reading: PlannedIdentity;
  /** Who writes policies, where that is another identity. */
  manager: PlannedIdentity | null;
  memberRole: string | null;
  credentials: CredentialKind[];
  quarantine: PlannedPolicy;
  afterwards: Afterwards;
  accounts: PlannedAccount[];
  waves: OrganizationWave[];
  notCovered: NotCovered[];
  findings: GuardFinding[];
  acknowledgements: Acknowledgement[];
  overrides: { shortSoak: string | null; unprovedSoak: string | null };
  blockers: Blocker[];
};

export type OrganizationPlan = OrganizationPlanBody & { digest: string };
