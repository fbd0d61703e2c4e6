/** The STS operations that rootzero calls, and no others; loaded when the first one is made. */
export { AssumeRoleCommand, AssumeRootCommand, GetCallerIdentityCommand, getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity, STSClient } from '@aws-sdk/client-sts';
