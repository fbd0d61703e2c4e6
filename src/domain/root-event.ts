/** One CloudTrail event of a root user, reduced to what rootzero needs. */
import type { Instant } from './instant.ts';

/**
 * - `root-key`: signed by a long-term root access key
 * - `minted-session`: temporary root credentials of unknown origin, such as GetSessionToken
 * - `sign-in-session`: console or `aws login`
 * - `assumed-root`: an AssumeRoot session
 * - `aws-service`: an AWS service on root's behalf (`invokedBy`)
 * - `sign-in`: the sign-in itself (`signin.amazonaws.com`)
 */
export type RootEventKind = 'root-key' | 'minted-session' | 'sign-in-session' | 'assumed-root' | 'aws-service' | 'sign-in';

export type RootEvent = {
  id: string;
  at: Instant;
  region: string;
  /** `ListBuckets` */
  name: string;
  /** `s3.amazonaws.com` */
  source: string;
  kind: RootEventKind;
  /** The door of a `sign-in-session`; null for every other kind. */
  signedInBy: 'console' | 'aws-login' | null;
  /** Reads and writes of contents (S3 objects, Lambda invocations); they never show in Event history. */
  isDataEvent: boolean;
  accessKeyId: string | null;
  sourceIp: string;
  userAgent: string;
  isReadOnly: boolean;
  errorCode: string | null;
  /** Access key that a key-changing call names (`requestParameters.accessKeyId` or the one created), and its new status. */
  keyChange: { keyId: string; change: 'created' | 'activated' | 'deactivated' | 'deleted' } | null;
  /** What a person wants to know about a changing call: the user, key, role or trail that it names. */
  subject: string | null;
};

/** What was readable in one Region. */
export type RegionCoverage =
  | { region: string; readable: true; events: number }
  | { region: string; readable: false; because: string; detail?: string };

/** How much of an interval was read, Region by Region. */
export type Coverage = {
  from: Instant;
  to: Instant;
  regions: RegionCoverage[];
  /** False when the list of enabled Regions itself could not be read and a default list stood in. */
  isRegionListComplete: boolean;
};
