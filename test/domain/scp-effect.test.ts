/** The effect of one service control policy: certain where the policy is plain, undecided where anything is in doubt, never allowed by mistake. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessScpEffect, deniesRoot, locksOutAssumedRoot, type ScpRequest } from '../../src/domain/scp-effect.ts';

const ROOT = 'arn:aws:iam::111122223333:root';
const request = (given: Partial<ScpRequest> = {}): ScpRequest =>
  ({ action: 'iam:DeleteAccessKey', resource: ROOT, principalArn: ROOT, isAssumedRoot: 'absent', context: {}, ...given });
const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const deny = (rest: object): string => policy({ Effect: 'Deny', Action: '*', Resource: '*', ...rest });
const denyWhen = (condition: object): string => deny({ Condition: condition });
const FULL_ACCESS = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const isRoot = { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } };

describe('the effect of a policy', () => {
  it('is to allow, to deny, or nothing at all', () => {
    expect(assessScpEffect(FULL_ACCESS, request())).toBe('allows');
    expect(assessScpEffect(deny({}), request())).toBe('denies');
    expect(assessScpEffect(deny({ Action: 's3:*' }), request())).toBe('no-statement');
    expect(assessScpEffect(policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }), request())).toBe('denies');
  });

  it.each<[string, object, string]>([
    ['an action by wildcard', { Action: 'iam:Delete*' }, 'denies'],
    ['an action in another case', { Action: 'IAM:deleteaccesskey' }, 'denies'],
    ['one of several actions', { Action: ['s3:*', 'iam:?eleteAccessKey'] }, 'denies'],
    ['every action but this one', { Action: undefined, NotAction: ['iam:DeleteAccessKey', 'iam:ListAccessKeys'] }, 'no-statement'],
    ['every action but others', { Action: undefined, NotAction: 's3:*' }, 'denies'],
    ['every resource but this one', { Resource: undefined, NotResource: 'arn:aws:iam::*:root' }, 'no-statement'],
    ['another resource', { Resource: 'arn:aws:s3:::*' }, 'no-statement'],
    ['no resource', { Resource: undefined }, 'undecided'],
    ['both Action and NotAction', { NotAction: 's3:*' }, 'undecided'],
    ['an element that an SCP does not have', { Principal: '*' }, 'undecided'],
    ['a resource with a policy variable', { Resource: 'arn:aws:iam::${aws:PrincipalAccount}:root' }, 'undecided'],
    ['actions that are no text', { Action: [1] }, 'undecided'],
  ])('of denying %s', (_, rest, effect) => {
    expect(assessScpEffect(deny(rest), request())).toBe(effect);
  });

  it.each<[string, object, string]>([
    ['root by ArnLike', isRoot, 'denies'],
    ['root by StringLike', { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } }, 'denies'],
    ['a key name in another case', { StringLike: { 'AWS:principalarn': 'arn:aws:iam::*:root' } }, 'denies'],
    ['root of another account', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:root' } }, 'no-statement'],
    ['root of one of several accounts', { ArnEquals: { 'aws:PrincipalArn': ['arn:aws:iam::444455556666:root', ROOT] } }, 'denies'],
    ['everybody but root', { ArnNotLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } }, 'no-statement'],
    ['a pattern that is no ARN', { ArnLike: { 'aws:PrincipalArn': 'arn:*:root' } }, 'undecided'],
    ['everybody but a pattern that is no ARN', { ArnNotLike: { 'aws:PrincipalArn': '*' } }, 'undecided'],
    ['the same wildcard as text', { StringLike: { 'aws:PrincipalArn': 'arn:*:root' } }, 'denies'],
    ['text in another case', { StringEquals: { 'aws:PrincipalArn': ROOT.toUpperCase() } }, 'no-statement'],
    ['text in any case', { StringEqualsIgnoreCase: { 'aws:PrincipalArn': ROOT.toUpperCase() } }, 'denies'],
    ['AssumedRoot missing', { Null: { 'aws:AssumedRoot': 'true' } }, 'denies'],
    ['AssumedRoot missing, as a boolean', { Null: { 'aws:AssumedRoot': true } }, 'denies'],
    ['AssumedRoot present', { Null: { 'aws:AssumedRoot': 'false' } }, 'no-statement'],
    ['AssumedRoot true', { Bool: { 'aws:AssumedRoot': 'true' } }, 'no-statement'],
    ['AssumedRoot false if it exists', { BoolIfExists: { 'aws:AssumedRoot': 'false' } }, 'denies'],
    ['AssumedRoot not true', { StringNotEquals: { 'aws:AssumedRoot': 'true' } }, 'denies'],
    ['a key that is not known', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, 'undecided'],
    ['a missing key that is not known', { Null: { 'aws:TokenIssueTime': 'true' } }, 'undecided'],
    ['a key that is not known, and surely not root', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' }, ArnNotLike: isRoot.ArnLike }, 'no-statement'],
    ['an operator for sets', { 'ForAnyValue:StringLike': { 'aws:PrincipalArn': '*' } }, 'undecided'],
    ['a condition that is no block', { ArnLike: 'arn:*' }, 'undecided'],
  ])('of denying on %s', (_, condition, effect) => {
    expect(assessScpEffect(denyWhen(condition), request())).toBe(effect);
  });

  it('uses what is known of the request', () => {
    const inEurope = denyWhen({ StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } });
    expect(assessScpEffect(inEurope, request({ context: { 'aws:RequestedRegion': 'us-east-1' } }))).toBe('denies');
    expect(assessScpEffect(inEurope, request({ context: { 'AWS:requestedregion': 'eu-west-1' } }))).toBe('no-statement');
  });

  it.each(['', 'not json', '[]', '{}', '{"Statement":"*"}', '{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}'])('of %j is undecided', (text) => {
    expect(assessScpEffect(text, request())).toBe('undecided');
  });

  it('is never certain behind an operator that is not known', () => {
    const strange = fc.oneof(fc.constantFrom('constructor', '__proto__', 'NumericEquals', 'IpAddress'), fc.string()).filter((name) => !/^(string|arn|bool|null)/i.test(name));
    fc.assert(fc.property(strange, fc.constantFrom('Allow', 'Deny'), (operator, effect) => {
      const text = policy({ Effect: effect, Action: '*', Resource: '*', Condition: { [operator]: { 'aws:PrincipalArn': ROOT } } });
      expect(assessScpEffect(text, request())).toBe('undecided');
    }));
  });

  it('matches wildcards as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 8 });
    fc.assert(fc.property(pattern, text, (glob, resource) => {
      const oracle = new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(assessScpEffect(deny({ Resource: glob }), request({ resource }))).toBe(oracle.test(resource) ? 'denies' : 'no-statement');
    }), { numRuns: 1000 });
  });

  it('is found quickly for a pattern made to be slow', () => {
    expect(assessScpEffect(deny({ Resource: `${'*a'.repeat(2_000)}b` }), request({ resource: 'a'.repeat(3_000) }))).toBe('no-statement');
  });
});

describe('locking out AssumeRoot', () => {
  it.each<[string, string, string]>([
    ['a denial of root with the exemption', denyWhen({ ...isRoot, Null: { 'aws:AssumedRoot': 'true' } }), 'no'],
    ['a denial of root without it', denyWhen(isRoot), 'yes'],
    ['a denial of root that leaves the key calls open', deny({ Action: undefined, NotAction: ['iam:DeleteAccessKey', 'iam:ListAccessKeys'], Condition: isRoot }), 'no'],
    ['a denial of root but for bucket policies', deny({ Action: undefined, NotAction: ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'], Condition: isRoot }), 'yes'],
    ['a denial of root in one account', denyWhen({ StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:root' } }), 'yes'],
    ['a denial of root in GovCloud', denyWhen({ ArnLike: { 'aws:PrincipalArn': 'arn:aws-us-gov:iam::*:root' } }), 'yes'],
    ['a denial of key creation', deny({ Action: 'iam:CreateAccessKey', Condition: isRoot }), 'no'],
    ['a denial of everything outside Europe', denyWhen({ StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }), 'yes'],
    ['the same, IAM exempt', deny({ Action: undefined, NotAction: 'iam:*', Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }), 'no'],
    ['a denial without MFA', denyWhen({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }), 'undecided'],
    ['a denial on root’s own resource alone', deny({ Resource: 'arn:*:iam::*:root' }), 'undecided'],
    ['full access', FULL_ACCESS, 'no'],
    ['no policy at all', 'nonsense', 'undecided'],
  ])('%s: %s', (_, text, answer) => {
    expect(locksOutAssumedRoot(text)).toBe(answer);
  });
});

describe('denying root', () => {
  it.each<[string, string, string]>([
    ['a denial of root with the exemption', denyWhen({ ...isRoot, Null: { 'aws:AssumedRoot': 'true' } }), 'yes'],
    ['a denial of root without it', denyWhen(isRoot), 'yes'],
    ['a denial of key creation', deny({ Action: 'iam:CreateAccessKey', Condition: isRoot }), 'no'],
    ['a denial of root in one account', denyWhen({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:root' } }), 'no'],
    ['a denial in some Regions', denyWhen({ StringEquals: { 'aws:RequestedRegion': 'sa-east-1' } }), 'undecided'],
    ['full access', FULL_ACCESS, 'no'],
  ])('%s: %s', (_, text, answer) => {
    expect(deniesRoot(text)).toBe(answer);
  });
});
