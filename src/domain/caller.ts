/** Callers: who used root's credentials, in groups that a person can acknowledge one by one. Types only; usage.ts assembles them. */
import type { Instant } from './instant.ts';
import type { Coverage, RootEvent, RootEventKind } from './root-event.ts';

/**
 * How regularly a caller comes, in milliseconds: `periodMs` is the longest gap seen between two visits, `usualMs` the median gap, and
 * `jitterMs` how far the gaps that are like the usual one stray from it.
 */
export type Cadence =
  | { kind: 'once' }
  | { kind: 'continuous' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'irregular'; periodMs: number; usualMs: number; jitterMs: number };

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

export type Usage = {
  coverage: Coverage;
  callers: UsageCaller[];
  /** Calls that rootzero itself made as root, recognised by its user agent; left out of the callers. */
  ownCalls: number;
};

/** Events that change something in an account, for the list of what an intruder did. */
export type RootDeed = { at: Instant; region: string; call: string; subject: string | null; errorCode: string | null; group: DeedGroup; event: RootEvent };
export type DeedGroup = 'keys' | 'users' | 'roles' | 'sessions' | 'trails' | 'detectors' | 'other';
