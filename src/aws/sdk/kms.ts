/** The KMS operations that rootzero calls, and no others: it reads the policy of a topic's key and never uses a key. Loaded when the first one is made. */
export { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
