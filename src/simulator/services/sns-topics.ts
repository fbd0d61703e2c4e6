/** Topics of SNS and their attributes, within a Region (SNS API reference). Knows no message. */
import type * as Sdk from '@aws-sdk/client-sns';
import { alertingOf } from '../alerting.ts';
import { appendEffect } from '../effects.ts';
import { accountInRegion } from '../regions.ts';
import { ServiceError, type Call } from '../service.ts';
import type { Topic } from '../world-alerting.ts';

const PAGE = 100;

export function topicsOf(call: Call): Topic[] {
  return alertingOf(accountInRegion(call)).topics.filter(({ region }) => region === call.region);
}

/** @throws ServiceError NotFound; InvalidParameter for an ARN of another Region */
export function requireTopic(call: Call, arn: string | undefined): Topic {
  if (arn === undefined || arn.split(':')[3] !== call.region) throw new ServiceError('InvalidParameter', 'Invalid parameter: TopicArn');
  const topic = topicsOf(call).find((candidate) => candidate.arn === arn);
  if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404);
  return topic;
}

/** Creates a topic, or names the one that is there already. */
export function createTopic(input: Sdk.CreateTopicInput, call: Call): Sdk.CreateTopicResponse {
  const name = input.Name ?? '';
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw new ServiceError('InvalidParameter', 'Invalid parameter: Topic Name');
  const existing = topicsOf(call).find((topic) => topic.name === name);
  if (existing !== undefined) return { TopicArn: existing.arn };
  const arn = `arn:${call.world.partition}:sns:${call.region}:${call.caller.accountId}:${name}`;
  const attributes = input.Attributes ?? {};
  alertingOf(accountInRegion(call)).topics.push({
    name,
    region: call.region,
    arn,
    policy: attributes['Policy'] ?? defaultPolicy(arn, call.caller.accountId),
    ...(attributes['KmsMasterKeyId'] === undefined ? {} : { kmsKeyId: attributes['KmsMasterKeyId'] }),
    subscriptions: [],
  });
  appendEffect(call, arn);
  return { TopicArn: arn };
}

export function listTopics(input: Sdk.ListTopicsInput, call: Call): Sdk.ListTopicsResponse {
  const { page, ...rest } = snsPage(topicsOf(call), input.NextToken);
  return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), ...rest };
}

export function snsPage<Item>(items: Item[], token: string | undefined): { page: Item[]; NextToken?: string } {
  if (token !== undefined && !/^\d{1,9}$/.test(token)) throw new ServiceError('InvalidParameter', 'Invalid parameter: nextToken');
  const end = Number(token ?? 0) + PAGE;
  return { page: items.slice(end - PAGE, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}

export function getTopicAttributes(input: Sdk.GetTopicAttributesInput, call: Call): Sdk.GetTopicAttributesResponse {
  const { arn, policy, kmsKeyId, subscriptions } = requireTopic(call, input.TopicArn);
  const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed).length;
  return {
    Attributes: {
      TopicArn: arn,
      Owner: call.caller.accountId,
      DisplayName: '',
      Policy: policy,
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(subscriptions.length - confirmed),
      SubscriptionsDeleted: '0',
      ...(kmsKeyId === undefined ? {} : { KmsMasterKeyId: kmsKeyId }),
    },
  };
}

export function setTopicAttributes({ TopicArn: arn, AttributeName: name, AttributeValue: value = '' }: Sdk.SetTopicAttributesInput, call: Call): object {
  const topic = requireTopic(call, arn);
  if (name === 'Policy') topic.policy = parsePolicy(value);
  else if (name !== 'KmsMasterKeyId') throw new ServiceError('InvalidParameter', `Invalid parameter: AttributeName ${name ?? ''}`);
  else if (value === '') delete topic.kmsKeyId;
  else topic.kmsKeyId = value;
  appendEffect(call, topic.arn);
  return {};
}

function parsePolicy(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new ServiceError('InvalidParameter', 'Invalid parameter: Policy Error: null');
  }
}

/** May be repeated (SNS API reference, DeleteTopic: "idempotent"). Its subscriptions go with it. */
export function deleteTopic(input: Sdk.DeleteTopicInput, call: Call): object {
  const topic = topicsOf(call).find(({ arn }) => arn === input.TopicArn);
  if (topic === undefined) return {};
  const alerting = alertingOf(accountInRegion(call));
  alerting.topics = alerting.topics.filter((other) => other !== topic);
  appendEffect(call, topic.arn);
  return {};
}

/** Lets the own account in, and nobody else (EventBridge user guide, "Amazon SNS permissions", the example of a new topic). */
function defaultPolicy(arn: string, accountId: string): string {
  const actions = ['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic', 'Subscribe', 'ListSubscriptionsByTopic', 'Publish'];
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [{
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: actions.map((action) => `SNS:${action}`),
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceAccount': accountId } },
    }],
  });
}
