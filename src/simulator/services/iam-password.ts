/** The root user's password in IAM: the way to set one is opened, and the password is removed, by a session of AssumeRoot. */
import type { CreateLoginProfileRequest, CreateLoginProfileResponse, DeleteLoginProfileRequest } from '@aws-sdk/client-iam';
import { appendEffect } from '../effects.ts';
import type { Call } from '../service.ts';
import { rootOf, ServiceError } from '../service.ts';
import type { RootUser } from '../world.ts';
import { noSuchEntity } from './iam-subject.ts';

/** Users hold no passwords here, and outside of AssumeRoot root changes its own in the console. */
function rootInSession(call: Call, userName: string | undefined): RootUser {
  if (userName !== undefined || call.caller.kind !== 'assumed-root') throw new ServiceError('NotImplemented', 'The simulator keeps passwords of root users only, by sessions of AssumeRoot.', 501);
  return rootOf(call);
}

/** IAM API reference, CreateLoginProfile: "Password … must be omitted when you make the request with an AssumeRoot session". */
export function createLoginProfile(input: CreateLoginProfileRequest, call: Call): CreateLoginProfileResponse {
  const root = rootInSession(call, input.UserName);
  if (input.Password !== undefined) throw new ServiceError('ValidationError', 'Password must be omitted in a session of AssumeRoot', 400);
  if (root.hasPassword) throw new ServiceError('EntityAlreadyExists', 'Login Profile for User root already exists.', 409);
  root.hasPassword = true;
  root.passwordLastChangedAt = call.at;
  appendEffect(call, 'root password');
  return { LoginProfile: { UserName: undefined, CreateDate: new Date(call.at) } };
}

export function deleteLoginProfile(input: DeleteLoginProfileRequest, call: Call): object {
  const root = rootInSession(call, input.UserName);
  if (!root.hasPassword) throw noSuchEntity('Login Profile for User root cannot be found.');
  root.hasPassword = false;
  appendEffect(call, 'root password');
  return {};
}
