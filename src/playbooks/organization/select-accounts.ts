/** Selects accounts of an organization; asks for tags only where the selection speaks of them. */
import { hasTags, selectByPlace, type Selection } from '../../domain/organization/selection.ts';
import type { OrganizationAccount, OrganizationTree } from '../../domain/organization.ts';
import { problem } from '../../domain/problem.ts';
import { managerOf, type Session } from '../session.ts';

/** @throws Problem `input/selection`, and those of calls that are refused: what cannot be told apart is not selected by halves */
export async function selectAccounts(session: Session, tree: OrganizationTree, selection: Selection): Promise<OrganizationAccount[]> {
  const placed = selectByPlace(tree, selection);
  if (selection.tags.length === 0) return placed;
  const { reader } = managerOf(session);
  session.ui.emit({ code: 'survey/reading', what: 'tags', accounts: placed.length });
  // The lane keeps the pace.
  const tagged = await Promise.all(placed.map(async (account) => (hasTags(await reader.readOrganizationTags(account.id), selection.tags) ? [account] : [])));
  const chosen = tagged.flat();
  if (chosen.length === 0) throw problem('input/selection', { detail: `None of ${placed.length} accounts has the tag ${selection.tags.map(({ key, value }) => `${key}=${value}`).join(', ')}.` });
  return chosen;
}
