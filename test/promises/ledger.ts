/** The promises, asked of the world's own history: its events and effects, never of what rootzero says about itself. */
import * as z from 'zod';
import { EVENT_LATENCY_MS, type Plan } from '../../src/domain/plan.ts';
import { msOf, SECOND_MS } from '../../src/domain/instant.ts';
import type { JournalLine } from '../../src/engine/journal.ts';
import { replay } from '../../src/engine/replay.ts';
import { DELETION_STEP } from '../../src/playbooks/console.ts';
import { containedKeys, deactivationIn } from '../../src/playbooks/contain.ts';
import type { Effect, TrailEvent, World } from '../../src/simulator/world.ts';
import { ACCOUNT } from './random-account.ts';

const keyUpdate = z.object({ requestParameters: z.object({ accessKeyId: z.string(), status: z.string() }), errorCode: z.string().optional() });

type StatusChange = { keyId: string; at: number; status: string; by: string | undefined; isDone: boolean };

const changesOf = (events: readonly TrailEvent[]): StatusChange[] =>
  events.filter((event) => event.name === 'UpdateAccessKey').map((event) => {
    const { requestParameters, errorCode } = keyUpdate.parse(event.detail);
    return { keyId: requestParameters.accessKeyId, at: event.at, status: requestParameters.status, by: event.accessKeyId, isDone: errorCode === undefined };
  });

export type RunRecord = { plan: Plan; lines: readonly JournalLine[] };

export type History = {
  world: World;
  /** Oldest first. */
  runs: readonly RunRecord[];
  /** Keys that are inactive without any event that says since when. */
  inactiveFromTheStart: ReadonlySet<string>;
};

/** Whether the key was inactive from one time to another, both included. */
function wasInactive({ world, inactiveFromTheStart }: History, keyId: string, from: number, to: number): boolean {
  const changes = changesOf(world.events).filter((change) => change.keyId === keyId && change.isDone).sort((first, second) => first.at - second.at);
  const before = changes.filter((change) => change.at <= from).at(-1);
  const isInactiveAtStart = before === undefined ? inactiveFromTheStart.has(keyId) : before.status === 'Inactive';
  return isInactiveAtStart && changes.every((change) => change.at <= from || change.at > to || change.status === 'Inactive');
}

/** The run that deleted: the latest that intended it, since a newer run begins only after the older one was stopped. */
const runOf = (effect: Effect, runs: readonly RunRecord[]): RunRecord | undefined =>
  runs.filter((run) => replay(run.lines).steps.has(`delete-${effect.target}/delete`)).at(-1);

/** Promises 1 and 2 for one delete. @returns what is broken, in words */
function assessDelete(history: History, effect: Effect): string | null {
  const { runs } = history;
  const run = runOf(effect, runs);
  if (run === undefined) return `2: ${effect.target} was deleted by no run that intended it`;
  const { plan, lines } = run;
  const key = plan.keys.find((planned) => planned.keyId === effect.target);
  const action = plan.actions.find((planned) => planned.kind === 'delete-root-key' && planned.keyId === effect.target);
  if (key === undefined || action?.kind !== 'delete-root-key') return `2: ${effect.target} is not in the plan`;
  const isShortened = plan.overrides.some((override) => override.kind === 'short-soak' && override.keyIds.includes(key.keyId));
  const isUnproved = plan.overrides.some((override) => override.kind === 'unproved-soak' && override.keyIds.includes(key.keyId));
  const soakMs = isShortened ? plan.soak.plannedMs : Math.max(plan.soak.plannedMs, plan.soak.requiredMs);
  const state = replay(lines);
  if (action.basis === 'direct') {
    const watchedSince = state.observed.get('soak-started')?.[0]?.at;
    const isOverridden = plan.overrides.some((override) => override.kind === 'delete-signing-key' && override.keyId === key.keyId);
    if (!isOverridden) return `1: signing key ${key.keyId} was deleted without an override`;
    if (effect.by !== key.keyId) return `1: ${key.keyId} was deleted directly by ${effect.by}`;
    return watchedSince !== undefined && effect.at >= msOf(watchedSince) + soakMs + EVENT_LATENCY_MS ? null : `1: signing key ${key.keyId} was deleted before its waiting time was over`;
  }
  const since = state.steps.get(`contain-${key.keyId}/deactivate`)?.succeededAt ?? key.containedSince;
  if (since === null) return `1: ${key.keyId} was deleted, but never contained`;
  if (effect.at < msOf(since) + soakMs + EVENT_LATENCY_MS) return `1: ${key.keyId} was deleted ${effect.at - msOf(since)} ms after ${since}; the soak is ${soakMs} ms`;
  // CloudTrail cuts times to seconds, and what happened within the latency before the delete nobody could see.
  if (!isUnproved && !wasInactive(history, key.keyId, msOf(since) + SECOND_MS, effect.at - EVENT_LATENCY_MS)) return `1: ${key.keyId} was not inactive for the whole soak`;
  return null;
}

/** Promise 1 where a person deletes: they are told only after the soak, and only of keys that were off for all of it. */
function assessTold(history: History, { plan, lines }: RunRecord): string[] {
  const state = replay(lines);
  const toldAt = state.told.get(DELETION_STEP);
  if (toldAt === undefined) return [];
  const rests = [...containedKeys(plan, state)];
  const since = [...rests.map(([, at]) => at), ...[deactivationIn(state)?.since ?? []].flat()].sort().at(-1);
  if (since === undefined) return ['1: somebody was told to delete what was never seen contained'];
  const soakMs = plan.overrides.some((override) => override.kind === 'short-soak') ? plan.soak.plannedMs : Math.max(plan.soak.plannedMs, plan.soak.requiredMs);
  return [
    ...(msOf(toldAt) < msOf(since) + soakMs + EVENT_LATENCY_MS ? ['1: somebody was told to delete before the soak was over'] : []),
    ...rests.filter(([keyId, at]) => !wasInactive(history, keyId, msOf(at) + SECOND_MS, msOf(toldAt) - EVENT_LATENCY_MS)).map(([keyId]) => `1: somebody was told to delete ${keyId}, which was not inactive for the whole soak`),
  ];
}

/** Promise 5: no effect of a run comes twice. A key is deactivated once and activated once, by a rollback. */
function assessRepeats({ world, runs }: History): string[] {
  const counts = new Map<string, number>();
  for (const effect of world.effects) {
    const name = `${effect.operation} ${effect.target}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const once = runs.length;
  return [...counts].filter(([name, count]) => count > (name.startsWith('UpdateAccessKey') ? 2 * once : name.startsWith('DeleteAccessKey') ? 1 : once))
    .map(([name, count]) => `5: ${name} happened ${count} times in ${once} runs`);
}

/** Every promise that the world's history shows broken, with its number on the product page. */
export function assessHistory(history: History): string[] {
  const { world } = history;
  const deletes = world.effects.filter((effect) => effect.operation === 'DeleteAccessKey');
  const selfContained = changesOf(world.events).filter((change) => change.by === change.keyId && change.status === 'Inactive');
  return [
    ...deletes.map((effect) => assessDelete(history, effect)).filter((broken) => broken !== null),
    ...selfContained.map((change) => `3: key ${change.keyId} deactivated itself`),
    ...history.runs.flatMap((run) => assessTold(history, run)),
    ...assessRepeats(history),
  ];
}

/** Keys of root that were there at a time and still are. */
export const keysSince = (world: World, time: number): string[] =>
  (world.accounts[ACCOUNT]?.root.keys ?? []).filter((key) => key.createdAt <= time).map((key) => key.id);
