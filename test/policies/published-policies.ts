/** Service control policies that AWS publishes and that rootzero meets in organizations. Knows no evaluator. */

type Document = { Version: string; Statement: object[] };
export type PublishedPolicy = { name: string; policy: Document };

const deny = (statement: object): Document => ({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Resource: '*', ...statement }] });
const ANY_ROOT = ['arn:*:iam::*:root'];
const ASSUME_ROOT_IS_EXEMPT = { 'aws:AssumedRoot': 'true' };
const EXEMPTED = { 'aws:PrincipalArn': ['arn:aws:iam::444455556666:root', 'arn:aws:iam::*:role/BreakGlass'] };

export const PUBLISHED_POLICIES: readonly PublishedPolicy[] = [
  {
    name: 'aws-samples, Prevent-root-credentials-management-in-member-accounts',
    policy: deny({ Action: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] }, Null: ASSUME_ROOT_IS_EXEMPT } }),
  },
  { name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER', policy: deny({ Action: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ANY_ROOT } } }) },
  {
    name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER with ExemptAssumeRoot',
    policy: deny({ Action: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ANY_ROOT }, Null: ASSUME_ROOT_IS_EXEMPT } }),
  },
  {
    name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER with ExemptedPrincipalArns',
    policy: deny({ Action: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ANY_ROOT }, ArnNotLike: EXEMPTED } }),
  },
  {
    name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER with both',
    policy: deny({ Action: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ANY_ROOT }, ArnNotLike: EXEMPTED, Null: ASSUME_ROOT_IS_EXEMPT } }),
  },
  {
    name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER in its older form',
    policy: deny({ Action: '*', Resource: ['*'], Condition: { StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] } } }),
  },
  {
    name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER_ACCESS_KEYS',
    policy: deny({ Action: 'iam:CreateAccessKey', Condition: { ArnLike: { 'aws:PrincipalArn': ANY_ROOT } } }),
  },
  {
    name: 'Control Tower, AWS-GR_RESTRICT_ROOT_USER_ACCESS_KEYS with ExemptedPrincipalArns',
    policy: deny({ Action: 'iam:CreateAccessKey', Condition: { ArnLike: { 'aws:PrincipalArn': ANY_ROOT }, ArnNotLike: EXEMPTED } }),
  },
  {
    name: 'Organizations User Guide, best practices for member accounts',
    policy: deny({ NotAction: ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'], Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } } }),
  },
  { name: 'aws-samples, Deny-AWS-CLI-login', policy: deny({ Action: ['signin:AuthorizeOAuth2Access', 'signin:CreateOAuth2Token'] }) },
  {
    name: 'Organizations User Guide, access by requested Region',
    policy: deny({
      NotAction: ['iam:*', 'organizations:*', 'route53:*', 'support:*'],
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] }, ArnNotLike: { 'aws:PrincipalARN': ['arn:aws:iam::*:role/BreakGlass'] } },
    }),
  },
];
