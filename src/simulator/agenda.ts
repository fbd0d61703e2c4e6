/** What the world does by itself as its clock goes on: other people's calls, and their changes to keys. Knows no service. */
import { homeRegion } from './regions.ts';
import { recordRootCall } from './trail.ts';
import type { ConsoleTask, Happening, RootCall, Time, World } from './world.ts';

type Dated = Exclude<Happening, { kind: 'after-key-status' | 'after-told' }>;
type Watch = Extract<Happening, { kind: 'after-key-status' }>;
type Person = Extract<Happening, { kind: 'after-told' }>;

/**
 * Plays everything that is due up to `now`, in order of time. Recurring calls are put back on the agenda until their end;
 * happenings that wait for a key's status go onto it once the key has that status.
 */
export function playAgenda(world: World, now: Time): void {
  startWatches(world, now, (watch) => writtenAt(world, watch) ?? now);
  for (let next = takeNext(world, now); next !== undefined; next = takeNext(world, now)) {
    const at = dueAt(next);
    play(world, next, at);
    startWatches(world, at, () => at);
  }
}

/** Tells the person at the console what to do. Whoever was told once goes about it, and is not told again. */
export function tellPerson(world: World, task: ConsoleTask, now: Time): void {
  const isMeant = (happening: Happening): happening is Person => happening.kind === 'after-told' && happening.task === task && happening.at <= now;
  const told = world.agenda.filter(isMeant);
  world.agenda = [...world.agenda.filter((happening) => !isMeant(happening)), ...told.flatMap(({ follow }) => follow.map((happening) => postponed(happening, now)))];
}

/** When it happens: on time, or late by a jitter that follows from the time alone, so that a world is reproducible. */
function dueAt(happening: Dated): Time {
  if (happening.kind !== 'root-call' || happening.jitterMs === undefined) return happening.at;
  const seconds = Math.floor(happening.at / 1_000);
  // Knuth's multiplicative hash: neighbouring times get jitters far apart.
  const fraction = (Math.imul(seconds, 2_654_435_761) >>> 0) / 2 ** 32;
  return happening.at + Math.floor(fraction * happening.jitterMs);
}

function takeNext(world: World, now: Time): Dated | undefined {
  let next: Dated | undefined;
  for (const happening of world.agenda) {
    if (happening.kind === 'after-key-status' || happening.kind === 'after-told' || dueAt(happening) > now) continue;
    if (next === undefined || dueAt(happening) < dueAt(next)) next = happening;
  }
  if (next === undefined) return undefined;
  const following = followingOf(next);
  world.agenda.splice(world.agenda.indexOf(next), 1, ...(following === undefined ? [] : [following]));
  return next;
}

function followingOf(happening: Dated): Dated | undefined {
  if (happening.kind !== 'root-call' || happening.everyMs === undefined) return undefined;
  const at = happening.at + happening.everyMs;
  return happening.untilAt !== undefined && at > happening.untilAt ? undefined : { ...happening, at };
}

function play(world: World, happening: Dated, at: Time): void {
  if (happening.kind === 'root-call') {
    recordRootCall(world, happening.call, at);
    return;
  }
  const root = world.accounts[happening.accountId]?.root;
  if (root === undefined) return;
  if (happening.kind === 'set-key-status') {
    const { keyId, status, by } = happening;
    const key = root.keys.find(({ id }) => id === keyId);
    const call = keyCall(world, by, 'UpdateAccessKey', { accessKeyId: keyId, status });
    if (key !== undefined && recordRootCall(world, call, at)) key.status = status;
    return;
  }
  const { keyId, by } = happening;
  if (happening.kind === 'delete-key') {
    const isThere = root.keys.some(({ id }) => id === keyId);
    if (isThere && recordRootCall(world, keyCall(world, by, 'DeleteAccessKey', { accessKeyId: keyId }), at)) root.keys = root.keys.filter(({ id }) => id !== keyId);
    return;
  }
  if (root.keys.length >= 2) return;
  const created = { accessKey: { accessKeyId: keyId, status: 'Active', createDate: new Date(at).toISOString() } };
  if (!recordRootCall(world, { ...keyCall(world, by, 'CreateAccessKey', {}), response: created }, at)) return;
  root.keys.push({ id: keyId, status: 'Active', createdAt: at });
}

function keyCall(world: World, by: RootCall, operation: string, parameters: Record<string, unknown>): RootCall {
  return { ...by, service: 'iam', operation, region: homeRegion(world.partition), isReadOnly: false, parameters };
}

function startWatches(world: World, now: Time, changedAt: (watch: Watch) => Time): void {
  const isMet = ({ at, accountId, keyId, status: awaited }: Watch) =>
    at <= now && world.accounts[accountId]?.root.keys.some(({ id, status }) => id === keyId && status === awaited) === true;
  const met = world.agenda.filter((happening): happening is Watch => happening.kind === 'after-key-status' && isMet(happening));
  if (met.length === 0) return;
  world.agenda = [
    ...world.agenda.filter((happening) => !met.some((watch) => watch === happening)),
    ...met.flatMap((watch) => watch.follow.map((happening) => postponed(happening, changedAt(watch)))),
  ];
}

/** When a call to the simulated IAM last set the key's status. */
function writtenAt(world: World, { keyId }: Watch): Time | undefined {
  return world.effects.findLast(({ operation, target }) => operation === 'UpdateAccessKey' && target === keyId)?.at;
}

function postponed(happening: Happening, byMs: number): Happening {
  const moved = { ...happening, at: happening.at + byMs };
  return moved.kind === 'root-call' && moved.untilAt !== undefined ? { ...moved, untilAt: moved.untilAt + byMs } : moved;
}
