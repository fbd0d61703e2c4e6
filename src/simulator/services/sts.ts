/** The STS service: who am I, sessions of roles and of members' root users, and temporary credentials that root mints for itself. */
import type {
  GetCallerIdentityResponse, GetFederationTokenRequest, GetFederationTokenResponse, GetSessionTokenRequest, GetSessionTokenResponse,
} from '@aws-sdk/client-sts';
import { rootArn } from '../caller.ts';
import type { Call, Service } from '../service.ts';
import { ServiceError } from '../service.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoot } from './assume-root.ts';
import type { SessionIdentity } from './sts-session.ts';
import { mintSession } from './sts-session.ts';

/** STS API reference, GetSessionToken and GetFederationToken: sessions of root last 900 seconds to an hour, by default an hour. */
const MIN_ROOT_SESSION_SECONDS = 900;
const MAX_ROOT_SESSION_SECONDS = 3_600;

export const stsService: Service = {
  signingName: 'sts',
  actionPrefix: 'sts',
  eventSource: 'sts.amazonaws.com',
  operations: {
    GetCallerIdentity: { run: getCallerIdentity, trait: { isReadOnly: true } },
    GetSessionToken: { run: getSessionToken, trait: { isReadOnly: true } },
    GetFederationToken: { run: getFederationToken, trait: { isReadOnly: true } },
    AssumeRole: { run: assumeRole, trait: { isReadOnly: true } },
    AssumeRoot: { run: assumeRoot, trait: { isReadOnly: true, isAlwaysRecorded: true } },
  },
};

function getCallerIdentity(_input: object, { caller }: Call): GetCallerIdentityResponse {
  return { UserId: caller.userId, Account: caller.accountId, Arn: caller.arn };
}

function getSessionToken(input: GetSessionTokenRequest, call: Call): GetSessionTokenResponse {
  const { accountId, userId } = call.caller;
  return { Credentials: mintFromRootKey(call, { accountId, kind: 'minted-root-session', arn: rootArn(call.world, accountId), userId }, input.DurationSeconds) };
}

function getFederationToken(input: GetFederationTokenRequest, call: Call): GetFederationTokenResponse {
  const { accountId } = call.caller;
  const arn = `arn:${call.world.partition}:sts::${accountId}:federated-user/${input.Name}`;
  const userId = `${accountId}:${input.Name}`;
  const identity: SessionIdentity = { accountId, kind: 'minted-root-session', arn, userId };
  return { Credentials: mintFromRootKey(call, identity, input.DurationSeconds), FederatedUser: { Arn: arn, FederatedUserId: userId } };
}

/** Only a long-term key can mint; here that is a root key, since the keys of IAM users are not modelled. */
function mintFromRootKey(call: Call, identity: SessionIdentity, seconds = MAX_ROOT_SESSION_SECONDS) {
  if (call.caller.kind !== 'root-key') throw new ServiceError('AccessDenied', `Cannot call ${call.operation} with session credentials`, 403);
  const lifetime = Math.min(MAX_ROOT_SESSION_SECONDS, Math.max(MIN_ROOT_SESSION_SECONDS, seconds));
  return mintSession(call, identity, lifetime);
}
