/** What a soak is kept over, and how its kind of containment is looked at besides root's own events. Types only. */
import type { ConsoleViolation } from '../domain/attended-watch.ts';
import type { AccessKeyId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { SoakViolation } from '../domain/soak-watch.ts';

export type Look = { violations: (SoakViolation | ConsoleViolation)[]; unreadable: string[] };

export type Vigil = {
  contained: readonly AccessKeyId[];
  watched: readonly AccessKeyId[];
  since: ReadonlyMap<AccessKeyId, Instant>;
  /** When the first of them came to rest: from here on events count. */
  from: Instant;
  /** When the last of them did: from here on the soak does. */
  startAt: Instant;
  /** What breaks the containment, by reads of now, and what the proof needs and could not be read. @param endsAt when the soak is over */
  look: (endsAt: Instant) => Promise<Look>;
  /** Use of root that this kind of containment brings along. */
  isExcused: (event: RootEvent) => boolean;
};
