/** Credentials of a role in another account, taken through an identity's own chain and renewed before they end. Never shows or keeps a secret. */
import type { AwsCredentialIdentity } from '@smithy/types';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import { MINUTE_MS } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';
import { parsePresent } from './aws-errors.ts';
import type { Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import type { Credentials } from './credentials.ts';

const OPERATION = 'sts:AssumeRole';
const SESSION_NAME = 'rootzero';
/** A session that ends sooner is not used any more. */
const RENEW_BEFORE_MS = 5 * MINUTE_MS;

export type RoleTarget = { account: AccountId; partition: Partition; roleName: string };

/** @param clients of the identity that assumes the role (STS API reference, AssumeRole: an hour by default) */
export function openRoleCredentials(clients: Clients, calls: Calls, clock: Clock, { account, partition, roleName }: RoleTarget): Credentials {
  const signedBy = new Set<string>();
  const RoleArn = `arn:${partition}:iam::${account}:role/${roleName}`;
  let session: Promise<AwsCredentialIdentity> | null = null;
  let endsAt = 0;

  const assume = async (): Promise<AwsCredentialIdentity> => {
    const { client, sdk } = await clients.sts();
    const answer = await calls.read({ name: 'sts' }, OPERATION, () => client.send(new sdk.AssumeRoleCommand({ RoleArn, RoleSessionName: SESSION_NAME })));
    const given = parsePresent(answer.Credentials, OPERATION, 'Credentials');
    const accessKeyId = parsePresent(given.AccessKeyId, OPERATION, 'AccessKeyId');
    endsAt = parsePresent(given.Expiration, OPERATION, 'Expiration').getTime();
    signedBy.add(accessKeyId);
    return {
      accessKeyId,
      secretAccessKey: parsePresent(given.SecretAccessKey, OPERATION, 'SecretAccessKey'),
      sessionToken: parsePresent(given.SessionToken, OPERATION, 'SessionToken'),
      // The SDK would keep them by the machine's clock. Their end is the world's affair, so it is to ask here each time.
      expiration: new Date(0),
    };
  };

  return {
    signedBy,
    provide: () => {
      if (session !== null && endsAt - clock.now() > RENEW_BEFORE_MS) return session;
      endsAt = Number.POSITIVE_INFINITY;
      const fresh = assume();
      session = fresh;
      // What was refused is asked for again by the next call.
      fresh.catch(() => {
        if (session === fresh) session = null;
      });
      return fresh;
    },
  };
}
