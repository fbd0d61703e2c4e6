/** On whom an IAM call acts: the signing identity, or the user that the call names. Knows no particular operation. */
import { isRootCaller } from '../caller.ts';
import type { Call } from '../service.ts';
import { rootOf, ServiceError } from '../service.ts';
import type { Account, RootUser } from '../world.ts';

export type Subject = { kind: 'root'; root: RootUser } | { kind: 'user'; name: string; createdAt: number };

/**
 * Without a user name IAM calls act on the signing identity (IAM API reference, e.g. ListAccessKeys).
 * @throws ServiceError NoSuchEntity for an unknown user, ValidationError for a role that names none
 */
export function subjectOf(call: Call, userName: string | undefined): Subject {
  const isSubject = isRootCaller(call.caller) && call.caller.principal?.needsUserName !== true;
  if (userName === undefined && isSubject) return { kind: 'root', root: rootOf(call) };
  const name = userName ?? /:user\/(?:.*\/)?([^/]+)$/.exec(call.caller.arn)?.[1];
  if (name === undefined) throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials', 400);
  const user = accountOf(call).users.find((candidate) => candidate.name === name);
  if (user === undefined && userName !== undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return { kind: 'user', name, createdAt: user?.createdAt ?? call.at };
}

/** The caller's own account. */
export function accountOf(call: Call): Account {
  const account = call.world.accounts[call.caller.accountId];
  if (account === undefined) throw new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  return account;
}

export function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, 404);
}
