/** Callers: who used root's credentials, one by one as a person acknowledges them, and in groups that are one to a person. Types only. */
import type { Activity } from './activity.ts';
import type { Instant } from './instant.ts';
import type { Coverage, RootEvent, RootEventKind } from './root-event.ts';
import type { Network } from './source-network.ts';
import type { Tool } from './user-agent.ts';

/**
 * How regularly a caller comes, in milliseconds: `periodMs` is the longest gap seen between two visits, `usualMs` the median gap, and
 * `jitterMs` how far the gaps that are like the usual one stray from it.
 */
export type Cadence =
  | { kind: 'once' }
  | { kind: 'continuous' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'irregular'; periodMs: number; usualMs: number; jitterMs: number };

export type UsageCaller = {
  /** Twelve hexadecimal digits over kind, key id, source IP and user agent: stable between two look-backs. */
  fingerprint: string;
  kind: RootEventKind;
  /** The key that signed; for sessions null, since their ids change. */
  accessKeyId: string | null;
  sourceIp: string;
  userAgent: string;
  services: string[];
  regions: string[];
  /** The most frequent calls first, `s3:ListBuckets`. */
  calls: { call: string; count: number }[];
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  count: number;
  denied: number;
  cadence: Cadence;
  /** When the cadence lets expect it next, after the time of the look-back; null for `once`. */
  nextExpectedAt: Instant | null;
};

/** A kind of event, with sign-in sessions by their door and sessions of AssumeRoot by whose they are. */
export type EventClass = Exclude<RootEventKind, 'sign-in-session'> | 'console' | 'aws-login' | 'own-assumed-root';
export type ClassCounts = Partial<Record<EventClass, number>>;

/** Callers that are one to a person: the same key, tool and network, whatever their addresses and versions. */
export type CallerGroup = Pick<UsageCaller, 'kind' | 'accessKeyId' | 'services' | 'regions' | 'calls' | 'firstSeenAt' | 'lastSeenAt' | 'count' | 'denied' | 'cadence' | 'nextExpectedAt'> & {
  tool: Pick<Tool, 'kind' | 'name' | 'application'> & { versions: string[] };
  network: Network;
  sourceIps: string[];
  /** Its callers, most recent first. */
  fingerprints: string[];
  classes: ClassCounts;
  dataEvents: number;
  activity: Activity;
  /** The cadence in words, with its hours: `every 10 min`, `nightly`, `weekly`, `once`. */
  rhythm: string;
  owner: OwnerGuess;
};

/** A guess, and what it rests on. */
export type OwnerGuess = { text: string; grounds: string[] };

export type Usage = {
  coverage: Coverage;
  callers: UsageCaller[];
  groups: CallerGroup[];
  /** Calls that rootzero itself made as root, recognised by its user agent; left out of the callers and of `totals`. */
  ownCalls: number;
  totals: { events: number; denied: number; dataEvents: number; classes: ClassCounts };
  /** When each root key last signed, rootzero's own calls included. */
  lastByKey: Record<string, Instant>;
  /** Regions with the first and last time that root was active there. */
  regionSpans: Record<string, { firstAt: Instant; lastAt: Instant }>;
};

/** Events that change something in an account, for the list of what an intruder did. */
export type RootDeed = { at: Instant; region: string; call: string; subject: string | null; errorCode: string | null; group: DeedGroup; event: RootEvent };
export type DeedGroup = 'keys' | 'users' | 'roles' | 'sessions' | 'trails' | 'detectors' | 'other';
