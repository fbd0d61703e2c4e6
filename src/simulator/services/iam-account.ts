/** What IAM tells of an account and its identities besides access keys: summary, MFA, password, certificates, users, alias. Reads only. */
import type {
  GetAccountSummaryResponse, GetLoginProfileRequest, GetLoginProfileResponse, GetUserRequest, GetUserResponse, ListAccountAliasesResponse,
  ListMFADevicesRequest, ListMFADevicesResponse, ListSigningCertificatesRequest, ListSigningCertificatesResponse, ListUsersResponse,
  ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse, User,
} from '@aws-sdk/client-iam';
import { rootArn } from '../caller.ts';
import type { Call } from '../service.ts';
import type { RootUser } from '../world.ts';
import { accountOf, noSuchEntity, subjectOf } from './iam-subject.ts';
import { visibleKeys } from './iam-keys.ts';

/** The `Account…` entries describe root; AccountAccessKeysPresent is a flag that inactive keys raise too (CIS AWS Foundations Benchmark). */
export function getAccountSummary(_input: object, call: Call): GetAccountSummaryResponse {
  const { root, users } = accountOf(call);
  return {
    SummaryMap: {
      AccountAccessKeysPresent: Number(visibleKeys(root, call.at).length > 0),
      AccountMFAEnabled: Number(root.mfa !== 'none'),
      AccountPasswordPresent: Number(root.hasPassword),
      AccountSigningCertificatesPresent: Number(root.signingCertificates > 0),
      AccessKeysPerUserQuota: 2,
      MFADevices: Number(root.mfa !== 'none'),
      MFADevicesInUse: Number(root.mfa !== 'none'),
      Users: users.length,
    },
  };
}

export function listMFADevices(input: ListMFADevicesRequest, call: Call): ListMFADevicesResponse {
  const subject = subjectOf(call, input.UserName);
  if (subject.kind === 'user' || subject.root.mfa === 'none') return { MFADevices: [], IsTruncated: false };
  return { MFADevices: [{ UserName: undefined, SerialNumber: mfaSerial(subject.root, call), EnableDate: new Date(accountOf(call).createdAt) }], IsTruncated: false };
}

/** Root's virtual device has a serial number of its own, and the root user's ARN (IAM API reference, ListVirtualMFADevices). */
export function listVirtualMFADevices(input: ListVirtualMFADevicesRequest, call: Call): ListVirtualMFADevicesResponse {
  const { root, createdAt } = accountOf(call);
  if (root.mfa !== 'virtual' || input.AssignmentStatus === 'Unassigned') return { VirtualMFADevices: [], IsTruncated: false };
  const device = { SerialNumber: virtualSerial(call), EnableDate: new Date(createdAt), User: renderRoot(call) };
  return { VirtualMFADevices: [device], IsTruncated: false };
}

export function listSigningCertificates(input: ListSigningCertificatesRequest, call: Call): ListSigningCertificatesResponse {
  const subject = subjectOf(call, input.UserName);
  const count = subject.kind === 'root' ? subject.root.signingCertificates : 0;
  const certificates = Array.from({ length: count }, (_, index) => ({
    UserName: undefined, CertificateId: certificateId(index), CertificateBody: 'simulated', Status: 'Active' as const,
  }));
  return { Certificates: certificates, IsTruncated: false };
}

/** Certificates are told apart by their place; the last one goes first. */
export const certificateId = (index: number): string => `SIMULATEDCERTIFICATE${index + 1}`;

export function getLoginProfile(input: GetLoginProfileRequest, call: Call): GetLoginProfileResponse {
  const subject = subjectOf(call, input.UserName);
  if (subject.kind === 'user' || !subject.root.hasPassword) {
    throw noSuchEntity(`Login Profile for User ${subject.kind === 'user' ? subject.name : 'root'} cannot be found.`);
  }
  const createdAt = subject.root.passwordLastChangedAt ?? accountOf(call).createdAt;
  return { LoginProfile: { UserName: undefined, CreateDate: new Date(createdAt) } };
}

/** For root there is no UserName, and the user id is the account's id. */
export function getUser(input: GetUserRequest, call: Call): GetUserResponse {
  const subject = subjectOf(call, input.UserName);
  return { User: subject.kind === 'root' ? renderRoot(call) : renderUser(call, subject.name, subject.createdAt) };
}

export function listAccountAliases(_input: object, call: Call): ListAccountAliasesResponse {
  const { alias } = accountOf(call);
  return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
}

export function listUsers(_input: object, call: Call): ListUsersResponse {
  return { Users: accountOf(call).users.map(({ name, createdAt }) => renderUser(call, name, createdAt)), IsTruncated: false };
}

/** A virtual device is named by its ARN, a hardware one by what is printed on it. */
export const mfaSerial = ({ mfa }: RootUser, call: Call): string => (mfa === 'virtual' ? virtualSerial(call) : 'SIMULATED-HARDWARE-TOKEN');

function virtualSerial(call: Call): string {
  return `arn:${call.world.partition}:iam::${call.caller.accountId}:mfa/root-account-mfa-device`;
}

function renderRoot(call: Call): User {
  const { id, createdAt, root } = accountOf(call);
  return {
    Path: undefined,
    UserName: undefined,
    UserId: id,
    Arn: rootArn(call.world, id),
    CreateDate: new Date(createdAt),
    ...(root.passwordLastUsedAt === undefined ? {} : { PasswordLastUsed: new Date(root.passwordLastUsedAt) }),
  };
}

function renderUser(call: Call, name: string, createdAt: number): User {
  return {
    Path: '/',
    UserName: name,
    UserId: `AIDASIMULATED${name.toUpperCase().replace(/[^A-Z2-7]/g, '')}`,
    Arn: `arn:${call.world.partition}:iam::${call.caller.accountId}:user/${name}`,
    CreateDate: new Date(createdAt),
  };
}
