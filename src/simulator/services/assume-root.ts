/** sts:AssumeRoot: who may open a session of a member account's root user, and which refusal each obstacle meets. */
import type { AssumeRootRequest, AssumeRootResponse } from '@aws-sdk/client-sts';
import { isRootCaller, rootArn } from '../caller.ts';
import type { Call } from '../service.ts';
import { ServiceError } from '../service.ts';
import { parseTaskPolicyArn } from '../task-policies.ts';
import { mintSession } from './sts-session.ts';

/** STS API reference, AssumeRoot: at most and by default 900 seconds. */
const MAX_DURATION_SECONDS = 900;

/** @throws ServiceError with the messages of captured calls */
export function assumeRoot(input: AssumeRootRequest, call: Call): AssumeRootResponse {
  const { world, caller } = call;
  const seconds = input.DurationSeconds ?? MAX_DURATION_SECONDS;
  if (seconds < 0 || seconds > MAX_DURATION_SECONDS) {
    throw validationError(`1 validation error detected: Value '${seconds}' at 'durationSeconds' must be at most ${MAX_DURATION_SECONDS}`);
  }
  const policyArn = input.TaskPolicyArn?.arn ?? '';
  const policy = parseTaskPolicyArn(policyArn);
  if (policy === undefined) throw validationError('Request must contain valid AWS managed task policy ARN');
  const accountId = /^(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?$/.exec(input.TargetPrincipal ?? '')?.[1];
  if (accountId === undefined) throw validationError('Request must contain a valid target principal');
  if (isRootCaller(caller) || !isMemberInReach(call, accountId)) {
    throw accessDenied(`User: ${caller.arn} is not authorized to perform: sts:AssumeRoot on resource: ${rootArn(world, accountId)}`);
  }
  if (!world.organization?.rootFeatures.includes(policy.feature)) {
    const feature = policy.feature === 'RootSessions' ? 'Root sessions' : 'Root credentials management';
    throw accessDenied(`${feature} feature is not enabled for your AWS Organization.`);
  }
  const identity = { accountId, kind: 'assumed-root', arn: rootArn(world, accountId), userId: accountId, taskPolicyArn: policyArn } as const;
  return { Credentials: mintSession(call, identity, seconds) };
}

/** Callers are of the management account or of IAM's delegated administrator; targets are active members. */
function isMemberInReach({ world, caller }: Call, accountId: string): boolean {
  const organization = world.organization;
  if (organization === undefined || accountId === organization.managementAccountId) return false;
  const isDelegate = organization.delegatedAdministrators.some((delegate) => {
    return delegate.accountId === caller.accountId && delegate.servicePrincipal === 'iam.amazonaws.com';
  });
  const isMember = organization.parents[accountId] !== undefined && world.accounts[accountId]?.state === 'ACTIVE';
  return isMember && (isDelegate || caller.accountId === organization.managementAccountId);
}

function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message, 400);
}

function accessDenied(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, 403);
}
