/** The plan where a person at the console takes the place of a root session: which keys are known, what is told, what would leave the watcher blind. Pure. */
import type { Usage } from './caller.ts';
import type { AccessKeyId } from './identifiers.ts';
import { plusMs, type Instant } from './instant.ts';
import type { SeenKey } from './key-history.ts';
import { EVENT_LATENCY_MS, type Action, type Blocker, type PlanBody, type PlannedKey } from './plan.ts';
import { hasConsole, isRoot, type Caller, type RootUserFacts } from './root-user.ts';
import { iamEventRegion } from './soak-proof.ts';

/** The keys that events show and nobody deleted. There may be another one that was neither used nor changed since. */
export const keysByEvents = (seen: readonly SeenKey[]): PlannedKey[] => seen.flatMap(({ keyId, state, at, createdAt }): PlannedKey[] =>
  (state === 'deleted' ? [] : [{ keyId, status: state, createdAt, isSigning: false, containedSince: state === 'inactive' ? at : null }]));

/** Whoever watches sees a deletion in the account summary, and who did what in the events of IAM; without either the watch would be blind. */
export function assessAttendedBlockers(facts: RootUserFacts, reading: { name: string; caller: Caller }, usage: Usage | null): Blocker[] {
  const { partition, summary } = facts;
  if (!hasConsole(partition)) return [{ code: 'plan/blocked', text: 'Root cannot sign in to a console in this partition: leave --console out, and give a root session.' }];
  if (isRoot(reading.caller)) return [{ code: 'console/blind', text: `Profile ${reading.name} is root itself; a role has to watch.` }];
  const blockers: Blocker[] = [];
  if (!summary.known) blockers.push({ code: 'console/blind', text: `Profile ${reading.name} could not call iam:GetAccountSummary (${summary.because}).` });
  else if (!summary.value.passwordPresent) blockers.push({ code: 'plan/blocked', text: 'Root of this account has no password, so nobody can sign in to the console as root: recover it first, or give a root session.' });
  const home = iamEventRegion(partition);
  if (usage !== null && !usage.coverage.regions.some((region) => region.region === home && region.readable)) {
    blockers.push({ code: 'console/blind', text: `CloudTrail in ${home} could not be read: cloudtrail:LookupEvents.` });
  }
  return blockers;
}

type Parts = { soakMs: number; guards: readonly Action[]; isSuspectedCompromise: boolean };

/** Containment, soak, deletion and proof as told to a person. Where no key is known by its id, the console shows which there are. */
export function assembleAttendedActions(keys: readonly PlannedKey[], { soakMs, guards, isSuspectedCompromise }: Parts): Action[] {
  const ids = (some: readonly PlannedKey[]): AccessKeyId[] => some.map((key) => key.keyId);
  const active = keys.filter((key) => key.status === 'active');
  const deactivate: Action[] = keys.length > 0 && active.length === 0
    ? []
    : [{ id: 'console-deactivate', kind: 'attend-console', what: 'deactivate', effect: 'reversible', keyIds: ids(active) }];
  if (isSuspectedCompromise) return [...deactivate, { id: 'look-back', kind: 'look-back', effect: 'none' }];
  return [
    ...deactivate,
    { id: 'soak', kind: 'soak', effect: 'wait', contained: ids(keys), watched: [], durationMs: soakMs },
    { id: 'console-delete', kind: 'attend-console', what: 'delete', effect: 'irreversible', keyIds: ids(keys) },
    { id: 'verify', kind: 'verify-no-root-keys', effect: 'none', by: 'witness' },
    ...guards,
  ];
}

/** From here on events may be new to the plan: CloudTrail shows them some minutes late. */
export const seenSince = (plan: PlanBody): Instant => plusMs(plan.createdAt, -EVENT_LATENCY_MS);

/** How the keys differ from the plan, by what the events say since it was made. */
export function attendedKeyDifferences(plan: PlanBody, facts: RootUserFacts, seen: readonly SeenKey[]): string[] {
  if (!facts.summary.known) return [`Whether there is a root key can no longer be read (${facts.summary.because}).`];
  if (!facts.summary.value.keysPresent) return ['No root key is left.'];
  return seen.filter((key) => key.at > seenSince(plan)).flatMap(({ keyId, state, at }) => {
    const planned = plan.keys.find((key) => key.keyId === keyId);
    if (planned === undefined) return state === 'deleted' ? [] : [`Key ${keyId} is new to the plan (${state} at ${at}).`];
    return planned.status === state ? [] : [`Key ${keyId} was ${planned.status} and is ${state} since ${at}.`];
  });
}
