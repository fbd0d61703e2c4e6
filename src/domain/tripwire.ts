/** The tripwire of a wave: root calls that were denied since the policy arrived, and that nobody accepted. Pure. */
import type { AccountId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { RootEvent, RootEventKind } from './root-event.ts';
import { deniedFingerprint } from './root-replay.ts';
import { findRootTask } from './root-tasks.ts';
import { callOf, isDenied, isOwnRead } from './usage.ts';

export type DeniedCaller = {
  account: AccountId;
  /** As the replay of a plan names callers. */
  fingerprint: string;
  kind: RootEventKind;
  accessKeyId: string | null;
  sourceIp: string;
  userAgent: string;
  firstAt: Instant;
  lastAt: Instant;
  calls: { call: string; count: number; task: string | null }[];
};

export type Watched = { account: AccountId; events: readonly RootEvent[] };

export type Tripwire = {
  /** Since when the accounts are sealed. */
  since: Instant;
  /** Key ids that signed for this run: a refused probe of our own is no knock. */
  ownKeyIds: ReadonlySet<string>;
  isAccepted: (fingerprint: string) => boolean;
  digest: (text: string) => string;
};

/** A session of AssumeRoot is denied by its own task policy all the time, and a sign-in by a wrong password: neither is the work of a guardrail. */
const isKnock = (event: RootEvent, { since, ownKeyIds }: Tripwire): boolean =>
  isDenied(event) && event.at >= since && event.kind !== 'assumed-root' && event.kind !== 'sign-in' && !(isOwnRead(event) && event.accessKeyId !== null && ownKeyIds.has(event.accessKeyId));

/** Every caller that was denied and is not accepted, oldest first. */
export function assessDenied(watched: readonly Watched[], tripwire: Tripwire): DeniedCaller[] {
  const callers = new Map<string, DeniedCaller>();
  const knocks = watched.flatMap(({ account, events }) => events.filter((event) => isKnock(event, tripwire)).map((event) => ({ account, event })));
  for (const { account, event } of knocks.sort((first, second) => (first.event.at < second.event.at ? -1 : 1))) {
    const fingerprint = deniedFingerprint(account, event, tripwire.digest);
    if (tripwire.isAccepted(fingerprint)) continue;
    const { kind, accessKeyId, sourceIp, userAgent, at } = event;
    const caller = callers.get(fingerprint) ?? { account, fingerprint, kind, accessKeyId, sourceIp, userAgent, firstAt: at, lastAt: at, calls: [] };
    callers.set(fingerprint, caller);
    caller.lastAt = at;
    const call = callOf(event);
    const same = caller.calls.find((known) => known.call === call);
    if (same === undefined) caller.calls.push({ call, count: 1, task: findRootTask(call)?.name ?? null });
    else same.count += 1;
  }
  return [...callers.values()];
}
