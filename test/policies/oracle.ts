/** What an independent implementation of IAM's policy language decides. A development dependency only: it is AGPL, and nothing of it ships. */
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { contextOf, MANAGEMENT_ACCOUNT, type AccessRequest } from './access-requests.ts';

export const FULL_AWS_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

export type Decision = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

const named = (policies: readonly object[]) => policies.map((policy, index) => ({ name: `policy-${index}`, policy }));

/** The implementation knows neither root's own rights nor `aws:PrincipalArn` by itself: it is given both. That the management account and service-linked roles are exempt is said here. */
function simulationOf(level: readonly object[], request: AccessRequest, moreContext: Record<string, string>) {
  const isExempt = request.account === MANAGEMENT_ACCOUNT || request.isServiceLinked;
  return {
    identityPolicies: named([FULL_AWS_ACCESS]),
    serviceControlPolicies: isExempt ? [] : [{ orgIdentifier: 'ou-sandbox', policies: named(level) }],
    resourceControlPolicies: [],
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.account },
      contextVariables: { ...contextOf(request), ...moreContext },
    },
  };
}

/** Decides over one level of policies. Neither policies nor resources are validated, since it refuses root's own ARN as a resource. */
export const decideByOracle = (level: readonly object[], request: AccessRequest, moreContext: Record<string, string> = {}): Decision =>
  runUnsafeSimulation(simulationOf(level, request, moreContext), {});

/** The same with everything validated: what it says of policies and action, or its complaint. */
export async function decideByStrictOracle(level: readonly object[], request: AccessRequest): Promise<string> {
  const result = await runSimulation(simulationOf(level, request, {}), {});
  return result.resultType === 'error' ? JSON.stringify(result.errors) : result.overallResult;
}
