/** What a playbook works with: the two identities, time, digests, and whoever listens. */
import { instantOf, type Instant } from '../domain/instant.ts';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import { problem } from '../domain/problem.ts';
import { isRoot, type Caller } from '../domain/root-user.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud, Identities } from '../ports/cloud.ts';
import type { System } from '../ports/system.ts';
import type { Ui } from '../ports/ui.ts';

export type Session = {
  identities: Identities;
  clock: Clock;
  system: System;
  ui: Ui;
  /** `live`, or `rehearsal <scenario>`. */
  world: string;
  signal: AbortSignal;
};

export const nowOf = (session: Pick<Session, 'clock'>): Instant => instantOf(session.clock.now());

/** Whoever manages the organization: the identity given for it, or the reading one. */
export const managerOf = ({ identities }: Pick<Session, 'identities'>): Cloud => identities.organization ?? identities.reading;

/** The two callers, freshly asked. `root` is the root session: the one given, or the reading identity where that is root itself. */
export type Callers = { reading: Caller; root: { cloud: Cloud; caller: Caller } | null };

/**
 * Asks both identities who they are, says so, and holds them to one account.
 * @throws Problem `identity/two-accounts`, `credentials/not-root`
 */
export async function readCallers(session: Session): Promise<Callers> {
  const { reading, root } = session.identities;
  const readingCaller = await reading.reader.readCaller();
  const rootCaller = root === null ? null : await root.reader.readCaller();
  if (rootCaller !== null && rootCaller.account !== readingCaller.account) {
    throw problem('identity/two-accounts', { detail: `${reading.name} is in ${readingCaller.account}, ${root?.name} in ${rootCaller.account}.` });
  }
  if (rootCaller !== null && !isRoot(rootCaller)) throw problem('credentials/not-root', { detail: `Profile ${root?.name} is ${rootCaller.arn}.` });
  if (root !== null && rootCaller !== null) return { reading: readingCaller, root: { cloud: root, caller: rootCaller } };
  return { reading: readingCaller, root: isRoot(readingCaller) ? { cloud: reading, caller: readingCaller } : null };
}

/** @throws Problem `identity/other-organization` unless the caller is of that management account */
export function requireManagement({ name, caller }: { name: string; caller: Caller }, account: AccountId, partition: Partition): void {
  if (caller.account === account && caller.partition === partition) return;
  throw problem('identity/other-organization', { detail: `Profile ${name} is in ${caller.account}; the management account is ${account}.` });
}
