/** What SCPs decide, level by level and condition by condition. */
import { describe, expect, it } from 'vitest';
import { evaluateScps } from '../../src/simulator/scp.ts';

const ROOT = 'arn:aws:iam::111122223333:root';
const FULL = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function decide(chain: string[][], action: string, context: Record<string, string> = { 'aws:PrincipalArn': ROOT }, resource = ROOT) {
  return evaluateScps(chain, { action, resource, context });
}

function decideUnder(statement: object, action: string, context?: Record<string, string>, resource?: string) {
  return decide([[FULL], [FULL, policy(statement)]], action, context, resource);
}

describe('the chain', () => {
  it('needs an allow at every level', () => {
    expect(decide([[FULL], [FULL], [FULL]], 'iam:ListAccessKeys')).toBe('allowed');
    expect(decide([[FULL], [], [FULL]], 'iam:ListAccessKeys')).toBe('implicitly-denied');
    const onlyS3 = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    expect(decide([[FULL], [onlyS3]], 'iam:ListAccessKeys')).toBe('implicitly-denied');
    expect(decide([[FULL], [onlyS3]], 's3:ListAllMyBuckets')).toBe('allowed');
  });

  it('ends with a deny at any level', () => {
    const deny = policy({ Effect: 'Deny', Action: 'iam:*', Resource: '*' });
    for (const chain of [[[FULL, deny], [FULL]], [[FULL], [FULL, deny]], [[deny], [FULL]]]) {
      expect(decide(chain, 'iam:CreateAccessKey')).toBe('explicitly-denied');
    }
  });
});

describe('the deny-root policy with the exemption for AssumeRoot', () => {
  const statement = {
    Effect: 'Deny', Action: '*', Resource: '*',
    Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:*:iam::*:root'] }, Null: { 'aws:AssumedRoot': 'true' } },
  };
  it.each([
    ['root', { 'aws:PrincipalArn': ROOT }, 'explicitly-denied'],
    ['root in GovCloud', { 'aws:PrincipalArn': 'arn:aws-us-gov:iam::111122223333:root' }, 'explicitly-denied'],
    ['root under a key of other case', { 'AWS:principalarn': ROOT }, 'explicitly-denied'],
    ['a session of AssumeRoot', { 'aws:PrincipalArn': ROOT, 'aws:AssumedRoot': 'true' }, 'allowed'],
    ['a role', { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Ops' }, 'allowed'],
    ['a role named root', { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/root' }, 'allowed'],
  ])('%s', (_who, context, decision) => {
    expect(decideUnder(statement, 's3:GetObject', context)).toBe(decision);
  });
});

describe('elements of a statement', () => {
  it.each([
    ['Action is compared without case', { Action: 'IAM:createaccesskey', Resource: '*' }, 'iam:CreateAccessKey', true],
    ['Action takes * within', { Action: 'iam:*AccessKey', Resource: '*' }, 'iam:CreateAccessKey', true],
    ['Action takes ? for one character', { Action: 'iam:GetUse?', Resource: '*' }, 'iam:GetUser', true],
    ['Action as a list', { Action: ['s3:*', 'iam:GetUser'], Resource: '*' }, 'iam:GetUser', true],
    ['another action', { Action: 'iam:GetUser', Resource: '*' }, 'iam:GetUsers', false],
    ['NotAction spares what it names', { NotAction: ['iam:GetUser'], Resource: '*' }, 'iam:GetUser', false],
    ['NotAction takes the rest', { NotAction: ['iam:GetUser'], Resource: '*' }, 'iam:DeleteAccessKey', true],
    ['Resource by pattern', { Action: '*', Resource: 'arn:aws:iam::*:root' }, 'iam:GetUser', true],
    ['another Resource', { Action: '*', Resource: 'arn:aws:iam::*:user/*' }, 'iam:GetUser', false],
    ['NotResource', { Action: '*', NotResource: 'arn:aws:iam::*:user/*' }, 'iam:GetUser', true],
    ['neither Resource nor NotResource', { Action: '*' }, 'iam:GetUser', false],
    ['a dot is a dot', { Action: 'iam.GetUser', Resource: '*' }, 'iam:GetUser', false],
  ])('%s', (_what, statement, action, isDenied) => {
    expect(decideUnder({ Effect: 'Deny', ...statement }, action)).toBe(isDenied ? 'explicitly-denied' : 'allowed');
  });
});

describe('conditions', () => {
  const context = { 'aws:PrincipalArn': ROOT, 'aws:RequestedRegion': 'eu-west-1', 'aws:MultiFactorAuthPresent': 'true', 'aws:CurrentTime': '2026-06-01T12:00:00.000Z' };
  it.each([
    ['StringEquals', { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } }, true],
    ['StringEquals minds case', { StringEquals: { 'aws:RequestedRegion': 'EU-WEST-1' } }, false],
    ['StringEquals takes no wildcard', { StringEquals: { 'aws:RequestedRegion': 'eu-*' } }, false],
    ['StringNotEquals wants none of the values', { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } }, false],
    ['StringNotEquals', { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } }, true],
    ['StringLike', { StringLike: { 'aws:RequestedRegion': 'eu-*' } }, true],
    ['StringNotLike', { StringNotLike: { 'aws:RequestedRegion': 'eu-*' } }, false],
    ['ArnEquals takes wildcards', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } }, true],
    ['ArnLike takes * within a part', { ArnLike: { 'aws:PrincipalArn': 'arn:a*:iam::1*3:r??t' } }, true],
    ['ArnNotLike', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/BreakGlass' } }, true],
    ['Bool', { Bool: { 'aws:MultiFactorAuthPresent': 'TRUE' } }, true],
    ['Bool of an absent key', { Bool: { 'aws:SecureTransport': 'true' } }, false],
    ['BoolIfExists of an absent key', { BoolIfExists: { 'aws:AssumedRoot': 'false' } }, true],
    ['StringEqualsIfExists of a present key', { StringEqualsIfExists: { 'aws:RequestedRegion': 'us-east-1' } }, false],
    ['a negated operator of an absent key', { StringNotEquals: { 'aws:Absent': 'x' } }, true],
    ['Null true of an absent key', { Null: { 'aws:AssumedRoot': 'true' } }, true],
    ['Null false of an absent key', { Null: { 'aws:AssumedRoot': 'false' } }, false],
    ['Null false of a present key', { Null: { 'aws:RequestedRegion': 'false' } }, true],
    ['a boolean that is not text', { Null: { 'aws:AssumedRoot': true } }, true],
    ['DateGreaterThan of a time before', { DateGreaterThan: { 'aws:CurrentTime': '2026-06-01T11:59:59Z' } }, true],
    ['DateGreaterThan of the very time', { DateGreaterThan: { 'aws:CurrentTime': '2026-06-01T12:00:00Z' } }, false],
    ['DateGreaterThanEquals of the very time', { DateGreaterThanEquals: { 'aws:CurrentTime': '2026-06-01T12:00:00Z' } }, true],
    ['DateLessThan of a time after', { DateLessThan: { 'aws:CurrentTime': '2026-06-01T12:00:01Z' } }, true],
    ['all operators and keys together', { StringLike: { 'aws:RequestedRegion': 'eu-*', 'aws:PrincipalArn': '*:role/*' } }, false],
  ])('%s', (_what, Condition, isMet) => {
    expect(decideUnder({ Effect: 'Deny', Action: '*', Resource: '*', Condition }, 'iam:GetUser', context)).toBe(isMet ? 'explicitly-denied' : 'allowed');
  });

  it('refuses an operator that it does not know rather than guess', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    expect(() => decideUnder({ Effect: 'Deny', Action: '*', Resource: '*', Condition }, 'iam:GetUser')).toThrow('IpAddress is not modelled');
  });

  it('refuses to compare an ARN with what is none', () => {
    const Condition = { ArnLike: { 'aws:PrincipalArn': 'arn:*:root' } };
    expect(() => decideUnder({ Effect: 'Deny', Action: '*', Resource: '*', Condition }, 'iam:GetUser')).toThrow('both have to be ARNs');
  });
});
