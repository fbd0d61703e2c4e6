/** Assembles the plan that brings a policy over an organization, from what was read and what the operator decided. Pure: the same input gives the same plan. */
import { assessOrganization, assessTarget, assessWantedPolicy, findGuard, type OrganizationFacts, type GuardFinding } from './guard-preflight.ts';
import { GUARD_PLAN_SCHEMA, type GuardAction, type GuardPlanBody, type PlannedPolicy, type Wave } from './guard-plan.ts';
import { isSamePolicy, minifyPolicy, type OrganizationTarget } from './guardrail.ts';
import type { AccountId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import { activeAccountsUnder, boundAccountsUnder, nodesUnder, pathTo } from './organization.ts';
import type { Acknowledgement, Blocker, NotDone, PlannedIdentity } from './plan.ts';
import { problem } from './problem.ts';
import { isCallerToAccept, type Replay } from './root-replay.ts';
import { assembleWaves, type SpreadRequest } from './rollout-waves.ts';
import { openNatures } from './scp-chain.ts';

export type RolloutDecisions = {
  policy: { name: string; description: string; policyText: string };
  spread: SpreadRequest;
  /** Name of a policy to take off where the new one has arrived. */
  replace: string | null;
  observeMs: number;
  memberRole: string | null;
  centralRoot: { isWanted: boolean; withSessions: boolean; delegate: AccountId | null };
  accepted: Acknowledgement[];
};

export type RolloutInput = { createdAt: Instant; tool: string; world: string; facts: OrganizationFacts; reading: PlannedIdentity; decisions: RolloutDecisions };

type Reach = { waves: OrganizationTarget[][]; findings: GuardFinding[]; notDone: NotDone[] };

/** Which targets the policy will newly be attached to, wave by wave. Where something does its work already, it is left out, and that is said. */
function assessReach({ facts, decisions }: RolloutInput, content: string): Reach {
  const natureOf = openNatures();
  const wanted = { name: decisions.policy.name, content };
  const own = assessOrganization(facts);
  // Without service control policies there are no targets to look at.
  if (own.some(({ severity }) => severity === 'blocker')) return { waves: [], findings: own, notDone: [] };
  const findings = [...own, ...assessWantedPolicy(wanted, facts.policies, natureOf(content))];
  const notDone: NotDone[] = [];
  const waves = assembleWaves(facts.tree, decisions.spread).map((targets) => targets.filter((target) => {
    const guard = findGuard(facts, target.id, natureOf);
    if (guard === null || guard.policy.name === decisions.replace) return true;
    notDone.push({ what: `attach to ${target.name} (${target.id})`, because: `${guard.policy.name} (${guard.policy.id}) is in place on ${guard.at}` });
    return false;
  })).filter((targets) => targets.length > 0);
  return { waves, findings: [...findings, ...waves.flat().flatMap((target) => assessTarget(facts, target, wanted, natureOf))], notDone };
}

/** Root sessions in members: what has to be switched on for them, and whether the rollout may count on them. */
function assessCentralRoot({ facts, decisions }: RolloutInput): { actions: GuardAction[]; canProbe: boolean; notDone: NotDone[] } {
  const { isWanted, withSessions, delegate } = decisions.centralRoot;
  const what = 'centralized root access';
  if (facts.partition === 'aws-us-gov') return { actions: [], canProbe: false, notDone: [{ what, because: 'AWS GovCloud (US) has no central management of root credentials' }] };
  const isOn = facts.centralAccess?.credentialsManagement === true;
  if (!isWanted) return { actions: [], canProbe: isOn, notDone: [{ what, because: 'left out by the operator' }] };
  const actions: GuardAction[] = [];
  if (!facts.isIamTrusted) actions.push({ id: 'trust-iam', kind: 'trust-iam', effect: 'reversible' });
  if (!isOn) actions.push({ id: 'root-credentials', kind: 'enable-root-feature', effect: 'reversible', feature: 'credentialsManagement' });
  if (withSessions && facts.centralAccess?.rootSessions !== true) actions.push({ id: 'root-sessions', kind: 'enable-root-feature', effect: 'reversible', feature: 'rootSessions' });
  if (delegate !== null && !facts.delegates.includes(delegate)) actions.push({ id: 'delegate', kind: 'register-delegate', effect: 'reversible', account: delegate });
  return { actions, canProbe: true, notDone: [] };
}

const byId = (first: { id: string }, second: { id: string }): number => (first.id < second.id ? -1 : 1);

function assembleTarget({ facts, decisions }: RolloutInput, target: OrganizationTarget, canProbe: boolean): GuardAction[] {
  const probe = canProbe ? (activeAccountsUnder(facts.tree, target.id).sort(byId)[0]?.id ?? null) : null;
  const { replace, policy } = decisions;
  const attach: GuardAction = { id: `attach-${target.id}`, kind: 'attach-policy', effect: 'reversible', policy: policy.name, target, probe };
  const below = nodesUnder(facts.tree, target.id);
  const inside: OrganizationTarget[] = [
    target,
    ...below.units.map(({ id, name }) => ({ kind: 'organizational-unit' as const, id, name })),
    ...below.accounts.filter(({ id }) => id !== target.id).map(({ id, name }) => ({ kind: 'account' as const, id, name })),
  ];
  const old = replace === null ? undefined : facts.policies.find(({ name }) => name === replace);
  return [attach, ...inside.filter(({ id }) => old?.targetIds.includes(id)).map((at): GuardAction =>
    ({ id: `replace-${at.id}`, kind: 'detach-policy', effect: 'reversible', policy: replace ?? '', target: at }))];
}

function assembleActions(input: RolloutInput, waves: OrganizationTarget[][], central: ReturnType<typeof assessCentralRoot>, policy: PlannedPolicy): GuardAction[] {
  const create: GuardAction[] = policy.existingId === null && waves.length > 0 ? [{ id: 'policy', kind: 'create-policy', effect: 'reversible', policy: policy.name }] : [];
  const reached = new Set<AccountId>();
  const spread = waves.flatMap((targets, index): GuardAction[] => {
    const accounts = targets.flatMap(({ id }) => boundAccountsUnder(input.facts.tree, id)).map(({ id }) => id).filter((id) => !reached.has(id));
    for (const id of accounts) reached.add(id);
    const attach = targets.flatMap((target) => assembleTarget(input, target, central.canProbe));
    const observe: GuardAction = { id: `observe-${index + 1}`, kind: 'observe', effect: 'wait', wave: index + 1, accounts: accounts.sort(), durationMs: input.decisions.observeMs };
    return accounts.length === 0 ? attach : [...attach, observe];
  });
  return [...central.actions, ...create, ...spread];
}

function checkReplacement({ facts, decisions }: RolloutInput): void {
  const { replace, policy } = decisions;
  if (replace === null) return;
  const old = facts.policies.find(({ name }) => name === replace);
  if (old === undefined || old.isAwsManaged || replace === policy.name) throw problem('input/usage', { detail: `--replace takes the name of another policy of this organization, not ${JSON.stringify(replace)}.` });
}

function checkAcceptances(accepted: readonly Acknowledgement[], replay: Replay | null): void {
  const stray = accepted.find(({ fingerprint }) => !replay?.callers.some((caller) => caller.fingerprint === fingerprint));
  if (stray !== undefined) throw problem('input/acknowledgement', { detail: `No caller that was read has the fingerprint ${stray.fingerprint}.` });
}

function assessBlockers(findings: readonly GuardFinding[], accepted: readonly Acknowledgement[], replay: Replay | null): Blocker[] {
  const preflight = findings.flatMap(({ severity, code, text }): Blocker[] => (severity === 'blocker' && code !== null ? [{ code, text }] : []));
  const callers = (replay?.callers ?? []).filter((caller) => isCallerToAccept(caller) && !accepted.some(({ fingerprint }) => fingerprint === caller.fingerprint));
  return [...preflight, ...callers.map((caller): Blocker => ({
    code: 'input/acknowledgement',
    text: `Caller ${caller.fingerprint} (${caller.sourceIp}, ${caller.userAgent}) in ${caller.account} would be denied: give it a role, or --accept ${caller.fingerprint}=REASON.`,
  }))];
}

/** The targets of a request, before anything is decided: what the look-back has to cover. */
export const reachedAccounts = (input: RolloutInput): AccountId[] => {
  const { waves } = assessReach(input, minifyPolicy(input.decisions.policy.policyText));
  return [...new Set(waves.flat().flatMap(({ id }) => boundAccountsUnder(input.facts.tree, id)).map(({ id }) => id))].sort();
};

/** The policies as they would be once the plan is carried out, for the replay. */
export function policiesAfter(input: RolloutInput): OrganizationFacts['policies'] {
  const { policy } = input.decisions;
  const content = minifyPolicy(policy.policyText);
  const targetIds = assessReach(input, content).waves.flat().map(({ id }) => id);
  const others = input.facts.policies.filter(({ name }) => name !== policy.name);
  const before = input.facts.policies.find(({ name }) => name === policy.name)?.targetIds ?? [];
  return [...others, { id: policy.name, name: policy.name, content, isAwsManaged: false, targetIds: [...before, ...targetIds] }];
}

/** @throws Problem `guardrail/target-unknown`, `guardrail/no-canary`, `input/acknowledgement`, `input/usage` for decisions that fit nothing that was read */
export function assembleRollout(input: RolloutInput, replay: Replay | null): GuardPlanBody {
  const { facts, decisions } = input;
  const { tree } = facts;
  const content = minifyPolicy(decisions.policy.policyText);
  checkReplacement(input);
  checkAcceptances(decisions.accepted, replay);
  const { waves, findings, notDone } = assessReach(input, content);
  const central = assessCentralRoot(input);
  const same = facts.policies.find(({ name, content: there }) => name === decisions.policy.name && isSamePolicy(there, content));
  const policy: PlannedPolicy = { name: decisions.policy.name, description: decisions.policy.description, content, existingId: same?.id ?? null };
  const old = facts.policies.find(({ name }) => name === decisions.replace);
  const actions = assembleActions(input, waves, central, policy);
  const unprobed = actions.flatMap((action): NotDone[] => (action.kind === 'attach-policy' && action.probe === null
    ? [{ what: `probe of ${action.target.name} (${action.target.id})`, because: central.canProbe ? 'no active account there' : 'centralized root access is off' }]
    : []));
  const unread = decisions.memberRole === null && waves.length > 0 ? [{ what: 'watching for denied root calls', because: 'no role to read CloudTrail in the members: --member-role NAME' }] : [];
  return {
    schema: GUARD_PLAN_SCHEMA,
    kind: 'guard',
    purpose: 'roll-out',
    createdAt: input.createdAt,
    tool: input.tool,
    world: input.world,
    boundTo: { organization: tree.id, account: tree.managementAccount, partition: facts.partition },
    reading: input.reading,
    reason: null,
    memberRole: decisions.memberRole,
    policies: [policy, ...(old === undefined ? [] : [{ name: old.name, description: '', content: old.content, existingId: old.id }])],
    waves: waves.map((targets, index): Wave => ({ number: index + 1, targets: targets.map((target) => ({ ...target, accounts: boundAccountsUnder(tree, target.id).length, path: pathTo(tree, target.id) })) })),
    findings,
    replay,
    accepted: decisions.accepted,
    actions,
    notDone: [...notDone, ...central.notDone, ...unprobed, ...unread],
    blockers: assessBlockers(findings, decisions.accepted, replay),
  };
}
