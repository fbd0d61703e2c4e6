/** A small organization for the tests of the domain: three units below the root, one nested, one empty; the shipped policy as text. */
import { readFileSync } from 'node:fs';
import type { OrganizationFacts } from '../../src/domain/guard-preflight.ts';
import { minifyPolicy, type AttachedPolicy } from '../../src/domain/guardrail.ts';
import { parseAccountId, parseOrganizationId } from '../../src/domain/identifiers.ts';
import type { AccountState, OrganizationTree } from '../../src/domain/organization.ts';
import type { RolloutDecisions } from '../../src/domain/rollout-planner.ts';

export const [ROOT, SANDBOX, PRODUCTION, NESTED, EMPTY] = ['r-ex4m', 'ou-ex4m-sandbox1', 'ou-ex4m-product1', 'ou-ex4m-nested01', 'ou-ex4m-empty001'] as const;
export const MANAGEMENT = parseAccountId('111122223333');
export const [IN_SANDBOX, IN_PRODUCTION, IN_NESTED] = [parseAccountId('222233334444'), parseAccountId('333344445555'), parseAccountId('444455556666')];

const account = (id: typeof MANAGEMENT, parentId: string, state: AccountState = 'active') => ({ id, name: `account ${id.slice(0, 4)}`, parentId, state });

export const tree = (given: Partial<OrganizationTree> = {}): OrganizationTree => ({
  id: parseOrganizationId('o-exampleorg1'),
  managementAccount: MANAGEMENT,
  hasAllFeatures: true,
  isScpEnabled: true,
  root: { id: ROOT, name: 'Root' },
  // The nested unit is listed before its parent, as AWS may do.
  units: [
    { id: NESTED, name: 'nested', parentId: PRODUCTION },
    { id: PRODUCTION, name: 'production', parentId: ROOT },
    { id: SANDBOX, name: 'sandbox', parentId: ROOT },
    { id: EMPTY, name: 'empty', parentId: ROOT },
  ],
  accounts: [account(MANAGEMENT, ROOT), account(IN_SANDBOX, SANDBOX), account(IN_PRODUCTION, PRODUCTION), account(IN_NESTED, NESTED)],
  ...given,
});

export const NAME = 'rootzero-deny-root-user';
const shipped = (id: string): string => readFileSync(`policies/scp/${id}/policy.json`, 'utf8');
export const DENY_ROOT = minifyPolicy(shipped('deny-root-user'));
export const DENY_ROOT_STRICTLY = minifyPolicy(shipped('deny-root-user-strict'));
const ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
export const DENY_REGIONS = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1"]}}}]}';

export const policy = (name: string, content: string, ...targetIds: string[]): AttachedPolicy =>
  ({ id: `p-${name.replaceAll(/[^a-z0-9]/g, '').padEnd(8, '0').slice(0, 12)}`, name, content, isAwsManaged: false, targetIds });

export const FULL_ACCESS = (of: OrganizationTree): AttachedPolicy =>
  ({ id: 'p-FullAWSAccess', name: 'FullAWSAccess', content: ALLOW_ALL, isAwsManaged: true, targetIds: [of.root.id, ...of.units.map(({ id }) => id), ...of.accounts.map(({ id }) => id)] });

/** An organization with nothing but FullAWSAccess, and these policies. */
export function facts(policies: AttachedPolicy[] = [], given: Partial<OrganizationFacts> = {}): OrganizationFacts {
  const of = given.tree ?? tree();
  return { tree: of, partition: 'aws', policies: [FULL_ACCESS(of), ...policies], centralAccess: { credentialsManagement: false, rootSessions: false }, isIamTrusted: false, delegates: [], ...given };
}

export const decisions = (given: Partial<RolloutDecisions> = {}): RolloutDecisions => ({
  policy: { name: NAME, description: 'about', policyText: DENY_ROOT },
  spread: { targets: [], canary: null, exclude: [] },
  replace: null,
  observeMs: 86_400_000,
  memberRole: null,
  centralRoot: { isWanted: true, withSessions: false, delegate: null },
  accepted: [],
  ...given,
});
