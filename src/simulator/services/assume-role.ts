/** sts:AssumeRole: sessions of roles that trust the caller's account. */
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { deniedMessage } from '../authorization.ts';
import { isRootCaller } from '../caller.ts';
import type { Call } from '../service.ts';
import { ServiceError } from '../service.ts';
import type { Role } from '../world.ts';
import { mintSession } from './sts-session.ts';

/** STS API reference, AssumeRole. */
const [MIN_SECONDS, DEFAULT_SECONDS, MAX_SECONDS] = [900, 3_600, 43_200];

/** A role that is not there is refused as one that does not trust the caller. */
export function assumeRole(input: AssumeRoleRequest, call: Call): AssumeRoleResponse {
  const { world, caller } = call;
  const { RoleArn: arn = '', RoleSessionName: sessionName = '', DurationSeconds: seconds = DEFAULT_SECONDS } = input;
  const [, accountId = '', name = ''] = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw new ServiceError('ValidationError', `1 validation error detected: Value '${seconds}' at 'durationSeconds' is out of range`, 400);
  }
  const role = world.accounts[accountId]?.roles?.find((candidate) => candidate.name === name);
  if (isRootCaller(caller) || role === undefined || role.trustedAccountId !== caller.accountId) {
    throw new ServiceError('AccessDenied', deniedMessage(caller, 'sts:AssumeRole', arn, ''), 403);
  }
  const sessionArn = `arn:${world.partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`;
  const userId = `AROAEXAMPLE${accountId.slice(0, 10)}:${sessionName}`;
  return {
    Credentials: mintSession(call, { accountId, kind: 'role', arn: sessionArn, userId, ...permissionsOf(role) }, seconds),
    AssumedRoleUser: { Arn: sessionArn, AssumedRoleId: userId },
  };
}

function permissionsOf({ allow, deny }: Role): Pick<Role, 'allow' | 'deny'> {
  return { allow, ...(deny === undefined ? {} : { deny }) };
}
