/** May this caller do this: identity permissions, task policies, and the organization's service control policies. Knows no operation's effect. */
import { invalidTokenError, isQueryService, isRootCaller, rootArn } from './caller.ts';
import { isActionMatch } from './policy-match.ts';
import type { Caller, Service } from './service.ts';
import { ServiceError } from './service.ts';
import { evaluateScps, isBound } from './scp.ts';
import { parseTaskPolicyArn } from './task-policies.ts';
import { parentOf } from './world-index.ts';
import type { Organization, Time, World } from './world.ts';

export type AccessRequest = {
  service: Service;
  operation: string;
  /** Region in which the request counts: the called one, or the home Region of a global service. */
  region: string;
  caller: Caller;
  input: Record<string, unknown>;
  at: Time;
};

/** @throws ServiceError when the caller may not; the message is worded as AWS words it */
export function authorize(world: World, request: AccessRequest): void {
  const { service, operation, caller } = request;
  const action = `${service.actionPrefix}:${operation}`;
  // STS API reference, GetCallerIdentity: needs no permission, and no policy can deny it.
  if (action === 'sts:GetCallerIdentity') return;
  if (caller.kind === 'minted-root-session') refuseMintedSession(service, operation);
  const resource = resourceOf(world, request);
  const refusal = scpRefusal(world, request, action, resource) ?? identityRefusal(caller, action);
  if (refusal !== undefined) throw deniedError(service, caller, action, resource, refusal);
}

/** The refusal in AWS's words. */
export function deniedMessage(caller: Caller, action: string, resource: string, reason: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`.trimEnd();
}

/** AccessDenied under the service's own code. */
export function deniedError(service: Service, caller: Caller, action: string, resource: string, reason = ''): ServiceError {
  const message = deniedMessage(caller, action, resource, reason);
  if (service.signingName === 'sns') return new ServiceError('AuthorizationError', message, 403);
  if (isQueryService(service)) return new ServiceError('AccessDenied', message, 403);
  return new ServiceError('AccessDeniedException', message, service.signingName === 'account' ? 403 : 400);
}

/** What the action works on, as far as policies here speak of it. */
export function resourceOf(world: World, { service, operation, region, caller, input }: AccessRequest): string {
  if (service.signingName === 'sts' && operation === 'AssumeRoot') {
    const target = input['TargetPrincipal'];
    if (typeof target !== 'string') return '*';
    return /^\d{12}$/.test(target) ? rootArn(world, target) : target;
  }
  const named = input['Rule'] ?? input['Name'];
  if (service.signingName === 'events') {
    const inRegion = `arn:${world.partition}:events:${region}:${caller.accountId}`;
    return operation === 'PutEvents' ? `${inRegion}:event-bus/default` : typeof named === 'string' ? `${inRegion}:rule/${named}` : '*';
  }
  if (service.signingName === 'sns') {
    const topic = input['TopicArn'];
    return typeof topic === 'string' ? topic : typeof named === 'string' ? `arn:${world.partition}:sns:${region}:${caller.accountId}:${named}` : '*';
  }
  if (service.signingName !== 'iam' || /Report$|^GetAccountSummary$|^ListUsers$|^ListAccountAliases$|Organization/.test(operation)) return '*';
  const userName = input['UserName'];
  if (typeof userName === 'string') return `arn:${world.partition}:iam::${caller.accountId}:user/${userName}`;
  return isRootCaller(caller) ? rootArn(world, caller.accountId) : caller.arn;
}

/** STS API reference, GetSessionToken: without MFA no IAM at all, and of STS only AssumeRole and GetCallerIdentity. */
function refuseMintedSession(service: Service, operation: string): void {
  if (service.signingName === 'iam') throw invalidTokenError(service);
  if (service.signingName === 'sts' && operation !== 'AssumeRole') {
    throw new ServiceError('AccessDenied', `Cannot call ${operation} with session credentials`, 403);
  }
}

function identityRefusal(caller: Caller, action: string): string | undefined {
  if (caller.kind === 'assumed-root') {
    const isWithinTask = parseTaskPolicyArn(caller.taskPolicyArn ?? '')?.actions.some((pattern) => isActionMatch(pattern, action)) ?? false;
    return isWithinTask ? undefined : 'with an explicit deny in a session policy';
  }
  if (isRootCaller(caller)) return undefined;
  const isListed = (patterns: string[] | undefined) => patterns?.some((pattern) => isActionMatch(pattern, action)) ?? false;
  if (isListed(caller.principal?.deny)) return 'with an explicit deny in an identity-based policy';
  return isListed(caller.principal?.allow) ? undefined : `because no identity-based policy allows the ${action} action`;
}

export function scpRefusal(world: World, { caller, region, at }: Pick<AccessRequest, 'caller' | 'region' | 'at'>, action: string, resource: string): string | undefined {
  const organization = world.organization;
  if (organization === undefined || !organization.isScpEnabled) return undefined;
  if (organization.parents[caller.accountId] === undefined) return undefined;
  if (!isBound(principalArn(world, caller), caller.accountId, organization.managementAccountId)) return undefined;
  const isMarked = caller.kind === 'assumed-root' && organization.unmarkedAssumedRoots?.includes(caller.accountId) !== true;
  const decision = evaluateScps(scpChain(organization, caller.accountId), {
    action,
    resource,
    context: {
      'aws:PrincipalArn': principalArn(world, caller),
      'aws:PrincipalAccount': caller.accountId,
      'aws:RequestedRegion': region,
      'aws:CurrentTime': new Date(at).toISOString(),
      // Absent, not "false", in every other request (IAM user guide, "AWS global condition context keys").
      ...(isMarked ? { 'aws:AssumedRoot': 'true' } : {}),
    },
  });
  if (decision === 'allowed') return undefined;
  if (decision === 'explicitly-denied') return 'with an explicit deny in a service control policy';
  return `because no service control policy allows the ${action} action`;
}

/** Policy texts from the organization's root down to the account. */
function scpChain(organization: Organization, accountId: string): string[][] {
  const path: string[] = [];
  let node: string | undefined = accountId;
  while (node !== undefined) {
    path.unshift(node);
    node = parentOf(organization, node);
  }
  return path.map((target) => {
    const attached = organization.attachments[target] ?? [];
    return organization.policies.filter(({ id }) => attached.includes(id)).map(({ content }) => content);
  });
}

/** For a role's session, aws:PrincipalArn is the role's ARN (IAM user guide, "AWS global condition context keys"). */
function principalArn(world: World, caller: Caller): string {
  if (isRootCaller(caller)) return rootArn(world, caller.accountId);
  const role = /:assumed-role\/([^/]+)\//.exec(caller.arn)?.[1];
  return role === undefined ? caller.arn : `arn:${world.partition}:iam::${caller.accountId}:role/${role}`;
}
