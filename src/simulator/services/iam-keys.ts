/** Access keys of the root user in IAM: list, create, change, delete, last use. Users of the account are known to hold none. */
import type {
  AccessKeyMetadata, CreateAccessKeyRequest, CreateAccessKeyResponse, DeleteAccessKeyRequest, GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse, ListAccessKeysRequest, ListAccessKeysResponse, UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam';
import { appendEffect } from '../effects.ts';
import { nextAccessKeyId } from '../sequence.ts';
import type { Call } from '../service.ts';
import { rootOf, ServiceError } from '../service.ts';
import type { AccessKey, RootUser, Time } from '../world.ts';
import { noSuchEntity, subjectOf } from './iam-subject.ts';

/** IAM user guide, "IAM and AWS STS quotas": two access keys, active or not. */
const MAX_ACCESS_KEYS = 2;

export function listAccessKeys(input: ListAccessKeysRequest, call: Call): ListAccessKeysResponse {
  const subject = subjectOf(call, input.UserName);
  const keys = subject.kind === 'root' ? visibleKeys(subject.root, call.at) : [];
  return { AccessKeyMetadata: keys.map(renderMetadata), IsTruncated: false };
}

export function createAccessKey(input: CreateAccessKeyRequest, call: Call): CreateAccessKeyResponse {
  const subject = subjectOf(call, input.UserName);
  if (subject.kind === 'user') throw new ServiceError('NotImplemented', 'The simulator keeps no access keys of IAM users.', 501);
  const { root } = subject;
  if (root.keys.length >= MAX_ACCESS_KEYS) {
    throw new ServiceError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${MAX_ACCESS_KEYS}`, 409);
  }
  keepEarlierKeys(root, call);
  const key: AccessKey = { id: nextAccessKeyId(call.world, 'AKIA'), status: 'Active', createdAt: call.at };
  const secret = `simulated-secret-of-${key.id}`;
  root.keys.push(key);
  call.world.rootSecrets[key.id] = secret;
  appendEffect(call, key.id);
  return { AccessKey: { UserName: undefined, AccessKeyId: key.id, Status: key.status, SecretAccessKey: secret, CreateDate: new Date(key.createdAt) } };
}

export function updateAccessKey(input: UpdateAccessKeyRequest, call: Call): object {
  if (input.Status !== 'Active' && input.Status !== 'Inactive') {
    throw new ServiceError('ValidationError', `Value '${input.Status}' at 'status' must be Active or Inactive`, 400);
  }
  const { root, key } = findKey(call, input.UserName, input.AccessKeyId);
  if (key.status === input.Status) return {};
  keepEarlierKeys(root, call);
  key.status = input.Status;
  appendEffect(call, key.id);
  return {};
}

export function deleteAccessKey(input: DeleteAccessKeyRequest, call: Call): object {
  const { root, key } = findKey(call, input.UserName, input.AccessKeyId);
  keepEarlierKeys(root, call);
  root.keys = root.keys.filter(({ id }) => id !== key.id);
  appendEffect(call, key.id);
  return {};
}

/** Tells the last use of a key of the caller's account; a key never used has no date and "N/A" (IAM API reference, AccessKeyLastUsed). */
export function getAccessKeyLastUsed(input: GetAccessKeyLastUsedRequest, call: Call): GetAccessKeyLastUsedResponse {
  const key = rootOf(call).keys.find(({ id }) => id === input.AccessKeyId);
  if (key === undefined) throw keyNotFound(input.AccessKeyId);
  const { lastUsed } = key;
  return {
    UserName: '<root_account>',
    AccessKeyLastUsed: {
      LastUsedDate: lastUsed === undefined ? undefined : new Date(lastUsed.at),
      ServiceName: lastUsed?.service ?? 'N/A',
      Region: lastUsed?.region ?? 'N/A',
    },
  };
}

/** The keys as reads show them: IAM is eventually consistent, so a change is seen only after the propagation delay. */
export function visibleKeys(root: RootUser, now: Time): AccessKey[] {
  return root.earlierKeys?.find(({ shownUntil }) => shownUntil > now)?.keys ?? root.keys;
}

function keepEarlierKeys(root: RootUser, call: Call): void {
  const stillShown = (root.earlierKeys ?? []).filter(({ shownUntil }) => shownUntil > call.at);
  const snapshot = root.keys.map((key) => ({ ...key }));
  root.earlierKeys = [...stillShown, { shownUntil: call.at + call.world.limits.iamPropagationMs, keys: snapshot }];
}

function findKey(call: Call, userName: string | undefined, keyId: string | undefined): { root: RootUser; key: AccessKey } {
  const subject = subjectOf(call, userName);
  const key = subject.kind === 'root' ? subject.root.keys.find(({ id }) => id === keyId) : undefined;
  if (subject.kind !== 'root' || key === undefined) throw keyNotFound(keyId);
  return { root: subject.root, key };
}

function keyNotFound(keyId: string | undefined): ServiceError {
  return noSuchEntity(`The Access Key with id ${keyId} cannot be found.`);
}

function renderMetadata(key: AccessKey): AccessKeyMetadata {
  return { AccessKeyId: key.id, Status: key.status, CreateDate: new Date(key.createdAt) };
}
