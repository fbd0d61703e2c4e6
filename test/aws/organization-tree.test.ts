/** The tree of an organization, as the adapter reads it through the real client: by paths where accounts have them, else unit by unit. */
import { describe, expect, it } from 'vitest';
import { jsonAnswer } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const [ROOT, PARENT, CHILD] = ['r-ab12', 'ou-ab12-parentun', 'ou-ab12-childuni'];
const MEMBERS: Readonly<Record<string, string>> = { '111122223333': ROOT, '222233334444': PARENT, '333344445555': CHILD };
const PATHS: Readonly<Record<string, string>> = {
  [ROOT]: `o-exampleorg1/${ROOT}/`, [PARENT]: `o-exampleorg1/${ROOT}/${PARENT}/`, [CHILD]: `o-exampleorg1/${ROOT}/${PARENT}/${CHILD}/`,
};
const UNITS: Readonly<Record<string, object[]>> = { [ROOT]: [{ Id: PARENT, Name: 'parent' }], [PARENT]: [{ Id: CHILD, Name: 'child' }] };

const account = (id: string) => ({ Id: id, Name: `account ${id}`, State: 'ACTIVE' });
const wanted = Object.entries(MEMBERS).map(([id, parentId]) => ({ id, name: `account ${id}`, parentId, state: 'active' }));

/** @param pathsOf the paths with which ListAccounts answers an account that stands in a unit */
function openOrganization(pathsOf: (id: string, parentId: string) => string[] | undefined, listedBesides: string[] = []) {
  return openScriptedCloud(({ operation, body }) => {
    const { ParentId: parentId = '' } = JSON.parse(body) as { ParentId?: string };
    if (operation === 'DescribeOrganization') return jsonAnswer({ Organization: { Id: 'o-exampleorg1', MasterAccountId: '111122223333', FeatureSet: 'ALL' } });
    if (operation === 'ListRoots') return jsonAnswer({ Roots: [{ Id: ROOT, Name: 'Root' }] });
    if (operation === 'ListOrganizationalUnitsForParent') return jsonAnswer({ OrganizationalUnits: UNITS[parentId] ?? [] });
    if (operation === 'ListAccounts') return jsonAnswer({ Accounts: [...Object.keys(MEMBERS), ...listedBesides].map((id) => ({ ...account(id), Paths: pathsOf(id, MEMBERS[id] ?? ROOT) })) });
    return jsonAnswer({ Accounts: Object.keys(MEMBERS).filter((id) => MEMBERS[id] === parentId).map(account) });
  });
}

const operationsOf = ({ handler }: ReturnType<typeof openOrganization>) => handler.seen.map(({ operation }) => operation);

describe('the tree', () => {
  it.each([
    ['end with the account', (id: string, parentId: string) => [`${PATHS[parentId]}${id}/`]],
    ['end with the unit', (_: string, parentId: string) => [PATHS[parentId] ?? '']],
  ])('is read by the paths of its accounts, where they %s', async (_, pathsOf) => {
    const opened = openOrganization(pathsOf);
    const tree = await opened.cloud.reader.readOrganizationTree();
    expect(tree.accounts).toEqual(wanted);
    expect(tree.units).toEqual([{ id: PARENT, name: 'parent', parentId: ROOT }, { id: CHILD, name: 'child', parentId: PARENT }]);
    expect(operationsOf(opened)).not.toContain('ListAccountsForParent');
  });

  it('names an account once, though two pages have it', async () => {
    const { cloud } = openOrganization((id, parentId) => [`${PATHS[parentId]}${id}/`], ['222233334444']);
    expect((await cloud.reader.readOrganizationTree()).accounts).toEqual(wanted);
  });

  it('is not taken where an account is in no unit, since it moved while they were read: nobody is lost unseen', async () => {
    const { cloud } = openOrganization(() => undefined, ['999988887777']);
    await expect(cloud.reader.readOrganizationTree()).rejects.toMatchObject({ code: 'aws/unreadable-answer', detail: expect.stringContaining('999988887777') as string });
  });

  it.each([
    ['has no path', () => undefined],
    ['has an empty list of paths', () => []],
    ['stands in a unit that was not there when units were listed', () => [`o-exampleorg1/${ROOT}/ou-ab12-tooyoung/`]],
  ])('is read unit by unit, where one account %s', async (_, pathsOf) => {
    const opened = openOrganization((id, parentId) => (id === '333344445555' ? pathsOf() : [`${PATHS[parentId]}${id}/`]));
    expect((await opened.cloud.reader.readOrganizationTree()).accounts).toEqual(wanted);
    expect(operationsOf(opened).filter((operation) => operation === 'ListAccountsForParent')).toHaveLength(3);
  });
});
