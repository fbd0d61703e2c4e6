/** The guardrail of an organization as a tree: attached here, inherited, missing, drifted, opened, and what blocks root sessions. Pure. */
import type { OrganizationFacts } from './guard-preflight.ts';
import { isSamePolicy, type OrganizationTarget, type ServiceControlPolicy } from './guardrail.ts';
import type { OrganizationAccount } from './organization.ts';
import { levelsOn, openNatures } from './scp-chain.ts';
import { isOpening } from './seal.ts';

/**
 * - `sealed`: a policy denies root and leaves AssumeRoot sessions alone
 * - `open`: lifted for a while by break-glass
 * - `drifted`: a policy of our name is there, with other content, and nothing else seals
 * - `undecided`: a policy may seal; it has conditions that cannot be decided here
 * - `missing`: nothing denies root
 * - `not-applicable`: the management account, or an account that is closed or suspended
 */
export const SEAL_STATES = ['sealed', 'open', 'drifted', 'undecided', 'missing', 'not-applicable'] as const;
export type SealState = (typeof SEAL_STATES)[number];

export type PolicyAt = { id: string; name: string; at: string };

export type GuardNode = {
  target: OrganizationTarget;
  state: SealState;
  /** What seals it, attached here or above. */
  by: PolicyAt | null;
  isInherited: boolean;
  /** Policies on the way here that deny AssumeRoot sessions too. */
  blocking: PolicyAt[];
  /** How many accounts below are in which state. */
  accounts: Partial<Record<SealState, number>>;
  children: GuardNode[];
};

export type CentralRootState = { isIamTrusted: boolean; credentialsManagement: boolean | null; rootSessions: boolean | null; delegates: string[] };
export type GuardStatus = { organization: string; scpEnabled: boolean; tree: GuardNode; central: CentralRootState };

type Judge = (nodeId: string) => Pick<GuardNode, 'state' | 'by' | 'isInherited' | 'blocking'>;

/** What of an organization a seal depends on. */
type SealFacts = Pick<OrganizationFacts, 'tree' | 'policies'>;

function openJudge({ tree, policies }: SealFacts, expected: { name: string; content: string }): Judge {
  const natureOf = openNatures();
  return (nodeId) => {
    const on = levelsOn(tree, policies, nodeId).flatMap(({ targetId: at, policies: attached }) => attached.map((policy) => ({ policy, at })));
    const placed = ({ policy, at }: { policy: ServiceControlPolicy; at: string }): PolicyAt => ({ id: policy.id, name: policy.name, at });
    const blocking = on.filter(({ policy }) => natureOf(policy.content).locksOutAssumedRoot === 'yes').map(placed);
    const find = (matches: (policy: ServiceControlPolicy) => boolean) => on.find(({ policy }) => matches(policy));
    const found = (state: SealState, by: ReturnType<typeof find>) =>
      ({ state, by: by === undefined ? null : placed(by), isInherited: by !== undefined && by.at !== nodeId, blocking });
    const sealing = find(({ content }) => natureOf(content).deniesRoot === 'yes');
    if (sealing !== undefined) return found('sealed', sealing);
    const opening = find((policy) => isOpening(policy, nodeId));
    if (opening !== undefined) return found('open', opening);
    // Opened for somebody else: here it seals as before.
    const openingElsewhere = find((policy) => isOpening(policy, null));
    if (openingElsewhere !== undefined) return found('sealed', openingElsewhere);
    const drifted = find(({ name, content }) => name === expected.name && !isSamePolicy(content, expected.content));
    if (drifted !== undefined) return found('drifted', drifted);
    const maybe = find(({ content }) => natureOf(content).deniesRoot === 'undecided');
    return maybe === undefined ? found('missing', undefined) : found('undecided', maybe);
  };
}

const isBound = ({ managementAccount }: OrganizationFacts['tree'], { id, state }: OrganizationAccount): boolean =>
  id !== managementAccount && state !== 'closed' && state !== 'suspended';

/** How each account is sealed by itself, without the tree around it. */
export function openSealJudge(facts: SealFacts, expected: { name: string; content: string }): (account: OrganizationAccount) => SealState {
  const judge = openJudge(facts, expected);
  return (account) => (isBound(facts.tree, account) ? judge(account.id).state : 'not-applicable');
}

function countStates(children: readonly GuardNode[]): GuardNode['accounts'] {
  const countIn = ({ target, state, accounts }: GuardNode, counted: SealState): number => (target.kind === 'account' ? Number(state === counted) : (accounts[counted] ?? 0));
  const counts = SEAL_STATES.map((counted) => [counted, children.reduce((sum, child) => sum + countIn(child, counted), 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** @param expected the policy that rootzero attaches, as it ships */
export function assembleGuardStatus(facts: OrganizationFacts, expected: { name: string; content: string }): GuardStatus {
  const { tree } = facts;
  const judge = openJudge(facts, expected);
  const accountNode = (account: OrganizationAccount): GuardNode => ({
    target: { kind: 'account', id: account.id, name: account.name },
    ...judge(account.id),
    ...(isBound(tree, account) ? {} : { state: 'not-applicable' as const, by: null, blocking: [] }),
    accounts: {},
    children: [],
  });
  const childrenOf = (id: string): GuardNode[] => [
    ...tree.units.filter(({ parentId }) => parentId === id).map((unit) => unitNode({ kind: 'organizational-unit', id: unit.id, name: unit.name })),
    ...tree.accounts.filter(({ parentId }) => parentId === id).map(accountNode),
  ];
  const unitNode = (target: OrganizationTarget): GuardNode => {
    const children = childrenOf(target.id);
    return { target, ...judge(target.id), accounts: countStates(children), children };
  };
  const { centralAccess: central } = facts;
  return {
    organization: tree.id,
    scpEnabled: tree.hasAllFeatures && tree.isScpEnabled,
    tree: unitNode({ kind: 'root', ...tree.root }),
    central: { isIamTrusted: facts.isIamTrusted, credentialsManagement: central?.credentialsManagement ?? null, rootSessions: central?.rootSessions ?? null, delegates: facts.delegates },
  };
}

/** Every node, from the root down. */
export const everyNode = (node: GuardNode): GuardNode[] => [node, ...node.children.flatMap(everyNode)];

/** 1 where an account is not sealed or root sessions are blocked; else 2 where that could not be told; else 0. */
export function exitCodeOfStatus({ tree }: GuardStatus): 0 | 1 | 2 {
  const { accounts } = tree;
  const isLoose = (accounts.missing ?? 0) + (accounts.drifted ?? 0) + (accounts.open ?? 0) > 0;
  const isBlocked = everyNode(tree).some(({ target, state, blocking }) => target.kind === 'account' && state !== 'not-applicable' && blocking.length > 0);
  if (isLoose || isBlocked) return 1;
  return (accounts.undecided ?? 0) > 0 ? 2 : 0;
}
