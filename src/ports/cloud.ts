/** What rootzero reads from and writes to AWS, in domain words. Reader and writer are apart, so that a survey cannot write. Every method may throw a Problem. */
import type { AccessKeyId, AccountId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { OrganizationTree } from '../domain/organization.ts';
import type { AccountPlace, AccountSummary, Caller, CentralRootAccess, CredentialReport, KeyStatus, LastUse, RootFeature, RootKey, RootMfa } from '../domain/root-user.ts';
import type { OrganizationChange } from '../domain/organization-change.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { AlertReader, AlertWriter } from './alerts.ts';
import type { OrganizationRuleReader, OrganizationRuleWriter } from './organization-rules.ts';
import type { OrganizationSettingsReader } from './organization-settings.ts';
import type { RootCredentialReader, RootCredentialWriter } from './root-credentials.ts';
import type { AttachedPolicy, ConfigRecorderState, ConfigRuleDocument, OrganizationTarget, ServiceControlPolicy } from '../domain/guardrail.ts';

/** One look-up attribute of CloudTrail LookupEvents; the service takes one at a time. */
export type EventQuery = {
  region: string;
  attribute: 'Username' | 'AccessKeyId' | 'EventName';
  value: string;
  from: Instant;
  to: Instant;
};

export type EnabledRegions = { regions: string[]; isComplete: boolean };

export interface CloudReader extends AlertReader, OrganizationRuleReader, OrganizationSettingsReader, RootCredentialReader {
  /** STS GetCallerIdentity: who signs. */
  readCaller(): Promise<Caller>;
  /** Organizations DescribeOrganization. */
  readPlace(): Promise<AccountPlace>;
  /** IAM ListAccessKeys without a user name. Only root sees root's keys: for any other caller `facts/not-root-caller`. */
  readRootKeys(): Promise<RootKey[]>;
  /** IAM GetAccessKeyLastUsed; null when never used since 2015-04-22. */
  readLastUse(keyId: AccessKeyId): Promise<LastUse | null>;
  readAccountSummary(): Promise<AccountSummary>;
  readRootMfa(summary: AccountSummary): Promise<RootMfa>;
  readAccountAlias(): Promise<string | null>;
  /** IAM ListOrganizationsFeatures. `facts/asked-elsewhere` where this account is neither the management account nor IAM's delegated administrator. */
  readCentralRootAccess(): Promise<CentralRootAccess>;
  /** Generates the report where needed and waits for it (some seconds); AWS serves the same one for 4 hours. */
  readCredentialReport(): Promise<CredentialReport>;
  /** Account ListRegions; a default list, marked incomplete, where it may not be called. */
  readEnabledRegions(): Promise<EnabledRegions>;
  /** CloudTrail LookupEvents, newest first, page by page; root's events only (`userIdentity.type`), at 2 requests/s per Region. */
  readRootEvents(query: EventQuery): AsyncIterable<RootEvent[]>;
  /**
   * CloudTrail LookupEvents: the changes that may lift a policy from an account, which the management account alone sees, in the Region where the
   * events of Organizations land.
   */
  readOrganizationChanges(query: { region: string; from: Instant; to: Instant }): Promise<OrganizationChange[]>;
  readOrganizationTarget(targetId: string): Promise<OrganizationTarget>;
  /** Throws `guardrail/not-management` where this identity may not read the organization. */
  isScpEnabled(): Promise<boolean>;
  findServiceControlPolicy(name: string): Promise<ServiceControlPolicy | null>;
  readAttachedPolicies(targetId: string): Promise<ServiceControlPolicy[]>;
  /** The ids alone, which is one call. */
  readAttachedPolicyIds(targetId: string): Promise<string[]>;
  /** Every service control policy with where it is attached: DescribePolicy and ListTargetsForPolicy for each. */
  readServiceControlPolicies(): Promise<AttachedPolicy[]>;
  /** The whole organization. Throws `guardrail/not-management` where this identity may not read it. */
  readOrganizationTree(): Promise<OrganizationTree>;
  /** Delegated administrators of one service, or of any. */
  readDelegatedAdministrators(servicePrincipal?: string): Promise<AccountId[]>;
  /** IAM ListOrganizationsFeatures. `facts/asked-elsewhere` where this account is neither the management account nor IAM's delegated administrator. */
  readCentralRootAccess(): Promise<CentralRootAccess>;
  readConfigRecorder(region: string): Promise<ConfigRecorderState>;
  /** All rules of the Region that use the managed source identifier or the name. */
  findConfigRules(region: string, name: string, sourceIdentifier: string): Promise<ConfigRuleDocument[]>;
  /** COMPLIANT, NON_COMPLIANT, or null while there is no evaluation. */
  readConfigCompliance(region: string, ruleName: string): Promise<'COMPLIANT' | 'NON_COMPLIANT' | null>;
}

export interface CloudWriter extends AlertWriter, OrganizationRuleWriter, RootCredentialWriter {
  /** IAM UpdateAccessKey on root's own key, named by id, without a user name. */
  updateRootKey(keyId: AccessKeyId, status: KeyStatus): Promise<void>;
  /** IAM DeleteAccessKey; cannot be undone. */
  deleteRootKey(keyId: AccessKeyId): Promise<void>;
  /** Returns the policy id. */
  createServiceControlPolicy(name: string, description: string, content: string): Promise<string>;
  deleteServiceControlPolicy(policyId: string): Promise<void>;
  attachPolicy(policyId: string, targetId: string): Promise<void>;
  detachPolicy(policyId: string, targetId: string): Promise<void>;
  /** Organizations EnableAWSServiceAccess and DisableAWSServiceAccess; management account only. */
  setTrustedAccess(servicePrincipal: string, isOn: boolean): Promise<void>;
  /** IAM EnableOrganizationsRoot… and DisableOrganizationsRoot…; needs trusted access for IAM. */
  setRootFeature(feature: RootFeature, isOn: boolean): Promise<void>;
  /** Organizations RegisterDelegatedAdministrator and DeregisterDelegatedAdministrator. */
  setDelegatedAdministrator(account: AccountId, servicePrincipal: string, isOn: boolean): Promise<void>;
  putConfigRule(region: string, rule: ConfigRuleDocument): Promise<void>;
  deleteConfigRule(region: string, name: string): Promise<void>;
  startConfigEvaluation(region: string, name: string): Promise<void>;
}

/** AWS managed task policies under `root-task/` (IAM User Guide, "Perform a privileged task"): each leaves only its task. */
export type RootTask = 'audit-credentials' | 'delete-credentials';

/** One identity with its own credentials, Region and endpoint. */
export type Cloud = {
  /** The profile's name, or `environment`. */
  name: string;
  reader: CloudReader;
  writer: CloudWriter;
  /** Every access key id that has signed a request of this process, those of its sessions in other accounts included. */
  signedBy(): ReadonlySet<string>;
  /** A role in an account, assumed through this identity's own chain (STS AssumeRole); asked for at the first call. Refused: `member/role-refused`. */
  inAccount(account: AccountId, roleName: string): Cloud;
  /**
   * A session of a member's root user (STS AssumeRoot at the Regional endpoint, 15 minutes); asked for at the first call. Refused:
   * `member/root-access-off`, `member/root-refused`.
   */
  inRootSession(account: AccountId, task: RootTask): Cloud;
  /** Named when it is not AWS itself: `http://127.0.0.1:4600` */
  endpoint: string | null;
};

/**
 * The identities of a run. `root` is absent when no root session was given; `reading` may be the same identity as `root`. `organization` manages
 * the organization where `reading` does not: an identity of its management account.
 */
export type Identities = { reading: Cloud; root: Cloud | null; organization: Cloud | null };

/** How calls are paced and tried again; the adapters hand every call to it. */
export interface CallPolicy {
  /**
   * Runs a call in its lane. A `read` is tried again on throttling, server errors and lost replies; a `write` only where the
   * problem says that nothing happened (throttling), since anything else is for the executor to look at first.
   */
  run<Result>(lane: Lane, effect: 'read' | 'write', call: () => Promise<Result>): Promise<Result>;
}

/** Calls of one lane share a rate. `serial` lanes run one call at a time. */
export type Lane = { name: string; perSecond?: number; serial?: boolean };
