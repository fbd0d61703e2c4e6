/** Whether a key that signs, and so cannot be deactivated, can be contained from outside: by a policy on its account, from the management account. Read-only. */
import { maskKeyId, type AccessKeyId } from '../domain/identifiers.ts';
import type { Blocker, NotDone, PlannedScp } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import type { RootUserFacts } from '../domain/root-user.ts';
import { assessScpEffect, type ScpEffect } from '../domain/scp-effect.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import { placeScp, type ScpWish } from './scp-placement.ts';
import type { Session } from './session.ts';

export type PlannedContainment = { containment: { guardrail: PlannedScp; isFound: boolean } | null; notDone: NotDone[]; blockers: Blocker[] };

/** What the key still has to do under the policy: find itself, and delete itself. */
const REMOVAL = ['iam:ListAccessKeys', 'iam:DeleteAccessKey'];

function effectsOnRemoval(content: string, { account, partition }: RootUserFacts): ScpEffect[] {
  const principalArn = `arn:${partition}:iam::${account}:root`;
  const context = { 'aws:PrincipalAccount': account, 'aws:RequestedRegion': iamEventRegion(partition) };
  return REMOVAL.map((action) => assessScpEffect(content, { action, resource: principalArn, principalArn, isAssumedRoot: 'absent', context }));
}

const none = (parts: Partial<PlannedContainment> = {}): PlannedContainment => ({ containment: null, notDone: [], blockers: [], ...parts });

/**
 * Service control policies act on members only. An account that is none, or whose organization nobody here manages, goes without; the latter is said.
 * @param signingKey the key behind the root session; null where the session is one of its own
 */
export async function planContainment(session: Session, facts: RootUserFacts, signingKey: AccessKeyId | null, wish: ScpWish): Promise<PlannedContainment> {
  const { organization } = session.identities;
  if (signingKey === null) return none();
  const what = `contain ${maskKeyId(signingKey)} by an SCP`;
  if (!facts.place.known) return none({ notDone: [{ what, because: `the organization could not be read (${facts.place.because})` }] });
  if (facts.place.value.kind !== 'member') return none();
  if (organization === null) return none({ notDone: [{ what, because: `no identity of the management account ${facts.place.value.managementAccount}: --org-profile` }] });
  if (effectsOnRemoval(wish.policyText, facts).some((effect) => effect !== 'no-statement')) throw problem('tool/defect', { detail: `The shipped SCP ${wish.name} would keep a key from deleting itself.` });
  const placement = await placeScp(organization.reader, wish, facts.account, 'leave --org-profile out');
  if ('blocker' in placement) return none({ blockers: [placement.blocker] });
  const { attached, guardrail, isAttached } = placement;
  const inTheWay = attached.find((policy) => effectsOnRemoval(policy.content, facts).includes('denies'));
  if (inTheWay !== undefined) return none({ blockers: [{ code: 'plan/blocked', text: `Policy ${inTheWay.name} (${inTheWay.id}) on the account denies root the removal of its keys: detach it first.` }] });
  return none({ containment: { guardrail, isFound: isAttached } });
}
