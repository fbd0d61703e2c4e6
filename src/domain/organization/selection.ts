/** Which accounts of an organization are meant: by unit, by id, by tag, and which are left out. Pure; tags are read by whoever asks. */
import type { OrganizationAccount, OrganizationalUnit, OrganizationTree } from '../organization.ts';
import { problem } from '../problem.ts';
import { openPaths } from './account-path.ts';

export type Tag = { key: string; value: string };

/**
 * Units (id or name) and accounts add up, and without either all accounts are meant. An account needs every tag. What is excluded (account,
 * or unit with all below it) is left out in any case.
 */
export type Selection = { units: string[]; accounts: string[]; tags: Tag[]; excluded: string[] };

export const EVERY_ACCOUNT: Selection = { units: [], accounts: [], tags: [], excluded: [] };

const SHOWN = 12;
const listed = (names: readonly string[]): string => (names.length <= SHOWN ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')}, and ${names.length - SHOWN} more`);
const describe = ({ id, name }: OrganizationalUnit): string => `${JSON.stringify(name)} (${id})`;

/** The id of a unit, or of the organization's root, that was given by id or by name. */
function findUnit(tree: OrganizationTree, given: string, option: string): string {
  const units = [{ ...tree.root, parentId: '' }, ...tree.units];
  const exact = units.find(({ id }) => id === given);
  if (exact !== undefined) return exact.id;
  const [first, ...others] = units.filter(({ name }) => name === given);
  if (first === undefined) throw problem('input/selection', { detail: `${option} ${JSON.stringify(given)}: there is no such unit. There are ${listed(units.map(describe))}.` });
  if (others.length === 0) return first.id;
  const pathOf = openPaths(tree);
  throw problem('input/selection', { detail: `${option} ${JSON.stringify(given)} is ambiguous: ${listed([first, ...others].map(({ id }) => `${id} is ${pathOf(id).names.join('/')}`))}. Give an id.` });
}

function findAccount(tree: OrganizationTree, given: string, option: string): string {
  if (tree.accounts.some(({ id }) => id === given)) return given;
  throw problem('input/selection', { detail: `${option} ${JSON.stringify(given)}: there is no such account among the ${tree.accounts.length} of organization ${tree.id}.` });
}

/**
 * The accounts that the selection means as far as the tree tells, in the tree's order; tags are held against them afterwards.
 * @throws Problem `input/selection` for a unit or account that is not there, a name that several units have, and where nothing is left
 */
export function selectByPlace(tree: OrganizationTree, selection: Selection): OrganizationAccount[] {
  const units = new Set(selection.units.map((given) => findUnit(tree, given, '--ou')));
  const accounts = new Set(selection.accounts.map((given) => findAccount(tree, given, '--account')));
  const excluded = new Set(selection.excluded.map((given) => (/^\d{12}$/.test(given) ? findAccount : findUnit)(tree, given, '--exclude')));
  const pathOf = openPaths(tree);
  const isEach = units.size === 0 && accounts.size === 0;
  const chosen = tree.accounts.filter(({ id, parentId }) => {
    const { ids } = pathOf(parentId);
    if (excluded.has(id) || ids.some((unit) => excluded.has(unit))) return false;
    return isEach || accounts.has(id) || ids.some((unit) => units.has(unit));
  });
  if (chosen.length === 0) throw problem('input/selection', { detail: 'No account is left to look at.' });
  return chosen;
}

export const hasTags = (tags: Readonly<Record<string, string>>, wanted: readonly Tag[]): boolean => wanted.every(({ key, value }) => Object.hasOwn(tags, key) && tags[key] === value);

/** `KEY=VALUE`; the value may be empty. @throws Problem `input/usage` */
export function parseTag(text: string): Tag {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw problem('input/usage', { detail: `--tag takes KEY=VALUE, not ${JSON.stringify(text)}.` });
  return { key, value };
}
