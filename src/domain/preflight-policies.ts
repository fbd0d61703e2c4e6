/** Which service control policies between the organization's root and an account stand in root's way. Pure; reads nothing. */
import { SCP_SLOTS_PER_TARGET, type ServiceControlPolicy } from './guardrail.ts';
import type { Caller } from './root-user.ts';
import { byAdvice, byCommand, inOrder, inTheWay, notTold, type Judgement } from './preflight-finding.ts';
import { assessScpEffect, locksOutAssumedRoot, type ScpEffect } from './scp-effect.ts';

/** A target on the way from the organization's root to an account, with what is attached to it. */
export type PolicyLevel = { targetId: string; policies: ServiceControlPolicy[] };

type Attached = { policy: ServiceControlPolicy; targetId: string };

/** What a root session calls on its own keys. */
const ROOT_CALLS = ['iam:ListAccessKeys', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'];

/** Control Tower names its own policies so (AWS Control Tower User Guide, guidance on SCPs). */
const isControlTowers = (policy: ServiceControlPolicy): boolean => policy.name.startsWith('aws-guardrails-');

const attachedOn = (path: PolicyLevel[]): Attached[] => path.flatMap(({ targetId, policies }) => policies.map((policy) => ({ policy, targetId })));
const nameOf = ({ policy, targetId }: Attached): string => `${policy.name} (${policy.id}) on ${targetId}`;

function effectsOnRoot({ policy }: Attached, { partition, account }: Caller): { action: string; effect: ScpEffect }[] {
  const principalArn = `arn:${partition}:iam::${account}:root`;
  return ROOT_CALLS.map((action) => ({
    action,
    effect: assessScpEffect(policy.content, { action, resource: principalArn, principalArn, isAssumedRoot: 'absent', context: { 'aws:PrincipalAccount': account } }),
  }));
}

/** Would a root session of the account be kept from its own keys? One certain denial is enough; doubt is told before a missing allow, which it may explain. */
export function assessPoliciesOnRoot(path: PolicyLevel[], caller: Caller): Judgement {
  const judged = attachedOn(path).map((attached) => ({ attached, effects: effectsOnRoot(attached, caller) }));
  const denying = judged.filter(({ effects }) => effects.some(({ effect }) => effect === 'denies'));
  const [first] = denying;
  if (first !== undefined) {
    const { policy, targetId } = first.attached;
    return inTheWay(
      `Root of this account is denied its own keys: ${denying.map(({ attached, effects }) => `${nameOf(attached)} denies ${effects.filter(({ effect }) => effect === 'denies').map(({ action }) => action).join(', ')}`).join('; ')}.`,
      isControlTowers(policy)
        ? byAdvice('The policy is Control Tower’s: let the management account delete the keys by AssumeRoot, or lift the control from this OU for as long as root works there.')
        : byCommand(`aws organizations detach-policy --policy-id ${policy.id} --target-id ${targetId}`, 'for as long as root works there, or let the management account delete the keys by AssumeRoot'),
    );
  }
  const locked = path.find(({ policies }) => !policies.some((policy) => effectsOnRoot({ policy, targetId: '' }, caller).every(({ effect }) => effect === 'allows')));
  const doubtful = judged.filter(({ effects }) => effects.some(({ effect }) => effect === 'undecided'));
  if (doubtful.length > 0) return notTold(`Whether root may manage its own keys cannot be told of ${doubtful.map(({ attached }) => nameOf(attached)).join('; ')}.`, byAdvice('Read these policies: their conditions are beyond what rootzero decides.'));
  if (locked !== undefined) return inTheWay(`No policy on ${locked.targetId} allows root its own keys.`, byCommand(`aws organizations attach-policy --policy-id p-FullAWSAccess --target-id ${locked.targetId}`));
  return inOrder('No service control policy on the way to this account keeps root from its own keys.');
}

/** Would an AssumeRoot session into the account be kept from deleting root's keys? */
export function assessPoliciesOnAssumeRoot(path: PolicyLevel[]): Judgement {
  const judged = attachedOn(path).map((attached) => ({ attached, answer: locksOutAssumedRoot(attached.policy.content) }));
  const locking = judged.filter(({ answer }) => answer === 'yes').map(({ attached }) => attached);
  const [first] = locking;
  if (first !== undefined) {
    return inTheWay(
      `AssumeRoot sessions into this account are denied the deletion of root’s keys: ${locking.map(nameOf).join('; ')}.`,
      isControlTowers(first.policy)
        ? byAdvice('Set the parameter ExemptAssumeRoot of the control AWS-GR_RESTRICT_ROOT_USER in Control Tower.')
        : byCommand(`aws organizations update-policy --policy-id ${first.policy.id} --content file://POLICY`, 'with the exemption that policies/scp/deny-root-user/policy.json has'),
    );
  }
  const doubtful = judged.filter(({ answer }) => answer === 'undecided').map(({ attached }) => attached);
  if (doubtful.length > 0) return notTold(`Whether AssumeRoot sessions are exempt cannot be told of ${doubtful.map(nameOf).join('; ')}.`, byAdvice('Read these policies: their conditions are beyond what rootzero decides.'));
  return inOrder('No service control policy on the way to this account keeps AssumeRoot sessions from deleting root’s keys.');
}

/** Is there room for one more policy on every target of the way? */
export function assessPolicySlots(path: PolicyLevel[]): Judgement {
  const full = path.filter(({ policies }) => policies.length >= SCP_SLOTS_PER_TARGET);
  const used = path.map(({ targetId, policies }) => `${targetId} ${policies.length}`).join(', ');
  const [first] = full;
  if (first === undefined) return inOrder(`Each target on the way has room for another policy (${used} of ${SCP_SLOTS_PER_TARGET}).`);
  return inTheWay(`No room for another policy on ${full.map(({ targetId }) => targetId).join(', ')} (${SCP_SLOTS_PER_TARGET} of ${SCP_SLOTS_PER_TARGET}).`, byCommand(`aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id ${first.targetId}`, 'then merge or detach one'));
}
