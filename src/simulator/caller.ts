/** Whose request is this: finds the caller by access key id and session token. Does not verify the signature, and knows nothing of permissions. */
import type { Caller, Service } from './service.ts';
import { ServiceError } from './service.ts';
import { findPrincipal } from './world-index.ts';
import type { Time, World } from './world.ts';

/**
 * The caller that these credentials belong to.
 * @throws ServiceError when AWS would refuse to authenticate: an unknown, inactive or deleted key, a wrong session token,
 *   an expired session. Such a request leaves no trace in the account.
 */
export function identifyCaller(world: World, service: Service, accessKeyId: string, sessionToken: string | undefined, now: Time): Caller {
  const principal = findPrincipal(world, accessKeyId);
  if (principal === undefined) return identifyRootKey(world, service, accessKeyId, sessionToken);
  if (principal.sessionToken !== sessionToken) throw invalidTokenError(service);
  if (principal.expiresAt !== undefined && principal.expiresAt <= now) throw expiredTokenError(service);
  return {
    kind: principal.kind,
    accountId: principal.accountId,
    arn: principal.arn,
    userId: principal.userId,
    accessKeyId,
    ...(principal.taskPolicyArn === undefined ? {} : { taskPolicyArn: principal.taskPolicyArn }),
    principal,
  };
}

/** Every account is looked through, which only the few callers cost that sign with a root key. */
function identifyRootKey(world: World, service: Service, accessKeyId: string, sessionToken: string | undefined): Caller {
  const account = Object.values(world.accounts).find(({ root }) => root.keys.some(({ id }) => id === accessKeyId));
  const isActive = account?.root.keys.some(({ id, status }) => id === accessKeyId && status === 'Active');
  if (account === undefined || isActive !== true || sessionToken !== undefined) throw invalidTokenError(service);
  return { kind: 'root-key', accountId: account.id, arn: rootArn(world, account.id), userId: account.id, accessKeyId };
}

/** ARN of an account's root user. */
export function rootArn(world: World, accountId: string): string {
  return `arn:${world.partition}:iam::${accountId}:root`;
}

/** Whether the caller is the root user of its account, by whatever credentials. */
export function isRootCaller(caller: Caller): boolean {
  return caller.kind !== 'role' && caller.kind !== 'user';
}

/** Query services and JSON services have different codes for the same refusal (AWS re:Post, "security token included in the request is invalid"). */
export function invalidTokenError(service: Service): ServiceError {
  const message = 'The security token included in the request is invalid.';
  if (isQueryService(service)) return new ServiceError('InvalidClientTokenId', message, 403);
  return new ServiceError('UnrecognizedClientException', message, service.signingName === 'account' ? 403 : 400);
}

function expiredTokenError(service: Service): ServiceError {
  const message = 'The security token included in the request is expired';
  if (isQueryService(service)) return new ServiceError('ExpiredToken', message, 403);
  return new ServiceError('ExpiredTokenException', message, service.signingName === 'account' ? 403 : 400);
}

/** Whether the service answers in the query protocol's terms. */
export function isQueryService(service: Service): boolean {
  return ['iam', 'sts', 'sns'].includes(service.signingName);
}
