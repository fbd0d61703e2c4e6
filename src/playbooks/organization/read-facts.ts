/** What of an organization decides over its accounts' root users: the tree, every policy, and centralized root access, from the ground of a survey. */
import type { OrganizationFacts } from '../../domain/guard-preflight.ts';
import { problem } from '../../domain/problem.ts';
import { managerOf, type Session } from '../session.ts';
import type { SurveyGround } from './survey-ground.ts';

/** @throws Problem of whatever keeps the policies from being read */
export async function readFacts(session: Session, ground: SurveyGround): Promise<OrganizationFacts> {
  const { centralAccess, organization, tree } = ground;
  const policies = await ground.readPolicies();
  if (!policies.known) throw problem(policies.because, { detail: `The service control policies could not be read, so nothing can be said about what stands in the way of an account. ${policies.detail ?? ''}`.trim() });
  return {
    tree,
    partition: organization.partition,
    policies: policies.value,
    centralAccess: centralAccess.known ? centralAccess.value : null,
    // ListOrganizationsFeatures answers only where IAM has trusted access (IAM API reference).
    isIamTrusted: centralAccess.known,
    delegates: await managerOf(session).reader.readDelegatedAdministrators(),
  };
}
