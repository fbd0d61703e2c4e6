/** CloudTrail as the world keeps it: which calls leave an event, and where. Knows neither LookupEvents nor the wire. */
import { deniedMessage, scpRefusal } from './authorization.ts';
import { isRootCaller, rootArn } from './caller.ts';
import { deliverTrailEvent } from './event-bus.ts';
import { homeRegion } from './regions.ts';
import type { Call, Caller, Service } from './service.ts';
import { assembleTrailEvent } from './trail-event.ts';
import { findPrincipal } from './world-index.ts';
import type { RootCall, Time, TrailEvent, World } from './world.ts';

/** Services whose events land in the home Region whatever Region was called. */
const GLOBAL_SERVICES: readonly string[] = ['iam', 'organizations'];

export type CallOutcome = { input: object; output?: unknown; errorCode?: string; errorMessage?: string };

/**
 * Records an authenticated call, a denied one too: every call of root, every write, and AssumeRoot. Other reads by roles and users are
 * left out to keep the trail small; AWS records them as well.
 */
export function recordCall(call: Call, service: Service, outcome: CallOutcome): void {
  const { world, caller } = call;
  const trait = service.operations[call.operation]?.trait;
  const isReadOnly = trait?.isReadOnly ?? true;
  if (isReadOnly && !isRootCaller(caller) && trait?.isAlwaysRecorded !== true) return;
  append(
    world,
    assembleTrailEvent(world, {
      caller,
      at: call.at,
      region: service.eventRegion === undefined ? call.region : homeRegion(world.partition),
      source: service.eventSource,
      name: call.operation,
      sourceIp: call.sourceIp,
      userAgent: call.userAgent,
      isReadOnly,
      isConsole: false,
      resources: trait?.resources?.(outcome.input, call) ?? [],
      parameters: outcome.input,
      response: !isReadOnly || hasCredentials(outcome.output) ? outcome.output : null,
      ...(outcome.errorCode === undefined ? {} : { errorCode: outcome.errorCode, errorMessage: outcome.errorMessage ?? '' }),
      requestId: call.requestId,
    }),
  );
}

/**
 * Carries out what a call by somebody else with root's credentials leaves behind: an event, and the key's last use.
 * @returns whether it has its effect: not when the credentials do not authenticate at that time, which leaves nothing, and not when a
 *   service control policy denies it, which leaves an event
 */
export function recordRootCall(world: World, call: RootCall, at: Time): boolean {
  const caller = signerOf(world, call, at);
  if (caller === undefined) return false;
  const region = GLOBAL_SERVICES.includes(call.service) ? homeRegion(world.partition) : call.region;
  const denied = denialOf(world, { ...call, region }, caller, at);
  append(
    world,
    assembleTrailEvent(world, {
      caller,
      at,
      region,
      source: `${call.service}.amazonaws.com`,
      name: call.operation,
      sourceIp: call.sourceIp,
      userAgent: call.userAgent,
      isReadOnly: call.isReadOnly,
      isConsole: call.isConsole ?? false,
      isDataEvent: call.isDataEvent ?? false,
      ...(call.invokedBy === undefined ? {} : { invokedBy: call.invokedBy }),
      ...(call.errorCode === undefined ? {} : { errorCode: call.errorCode, errorMessage: 'The call was refused.' }),
      resources: namedKey(call.parameters),
      parameters: call.parameters,
      response: denied === undefined ? call.response : undefined,
      ...denied,
    }),
  );
  const root = world.accounts[call.accountId]?.root;
  if (root !== undefined && call.operation === 'ConsoleLogin' && call.errorCode === undefined) root.passwordLastUsedAt = at;
  const key = root?.keys.find(({ id }) => id === call.accessKeyId);
  if (key !== undefined) key.lastUsed = { at, service: call.service, region: call.region };
  return denied === undefined;
}

/** A sign-in is no call that a policy could deny; what is called afterwards is. */
function denialOf(world: World, { service, operation, region }: RootCall, caller: Caller, at: Time): { errorCode: string; errorMessage: string } | undefined {
  if (service === 'signin') return undefined;
  const action = `${service}:${operation}`;
  const reason = scpRefusal(world, { caller, region, at }, action, '*');
  return reason === undefined ? undefined : { errorCode: 'AccessDenied', errorMessage: deniedMessage(caller, action, '*', reason) };
}

function append(world: World, event: TrailEvent): void {
  world.events.push(event);
  deliverTrailEvent(world, event);
}

/** Who signs, when the credentials authenticate: an active key of root, or a session of root that has not expired. */
function signerOf(world: World, call: RootCall, at: Time): Caller | undefined {
  const { accountId, accessKeyId } = call;
  const root = { accountId, arn: rootArn(world, accountId), userId: accountId, accessKeyId };
  const key = world.accounts[accountId]?.root.keys.find(({ id }) => id === accessKeyId);
  if (key !== undefined) return key.status === 'Active' ? { kind: 'root-key', ...root } : undefined;
  const session = findPrincipal(world, accessKeyId);
  if (session?.accountId !== accountId || (session.expiresAt !== undefined && session.expiresAt <= at)) return undefined;
  return { kind: session.kind, ...root, principal: session };
}

function namedKey(parameters: RootCall['parameters']): { type: string; name: string }[] {
  const keyId = parameters?.['accessKeyId'];
  return typeof keyId === 'string' ? [{ type: 'AWS::IAM::AccessKey', name: keyId }] : [];
}

function hasCredentials(output: unknown): boolean {
  return typeof output === 'object' && output !== null && 'Credentials' in output;
}
