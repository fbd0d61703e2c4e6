/** The state of the embedded AWS: plain data, serialisable as JSON, the same for every front. Changed only by services and by the agenda. */

import type { Alerting, Delivery } from './world-alerting.ts';
import type { ConfigRecorder, ConfigRule, OrganizationConfigRule } from './world-config.ts';

/** Milliseconds since 1970 in the world's time. */
export type Time = number;

export type AccessKey = {
  id: string;
  status: 'Active' | 'Inactive';
  createdAt: Time;
  /** When, by which service and in which Region it was last used; absent when never. */
  lastUsed?: { at: Time; service: string; region: string };
};

export type CredentialReport = { startedAt: Time; generatedAt: Time; csv: string };

export type RootUser = {
  keys: AccessKey[];
  /** What reads still show after changes through IAM: each list until its time, the oldest first. */
  earlierKeys?: { shownUntil: Time; keys: AccessKey[] }[];
  mfa: 'none' | 'virtual' | 'hardware';
  hasPassword: boolean;
  passwordLastUsedAt?: Time;
  passwordLastChangedAt?: Time;
  signingCertificates: number;
};

export type Account = {
  id: string;
  name: string;
  email: string;
  state: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED' | 'PENDING_ACTIVATION';
  alias?: string;
  createdAt: Time;
  root: RootUser;
  /** IAM user names, for the story that CloudTrail tells. */
  users: { name: string; createdAt: Time }[];
  /** Roles that other accounts may assume; absent while there are none. */
  roles?: Role[];
  /** All Regions of the partition; `enabled` false for opt-in Regions that are off. */
  regions: { name: string; isEnabled: boolean; isOptIn: boolean }[];
  /** Regions in which CloudTrail may not be read by anyone here. */
  unreadableTrailRegions: string[];
  report?: CredentialReport;
  /** AWS Config by Region. */
  config: Record<string, { recorders: ConfigRecorder[]; rules: ConfigRule[] }>;
  /** Trails, event rules, topics and keys; absent while there are none. */
  alerting?: Alerting;
};

/** A role that principals of the trusted account may assume. */
export type Role = { name: string; trustedAccountId: string; allow: string[]; deny?: string[] };

export type OrganizationalUnit = { id: string; name: string; parentId: string };

export type Policy = {
  id: string;
  name: string;
  description: string;
  content: string;
  isAwsManaged: boolean;
};

export type Organization = {
  id: string;
  managementAccountId: string;
  featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  rootId: string;
  isScpEnabled: boolean;
  units: OrganizationalUnit[];
  /** Account id → id of its organizational unit or of the root. */
  parents: Record<string, string>;
  policies: Policy[];
  /** Target id (root, unit or account) → ids of the policies attached there. */
  attachments: Record<string, string[]>;
  trustedServices: string[];
  /** `RootCredentialsManagement`, `RootSessions` */
  rootFeatures: string[];
  delegatedAdministrators: { accountId: string; servicePrincipal: string }[];
  tags: Record<string, Record<string, string>>;
  /** Somebody else's change that is still under way, and what writes meet meanwhile. */
  changing?: { until: Time; answer: 'ConcurrentModificationException' | 'PolicyChangesInProgressException' };
  /** Accounts whose AssumeRoot sessions do not carry `aws:AssumedRoot`: a switch for trouble. */
  unmarkedAssumedRoots?: string[];
  configRules?: OrganizationConfigRule[];
};

/** Who a credential signs as. Long-term root keys are not listed here: they are the account's own keys. */
export type Principal = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  accountId: string;
  kind: 'root-session' | 'minted-root-session' | 'assumed-root' | 'role' | 'user';
  /** Full ARN as GetCallerIdentity returns it. */
  arn: string;
  userId: string;
  expiresAt?: Time;
  /** ARN of the task policy, for `assumed-root`. */
  taskPolicyArn?: string;
  /** Allowed actions such as `iam:Get*`; roles and users only. */
  allow?: string[];
  /** Denied actions; they win. */
  deny?: string[];
  /** IAM refuses this session of root wherever it does not name a user: a switch for what AWS's documentation leaves open. */
  needsUserName?: boolean;
};

/** A management event as CloudTrail keeps it. `detail` is the CloudTrailEvent JSON as an object. */
export type TrailEvent = {
  id: string;
  accountId: string;
  region: string;
  at: Time;
  /** LookupEvents shows it from here on (latency). */
  visibleAt: Time;
  name: string;
  source: string;
  username?: string;
  accessKeyId?: string;
  isReadOnly: boolean;
  /** Reads and writes of contents: in log files, never in Event history. */
  isDataEvent?: boolean;
  resources: { type: string; name: string }[];
  detail: Record<string, unknown>;
};

/** Something the world does by itself, played when its time has come, in order of time. */
export type Happening =
  | { kind: 'root-call'; at: Time; everyMs?: number; untilAt?: Time; jitterMs?: number; call: RootCall }
  | { kind: 'set-key-status'; at: Time; accountId: string; keyId: string; status: 'Active' | 'Inactive'; by: RootCall }
  | { kind: 'create-key'; at: Time; accountId: string; keyId: string; by: RootCall }
  | { kind: 'delete-key'; at: Time; accountId: string; keyId: string; by: RootCall }
  /** Somebody else changes the organization; it takes a while, in which writes are refused. */
  | { kind: 'organization-change'; at: Time; everyMs?: number; untilAt?: Time; takesMs: number; change: OrganizationChange }
  /** Waits until the key has the status, whoever set it; then `follow` is put on the agenda, its times counted from that change. */
  | { kind: 'after-key-status'; at: Time; accountId: string; keyId: string; status: 'Active' | 'Inactive'; follow: Happening[] }
  /** Waits until a caller attaches a policy to the target; `follow` as above. */
  | { kind: 'after-attachment'; at: Time; targetId: string; follow: Happening[] }
  /** A person at the console, who waits to be told; then `follow`, its times counted from that moment. */
  | { kind: 'after-told'; at: Time; task: ConsoleTask; follow: Happening[] };

/** What somebody signed in as root can be told to do with the account's access keys. */
export type ConsoleTask = 'deactivate' | 'delete' | 'activate';

/** `unrelated`: something that nobody here looks at, such as a new account. */
export type OrganizationChange =
  | { kind: 'unrelated' }
  | { kind: 'attach' | 'detach'; policyId: string; targetId: string }
  | { kind: 'move-account'; accountId: string; parentId: string };

/** A call by somebody else with root's credentials. It leaves a trail event only when it authenticates. */
export type RootCall = {
  accountId: string;
  /** A root key (`AKIA…`) or a session of root (`ASIA…`). */
  accessKeyId: string;
  service: string;
  operation: string;
  region: string;
  sourceIp: string;
  userAgent: string;
  isReadOnly: boolean;
  parameters?: Record<string, unknown>;
  response?: Record<string, unknown>;
  isConsole?: boolean;
  /** A data event, such as `s3:GetObject`. */
  isDataEvent?: boolean;
  /** The AWS service that called on root's behalf: `cloudformation.amazonaws.com`. */
  invokedBy?: string;
  /** The call was refused: `AccessDenied`. */
  errorCode?: string;
};

/** Switches for trouble. Every matching call is disturbed while `remaining` lasts. */
export type Fault = {
  kind: 'throttle' | 'server-error' | 'timeout' | 'lost-reply' | 'access-denied';
  /** `iam:DeleteAccessKey`, or `*` */
  operation: string;
  /** Leave out so many matching calls first. */
  skip: number;
  remaining: number;
};

/** Limits and delays that a scenario may tighten; defaults in limits.ts. */
export type Limits = {
  /** How long a call takes, there and back. */
  latencyMs: number;
  trailLookupsPerSecond: number;
  trailLatencyMs: number;
  reportDurationMs: number;
  /** IAM reads show a change only after so long. */
  iamPropagationMs: number;
  /** Token buckets by `service:Operation` or `service:*`: rate per second and burst. */
  rates: Record<string, { perSecond: number; burst: number }>;
};

/** How a write happened: what tests count instead of calls. */
export type Effect = { at: Time; service: string; operation: string; target: string; by: string };

export type World = {
  schema: 1;
  scenario: string;
  partition: 'aws' | 'aws-us-gov' | 'aws-cn';
  /** The world's clock when it was last saved; it stands still while nothing runs. */
  now: Time;
  accounts: Record<string, Account>;
  organization?: Organization;
  principals: Principal[];
  /** Profile name → access key id (a principal's, or a root key's) and secret. */
  profiles: Record<string, { accessKeyId: string; secretAccessKey: string; sessionToken?: string; region: string }>;
  /** Secret access keys of root keys by key id. */
  rootSecrets: Record<string, string>;
  events: TrailEvent[];
  agenda: Happening[];
  faults: Fault[];
  limits: Limits;
  effects: Effect[];
  /** Targets (ARNs) that PutTargets refuses, each entry once, as it does when too much is asked at a time: a switch for trouble. */
  failingTargets?: string[];
  /** Messages that topics took in. */
  deliveries?: Delivery[];
  /** Counts up for ids, so that a world is reproducible. */
  sequence: number;
};
