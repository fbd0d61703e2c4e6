/** The tree of the organization: its root, the units down from there, and all accounts with the paths on which they stand. Knows no policy. */
import type { Account } from '@aws-sdk/client-organizations';
import { parseAccountId, parseOrganizationId } from '../domain/identifiers.ts';
import type { AccountState, OrganizationAccount, OrganizationalUnit } from '../domain/organization.ts';
import { asProblem, problem, type Problem } from '../domain/problem.ts';
import type { CloudReader } from '../ports/cloud.ts';
import { parseAnswer, parsePresent, renamed } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { readLane } from './organization-lanes.ts';

const STATES: Readonly<Record<string, AccountState>> = {
  ACTIVE: 'active', SUSPENDED: 'suspended', PENDING_CLOSURE: 'pending-closure', PENDING_ACTIVATION: 'pending-activation', CLOSED: 'closed',
};

/** `State` has replaced `Status`, which is retired since 2026-09-09 (Organizations User Guide, "Account state"). */
const stateOf = ({ State, Status }: Account): AccountState => STATES[State ?? Status ?? ''] ?? 'unknown';

/**
 * The unit or root in which an account stands, by its path `o-…/r-…/ou-…/111122223333/` (Organizations API reference, Account: there since
 * 2026-03-30); undefined where it is answered without one.
 */
const parentOf = ({ Paths }: Account): string | undefined => Paths?.[0]?.split('/').findLast((part) => /^(?:r|ou)-/.test(part));

function parseAccount(operation: string, account: Account, parentId: string): OrganizationAccount {
  const id = parsePresent(account.Id, operation, 'Id');
  return { id: parseAnswer(operation, () => parseAccountId(id)), name: account.Name ?? id, parentId, state: stateOf(account) };
}

/** Who may not read the organization does not manage it. */
export function asNotManagement(thrown: unknown): Problem {
  const refused = asProblem(thrown);
  const isRefusal = refused.code === 'aws/access-denied' || refused.code === 'aws/not-in-organization';
  return isRefusal ? renamed('guardrail/not-management', refused) : refused;
}

type Nodes = { units: OrganizationalUnit[]; accounts: OrganizationAccount[] };

export function openOrganizationTreeReader(clients: Clients, calls: Calls): Pick<CloudReader, 'readOrganizationTree'> {
  const describe = async () => {
    const operation = 'organizations:DescribeOrganization';
    const { client, sdk } = await clients.organizations();
    const { Organization: found } = await calls.read(readLane('DescribeOrganization'), operation, () => client.send(new sdk.DescribeOrganizationCommand({})));
    const [id, management] = [parsePresent(found?.Id, operation, 'Id'), parsePresent(found?.MasterAccountId, operation, 'MasterAccountId')];
    return parseAnswer(operation, () => ({ id: parseOrganizationId(id), managementAccount: parseAccountId(management), hasAllFeatures: found?.FeatureSet === 'ALL' }));
  };

  const readRoot = async () => {
    const operation = 'organizations:ListRoots';
    const { client, sdk } = await clients.organizations();
    const roots = await readAll(operation, async (token) => {
      const page = await calls.read(readLane('ListRoots'), operation, () => client.send(new sdk.ListRootsCommand({ NextToken: token })));
      return { items: parsePresent(page.Roots, operation, 'Roots'), next: page.NextToken };
    });
    const id = parsePresent(roots[0]?.Id, operation, 'Id');
    const isScpEnabled = roots[0]?.PolicyTypes?.some(({ Type, Status }) => Type === 'SERVICE_CONTROL_POLICY' && Status === 'ENABLED') === true;
    return { root: { id, name: roots[0]?.Name ?? id }, isScpEnabled };
  };

  const listUnits = async (parentId: string): Promise<OrganizationalUnit[]> => {
    const operation = 'organizations:ListOrganizationalUnitsForParent';
    const { client, sdk } = await clients.organizations();
    const units = await readAll(operation, async (token) => {
      const command = new sdk.ListOrganizationalUnitsForParentCommand({ ParentId: parentId, NextToken: token });
      const page = await calls.read(readLane('ListOrganizationalUnitsForParent'), operation, () => client.send(command));
      return { items: parsePresent(page.OrganizationalUnits, operation, 'OrganizationalUnits'), next: page.NextToken };
    });
    return units.map((unit) => {
      const id = parsePresent(unit.Id, operation, 'Id');
      return { id, name: unit.Name ?? id, parentId };
    });
  };

  const listAllAccounts = async (): Promise<Account[]> => {
    const operation = 'organizations:ListAccounts';
    const { client, sdk } = await clients.organizations();
    return readAll(operation, async (token) => {
      const page = await calls.read(readLane('ListAccounts'), operation, () => client.send(new sdk.ListAccountsCommand({ NextToken: token })));
      return { items: parsePresent(page.Accounts, operation, 'Accounts'), next: page.NextToken };
    });
  };

  const listAccountsIn = async (parentId: string): Promise<OrganizationAccount[]> => {
    const operation = 'organizations:ListAccountsForParent';
    const { client, sdk } = await clients.organizations();
    const accounts = await readAll(operation, async (token) => {
      const command = new sdk.ListAccountsForParentCommand({ ParentId: parentId, NextToken: token });
      const page = await calls.read(readLane('ListAccountsForParent'), operation, () => client.send(command));
      return { items: parsePresent(page.Accounts, operation, 'Accounts'), next: page.NextToken };
    });
    return accounts.map((account) => parseAccount(operation, account, parentId));
  };

  /** Level by level; the lanes keep the pace, so the units of a level simply start together. */
  const descend = async (parents: string[]): Promise<OrganizationalUnit[]> => {
    if (parents.length === 0) return [];
    const units = (await Promise.all(parents.map(listUnits))).flat();
    return [...units, ...(await descend(units.map(({ id }) => id)))];
  };

  /** Whoever moves from a unit that is still to be read into one that was read already is in none: then the tree is not known. @throws Problem `aws/unreadable-answer` */
  const walk = async (rootId: string, listed: readonly Account[]): Promise<Nodes> => {
    const units = await descend([rootId]);
    const accounts = (await Promise.all([rootId, ...units.map(({ id }) => id)].map(listAccountsIn))).flat();
    const found = new Set<string | undefined>(accounts.map(({ id }) => id));
    const lost = listed.find(({ Id }) => !found.has(Id));
    if (lost !== undefined) throw problem('aws/unreadable-answer', { detail: `organizations:ListAccountsForParent: account ${lost.Id} is listed, and stands in no unit; it may have moved meanwhile.`, retry: 'later' });
    return { units, accounts };
  };

  /** Pages are read one after the other: who moves meanwhile may be in two of them. */
  const once = ({ units, accounts }: Nodes): Nodes => ({ units, accounts: [...new Map(accounts.map((account) => [account.id, account])).values()] });

  /**
   * ListAccounts gives more accounts a second than asking unit by unit. An account without a path, or one that moved meanwhile into a unit that
   * was not there yet, is found by walking.
   */
  const readNodes = async (rootId: string): Promise<Nodes> => {
    const [units, listed] = await Promise.all([descend([rootId]), listAllAccounts()]);
    const parents = new Set([rootId, ...units.map(({ id }) => id)]);
    const accounts = listed.flatMap((account) => {
      const parentId = parentOf(account);
      return parentId !== undefined && parents.has(parentId) ? [parseAccount('organizations:ListAccounts', account, parentId)] : [];
    });
    return once(accounts.length === listed.length ? { units, accounts } : await walk(rootId, listed));
  };

  return {
    readOrganizationTree: async () => {
      try {
        const organization = await describe();
        const { root, isScpEnabled } = await readRoot();
        return { ...organization, isScpEnabled, root, ...(await readNodes(root.id)) };
      } catch (thrown) {
        throw asNotManagement(thrown);
      }
    },
  };
}
