/** One call from credentials to result, in the order of AWS: authentication, faults, rate limits, permission, operation, trail. Knows no wire. */
import type { AccessRequest } from './authorization.ts';
import { authorize, deniedError, resourceOf } from './authorization.ts';
import { identifyCaller, isQueryService } from './caller.ts';
import { takeFault } from './faults.ts';
import type { RateLimiter } from './limits.ts';
import { throttlingError } from './limits.ts';
import { homeRegion } from './regions.ts';
import type { Call, Caller, Service } from './service.ts';
import { ServiceError } from './service.ts';
import { recordCall } from './trail.ts';
import type { Fault, Time, World } from './world.ts';

export type IncomingCall = {
  service: Service;
  operation: string;
  input: Record<string, unknown>;
  /** Name of a required member that the input lacks. */
  missingMember: string | undefined;
  accessKeyId: string;
  sessionToken: string | undefined;
  region: string;
  userAgent: string;
  sourceIp: string;
  requestId: string;
  at: Time;
};

export type CallResult = { kind: 'output'; output: unknown } | { kind: 'error'; error: ServiceError };

/** What the caller gets to see: the result, a connection that breaks after the effect, or nothing at all and no effect. */
export type Delivery = 'reply' | 'connection-lost' | 'no-answer';

/** An authenticated call before anything is decided about it, as policies see it. */
export type ObservedCall = { action: string; resource: string; caller: Caller; input: Record<string, unknown> };

/** Carries out a call and its consequences in the world, without pause, so that calls never mix. */
export function performCall(world: World, limiter: RateLimiter, incoming: IncomingCall, onCall?: (call: ObservedCall) => void): { result: CallResult; delivery: Delivery } {
  const { service, operation, at } = incoming;
  let fault: Fault['kind'] | undefined;
  const result = resultOf(() => {
    const caller = identifyCaller(world, service, incoming.accessKeyId, incoming.sessionToken, at);
    onCall?.({
      action: `${service.actionPrefix}:${operation}`,
      resource: resourceOf(world, { service, operation, region: incoming.region, caller, input: incoming.input, at }),
      caller,
      input: incoming.input,
    });
    fault = takeFault(world, `${service.signingName}:${operation}`);
    refuseByFault(fault, service);
    limiter.take(world, service, operation, caller.accountId, incoming.region, at);
    return performAuthenticated(world, incoming, caller, fault);
  });
  return { result, delivery: fault === 'lost-reply' ? 'connection-lost' : fault === 'timeout' ? 'no-answer' : 'reply' };
}

/** What went wrong, in AWS's terms: an error that no service raised is the service's own failure. */
export function internalFailure(cause: unknown): ServiceError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new ServiceError('InternalFailure', `The request processing has failed because of an unknown error${reason}`, 500);
}

/** Throttled, failed and lost requests reach neither the account nor its trail. */
function refuseByFault(fault: Fault['kind'] | undefined, service: Service): void {
  if (fault === 'throttle') throw throttlingError(service);
  if (fault === 'server-error' || fault === 'timeout') throw internalFailure(undefined);
}

function performAuthenticated(world: World, incoming: IncomingCall, caller: Caller, fault: Fault['kind'] | undefined): unknown {
  const { service, operation, input, region, userAgent, sourceIp, requestId, at } = incoming;
  const call: Call = { service: service.signingName, operation, region, caller, userAgent, sourceIp, requestId, at, world };
  const effectiveRegion = service.eventRegion === undefined ? region : homeRegion(world.partition);
  markKeyUse(world, call, effectiveRegion);
  const result = resultOf(() => {
    permit(world, { service, operation, region: effectiveRegion, caller, input, at }, fault);
    return runOperation(call, incoming);
  });
  if (result.kind === 'output') {
    recordCall(call, service, { input, output: result.output });
    return result.output;
  }
  recordCall(call, service, { input, errorCode: result.error.code, errorMessage: result.error.message });
  throw result.error;
}

/** A denied call counts as use too: it was authenticated. */
function markKeyUse(world: World, { caller, service, at }: Call, region: string): void {
  const key = world.accounts[caller.accountId]?.root.keys.find(({ id }) => id === caller.accessKeyId);
  if (key !== undefined) key.lastUsed = { at, service, region };
}

function permit(world: World, request: AccessRequest, fault: Fault['kind'] | undefined): void {
  if (fault === 'access-denied') {
    const action = `${request.service.actionPrefix}:${request.operation}`;
    const reason = `because no identity-based policy allows the ${action} action`;
    throw deniedError(request.service, request.caller, action, resourceOf(world, request), reason);
  }
  authorize(world, request);
}

function runOperation(call: Call, { service, operation, input, missingMember }: IncomingCall): unknown {
  const definition = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (definition === undefined) {
    throw new ServiceError('NotImplemented', `The simulator does not model ${service.signingName}:${operation}.`, 501);
  }
  if (missingMember !== undefined) {
    const code = isQueryService(service) ? 'ValidationError' : 'ValidationException';
    throw new ServiceError(code, `1 validation error detected: Value null at '${missingMember}' failed to satisfy constraint: Member must not be null`);
  }
  return definition.run(input, call);
}

function resultOf(work: () => unknown): CallResult {
  try {
    return { kind: 'output', output: work() };
  } catch (error) {
    return { kind: 'error', error: error instanceof ServiceError ? error : internalFailure(error) };
  }
}
