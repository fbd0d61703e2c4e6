/** Tasks that people use root for, by the call that shows in CloudTrail, and how each is done without root. Tables only. */

export type RootUserTask = {
  name: string;
  /** True where AWS lets nobody but root do it. */
  isRootOnly: boolean;
  /** The way without root, or the way to root where there is none. */
  instead: string;
};

const LIFT = 'lift the seal for this account for an hour: rootzero breakglass open';
const CENTRAL = 'from the management account';

/** IAM User Guide, "Tasks that require root user credentials" and "Perform a privileged task"; Account Management and Organizations user guides. */
const TASKS: readonly { calls: RegExp; task: RootUserTask }[] = [
  { calls: /^(account|organizations):CloseAccount$/, task: { name: 'close the account', isRootOnly: false, instead: `${CENTRAL}: organizations:CloseAccount` } },
  { calls: /^account:(Start|Accept)PrimaryEmailUpdate$/, task: { name: 'change the root e-mail address', isRootOnly: false, instead: `${CENTRAL}: account:StartPrimaryEmailUpdate` } },
  { calls: /^account:(Put|Delete)(Alternate)?Contact(Information)?$|^account:PutAccountName$/, task: { name: 'change contacts or the account name', isRootOnly: false, instead: `${CENTRAL} with account:Put…, or by a role in the account` } },
  { calls: /^account:(Enable|Disable)Region$/, task: { name: 'switch a Region on or off', isRootOnly: false, instead: `${CENTRAL}: account:EnableRegion, or by a role in the account` } },
  { calls: /^s3:(Put|Delete)BucketPolicy$/, task: { name: 'unlock a bucket policy', isRootOnly: false, instead: `${CENTRAL} by sts:AssumeRoot with S3UnlockBucketPolicy` } },
  { calls: /^sqs:SetQueueAttributes$/, task: { name: 'unlock a queue policy', isRootOnly: false, instead: `${CENTRAL} by sts:AssumeRoot with SQSUnlockQueuePolicy` } },
  { calls: /^iam:(DeleteAccessKey|DeleteSigningCertificate|DeleteLoginProfile|DeactivateMFADevice)$/, task: { name: 'remove root credentials', isRootOnly: false, instead: `${CENTRAL} by sts:AssumeRoot with IAMDeleteRootUserCredentials` } },
  { calls: /^s3:PutBucketVersioning$/, task: { name: 'enable MFA delete on a bucket, if that was it', isRootOnly: true, instead: LIFT } },
  { calls: /^iam:(Put|Attach|Detach|Delete)(User|Role|Group)Policy$/, task: { name: 'restore IAM permissions, if nobody else could', isRootOnly: true, instead: `by another administrator; else ${LIFT}` } },
  { calls: /^(billing|billingconsole|aws-portal|tax|payments|invoicing|consolidatedbilling):/, task: { name: 'billing, payment or tax settings', isRootOnly: true, instead: `by a role, once IAM access to billing is on; the few root-only pages: ${LIFT}` } },
  { calls: /^support:/, task: { name: 'a support case or plan', isRootOnly: false, instead: 'by a role with AWSSupportAccess; the Enterprise plan is out of reach of policies' } },
];

/** @param call `s3:PutBucketPolicy`, as CloudTrail names service and call */
export const findRootTask = (call: string): RootUserTask | null => TASKS.find(({ calls }) => calls.test(call))?.task ?? null;
