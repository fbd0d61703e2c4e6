/** The tree of an organization, and where something stands in it. Pure; knows no policy. */
import type { OrganizationTarget } from './guardrail.ts';
import type { AccountId, OrganizationId } from './identifiers.ts';

export type OrganizationalUnit = { id: string; name: string; parentId: string };

/** `State` of an account (Organizations User Guide, "Account state"); where AWS answers without one, the retired `Status` stands in. */
export type AccountState = 'active' | 'suspended' | 'pending-closure' | 'pending-activation' | 'closed' | 'unknown';

export type OrganizationAccount = { id: AccountId; name: string; parentId: string; state: AccountState };

export type OrganizationTree = {
  id: OrganizationId;
  managementAccount: AccountId;
  /** False for consolidated billing only, which has no service control policies. */
  hasAllFeatures: boolean;
  isScpEnabled: boolean;
  root: { id: string; name: string };
  units: OrganizationalUnit[];
  accounts: OrganizationAccount[];
};

type Node = OrganizationalUnit | OrganizationAccount;

const nodesById = new WeakMap<OrganizationTree, ReadonlyMap<string, Node>>();

/** Units and accounts by id, gathered once for each tree: an organization has thousands. */
function nodesOf(tree: OrganizationTree): ReadonlyMap<string, Node> {
  const known = nodesById.get(tree) ?? new Map([...tree.units, ...tree.accounts].map((node): [string, Node] => [node.id, node]));
  nodesById.set(tree, known);
  return known;
}

/** The root, unit or account of that id; null where the tree has none. */
export function findTarget(tree: OrganizationTree, id: string): OrganizationTarget | null {
  if (id === tree.root.id) return { kind: 'root', ...tree.root };
  const node = nodesOf(tree).get(id);
  return node === undefined ? null : { kind: 'state' in node ? 'account' : 'organizational-unit', id, name: node.name };
}

/** Ids from the root down to the node itself; empty for what is not in the tree. */
export function pathTo(tree: OrganizationTree, id: string): string[] {
  if (id === tree.root.id) return [id];
  const parent = nodesOf(tree).get(id)?.parentId;
  return parent === undefined ? [] : [...pathTo(tree, parent), id];
}

/** The units and accounts below a node, and itself where it is an account. */
export function nodesUnder(tree: OrganizationTree, id: string): { units: OrganizationalUnit[]; accounts: OrganizationAccount[] } {
  const inside = new Set([id]);
  const units: OrganizationalUnit[] = [];
  // Units may be listed in any order, so the set grows until it stays.
  for (let before = -1; before !== inside.size; ) {
    before = inside.size;
    for (const unit of tree.units) {
      if (inside.has(unit.id) || !inside.has(unit.parentId)) continue;
      inside.add(unit.id);
      units.push(unit);
    }
  }
  return { units, accounts: tree.accounts.filter((account) => account.id === id || inside.has(account.parentId)) };
}

/** The accounts below a node on which its service control policies act: the management account is never bound, and a closed account does nothing. */
export const boundAccountsUnder = (tree: OrganizationTree, id: string): OrganizationAccount[] =>
  nodesUnder(tree, id).accounts.filter((account) => account.id !== tree.managementAccount && account.state !== 'closed' && account.state !== 'suspended');

/** Those of them that a session can be opened in. */
export const activeAccountsUnder = (tree: OrganizationTree, id: string): OrganizationAccount[] =>
  boundAccountsUnder(tree, id).filter((account) => account.state === 'active');
