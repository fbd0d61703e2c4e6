/** Alerts as documents: what they rest on. Pure; knows no service. */

/** A trail that covers a Region. `managementEvents`: which kinds it records. */
export type FoundTrail = { arn: string; isLogging: boolean; managementEvents: 'all' | 'write-only' | 'read-only' | 'none' };
