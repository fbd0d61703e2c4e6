/** Requests as service control policies see them: every kind of principal, account, partition and AssumeRoot marker. Knows no policy. */
import fc from 'fast-check';

export const MANAGEMENT_ACCOUNT = '111122223333';

export type AccessRequest = {
  partition: string;
  account: string;
  /** As the caller signs. */
  principal: string;
  /** As `aws:PrincipalArn` holds it. */
  principalArn: string;
  isServiceLinked: boolean;
  assumedRoot: 'absent' | 'true' | 'false';
  action: string;
  resource: string;
  region: string;
};

const PARTITIONS = ['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'];
const ACCOUNTS = [MANAGEMENT_ACCOUNT, '444455556666', '777788889999'];
const REGIONS = ['us-east-1', 'eu-west-1', 'eu-central-1', 'us-gov-west-1', 'cn-north-1'];
const ACTIONS = [
  'iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:ListAccessKeys', 'iam:GetAccountSummary', 'iam:CreateUser',
  's3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:GetObject', 's3:ListAllMyBuckets', 'sqs:SetQueueAttributes',
  'sts:GetSessionToken', 'sts:AssumeRoot', 'ec2:RunInstances', 'cloudtrail:LookupEvents', 'organizations:LeaveOrganization', 'support:CreateCase',
  'signin:AuthorizeOAuth2Access', 'signin:CreateOAuth2Token',
];

type Who = { principal: string; principalArn: string; isServiceLinked?: boolean };
const PRINCIPALS: readonly ((iam: string, sts: string) => Who)[] = [
  (iam) => ({ principal: `${iam}:root`, principalArn: `${iam}:root` }),
  (iam) => ({ principal: `${iam}:user/deploy`, principalArn: `${iam}:user/deploy` }),
  (iam) => ({ principal: `${iam}:user/root`, principalArn: `${iam}:user/root` }),
  (iam, sts) => ({ principal: `${sts}:assumed-role/Ops/session`, principalArn: `${iam}:role/Ops` }),
  (iam, sts) => ({ principal: `${sts}:assumed-role/BreakGlass/session`, principalArn: `${iam}:role/BreakGlass` }),
  (iam, sts) => ({ principal: `${sts}:assumed-role/root/root`, principalArn: `${iam}:role/path/root` }),
  (_, sts) => ({ principal: `${sts}:federated-user/root`, principalArn: `${sts}:federated-user/root` }),
  (iam) => {
    const role = `${iam}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
    return { principal: role, principalArn: role, isServiceLinked: true };
  },
];

/** Half of them by root: nobody else is what these policies are about. */
const principals = fc.oneof(fc.constant(PRINCIPALS[0] ?? fail()), fc.constantFrom(...PRINCIPALS));
const casings = fc.constantFrom((text: string) => text, (text: string) => text.toLowerCase(), (text: string) => text.toUpperCase());

export const accessRequests: fc.Arbitrary<AccessRequest> = fc
  .record({
    partition: fc.constantFrom(...PARTITIONS),
    account: fc.constantFrom(...ACCOUNTS),
    who: principals,
    assumedRoot: fc.constantFrom('absent' as const, 'true' as const, 'false' as const),
    action: fc.constantFrom(...ACTIONS),
    casing: casings,
    target: fc.constantFrom('*', 'root', 'user/deploy', 'bucket'),
    region: fc.constantFrom(...REGIONS),
  })
  .map(({ partition, account, who, assumedRoot, action, casing, target, region }) => {
    const iam = `arn:${partition}:iam::${account}`;
    const resource = target === '*' ? '*' : target === 'bucket' ? `arn:${partition}:s3:::backups` : `${iam}:${target}`;
    return { partition, account, isServiceLinked: false, ...who(iam, `arn:${partition}:sts::${account}`), assumedRoot, action: casing(action), resource, region };
  });

/** Those on a resource of their own: the other implementation takes `*` in a request for any resource at all, and AWS does not. */
export const requestsOnResources = accessRequests.filter(({ resource }) => resource !== '*');

/** The condition keys that the request carries; `aws:AssumedRoot` only where it exists. */
export const contextOf = ({ principalArn, account, region, assumedRoot }: AccessRequest): Record<string, string> => ({
  'aws:PrincipalArn': principalArn,
  'aws:PrincipalAccount': account,
  'aws:RequestedRegion': region,
  ...(assumedRoot === 'absent' ? {} : { 'aws:AssumedRoot': assumedRoot }),
});

function fail(): never {
  throw new Error('There are no principals.');
}
