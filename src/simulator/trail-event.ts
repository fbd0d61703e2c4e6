/** The form of a CloudTrail management event (CloudTrail user guide, "CloudTrail record contents"). Does not decide what is recorded. */
import { isRootCaller, rootArn } from './caller.ts';
import { HOUR_MS } from './durations.ts';
import { nextRequestId } from './sequence.ts';
import type { Caller } from './service.ts';
import type { Time, TrailEvent, World } from './world.ts';

/** Never in a trail. */
const SECRET_MEMBERS: readonly string[] = ['SecretAccessKey', 'SessionToken'];

/** One authenticated call, before it has the form of an event. */
export type RecordedCall = {
  caller: Caller;
  at: Time;
  region: string;
  /** `iam.amazonaws.com` */
  source: string;
  name: string;
  sourceIp: string;
  userAgent: string;
  isReadOnly: boolean;
  isConsole: boolean;
  isDataEvent?: boolean;
  invokedBy?: string;
  resources: { type: string; name: string }[];
  /** Members in the API's or in the trail's spelling; `null` when there are none. */
  parameters: unknown;
  response: unknown;
  errorCode?: string;
  errorMessage?: string;
  requestId?: string;
};

/** Gives the call its event, with ids from the world's sequence; visible after the trail's latency. */
export function assembleTrailEvent(world: World, call: RecordedCall): TrailEvent {
  const id = nextRequestId(world);
  const { caller, at } = call;
  return {
    id,
    accountId: caller.accountId,
    region: call.region,
    at,
    visibleAt: at + world.limits.trailLatencyMs,
    name: call.name,
    source: call.source,
    username: usernameOf(world, caller),
    accessKeyId: caller.accessKeyId,
    isReadOnly: call.isReadOnly,
    ...(call.isDataEvent === true ? { isDataEvent: true } : {}),
    resources: call.resources,
    detail: {
      eventVersion: '1.11',
      userIdentity: identityOf(world, call),
      eventTime: isoSeconds(at),
      eventSource: call.source,
      eventName: call.name,
      awsRegion: call.region,
      sourceIPAddress: call.sourceIp,
      userAgent: call.userAgent,
      ...(call.errorCode === undefined ? {} : { errorCode: call.errorCode, errorMessage: call.errorMessage ?? '' }),
      requestParameters: recordedMembers(call.parameters),
      responseElements: call.errorCode === undefined ? recordedMembers(call.response) : null,
      requestID: call.requestId ?? nextRequestId(world),
      eventID: id,
      readOnly: call.isReadOnly,
      eventType: call.name === 'ConsoleLogin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
      managementEvent: call.isDataEvent !== true,
      recipientAccountId: caller.accountId,
      eventCategory: call.isDataEvent === true ? 'Data' : 'Management',
      ...(call.isConsole && call.name !== 'ConsoleLogin' ? { sessionCredentialFromConsole: 'true' } : {}),
    },
  };
}

/** Root shows as `root`, or as the account's alias where one is set (CloudTrail user guide, "userIdentity element"). */
function usernameOf(world: World, caller: Caller): string {
  if (isRootCaller(caller)) return world.accounts[caller.accountId]?.alias ?? 'root';
  return caller.arn.split('/').at(-1) ?? caller.arn;
}

function identityOf(world: World, { caller, at, isConsole, invokedBy, name }: RecordedCall): Record<string, unknown> {
  const identity = { principalId: caller.userId, arn: caller.arn, accountId: caller.accountId, accessKeyId: caller.accessKeyId };
  if (caller.kind === 'user') return { type: 'IAMUser', ...identity, userName: usernameOf(world, caller) };
  if (caller.kind === 'role') return { type: 'AssumedRole', ...identity, sessionContext: roleSession(world, caller, at) };
  const alias = world.accounts[caller.accountId]?.alias;
  const root = {
    type: 'Root',
    ...identity,
    principalId: caller.accountId,
    arn: rootArn(world, caller.accountId),
    ...(alias === undefined ? {} : { userName: alias }),
    ...(invokedBy === undefined ? {} : { invokedBy }),
  };
  if (name === 'ConsoleLogin') return { ...root, accessKeyId: '' };
  return caller.kind === 'root-key' ? root : { ...root, sessionContext: rootSession(world, caller, at, isConsole) };
}

function roleSession(world: World, { accountId, arn, userId, principal }: Caller, at: Time): Record<string, unknown> {
  const roleName = arn.split('/').at(1) ?? '';
  return {
    sessionIssuer: {
      type: 'Role',
      principalId: userId.split(':')[0],
      arn: `arn:${world.partition}:iam::${accountId}:role/${roleName}`,
      accountId,
      userName: roleName,
    },
    attributes: { creationDate: sessionStart(principal?.expiresAt, at), mfaAuthenticated: 'false' },
  };
}

function rootSession(world: World, caller: Caller, at: Time, isConsole: boolean): Record<string, unknown> {
  const { accountId, kind, principal } = caller;
  const isSignedIn = kind === 'root-session';
  const hasMfa = isSignedIn && world.accounts[accountId]?.root.mfa !== 'none';
  const signInSession = `arn:${world.partition}:signin:us-east-1:${accountId}:session/${caller.accessKeyId}`;
  return {
    attributes: { creationDate: sessionStart(principal?.expiresAt, at), mfaAuthenticated: String(hasMfa) },
    ...(isSignedIn && !isConsole ? { signInSessionArn: signInSession } : {}),
    ...(kind === 'assumed-root' ? { assumedRoot: 'true' } : {}),
  };
}

/** STS sessions of root last an hour; a sign-in without an end renews its credentials all the time. */
function sessionStart(expiresAt: Time | undefined, at: Time): string {
  return isoSeconds(expiresAt === undefined ? at : expiresAt - HOUR_MS);
}

/** Members as a trail spells them: lower-case first letter, times as text, no secrets; `null` when nothing is left. */
function recordedMembers(value: unknown): Record<string, unknown> | null {
  const recorded = recordedValue(value);
  return isPlainObject(recorded) && Object.keys(recorded).length > 0 ? recorded : null;
}

function recordedValue(value: unknown): unknown {
  if (value instanceof Date) return isoSeconds(value.getTime());
  if (Array.isArray(value)) return value.map(recordedValue);
  if (!isPlainObject(value)) return value;
  const members = Object.entries(value).filter(([name, member]) => member !== undefined && !SECRET_MEMBERS.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name.charAt(0).toLowerCase() + name.slice(1), recordedValue(member)]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isoSeconds(time: Time): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
