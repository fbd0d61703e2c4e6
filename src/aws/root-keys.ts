/** Root's own access keys and MFA in IAM. Never names a user: without one the calls act on the root user that signs. */
import type { AccessKeyMetadata } from '@aws-sdk/client-iam';
import { parseAccessKeyId, type AccessKeyId } from '../domain/identifiers.ts';
import { instantOf, type Instant } from '../domain/instant.ts';
import { asProblem, type Problem } from '../domain/problem.ts';
import type { AccountSummary, Caller, KeyStatus, LastUse, RootKey, RootMfa } from '../domain/root-user.ts';
import type { CloudReader, CloudWriter, Lane } from '../ports/cloud.ts';
import { parseAnswer, parsePresent, renamed } from './aws-errors.ts';
import type { CallerReader } from './caller.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const IAM: Lane = { name: 'iam' };

/** A time of an SDK answer; undefined and invalid dates are null. */
const instantOrNull = (date: Date | undefined): Instant | null => (date === undefined || Number.isNaN(date.getTime()) ? null : instantOf(date.getTime()));

/** `Expired` keys are there and cannot sign: inactive (IAM API reference, AccessKeyMetadata). */
function parseRootKey(metadata: AccessKeyMetadata): RootKey {
  const keyIdText = parsePresent(metadata.AccessKeyId, 'iam:ListAccessKeys', 'AccessKeyId');
  const keyId = parseAnswer('iam:ListAccessKeys', () => parseAccessKeyId(keyIdText));
  const status: KeyStatus = parsePresent(metadata.Status, 'iam:ListAccessKeys', 'Status') === 'Active' ? 'active' : 'inactive';
  return { keyId, status, createdAt: instantOrNull(metadata.CreateDate) };
}

/** Refused as such, in the ways that IAM is known or documented to refuse temporary credentials. */
const isRefusal = (refused: Problem): boolean =>
  refused.code === 'aws/access-denied' ||
  refused.code === 'credentials/expired' ||
  (refused.cause instanceof Error && refused.cause.name.startsWith('ValidationError'));

type RootKeyReader = Pick<CloudReader, 'readRootKeys' | 'readLastUse' | 'readAccountSummary' | 'readRootMfa' | 'readAccountAlias'>;

export function openRootKeyReader(clients: Clients, calls: Calls, callers: CallerReader): RootKeyReader {
  const listRootKeys = async (): Promise<RootKey[]> => {
    const { client, sdk } = await clients.iam();
    return readAll('iam:ListAccessKeys', async (marker) => {
      const page = await calls.read(IAM, 'iam:ListAccessKeys', () => client.send(new sdk.ListAccessKeysCommand({ Marker: marker })));
      const listed = parsePresent(page.AccessKeyMetadata, 'iam:ListAccessKeys', 'AccessKeyMetadata');
      return { items: listed.map(parseRootKey), next: page.IsTruncated === true ? parsePresent(page.Marker, 'iam:ListAccessKeys', 'Marker') : undefined };
    });
  };

  /**
   * A temporary root session that STS knows and IAM refuses cannot be used; credentials that STS refuses too have expired. One of AssumeRoot is known to
   * be usable, so what refuses it is a policy.
   */
  const explainRefusal = async (caller: Caller, refused: Problem): Promise<Problem> => {
    if (callers.isAssumedRoot || caller.kind !== 'root-session' || !isRefusal(refused)) return refused;
    if (refused.code === 'credentials/expired') await callers.readCaller();
    return renamed('credentials/root-session-unusable', refused);
  };

  return {
    readRootKeys: async () => {
      const caller = await callers.requireRoot('iam:ListAccessKeys');
      try {
        return await listRootKeys();
      } catch (error) {
        throw await explainRefusal(caller, asProblem(error));
      }
    },

    readLastUse: async (keyId): Promise<LastUse | null> => {
      const { client, sdk } = await clients.iam();
      const answer = await calls.read(IAM, 'iam:GetAccessKeyLastUsed', () => client.send(new sdk.GetAccessKeyLastUsedCommand({ AccessKeyId: keyId })));
      const lastUsed = parsePresent(answer.AccessKeyLastUsed, 'iam:GetAccessKeyLastUsed', 'AccessKeyLastUsed');
      const at = instantOrNull(lastUsed.LastUsedDate);
      return at === null ? null : { at, service: lastUsed.ServiceName ?? 'N/A', region: lastUsed.Region ?? 'N/A' };
    },

    readAccountSummary: async (): Promise<AccountSummary> => {
      const { client, sdk } = await clients.iam();
      const answer = await calls.read(IAM, 'iam:GetAccountSummary', () => client.send(new sdk.GetAccountSummaryCommand({})));
      const isSet = (entry: 'AccountAccessKeysPresent' | 'AccountMFAEnabled' | 'AccountPasswordPresent' | 'AccountSigningCertificatesPresent'): boolean =>
        parsePresent(answer.SummaryMap?.[entry], 'iam:GetAccountSummary', entry) > 0;
      return {
        keysPresent: isSet('AccountAccessKeysPresent'),
        mfaEnabled: isSet('AccountMFAEnabled'),
        passwordPresent: isSet('AccountPasswordPresent'),
        certificatesPresent: isSet('AccountSigningCertificatesPresent'),
      };
    },

    /** Root's virtual device is listed with root as its user; any other kind of device is not listed at all (IAM API reference, ListVirtualMFADevices). */
    readRootMfa: async (summary): Promise<RootMfa> => {
      if (!summary.mfaEnabled) return 'none';
      const operation = 'iam:ListVirtualMFADevices';
      const { client, sdk } = await clients.iam();
      const devices = await readAll(operation, async (marker) => {
        const command = new sdk.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned', Marker: marker });
        const page = await calls.read(IAM, operation, () => client.send(command));
        return { items: parsePresent(page.VirtualMFADevices, operation, 'VirtualMFADevices'), next: page.IsTruncated === true ? page.Marker : undefined };
      });
      return devices.some((device) => device.User?.Arn?.endsWith(':root') === true || device.SerialNumber?.endsWith(':mfa/root-account-mfa-device') === true)
        ? 'virtual'
        : 'hardware';
    },

    readAccountAlias: async () => {
      const { client, sdk } = await clients.iam();
      const answer = await calls.read(IAM, 'iam:ListAccountAliases', () => client.send(new sdk.ListAccountAliasesCommand({})));
      return parsePresent(answer.AccountAliases, 'iam:ListAccountAliases', 'AccountAliases')[0] ?? null;
    },
  };
}

export function openRootKeyWriter(clients: Clients, calls: Calls, callers: CallerReader): Pick<CloudWriter, 'updateRootKey' | 'deleteRootKey'> {
  return {
    updateRootKey: async (keyId: AccessKeyId, status: KeyStatus) => {
      await callers.requireRoot('iam:UpdateAccessKey');
      const { client, sdk } = await clients.iam();
      const input = { AccessKeyId: keyId, Status: status === 'active' ? 'Active' : 'Inactive' } as const;
      await calls.write(IAM, 'iam:UpdateAccessKey', () => client.send(new sdk.UpdateAccessKeyCommand(input)));
    },
    deleteRootKey: async (keyId: AccessKeyId) => {
      await callers.requireRoot('iam:DeleteAccessKey');
      const { client, sdk } = await clients.iam();
      await calls.write(IAM, 'iam:DeleteAccessKey', () => client.send(new sdk.DeleteAccessKeyCommand({ AccessKeyId: keyId })));
    },
  };
}
