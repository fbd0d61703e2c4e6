/** From a call to a message: which events reach a rule, and which messages reach a topic. */
import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { alertingOf } from '../../src/simulator/alerting.ts';
import { callAsRoot, delivered, encryptionKey, openAlerting, putAlert, trail, type AlertingWorld } from './alerting-world.ts';
import { ACCOUNT } from './small-world.ts';

describe('an event of CloudTrail', () => {
  it('reaches a rule and its topic', async () => {
    const alerting = openAlerting();
    const arn = await putAlert(alerting);
    callAsRoot(alerting.world);
    expect(delivered(alerting.world)).toEqual([`us-east-1:${ACCOUNT}:page CreateAccessKey`]);
    expect(JSON.parse(alerting.world.deliveries?.[0]?.message ?? '')).toMatchObject({
      'detail-type': 'AWS API Call via CloudTrail', 'source': 'aws.iam', 'account': ACCOUNT, 'region': 'us-east-1', 'detail': { userIdentity: { type: 'Root' } },
    });
    expect(arn).toBe(alerting.world.deliveries?.[0]?.topicArn);
  });

  it.each([
    ['no trail', []],
    ['a trail that does not log', [trail({ isLogging: false })]],
    ['a trail of another Region only', [trail({ homeRegion: 'eu-west-1', isMultiRegion: false })]],
    ['a trail without management events', [trail({ managementEvents: 'none' })]],
    ['a trail of read-only events', [trail({ managementEvents: 'ReadOnly' })]],
  ])('goes nowhere with %s', async (_, trails) => {
    const alerting = openAlerting(trails);
    await putAlert(alerting);
    callAsRoot(alerting.world);
    expect(delivered(alerting.world)).toEqual([]);
  });

  it('that is read-only is seen only by a rule that asks for all management events', async () => {
    for (const [state, count] of [['ENABLED', 0], ['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 1], ['DISABLED', 0]] as const) {
      const alerting = openAlerting();
      await putAlert(alerting, { State: state });
      callAsRoot(alerting.world, { operation: 'ListUsers', isReadOnly: true });
      expect(delivered(alerting.world)).toHaveLength(count);
    }
  });

  it('stays in its own Region, unless a rule forwards it by a role', async () => {
    const alerting = openAlerting();
    await putAlert(alerting);
    const call = { service: 'ec2', operation: 'RunInstances', region: 'eu-west-1' };
    callAsRoot(alerting.world, call);
    expect(delivered(alerting.world)).toEqual([]);
    const forward = async (role: object): Promise<void> => {
      const target = { Id: 'hub', Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`, ...role };
      await alerting.events('eu-west-1').send(new PutRuleCommand({ Name: 'forward', EventPattern: '{"detail":{"userIdentity":{"type":["Root"]}}}' }));
      await alerting.events('eu-west-1').send(new PutTargetsCommand({ Rule: 'forward', Targets: [target] }));
    };
    await forward({});
    callAsRoot(alerting.world, call);
    expect(delivered(alerting.world)).toEqual([]);
    await forward({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/forward` });
    callAsRoot(alerting.world, call);
    expect(delivered(alerting.world)).toEqual([`us-east-1:${ACCOUNT}:page RunInstances`]);
  });
});

describe('a topic', () => {
  const answerWith = async (furnish: (alerting: AlertingWorld) => void): Promise<string[]> => {
    const alerting = openAlerting();
    await putAlert(alerting);
    furnish(alerting);
    callAsRoot(alerting.world);
    return delivered(alerting.world);
  };
  const topicOf = ({ account }: AlertingWorld) => alertingOf(account).topics[0] ?? (() => { throw new Error('no topic'); })();
  const events = { Service: 'events.amazonaws.com' };

  it('takes nothing in that its policy does not allow, nor under a condition, nor against a deny', async () => {
    const statement = { Effect: 'Allow', Principal: events, Action: 'SNS:Publish', Resource: '*' };
    const withPolicy = (...Statement: object[]) => answerWith((alerting) => { topicOf(alerting).policy = JSON.stringify({ Statement }); });
    expect(await withPolicy(statement)).toHaveLength(1);
    expect(await withPolicy()).toEqual([]);
    expect(await withPolicy({ ...statement, Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } })).toEqual([]);
    expect(await withPolicy(statement, { ...statement, Effect: 'Deny' })).toEqual([]);
    expect(await withPolicy({ ...statement, Resource: 'arn:aws:sns:us-east-1:111122223333:other' })).toEqual([]);
  });

  it('with a key needs the policy of the key too', async () => {
    const statement = { Effect: 'Allow', Principal: events, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' };
    const withKey = (policy: unknown, keyId = 'alias/topics', manager: 'AWS' | 'CUSTOMER' = 'CUSTOMER') => answerWith((alerting) => {
      encryptionKey(alerting.account, policy, manager);
      topicOf(alerting).kmsKeyId = keyId;
    });
    expect(await withKey({ Statement: [statement] })).toHaveLength(1);
    expect(await withKey({ Statement: [{ ...statement, Action: 'kms:Decrypt' }] })).toEqual([]);
    expect(await withKey({ Statement: [statement] }, 'alias/aws/sns', 'AWS')).toEqual([]);
    expect(await withKey({ Statement: [statement] }, 'alias/nowhere')).toEqual([]);
  });

  it('reaches confirmed endpoints only', async () => {
    const alerting = openAlerting();
    const arn = await putAlert(alerting);
    await alerting.sns().send(new SubscribeCommand({ TopicArn: arn, Protocol: 'email', Endpoint: 'sec@example.com' }));
    callAsRoot(alerting.world);
    for (const subscription of topicOf(alerting).subscriptions) subscription.isConfirmed = true;
    callAsRoot(alerting.world);
    expect(alerting.world.deliveries?.map(({ endpoints }) => endpoints)).toEqual([[], ['sec@example.com']]);
  });
});

it('custom events travel without a trail, and never under a name of AWS', async () => {
  const alerting = openAlerting([]);
  await putAlert(alerting, { EventPattern: '{"source":["rootzero.test"]}' });
  const entry = { DetailType: 'test', Detail: '{"eventName":"Sample"}' };
  const answer = await alerting.events().send(new PutEventsCommand({ Entries: [{ ...entry, Source: 'rootzero.test' }, { ...entry, Source: 'aws.iam' }, { ...entry, Source: 'x', Detail: '{' }] }));
  expect(answer).toMatchObject({ FailedEntryCount: 2, Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'NotAuthorizedForSourceException' }, { ErrorCode: 'MalformedDetail' }] });
  expect(delivered(alerting.world)).toEqual([`us-east-1:${ACCOUNT}:page Sample`]);
});
