/** Does a policy let EventBridge in, and how our statement gets in and out without touching the rest. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessAdmission, PUBLISH_SID, statementIds, withoutPublishStatement, withPublishStatement } from '../../src/domain/resource-policy.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:page';
const allow = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: TOPIC };
const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const admission = (...statements: object[]) => assessAdmission(policy(...statements), 'sns:Publish', TOPIC);

describe('EventBridge', () => {
  it.each([
    ['is admitted by name', [allow], 'admitted'],
    ['is admitted among others, whatever the case of the action', [{ ...allow, Principal: { Service: ['x.amazonaws.com', 'events.amazonaws.com'] }, Action: ['SNS:*'], Resource: '*' }], 'admitted'],
    ['is admitted with everybody', [{ ...allow, Principal: '*' }], 'admitted'],
    ['is not admitted by an empty policy', [], 'not-admitted'],
    ['is not admitted to another topic', [{ ...allow, Resource: `${TOPIC}-2` }], 'not-admitted'],
    ['is not admitted for another action', [{ ...allow, Action: 'sns:Subscribe' }], 'not-admitted'],
    ['is not admitted as an account', [{ ...allow, Principal: { AWS: '111122223333' } }], 'not-admitted'],
    ['is not admitted under a condition', [{ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }], 'conditional'],
    ['is shut out by a deny', [allow, { ...allow, Effect: 'Deny' }], 'denied'],
    ['is shut out by a deny that nobody can foresee', [allow, { Effect: 'Deny', NotPrincipal: { AWS: '111122223333' }, Action: '*', Resource: '*' }], 'denied'],
    ['stays admitted beside a conditional deny, such as one on transport', [allow, { ...allow, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }], 'admitted'],
  ])('%s', (_, statements, expected) => {
    expect(admission(...statements)).toBe(expected);
  });

  it('is not admitted by what is no policy', () => {
    for (const text of ['', '[]', '{"Statement":"x"}', 'null']) expect(assessAdmission(text, 'sns:Publish', TOPIC)).toBe('unreadable');
  });

  it('needs both actions of a key', () => {
    const key = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' };
    expect(['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'].map((action) => assessAdmission(policy(key), action, 'arn:key'))).toEqual(['admitted', 'admitted', 'not-admitted']);
  });
});

describe('our statement', () => {
  it('is the one of the library, under our own name', async () => {
    const library = JSON.parse((await readFile('policies/sns/publish-from-eventbridge/policy.json', 'utf8')).replaceAll('TOPIC_ARN', TOPIC)) as { Statement: object[] };
    const ours = JSON.parse(withPublishStatement(policy(), TOPIC) ?? '') as { Statement: object[] };
    expect(ours.Statement).toEqual(library.Statement.map((statement) => ({ ...statement, Sid: PUBLISH_SID })));
  });

  it('lets EventBridge in, once, and takes nothing of others away when it comes or goes', () => {
    const statement = fc.record({ Sid: fc.string({ maxLength: 5 }), Effect: fc.constant('Allow'), Principal: fc.constantFrom('*', { AWS: '*' }, { Service: 'x' }), Action: fc.string(), Resource: fc.string() });
    fc.assert(fc.property(fc.array(statement, { maxLength: 4 }), fc.string(), (statements, id) => {
      const before = JSON.stringify({ Version: '2008-10-17', Id: id, Statement: statements });
      const after = withPublishStatement(before, TOPIC) ?? '';
      expect(assessAdmission(after, 'sns:Publish', TOPIC)).toBe('admitted');
      expect(withPublishStatement(after, TOPIC)).toBe(after);
      expect(withoutPublishStatement(after)).toBe(before);
      expect(statementIds(after)).toEqual([...statements.map(({ Sid }) => Sid), PUBLISH_SID]);
    }));
  });

  it('does not help against a deny, and is not taken out where it is not', () => {
    const denied = withPublishStatement(policy({ ...allow, Effect: 'Deny' }), TOPIC) ?? '';
    expect(assessAdmission(denied, 'sns:Publish', TOPIC)).toBe('denied');
    expect(withoutPublishStatement(policy(allow))).toBeUndefined();
    expect(withPublishStatement('x', TOPIC)).toBeUndefined();
  });
});
