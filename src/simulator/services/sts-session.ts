/** Temporary credentials of the simulated STS: clearly fake, remembered as a principal of the world. */
import type { Credentials } from '@aws-sdk/client-sts';
import { nextAccessKeyId } from '../sequence.ts';
import type { Call } from '../service.ts';
import type { Principal } from '../world.ts';

export type SessionIdentity = Pick<Principal, 'accountId' | 'kind' | 'arn' | 'userId' | 'taskPolicyArn' | 'allow' | 'deny'>;

/** Opens a session that lives for so many seconds of the world's time. */
export function mintSession(call: Call, identity: SessionIdentity, seconds: number): Credentials {
  const accessKeyId = nextAccessKeyId(call.world, 'ASIA');
  const secretAccessKey = `simulated-secret-of-${accessKeyId}`;
  const sessionToken = `simulated-session-token-of-${accessKeyId}`;
  const expiresAt = call.at + seconds * 1_000;
  call.world.principals.push({ ...identity, accessKeyId, secretAccessKey, sessionToken, expiresAt });
  return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: new Date(expiresAt) };
}
