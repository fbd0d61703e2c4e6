/** The CloudFormation templates say what the library says: the same patterns, states and topics, on both sides of the bus. What AWS accepts is for cfn-lint. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ALERT_IDS, assembleAlerts, severityOf, type AlertId } from '../../src/domain/alert.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { assessAdmission } from '../../src/domain/resource-policy.ts';

type Resource = { Type: string; Properties: Record<string, unknown> };
type Template = { Parameters: Record<string, unknown>; Resources: Record<string, Resource> };
const read = (name: string): Template => parse(readFileSync(`policies/cloudformation/root-alerts/${name}.yaml`, 'utf8')) as Template;

const LOGICAL: Record<AlertId, string> = { 'root-key-page': 'RootKeyPage', 'root-signin-page': 'RootSigninPage', 'root-api-page': 'RootApiPage', 'assume-root-note': 'AssumeRootNote' };
const patternOf = (alert: AlertId): unknown => JSON.parse(readFileSync(`policies/eventbridge/${alert}/pattern.json`, 'utf8'));

/** The states that rootzero itself gives its rules, without and with reads. */
const stateOf = (alert: AlertId, includesReads: boolean): string | undefined => {
  const patterns = { 'root-key-page': '', 'root-signin-page': '', 'root-api-page': '', 'assume-root-note': '' };
  const { rules } = assembleAlerts({ account: parseAccountId('111122223333'), partition: 'aws', enabledRegions: ['us-east-1'], patterns, forwarding: null, givenTopics: [], includesReads });
  return rules.find((rule) => rule.alert === alert)?.document.state;
};

describe.each(['central', 'member'])('%s.yaml', (name) => {
  const { Resources } = read(name);

  it.each(ALERT_IDS)('has the rule %s as the library and the program have it', (alert) => {
    const { Type, Properties } = Resources[LOGICAL[alert]] ?? { Type: '', Properties: {} };
    expect(Type).toBe('AWS::Events::Rule');
    expect(Properties['EventPattern']).toEqual(patternOf(alert));
    const expected = stateOf(alert, false) === stateOf(alert, true) ? stateOf(alert, false) : { 'Fn::If': ['SendsReads', stateOf(alert, true), stateOf(alert, false)] };
    expect(Properties['State']).toEqual(expected);
  });

  it('has no other rule', () => {
    expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::Events::Rule')).toHaveLength(ALERT_IDS.length);
  });
});

it('member.yaml forwards by a role that may do nothing else', () => {
  const { Resources } = read('member');
  for (const alert of ALERT_IDS) {
    expect(Resources[LOGICAL[alert]]?.Properties['Targets']).toEqual([{ Id: 'central', Arn: { Ref: 'CentralBusArn' }, RoleArn: { 'Fn::GetAtt': ['ForwardRole', 'Arn'] } }]);
  }
  expect(Resources['ForwardRole']?.Properties).toMatchObject({
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: { Ref: 'CentralBusArn' } }] } }],
  });
});

it('central.yaml takes events from the organization only, and sends each severity to a topic that lets EventBridge in', () => {
  const { Resources } = read('central');
  expect(Resources['BusPolicy']?.Properties['Statement']).toMatchObject({ Action: 'events:PutEvents', Condition: { StringEquals: { 'aws:PrincipalOrgID': { Ref: 'OrganizationId' } } } });
  for (const alert of ALERT_IDS) {
    const topic = severityOf(alert) === 'page' ? 'PageTopic' : 'NoteTopic';
    expect(Resources[LOGICAL[alert]]?.Properties).toMatchObject({ EventBusName: { Ref: 'Bus' }, Targets: [{ Id: 'topic', Arn: { Ref: topic } }] });
    const policy = JSON.stringify(Resources[`${topic}Policy`]?.Properties['PolicyDocument']).replaceAll(`{"Ref":"${topic}"}`, '"arn:topic"');
    expect(assessAdmission(policy, 'sns:Publish', 'arn:topic')).toBe('admitted');
  }
});
