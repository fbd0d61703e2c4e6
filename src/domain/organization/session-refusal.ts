/** Why a session of AssumeRoot may not read the root user of an account: which policy, where it hangs, and what to change. Pure. */
import { remedyFor } from '../guard-preflight.ts';
import type { AttachedPolicy, ServiceControlPolicy } from '../guardrail.ts';
import type { AccountId, Partition } from '../identifiers.ts';
import type { OrganizationTree } from '../organization.ts';
import { levelsOn } from '../scp-chain.ts';
import { assessScpEffect } from '../scp-effect.ts';
import { iamEventRegion } from '../soak-proof.ts';

export type SessionRefusal = { detail: string; remedy: string };

/** As a sentence of its own. */
const sentence = (part: string): string => `${part.charAt(0).toUpperCase()}${part.slice(1)}.`;

const at = (policy: ServiceControlPolicy, targetId: string): string => `${policy.name} (${policy.id}) on ${targetId}`;

/**
 * The first policy on the way to the account that denies what every audit begins with, or leaves it open; null where nothing on the way explains a
 * refusal.
 */
export function explainSessionRefusal(tree: OrganizationTree, policies: readonly AttachedPolicy[], account: AccountId, partition: Partition): SessionRefusal | null {
  // Without service control policies none is attached, and none refuses.
  if (!tree.hasAllFeatures || !tree.isScpEnabled) return null;
  const principalArn = `arn:${partition}:iam::${account}:root`;
  const request = {
    action: 'iam:ListAccessKeys', resource: principalArn, principalArn, isAssumedRoot: true,
    context: { 'aws:PrincipalAccount': account, 'aws:RequestedRegion': iamEventRegion(partition) },
  };
  const judged = levelsOn(tree, policies, account).map(({ targetId, policies: attached }) =>
    ({ targetId, effects: attached.map((policy) => ({ policy, effect: assessScpEffect(policy.content, request) })) }));
  const find = (wanted: 'denies' | 'undecided') => judged.flatMap(({ targetId, effects }) => effects.flatMap(({ policy, effect }) => (effect === wanted ? [{ policy, targetId }] : [])))[0];
  const denying = find('denies');
  if (denying !== undefined) return { detail: `${at(denying.policy, denying.targetId)} denies root sessions.`, remedy: sentence(remedyFor(denying.policy)) };
  const shut = judged.find(({ effects }) => !effects.some(({ effect }) => effect === 'allows' || effect === 'undecided'));
  if (shut !== undefined) return { detail: `No policy on ${shut.targetId} allows root sessions to read IAM.`, remedy: `Allow iam:* there, as FullAWSAccess does: aws organizations attach-policy --policy-id p-FullAWSAccess --target-id ${shut.targetId}` };
  const doubtful = find('undecided');
  return doubtful === undefined ? null : { detail: `${at(doubtful.policy, doubtful.targetId)} may deny root sessions; its conditions cannot be decided here.`, remedy: sentence(remedyFor(doubtful.policy)) };
}
