/** The facts about one root user, as they were observed. */
import type { AccessKeyId, AccountId, OrganizationId, Partition } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { Observed } from './observed.ts';

export type KeyStatus = 'active' | 'inactive';

/** The last use that IAM tracked: one service and Region only. */
export type LastUse = { at: Instant; service: string; region: string };

export type RootKey = {
  keyId: AccessKeyId;
  status: KeyStatus;
  createdAt: Instant | null;
};

/** The four flags of GetAccountSummary that describe root. `keysPresent` counts inactive keys too. */
export type AccountSummary = {
  keysPresent: boolean;
  mfaEnabled: boolean;
  passwordPresent: boolean;
  certificatesPresent: boolean;
};

/** The root row of the credential report. `isActive` false may mean inactive or deleted. */
export type ReportedKey = { isActive: boolean; lastRotatedAt: Instant | null; lastUse: LastUse | null };
export type CredentialReport = {
  generatedAt: Instant;
  keys: [ReportedKey, ReportedKey];
  passwordEnabled: boolean | null;
  passwordLastUsedAt: Instant | null;
  mfaActive: boolean;
  certificatesActive: boolean;
};

export type RootMfa = 'none' | 'virtual' | 'hardware';

/** Which kind of identity signs the requests. `root-key` is a long-term root access key, `root-session` temporary root credentials. */
export type PrincipalKind = 'root-key' | 'root-session' | 'user' | 'role' | 'federated';

export type Caller = {
  account: AccountId;
  partition: Partition;
  arn: string;
  kind: PrincipalKind;
  /** The key id that signs now; temporary ones change when they are refreshed. */
  accessKeyId: AccessKeyId;
};

export const isRoot = (caller: Caller): boolean => caller.kind === 'root-key' || caller.kind === 'root-session';

/** Root cannot sign in to the console in GovCloud (AWS GovCloud User Guide, "Account root user"), nor anywhere in China. */
export const hasConsole = (partition: Partition): boolean => partition !== 'aws-us-gov' && partition !== 'aws-cn';

/** Where root signs in: the console of the partition (AWS Sign-In User Guide; for the European Sovereign Cloud inferred from its domain). */
export const consoleUrl = (partition: Partition): string => (partition === 'aws-eusc' ? 'https://console.amazonaws-eusc.eu/' : 'https://console.aws.amazon.com/');

export type AccountPlace =
  | { kind: 'standalone' }
  | { kind: 'management'; organization: OrganizationId }
  | { kind: 'member'; organization: OrganizationId; managementAccount: AccountId };

/** Which features of central root access an organization has on (IAM API reference, ListOrganizationsFeatures). */
export type CentralRootAccess = {
  /** `RootCredentialsManagement`: root credentials of member accounts can be read and removed from the management account. */
  credentialsManagement: boolean;
  /** `RootSessions`: privileged root tasks in member accounts. */
  rootSessions: boolean;
};
export type RootFeature = keyof CentralRootAccess;

/** Everything that detection read about one root user; each part with its own time and source. */
export type RootUserFacts = {
  account: AccountId;
  partition: Partition;
  place: Observed<AccountPlace>;
  keys: Observed<RootKey[]>;
  /** By key id; only for keys that were listed. */
  lastUses: Record<string, Observed<LastUse | null>>;
  summary: Observed<AccountSummary>;
  report: Observed<CredentialReport>;
  mfa: Observed<RootMfa>;
  centralAccess: Observed<CentralRootAccess>;
  alias: Observed<string | null>;
};
