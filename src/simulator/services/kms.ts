/** KMS as far as alerts need it: whose a key is, and its policy (KMS API reference, DescribeKey and GetKeyPolicy). Encrypts nothing. */
import type * as Sdk from '@aws-sdk/client-kms';
import { alertingOf } from '../alerting.ts';
import { accountInRegion } from '../regions.ts';
import { ServiceError, type Call, type Service } from '../service.ts';
import type { EncryptionKey } from '../world-alerting.ts';

/** By id or ARN, and where the operation takes one, by alias. */
function requireKey(call: Call, keyId: string | undefined, takesAlias: boolean): EncryptionKey {
  const keys = alertingOf(accountInRegion(call)).keys.filter(({ region }) => region === call.region);
  const found = keys.find(({ id, arn, aliases }) => id === keyId || arn === keyId || (takesAlias && aliases.includes(keyId ?? '')));
  if (found === undefined) throw new ServiceError('NotFoundException', `Key '${keyId ?? ''}' does not exist`);
  return found;
}

function describeKey(input: Sdk.DescribeKeyRequest, call: Call): Sdk.DescribeKeyResponse {
  const { id, arn, manager } = requireKey(call, input.KeyId, true);
  return { KeyMetadata: { KeyId: id, Arn: arn, AWSAccountId: call.caller.accountId, KeyManager: manager, KeyState: 'Enabled', Enabled: true } };
}

function getKeyPolicy(input: Sdk.GetKeyPolicyRequest, call: Call): Sdk.GetKeyPolicyResponse {
  return { Policy: requireKey(call, input.KeyId, false).policy, PolicyName: 'default' };
}

export const kmsService: Service = {
  signingName: 'kms',
  actionPrefix: 'kms',
  eventSource: 'kms.amazonaws.com',
  operations: {
    DescribeKey: { run: describeKey, trait: { isReadOnly: true } },
    GetKeyPolicy: { run: getKeyPolicy, trait: { isReadOnly: true } },
  },
};
