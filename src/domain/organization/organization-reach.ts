/** Could a session of AssumeRoot remove credentials in an account? Asked before anything is attached there. Pure; every policy is judged by scp-effect.ts. */
import type { ServiceControlPolicy } from '../guardrail.ts';
import { remedyFor, type OrganizationFacts } from '../guard-preflight.ts';
import type { AccountId } from '../identifiers.ts';
import { findTarget } from '../organization.ts';
import { levelsOn } from '../scp-chain.ts';
import { assessScpEffect, type ScpEffect } from '../scp-effect.ts';
import { iamEventRegion } from '../soak-proof.ts';
import type { CredentialKind } from './organization-plan.ts';

/** What each kind of credential needs (IAM task policies IAMAuditRootUserCredentials and IAMDeleteRootUserCredentials). */
const CALLS: Record<CredentialKind, readonly string[]> = {
  keys: ['iam:ListAccessKeys', 'iam:DeleteAccessKey'],
  certificates: ['iam:ListSigningCertificates', 'iam:DeleteSigningCertificate'],
  password: ['iam:GetLoginProfile', 'iam:DeleteLoginProfile'],
  mfa: ['iam:ListMFADevices', 'iam:DeactivateMFADevice'],
};

/** `barred`: which policy, where, and what to change. `doubtful`: a policy whose conditions cannot be decided here. */
export type Reach = { kind: 'open' } | { kind: 'barred' | 'doubtful'; text: string };

/** Only a text that names account ids can say different things about two accounts; IAM's context holds nothing else that differs. */
const hasAccountIds = (content: string): boolean => /(?<!\d)\d{12}(?!\d)/.test(content);

/** Judges each text once, or once for each account that it can tell apart: an organization has few policies and thousands of accounts. */
export function openReach({ tree, policies, partition }: OrganizationFacts, kinds: readonly CredentialKind[]): (account: AccountId) => Reach {
  const calls = kinds.flatMap((kind) => CALLS[kind]);
  const known = new Map<string, ScpEffect[]>();

  /** What the policy does to each call; of the two resources that root may be in policies, the worse one counts. */
  const effectsOf = ({ content }: ServiceControlPolicy, account: AccountId): ScpEffect[] => {
    const key = hasAccountIds(content) ? `${account} ${content}` : content;
    const before = known.get(key);
    if (before !== undefined) return before;
    const principalArn = `arn:${partition}:iam::${account}:root`;
    const context = { 'aws:PrincipalAccount': account, 'aws:RequestedRegion': iamEventRegion(partition) };
    const effects = calls.map((action) => {
      const both = [principalArn, `arn:${partition}:iam::${account}:user/root`].map((resource) => assessScpEffect(content, { action, resource, principalArn, isAssumedRoot: true, context }));
      return (['denies', 'undecided', 'no-statement'] as const).find((effect) => both.includes(effect)) ?? 'allows';
    });
    known.set(key, effects);
    return effects;
  };
  const placeOf = (id: string): string => `${findTarget(tree, id)?.name ?? id} (${id})`;

  // Without service control policies none is attached, and everything is allowed.
  if (!tree.hasAllFeatures || !tree.isScpEnabled) return () => ({ kind: 'open' });
  return (account) => {
    const levels = levelsOn(tree, policies, account).map(({ targetId, policies: attached }) => ({ targetId, judged: attached.map((policy) => ({ policy, effects: effectsOf(policy, account) })) }));
    const find = (effect: ScpEffect): { policy: ServiceControlPolicy; targetId: string } | undefined =>
      levels.flatMap(({ targetId, judged }) => judged.filter(({ effects }) => effects.includes(effect)).map(({ policy }) => ({ policy, targetId })))[0];
    const denying = find('denies');
    if (denying !== undefined) return { kind: 'barred', text: `Policy ${denying.policy.name} (${denying.policy.id}) on ${placeOf(denying.targetId)} denies root sessions: ${remedyFor(denying.policy)}.` };
    // Every level has to allow it (Organizations User Guide, "SCP evaluation").
    const narrow = levels.find(({ judged }) => calls.some((_, index) => !judged.some(({ effects }) => effects[index] === 'allows' || effects[index] === 'undecided')));
    if (narrow !== undefined) return { kind: 'barred', text: `No policy on ${placeOf(narrow.targetId)} allows ${calls.join(', ')}: add them to its allow list.` };
    const doubtful = find('undecided');
    return doubtful === undefined
      ? { kind: 'open' }
      : { kind: 'doubtful', text: `Policy ${doubtful.policy.name} (${doubtful.policy.id}) on ${placeOf(doubtful.targetId)} may deny root sessions; it has conditions that cannot be decided here.` };
  };
}
