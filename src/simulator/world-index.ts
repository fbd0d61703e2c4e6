/** Finds principals and units of a world by their ids without reading them all. A cache over the world's lists, which anybody may change; holds nothing of its own. */
import type { Organization, OrganizationalUnit, Principal, World } from './world.ts';

type Places = { readCount: number; byId: Map<string, number> };

const placesOf = new WeakMap<readonly object[], Places>();

/** The item of that id. Lists grow at their ends; where something else happened to one, it is read again. */
function findById<Item extends object>(items: readonly Item[], idOf: (item: Item) => string, id: string): Item | undefined {
  let places = placesOf.get(items);
  if (places === undefined || places.readCount > items.length) {
    places = { readCount: 0, byId: new Map() };
    placesOf.set(items, places);
  }
  for (; places.readCount < items.length; places.readCount += 1) {
    const item = items[places.readCount];
    if (item !== undefined && !places.byId.has(idOf(item))) places.byId.set(idOf(item), places.readCount);
  }
  const found = items[places.byId.get(id) ?? -1];
  if (found !== undefined && idOf(found) === id) return found;
  const moved = items.find((item) => idOf(item) === id);
  if (moved !== undefined) placesOf.delete(items);
  return moved;
}

export const findPrincipal = ({ principals }: World, accessKeyId: string): Principal | undefined => findById(principals, (principal) => principal.accessKeyId, accessKeyId);

export const findUnit = ({ units }: Organization, id: string): OrganizationalUnit | undefined => findById(units, (unit) => unit.id, id);

/** The unit or the root above an account or a unit; undefined for the root, and for what is not in the organization. */
export const parentOf = (organization: Organization, id: string): string | undefined =>
  organization.parents[id] ?? (id === organization.rootId ? undefined : findUnit(organization, id)?.parentId);
