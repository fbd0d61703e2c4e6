/** In which order a policy spreads over an organization: a canary first, then targets by growing size, never more than doubling at a time. Pure. */
import type { OrganizationTarget } from './guardrail.ts';
import { activeAccountsUnder, boundAccountsUnder, findTarget, nodesUnder, pathTo, type OrganizationTree } from './organization.ts';
import { problem } from './problem.ts';

export type SpreadRequest = {
  /** Ids in the order given, one wave each; empty for the units below the root. */
  targets: string[];
  canary: string | null;
  exclude: string[];
};

const requireTarget = (tree: OrganizationTree, id: string): OrganizationTarget => {
  const target = findTarget(tree, id);
  if (target === null) throw problem('guardrail/target-unknown', { detail: `${JSON.stringify(id)} is not in organization ${tree.id}.` });
  return target;
};

/** Without a word from the operator: a unit called sandbox, else the one with the fewest active accounts. */
function chooseCanary(tree: OrganizationTree, candidates: readonly OrganizationTarget[]): OrganizationTarget | null {
  const living = candidates.filter(({ id }) => activeAccountsUnder(tree, id).length > 0);
  const bySize = [...living].sort((first, second) => sizeOf(tree, first.id) - sizeOf(tree, second.id) || (first.id < second.id ? -1 : 1));
  return bySize.find(({ name }) => /sandbox/i.test(name)) ?? bySize[0] ?? null;
}

const sizeOf = (tree: OrganizationTree, id: string): number => boundAccountsUnder(tree, id).length;

/** Inside one of the others, which then reaches it anyway. */
const isCovered = (tree: OrganizationTree, id: string, others: readonly string[]): boolean => pathTo(tree, id).some((above) => above !== id && others.includes(above));

/** Each further wave at most doubles what was reached before, unless a single target is larger than that. */
function gather(tree: OrganizationTree, targets: readonly OrganizationTarget[], reachedBefore: number): OrganizationTarget[][] {
  const waves: OrganizationTarget[][] = [];
  let [before, inWave] = [reachedBefore, 0];
  for (const target of targets) {
    const size = sizeOf(tree, target.id);
    const latest = waves.at(-1);
    if (latest !== undefined && (inWave === 0 || inWave + size <= before)) latest.push(target);
    else {
      waves.push([target]);
      before += inWave;
      inWave = 0;
    }
    inWave += size;
  }
  return waves;
}

/** The units directly below the root, and accounts that hang on the root itself; never the root. */
function defaultTargets(tree: OrganizationTree): OrganizationTarget[] {
  const units = tree.units.filter(({ parentId }) => parentId === tree.root.id).map(({ id }) => requireTarget(tree, id));
  const strays = tree.accounts.filter(({ id, parentId }) => parentId === tree.root.id && id !== tree.managementAccount).map(({ id }) => requireTarget(tree, id));
  return [...units, ...strays];
}

/**
 * The waves. Targets that are named come one by one in the order given, the organization's root last and only when it is named; else the units
 * below the root by growing size.
 * @throws Problem `guardrail/target-unknown`; `guardrail/no-canary` where nothing living can be tried first
 */
export function assembleWaves(tree: OrganizationTree, { targets, canary, exclude }: SpreadRequest): OrganizationTarget[][] {
  for (const id of exclude) requireTarget(tree, id);
  const isExcluded = (id: string): boolean => pathTo(tree, id).some((above) => exclude.includes(above));
  const isGiven = targets.length > 0;
  const wanted = (isGiven ? targets.map((id) => requireTarget(tree, id)) : defaultTargets(tree)).filter(({ id }) => !isExcluded(id));
  const reachingExcluded = wanted.find(({ id }) => exclude.some((out) => pathTo(tree, out).includes(id)));
  if (reachingExcluded !== undefined) {
    throw problem('guardrail/target-unknown', { detail: `${reachingExcluded.name} (${reachingExcluded.id}) contains a target that is to be left out: name its other children instead (--target).` });
  }
  const below = wanted.flatMap(({ id }) => [...nodesUnder(tree, id).units, ...(findTarget(tree, id)?.kind === 'account' ? [{ id }] : [])]).map(({ id }) => requireTarget(tree, id));
  const first = canary === null ? chooseCanary(tree, isGiven ? wanted.slice(0, 1) : [...wanted, ...below]) : requireTarget(tree, canary);
  if (first === null || first.kind === 'root' || activeAccountsUnder(tree, first.id).length === 0) {
    throw problem('guardrail/no-canary', { detail: first === null ? 'No unit has an active account.' : `${first.name} (${first.id}) ${first.kind === 'root' ? 'is the whole organization' : 'has no active account'}.` });
  }
  const rest = wanted.filter(({ id }) => id !== first.id && (isGiven || !isCovered(tree, id, [first.id])));
  const root = rest.filter(({ kind }) => kind === 'root');
  const others = rest.filter(({ kind }) => kind !== 'root');
  if (isGiven) return [[first], ...others.map((target) => [target]), ...root.map((target) => [target])];
  others.sort((one, other) => sizeOf(tree, one.id) - sizeOf(tree, other.id) || (one.id < other.id ? -1 : 1));
  return [[first], ...gather(tree, others, sizeOf(tree, first.id))];
}
