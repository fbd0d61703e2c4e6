/** The five AWS managed task policies of sts:AssumeRoot, as the actions that they leave to the session. */

const READ_ROOT_CREDENTIALS = [
  'iam:ListAccessKeys', 'iam:ListSigningCertificates', 'iam:GetLoginProfile', 'iam:ListMFADevices', 'iam:GetUser', 'iam:GetAccessKeyLastUsed',
];

/** Everything else is explicitly denied (AWS managed policy reference, `arn:aws:iam::aws:policy/root-task/…`). */
const TASK_POLICIES: Record<string, { actions: string[]; feature: 'RootCredentialsManagement' | 'RootSessions' }> = {
  IAMAuditRootUserCredentials: { actions: [...READ_ROOT_CREDENTIALS, 'iam:GetAccountSummary'], feature: 'RootCredentialsManagement' },
  IAMDeleteRootUserCredentials: {
    actions: [
      ...READ_ROOT_CREDENTIALS,
      'iam:DeleteAccessKey', 'iam:DeleteSigningCertificate', 'iam:DeleteLoginProfile', 'iam:DeactivateMFADevice',
    ],
    feature: 'RootCredentialsManagement',
  },
  IAMCreateRootUserPassword: { actions: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'], feature: 'RootCredentialsManagement' },
  S3UnlockBucketPolicy: {
    actions: ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:ListAllMyBuckets'],
    feature: 'RootSessions',
  },
  SQSUnlockQueuePolicy: {
    actions: ['sqs:SetQueueAttributes', 'sqs:GetQueueAttributes', 'sqs:ListQueues', 'sqs:GetQueueUrl'],
    feature: 'RootSessions',
  },
};

/** The task policy with this ARN (`arn:<partition>:iam::aws:policy/root-task/NAME`); undefined for any other policy. */
export function parseTaskPolicyArn(arn: string): { actions: string[]; feature: 'RootCredentialsManagement' | 'RootSessions' } | undefined {
  const name = /^arn:[a-z-]+:iam::aws:policy\/root-task\/([A-Za-z0-9]+)$/.exec(arn)?.[1] ?? '';
  return Object.hasOwn(TASK_POLICIES, name) ? TASK_POLICIES[name] : undefined;
}
