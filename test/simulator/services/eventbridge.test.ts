/** EventBridge: rules are replaced, targets partly refused, and samples tried. */
import * as sdk from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { alertingOf } from '../../../src/simulator/alerting.ts';
import { openAlerting } from '../alerting-world.ts';
import { ACCOUNT } from '../small-world.ts';

const PATTERN = '{"source":["aws.iam"]}';
const topic = (name: string, region = 'us-east-1'): sdk.Target => ({ Id: name, Arn: `arn:aws:sns:${region}:${ACCOUNT}:${name}` });

describe('a rule', () => {
  it('is replaced as a whole, and keeps its targets', async () => {
    const { events, world } = openAlerting();
    const client = events();
    await client.send(new sdk.PutRuleCommand({ Name: 'r', EventPattern: PATTERN, Description: 'why', State: 'DISABLED' }));
    await client.send(new sdk.PutTargetsCommand({ Rule: 'r', Targets: [topic('a')] }));
    expect(await client.send(new sdk.DescribeRuleCommand({ Name: 'r' }))).toMatchObject({ Description: 'why', State: 'DISABLED', EventBusName: 'default' });
    await client.send(new sdk.PutRuleCommand({ Name: 'r', ScheduleExpression: 'rate(1 day)' }));
    const replaced = await client.send(new sdk.DescribeRuleCommand({ Name: 'r' }));
    expect([replaced.State, replaced.Description, replaced.EventPattern, replaced.ScheduleExpression]).toEqual(['ENABLED', undefined, undefined, 'rate(1 day)']);
    expect((await client.send(new sdk.ListTargetsByRuleCommand({ Rule: 'r' }))).Targets).toEqual([topic('a')]);
    await client.send(new sdk.DisableRuleCommand({ Name: 'r' }));
    await client.send(new sdk.EnableRuleCommand({ Name: 'r' }));
    expect(world.effects.map(({ operation }) => operation)).toEqual(['PutRule', 'PutTargets', 'PutRule', 'DisableRule', 'EnableRule']);
  });

  it('lives in its Region, is listed by prefix, and is deleted only without targets', async () => {
    const { events } = openAlerting();
    const client = events();
    for (const name of ['root-b', 'root-a', 'other']) await client.send(new sdk.PutRuleCommand({ Name: name, EventPattern: PATTERN }));
    const first = await client.send(new sdk.ListRulesCommand({ NamePrefix: 'root-', Limit: 1 }));
    const second = await client.send(new sdk.ListRulesCommand({ NamePrefix: 'root-', Limit: 1, NextToken: first.NextToken }));
    expect([...(first.Rules ?? []), ...(second.Rules ?? [])].map(({ Name }) => Name)).toEqual(['root-a', 'root-b']);
    await expect(events('eu-west-1').send(new sdk.DescribeRuleCommand({ Name: 'other' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await client.send(new sdk.PutTargetsCommand({ Rule: 'other', Targets: [topic('a')] }));
    await expect(client.send(new sdk.DeleteRuleCommand({ Name: 'other' }))).rejects.toMatchObject({ name: 'ValidationException' });
    await client.send(new sdk.RemoveTargetsCommand({ Rule: 'other', Ids: ['a'] }));
    await client.send(new sdk.DeleteRuleCommand({ Name: 'other' }));
    await client.send(new sdk.DeleteRuleCommand({ Name: 'other' }));
    await expect(client.send(new sdk.DescribeRuleCommand({ Name: 'other' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('needs a pattern that is one, and belongs to whoever made it', async () => {
    const { events, account } = openAlerting();
    const client = events();
    await expect(client.send(new sdk.PutRuleCommand({ Name: 'r' }))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(client.send(new sdk.PutRuleCommand({ Name: 'r', EventPattern: '{' }))).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await client.send(new sdk.PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    for (const rule of alertingOf(account).rules) rule.managedBy = 'controltower.amazonaws.com';
    await expect(client.send(new sdk.PutRuleCommand({ Name: 'r', EventPattern: PATTERN }))).rejects.toMatchObject({ name: 'ManagedRuleException' });
    await expect(client.send(new sdk.PutTargetsCommand({ Rule: 'r', Targets: [topic('a')] }))).rejects.toMatchObject({ name: 'ManagedRuleException' });
  });
});

describe('targets', () => {
  it('are taken one by one: some may fail, and at most five fit', async () => {
    const { events, world } = openAlerting();
    const client = events();
    await client.send(new sdk.PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    world.failingTargets = [topic('b').Arn ?? ''];
    const targets = [topic('a'), topic('b'), topic('far', 'eu-west-1')];
    const answer = await client.send(new sdk.PutTargetsCommand({ Rule: 'r', Targets: targets }));
    expect([answer.FailedEntryCount, answer.FailedEntries?.map(({ TargetId, ErrorCode }) => [TargetId, ErrorCode])]).toEqual([2, [['b', 'ConcurrentModificationException'], ['far', 'ValidationException']]]);
    expect((await client.send(new sdk.ListTargetsByRuleCommand({ Rule: 'r' }))).Targets).toEqual([topic('a')]);
    expect((await client.send(new sdk.PutTargetsCommand({ Rule: 'r', Targets: ['b', 'c', 'd', 'e'].map((name) => topic(name)) }))).FailedEntryCount).toBe(0);
    await expect(client.send(new sdk.PutTargetsCommand({ Rule: 'r', Targets: [topic('f')] }))).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

it('a sample is tried against a pattern', async () => {
  const client = openAlerting().events();
  const event = { 'id': '1', 'account': ACCOUNT, 'source': 'aws.iam', 'time': '2026-01-01T00:00:00Z', 'region': 'us-east-1', 'resources': [], 'detail-type': 'x', 'detail': {} };
  const test = async (pattern: string, sample: object) => (await client.send(new sdk.TestEventPatternCommand({ EventPattern: pattern, Event: JSON.stringify(sample) }))).Result;
  expect(await test(PATTERN, event)).toBe(true);
  expect(await test('{"source":["aws.s3"]}', event)).toBe(false);
  await expect(test('x', event)).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  await expect(test(PATTERN, { source: 'aws.iam' })).rejects.toMatchObject({ name: 'ValidationException' });
});
