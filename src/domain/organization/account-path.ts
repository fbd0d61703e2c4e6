/** Where the accounts of an organization stand, looked up once for each unit: there are thousands of accounts, and few units. Pure. */
import { pathTo, type OrganizationTree } from '../organization.ts';
import type { AccountPath } from './survey.ts';

/** The path of an account by the id of its parent. */
export function openPaths(tree: OrganizationTree): (parentId: string) => AccountPath {
  const names = new Map([[tree.root.id, tree.root.name], ...tree.units.map(({ id, name }): [string, string] => [id, name])]);
  const known = new Map<string, AccountPath>();
  return (parentId) => {
    const before = known.get(parentId);
    if (before !== undefined) return before;
    const ids = pathTo(tree, parentId);
    const path = { ids, names: ids.map((id) => names.get(id) ?? id) };
    known.set(parentId, path);
    return path;
  };
}
