/** Policies that nobody would write, of the parts that policies are made of; some parts are beyond our evaluators on purpose. */
import fc from 'fast-check';

const oneOrMore = (texts: readonly string[]): fc.Arbitrary<string | string[]> => fc.oneof(fc.constantFrom(...texts), fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }));

const ARNS = ['arn:*:iam::*:root', 'arn:aws:iam::*:root', 'arn:aws:iam::444455556666:root', 'arn:aws:iam::*:user/*', 'arn:*:iam::*:role/Break?lass', 'arn:*:sts::*:federated-user/*', '*:root', 'arn:aws*:iam::4*:*'];
const REGIONS = ['us-east-1', 'eu-west-1', 'eu-*', '*', 'US-EAST-1'];
const ACCOUNTS = ['444455556666', '777788889999', '7777*'];

const TEXT = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'];
const ARN = ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'];

const condition = (operators: readonly string[], key: string, values: readonly string[]): fc.Arbitrary<object> =>
  fc.tuple(fc.constantFrom(...operators), fc.constantFrom('', 'IfExists'), fc.constantFrom(key, key.toLowerCase()), oneOrMore(values))
    .map(([operator, suffix, name, value]) => ({ [`${operator}${suffix}`]: { [name]: value } }));

/** Keys and operators that our evaluators do not have. */
const FOREIGN = [
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } },
  { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } },
];

const conditions = fc.oneof(
  { weight: 4, arbitrary: condition([...ARN, ...TEXT], 'aws:PrincipalArn', ARNS) },
  { weight: 2, arbitrary: condition(TEXT, 'aws:RequestedRegion', REGIONS) },
  { weight: 1, arbitrary: condition(TEXT, 'aws:PrincipalAccount', ACCOUNTS) },
  { weight: 2, arbitrary: condition(['Bool', 'StringEquals', 'StringNotEquals'], 'aws:AssumedRoot', ['true', 'false']) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('aws:AssumedRoot', 'aws:PrincipalArn'), fc.constantFrom('true', 'false')).map(([key, value]) => ({ Null: { [key]: value } })) },
  { weight: 4, arbitrary: fc.constantFrom(...FOREIGN) },
);

const ACTIONS = ['*', 'iam:*', 'iam:*AccessKey', 'iam:?eleteAccessKey', 's3:*', 's3:*BucketPolicy', 'sts:*', 'signin:*', 'ec2:RunInstances'];
const RESOURCES = ['*', 'arn:aws:iam::*:root', 'arn:*:iam::*:user/*', 'arn:aws:s3:::*', 'arn:aws:s3:::back?ps'];

const statements = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    action: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), oneOrMore(ACTIONS)),
    resource: fc.tuple(fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'), oneOrMore(RESOURCES)),
    conditions: fc.array(conditions, { maxLength: 2 }),
  })
  .map(({ Effect, action: [action, actions], resource: [resource, resources], conditions }) => ({
    Effect, [action]: actions, [resource]: resources, ...(conditions.length === 0 ? {} : { Condition: Object.assign({}, ...conditions) as object }),
  }));

export const randomPolicies = fc.array(statements, { minLength: 1, maxLength: 3 }).map((Statement) => ({ Version: '2012-10-17', Statement }));

/** Condition keys that a real request carries and rootzero does not know of. */
export const unseenContext: fc.Arbitrary<Record<string, string>> = fc.record({
  'aws:SourceIp': fc.constantFrom('203.0.113.7', '10.1.2.3'),
  'aws:CurrentTime': fc.constantFrom('2025-06-01T00:00:00Z', '2026-06-01T00:00:00Z'),
  'aws:SecureTransport': fc.constantFrom('true', 'false'),
});
