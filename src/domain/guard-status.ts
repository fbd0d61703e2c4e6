/** The guardrail of an organization as a tree: attached here, inherited, missing, drifted, opened, and what blocks root sessions. Pure. */
import type { AccountRule } from './account-rules.ts';
import { exitCodeOfParts, type GuardPart, type PartState } from './guard-part.ts';
import type { OrganizationFacts } from './guard-preflight.ts';
import { isSamePolicy, type OrganizationTarget, type ServiceControlPolicy } from './guardrail.ts';
import type { AccountId } from './identifiers.ts';
import type { OrganizationAccount } from './organization.ts';
import { levelsOn, openNatures } from './scp-chain.ts';
import { isOpening } from './seal.ts';

/**
 * - `sealed`: a policy denies root and leaves AssumeRoot sessions alone
 * - `open`: lifted for a while by break-glass
 * - `drifted`: a policy of our name is there, with other content, and nothing else seals
 * - `undecided`: a policy may seal; it has conditions that cannot be decided here
 * - `missing`: nothing denies root
 * - `unknown`: the policies could not be read
 * - `not-applicable`: the management account, or an account that is closed or suspended
 */
export const SEAL_STATES = ['sealed', 'open', 'drifted', 'undecided', 'missing', 'unknown', 'not-applicable'] as const;
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
  /** The Config rule on root keys in this account; null for a unit, for an account that is closed, and where it was left out. */
  rule: AccountRule | null;
  /** How many accounts below have the rule in which state. */
  rules: Partial<Record<PartState, number>>;
  children: GuardNode[];
};

export type CentralRootState = { isIamTrusted: boolean | null; credentialsManagement: boolean | null; rootSessions: boolean | null; delegates: string[] };
export type OrganizationStatus = { organization: string; scpEnabled: boolean; tree: GuardNode; central: CentralRootState };

export type GuardStatus = {
  /** Who was asked: alerts are those of this account. */
  account: AccountId;
  /** Null for an account that stands alone, and for an organization that could not be read. */
  organization: OrganizationStatus | null;
  /** Rules of the organization on root keys, or those of an account that stands alone; null where they were left out. */
  config: GuardPart[] | null;
  /** Null where they were left out. */
  alerts: GuardPart[] | null;
  /** What could not be read at all, as sentences. */
  unread: string[];
};

/** What of an organization its guardrails show; null is what could not be read. */
export type StatusFacts = Pick<OrganizationFacts, 'tree' | 'centralAccess'> & { policies: OrganizationFacts['policies'] | null; isIamTrusted: boolean | null; delegates: OrganizationFacts['delegates'] };

const PART_STATES: readonly PartState[] = ['live', 'missing', 'drifted', 'broken', 'unknown'];

type Judge = (nodeId: string) => Pick<GuardNode, 'state' | 'by' | 'isInherited' | 'blocking'>;

/** What of an organization a seal depends on; policies are null where they could not be read. */
type SealFacts = Pick<StatusFacts, 'tree' | 'policies'>;

function openJudge({ tree, policies }: SealFacts, expected: { name: string; content: string }): Judge {
  const natureOf = openNatures();
  if (policies === null) return () => ({ state: 'unknown', by: null, isInherited: false, blocking: [] });
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

const isOpen = ({ state }: OrganizationAccount): boolean => state !== 'closed' && state !== 'suspended';

/** Sums over the children what `countOf` says of each: of an account itself, of a unit its accounts below. */
function sum<State extends string>(states: readonly State[], children: readonly GuardNode[], countOf: (node: GuardNode, state: State) => number): Partial<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {};
  for (const state of states) {
    const count = children.reduce((total, child) => total + countOf(child, state), 0);
    if (count > 0) counts[state] = count;
  }
  return counts;
}

const countStates = (children: readonly GuardNode[]): GuardNode['accounts'] =>
  sum(SEAL_STATES, children, ({ target, state, accounts }, counted) => (target.kind === 'account' ? Number(state === counted) : (accounts[counted] ?? 0)));
const countRules = (children: readonly GuardNode[]): GuardNode['rules'] =>
  sum(PART_STATES, children, ({ target, rule, rules }, counted) => (target.kind === 'account' ? Number(rule?.state === counted) : (rules[counted] ?? 0)));

/**
 * @param expected the policy that rootzero attaches, as it ships
 * @param ruleOf the Config rule of an account; null where rules were left out
 */
export function assembleOrganizationStatus(facts: StatusFacts, expected: { name: string; content: string }, ruleOf: ((account: AccountId) => AccountRule) | null): OrganizationStatus {
  const { tree } = facts;
  const judge = openJudge(facts, expected);
  const accountNode = (account: OrganizationAccount): GuardNode => ({
    target: { kind: 'account', id: account.id, name: account.name },
    ...judge(account.id),
    ...(isBound(tree, account) ? {} : { state: 'not-applicable' as const, by: null, blocking: [] }),
    accounts: {},
    rule: isOpen(account) && ruleOf !== null ? ruleOf(account.id) : null,
    rules: {},
    children: [],
  });
  const childrenOf = (id: string): GuardNode[] => [
    ...tree.units.filter(({ parentId }) => parentId === id).map((unit) => unitNode({ kind: 'organizational-unit', id: unit.id, name: unit.name })),
    ...tree.accounts.filter(({ parentId }) => parentId === id).map(accountNode),
  ];
  const unitNode = (target: OrganizationTarget): GuardNode => {
    const children = childrenOf(target.id);
    return { target, ...judge(target.id), accounts: countStates(children), rule: null, rules: countRules(children), children };
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

/** Of the seal alone: 1 where an account is not sealed or root sessions are blocked; else 2 where that could not be told; else 0. */
function exitCodeOfSeal({ tree }: OrganizationStatus): 0 | 1 | 2 {
  const { accounts } = tree;
  const isLoose = (accounts.missing ?? 0) + (accounts.drifted ?? 0) + (accounts.open ?? 0) > 0;
  const isBlocked = everyNode(tree).some(({ target, state, blocking }) => target.kind === 'account' && state !== 'not-applicable' && blocking.length > 0);
  if (isLoose || isBlocked) return 1;
  return (accounts.undecided ?? 0) + (accounts.unknown ?? 0) > 0 ? 2 : 0;
}

/** What of a Config rule counts: each account of an organization by itself, so that accounts with rules of their own need none of the organization. */
function exitCodeOfRules({ organization, config }: GuardStatus): 0 | 1 | 2 {
  if (organization === null) return exitCodeOfParts(config ?? []);
  const { missing = 0, drifted = 0, broken = 0, unknown = 0 } = organization.tree.rules;
  if (missing + drifted + broken > 0) return 1;
  return unknown > 0 ? 2 : 0;
}

/** 1 as soon as something that can apply is surely not as it should be; else 2 where anything could not be told; else 0. */
export function exitCodeOfStatus(status: GuardStatus): 0 | 1 | 2 {
  const codes = [status.organization === null ? 0 : exitCodeOfSeal(status.organization), exitCodeOfRules(status), exitCodeOfParts(status.alerts ?? []), status.unread.length > 0 ? 2 : 0];
  return codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0;
}
