/** What the world does by itself as its clock goes on: other people's calls, and their changes to keys and to the organization. Knows no service. */
import { homeRegion } from './regions.ts';
import { recordRootCall } from './trail.ts';
import type { ConsoleTask, Happening, OrganizationChange, RootCall, Time, World } from './world.ts';

type Watch = Extract<Happening, { kind: 'after-key-status' | 'after-attachment' }>;
type Person = Extract<Happening, { kind: 'after-told' }>;
type Dated = Exclude<Happening, Watch | Person>;

/**
 * Plays everything that is due up to `now`, in order of time. Recurring calls are put back on the agenda until their end;
 * happenings that wait for something go onto it once that has come to be.
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
    if (isWatch(happening) || happening.kind === 'after-told' || dueAt(happening) > now) continue;
    if (next === undefined || dueAt(happening) < dueAt(next)) next = happening;
  }
  if (next === undefined) return undefined;
  const following = followingOf(next);
  world.agenda.splice(world.agenda.indexOf(next), 1, ...(following === undefined ? [] : [following]));
  return next;
}

function followingOf(happening: Dated): Dated | undefined {
  if ((happening.kind !== 'root-call' && happening.kind !== 'organization-change') || happening.everyMs === undefined) return undefined;
  const at = happening.at + happening.everyMs;
  return happening.untilAt !== undefined && at > happening.untilAt ? undefined : { ...happening, at };
}

function play(world: World, happening: Dated, at: Time): void {
  switch (happening.kind) {
    case 'root-call': return void recordRootCall(world, happening.call, at);
    case 'organization-change': return changeOrganization(world, happening.change, at + happening.takesMs);
    case 'set-key-status': {
      const { accountId, keyId, status, by } = happening;
      const key = world.accounts[accountId]?.root.keys.find(({ id }) => id === keyId);
      const call = keyCall(world, by, 'UpdateAccessKey', { accessKeyId: keyId, status });
      if (key !== undefined && recordRootCall(world, call, at)) key.status = status;
      return;
    }
    case 'create-key': return createKey(world, happening, at);
    case 'delete-key': return deleteKey(world, happening, at);
  }
}

function createKey(world: World, { accountId, keyId, by }: Extract<Dated, { kind: 'create-key' }>, at: Time): void {
  const keys = world.accounts[accountId]?.root.keys ?? [];
  if (keys.length >= 2) return;
  const created = { accessKey: { accessKeyId: keyId, status: 'Active', createDate: new Date(at).toISOString() } };
  if (!recordRootCall(world, { ...keyCall(world, by, 'CreateAccessKey', {}), response: created }, at)) return;
  keys.push({ id: keyId, status: 'Active', createdAt: at });
}

function deleteKey(world: World, { accountId, keyId, by }: Extract<Dated, { kind: 'delete-key' }>, at: Time): void {
  const root = world.accounts[accountId]?.root;
  if (root?.keys.some(({ id }) => id === keyId) !== true) return;
  if (recordRootCall(world, keyCall(world, by, 'DeleteAccessKey', { accessKeyId: keyId }), at)) root.keys = root.keys.filter(({ id }) => id !== keyId);
}

/** What changes is there at once; until it is done, the writes of others are refused. */
function changeOrganization({ organization }: World, change: OrganizationChange, until: Time): void {
  if (organization === undefined) return;
  const isPolicyChange = change.kind === 'attach' || change.kind === 'detach';
  if (isPolicyChange) {
    const others = (organization.attachments[change.targetId] ?? []).filter((id) => id !== change.policyId);
    organization.attachments[change.targetId] = change.kind === 'attach' ? [...others, change.policyId] : others;
  } else if (change.kind === 'move-account') organization.parents[change.accountId] = change.parentId;
  organization.changing = { until, answer: isPolicyChange ? 'PolicyChangesInProgressException' : 'ConcurrentModificationException' };
}

function keyCall(world: World, by: RootCall, operation: string, parameters: Record<string, unknown>): RootCall {
  return { ...by, service: 'iam', operation, region: homeRegion(world.partition), isReadOnly: false, parameters };
}

const isWatch = (happening: Happening): happening is Watch => happening.kind === 'after-key-status' || happening.kind === 'after-attachment';

function isMet(world: World, watch: Watch): boolean {
  if (watch.kind === 'after-attachment') return writtenAt(world, watch) !== undefined;
  return world.accounts[watch.accountId]?.root.keys.some(({ id, status }) => id === watch.keyId && status === watch.status) === true;
}

function startWatches(world: World, now: Time, changedAt: (watch: Watch) => Time): void {
  const met = world.agenda.filter((happening): happening is Watch => isWatch(happening) && happening.at <= now && isMet(world, happening));
  if (met.length === 0) return;
  world.agenda = [
    ...world.agenda.filter((happening) => !met.some((watch) => watch === happening)),
    ...met.flatMap((watch) => watch.follow.map((happening) => postponed(happening, changedAt(watch)))),
  ];
}

/** When a call to the simulated AWS last made what is waited for. */
function writtenAt(world: World, watch: Watch): Time | undefined {
  return world.effects.findLast(({ operation, target }) =>
    watch.kind === 'after-key-status' ? operation === 'UpdateAccessKey' && target === watch.keyId : operation === 'AttachPolicy' && target.endsWith(`@${watch.targetId}`))?.at;
}

function postponed(happening: Happening, byMs: number): Happening {
  const moved = { ...happening, at: happening.at + byMs };
  return 'untilAt' in moved && moved.untilAt !== undefined ? { ...moved, untilAt: moved.untilAt + byMs } : moved;
}
