/** What stands in the way of a policy on its way to a target, and what a person should know before: over the whole inheritance chain. Pure. */
import { parseJson } from './canonical-json.ts';
import { isSamePolicy, SCP_MAX_CHARACTERS, SCP_QUOTAS_AS_OF, SCP_SLOTS_PER_TARGET, type AttachedPolicy, type OrganizationTarget, type ServiceControlPolicy } from './guardrail.ts';
import type { AccountId, Partition } from './identifiers.ts';
import { activeAccountsUnder, boundAccountsUnder, nodesUnder, type OrganizationTree } from './organization.ts';
import { differenceOf } from './policy-difference.ts';
import type { ProblemCode } from './problem.ts';
import type { CentralRootAccess } from './root-user.ts';
import { levelsOn, type openNatures, type PolicyNature } from './scp-chain.ts';
import { assessScpEffect } from './scp-effect.ts';

/** `blocker`: nothing is attached before it is settled · `warning`: it may go wrong · `note`: good to know. */
export type GuardFinding = { severity: 'blocker' | 'warning' | 'note'; code: ProblemCode | null; targetId: string | null; text: string };

/** What of an organization a guardrail depends on. */
export type OrganizationFacts = {
  tree: OrganizationTree;
  partition: Partition;
  policies: AttachedPolicy[];
  /** Null where it was not read: not with trusted access alone, and not in GovCloud. */
  centralAccess: CentralRootAccess | null;
  isIamTrusted: boolean;
  delegates: AccountId[];
};

export type WantedPolicy = { name: string; content: string };

/** Control Tower names its own policies so (AWS Control Tower User Guide, guidance on SCPs). */
const CONTROL_TOWER_PREFIX = 'aws-guardrails-';
export const isControlTowerOwned = (policy: Pick<ServiceControlPolicy, 'name'>): boolean => policy.name.startsWith(CONTROL_TOWER_PREFIX);

const named = (policy: ServiceControlPolicy): string => `${policy.name} (${policy.id})`;
const blocker = (code: ProblemCode, targetId: string | null, text: string): GuardFinding => ({ severity: 'blocker', code, targetId, text });
const warning = (targetId: string | null, text: string): GuardFinding => ({ severity: 'warning', code: null, targetId, text });
const note = (targetId: string | null, text: string): GuardFinding => ({ severity: 'note', code: null, targetId, text });

/** Calls of an ordinary role that a policy on root has no business denying. */
const ROLE_CALLS = ['iam:ListUsers', 's3:ListAllMyBuckets', 'ec2:DescribeInstances', 'sts:AssumeRole'];

function assessOrdinaryRoles(content: string): GuardFinding[] {
  const effects = ROLE_CALLS.map((action) => assessScpEffect(content, {
    action, resource: '*', principalArn: 'arn:aws:iam::000000000000:role/Example', isAssumedRoot: 'absent', context: { 'aws:PrincipalAccount': '000000000000', 'aws:RequestedRegion': 'us-east-1' },
  }));
  if (effects.every((effect) => effect === 'denies')) return [blocker('guardrail/locks-out', null, 'The policy denies ordinary roles as well.')];
  return effects.some((effect) => effect === 'denies' || effect === 'undecided') ? [warning(null, 'The policy may deny ordinary roles as well; --member-role NAME lets the rollout try.')] : [];
}

/** The policy by itself: its length, and whom it denies. */
export function assessWantedPolicy(policy: WantedPolicy, policies: readonly AttachedPolicy[], nature: PolicyNature): GuardFinding[] {
  const { content, name } = policy;
  if (parseJson(content) === undefined) return [blocker('guardrail/malformed-policy', null, 'The policy is not JSON.')];
  const findings = [note(null, `${content.length} of ${SCP_MAX_CHARACTERS} characters (quota as of ${SCP_QUOTAS_AS_OF}).`)];
  if (content.length > SCP_MAX_CHARACTERS) findings.push(blocker('guardrail/too-long', null, `${content.length} of ${SCP_MAX_CHARACTERS} characters.`));
  if (nature.locksOutAssumedRoot === 'yes') {
    findings.push(blocker('guardrail/locks-out', null, 'The policy denies AssumeRoot sessions too: nobody could remove root credentials centrally any more. Exempt them: "Null": {"aws:AssumedRoot": "true"}.'));
  }
  if (nature.locksOutAssumedRoot === 'undecided') findings.push(warning(null, 'Whether the policy leaves AssumeRoot sessions alone could not be decided from its text; the probe on the canary will tell.'));
  if (nature.deniesRoot !== 'yes') findings.push(warning(null, nature.deniesRoot === 'no' ? 'The policy does not deny everything to root.' : 'Whether the policy denies everything to root could not be decided from its text.'));
  const taken = policies.find((other) => other.name === name && !isSamePolicy(other.content, content));
  if (taken !== undefined) findings.push(blocker('guardrail/name-taken', null, `A policy named ${named(taken)} has other content: ${differenceOf(taken.content, content)}`));
  return [...findings, ...assessOrdinaryRoles(content)];
}

/** The organization by itself: can it have service control policies and root sessions at all? */
export function assessOrganization({ tree, partition }: OrganizationFacts): GuardFinding[] {
  if (partition === 'aws-cn') return [blocker('guardrail/no-root-users', null, 'Accounts in China have no root user credentials: there is nothing to deny.')];
  const findings: GuardFinding[] = [];
  if (!tree.hasAllFeatures) findings.push(blocker('guardrail/all-features-needed', null, 'The organization has consolidated billing only.'));
  else if (!tree.isScpEnabled) findings.push(blocker('guardrail/scp-not-enabled', null, 'Service control policies are not enabled in this organization.'));
  if (partition === 'aws-us-gov') {
    findings.push(note(null, 'GovCloud: root has no console and no central management here; new root keys come from AWS Support, whose procedure needs root\'s CreateAccessKey, DeleteAccessKey and ListAccessKeys to be open.'));
  }
  return [...findings, note(null, `The management account ${tree.managementAccount} is never bound by service control policies: rootzero runbook management-account`)];
}

/** What to change in a policy, so that AssumeRoot sessions go on working; a sentence part. */
export function remedyFor(policy: ServiceControlPolicy): string {
  if (isControlTowerOwned(policy)) return 'it is owned by Control Tower: set the parameter ExemptAssumeRoot of control AWS-GR_RESTRICT_ROOT_USER for the OU; rootzero does not edit it';
  return /aws:RequestedRegion/i.test(policy.content)
    ? 'it denies Regions; IAM answers in one Region only, so exempt iam:*'
    : 'exempt them: "Null": {"aws:AssumedRoot": "true"}';
}

/** What an attached policy that is not ours means for AssumeRoot sessions, and whose it is. */
function assessForeignPolicy(policy: ServiceControlPolicy, at: string, targetId: string, nature: PolicyNature): GuardFinding[] {
  const where = at === targetId ? '' : ` on ${at}`;
  if (nature.locksOutAssumedRoot === 'no') return [];
  const text = `${named(policy)}${where} denies AssumeRoot sessions: ${remedyFor(policy)}.`;
  if (isControlTowerOwned(policy)) return [blocker('guardrail/control-tower', targetId, text)];
  if (nature.locksOutAssumedRoot === 'undecided') return [warning(targetId, `${named(policy)}${where} may deny AssumeRoot sessions; it has conditions that cannot be decided here.`)];
  return [blocker('guardrail/blocking-policy', targetId, text)];
}

/** Every policy on the way to a target, and below it: what blocks root sessions, what guards already, what leaves no room. */
export function assessTarget(facts: OrganizationFacts, target: OrganizationTarget, wanted: WantedPolicy, natureOf: ReturnType<typeof openNatures>): GuardFinding[] {
  const { tree, policies } = facts;
  const levels = levelsOn(tree, policies, target.id);
  const isOurs = (policy: ServiceControlPolicy): boolean => policy.name === wanted.name;
  const findings = levels.flatMap(({ targetId: at, policies: attached }) =>
    attached.filter((policy) => !isOurs(policy)).flatMap((policy) => assessForeignPolicy(policy, at, target.id, natureOf(policy.content))));
  for (const { targetId: at, policies: attached } of levels) {
    if (!attached.some((policy) => policy.isAwsManaged)) findings.push(note(target.id, `FullAWSAccess is not attached to ${at}: an allow list is in place, which is left as it is.`));
  }
  const slots = levels.at(-1)?.policies.length ?? 0;
  if (slots >= SCP_SLOTS_PER_TARGET) findings.push(blocker('guardrail/no-slot', target.id, `${slots} of ${SCP_SLOTS_PER_TARGET} slots of ${target.name} (${target.id}) are taken (quota as of ${SCP_QUOTAS_AS_OF}).`));
  return [...findings, ...assessBelow(facts, target, isOurs, natureOf)];
}

function assessBelow({ tree, policies, delegates }: OrganizationFacts, target: OrganizationTarget, isOurs: (policy: ServiceControlPolicy) => boolean, natureOf: ReturnType<typeof openNatures>): GuardFinding[] {
  const below = nodesUnder(tree, target.id);
  const inside = new Set([...below.units.map(({ id }) => id), ...below.accounts.map(({ id }) => id as string)].filter((id) => id !== target.id));
  const findings = policies.filter((policy) => !isOurs(policy)).flatMap((policy) => {
    const at = policy.targetIds.filter((id) => inside.has(id));
    return at.length === 0 || natureOf(policy.content).locksOutAssumedRoot !== 'yes'
      ? []
      : [warning(target.id, `${named(policy)} denies AssumeRoot sessions further down, on ${at.join(', ')}.`)];
  });
  const bound = boundAccountsUnder(tree, target.id);
  const asleep = bound.length - activeAccountsUnder(tree, target.id).length;
  if (asleep > 0) findings.push(note(target.id, `${asleep} of ${bound.length} accounts under ${target.name} are not active; no session can be opened there.`));
  for (const account of bound.filter(({ id }) => delegates.includes(id))) findings.push(note(target.id, `${account.name} (${account.id}) is a delegated administrator: its root user is bound too.`));
  if (bound.length === 0) findings.push(note(target.id, `${target.name} (${target.id}) holds no account: attaching there proves nothing.`));
  return findings;
}

/** A policy that already does the work on the way to a node: ours, or another one that denies root and leaves AssumeRoot sessions alone. */
export function findGuard(facts: OrganizationFacts, nodeId: string, natureOf: ReturnType<typeof openNatures>): { policy: ServiceControlPolicy; at: string } | null {
  for (const { targetId: at, policies } of levelsOn(facts.tree, facts.policies, nodeId)) {
    const policy = policies.find(({ content }) => {
      const nature = natureOf(content);
      return nature.deniesRoot === 'yes' && nature.locksOutAssumedRoot === 'no';
    });
    if (policy !== undefined) return { policy, at };
  }
  return null;
}
