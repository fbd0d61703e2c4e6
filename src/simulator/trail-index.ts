/** Finds events by account, Region and time without reading them all. A cache over the world's events; holds nothing of its own. */
import type { Time, TrailEvent, World } from './world.ts';

type Index = { readCount: number; byPlace: Map<string, TrailEvent[]> };

const indexes = new WeakMap<TrailEvent[], Index>();

/** A place in the order of events: time, then id. */
export type TrailPosition = { at: Time; id: string };

/**
 * The events of an account in a Region, newest first, that come before a position. Events of the same time are in the
 * order of their ids.
 */
export function* eventsBefore(world: World, accountId: string, region: string, position: TrailPosition): Generator<TrailEvent> {
  const events = indexOf(world.events).byPlace.get(placeOf(accountId, region)) ?? [];
  for (let place = countBefore(events, position) - 1; place >= 0; place -= 1) {
    const event = events[place];
    if (event !== undefined) yield event;
  }
}

function indexOf(events: TrailEvent[]): Index {
  let index = indexes.get(events);
  if (index === undefined || index.readCount > events.length) {
    index = { readCount: 0, byPlace: new Map() };
    indexes.set(events, index);
  }
  for (const event of events.slice(index.readCount)) {
    const place = placeOf(event.accountId, event.region);
    const there = index.byPlace.get(place) ?? [];
    there.splice(countBefore(there, event), 0, event);
    index.byPlace.set(place, there);
  }
  index.readCount = events.length;
  return index;
}

function placeOf(accountId: string, region: string): string {
  return `${accountId}/${region}`;
}

function countBefore(events: TrailEvent[], position: TrailPosition): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event !== undefined && isBefore(event, position)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(first: TrailPosition, second: TrailPosition): boolean {
  return first.at < second.at || (first.at === second.at && first.id < second.id);
}
