/** Who listens to a topic, and messages by hand (SNS API reference). Nobody here ever confirms: that is for the person behind an address. */
import type * as Sdk from '@aws-sdk/client-sns';
import { appendEffect } from '../effects.ts';
import { publish } from '../event-bus.ts';
import { nextRequestId } from '../sequence.ts';
import { ServiceError, type Call } from '../service.ts';
import { requireTopic, snsPage, topicsOf } from './sns-topics.ts';

const PROTOCOLS: readonly string[] = ['email', 'email-json', 'http', 'https', 'sqs', 'sms', 'lambda', 'application', 'firehose'];
/** What AWS confirms by itself, where it belongs to the same account. */
const CONFIRMED_AT_ONCE: readonly string[] = ['sqs', 'sms', 'lambda', 'application', 'firehose'];
const PENDING = 'PendingConfirmation';

/** Repeating it for an endpoint that is there already makes no second subscription. */
export function subscribe(input: Sdk.SubscribeInput, call: Call): Sdk.SubscribeResponse {
  const topic = requireTopic(call, input.TopicArn);
  const { Protocol: protocol = '', Endpoint: endpoint = '' } = input;
  if (!PROTOCOLS.includes(protocol) || endpoint === '') throw new ServiceError('InvalidParameter', 'Invalid parameter: Endpoint');
  const existing = topic.subscriptions.find((subscription) => subscription.protocol === protocol && subscription.endpoint === endpoint);
  const subscription = existing ?? { arn: `${topic.arn}:${nextRequestId(call.world)}`, protocol, endpoint, isConfirmed: CONFIRMED_AT_ONCE.includes(protocol) };
  if (existing === undefined) {
    topic.subscriptions.push(subscription);
    appendEffect(call, topic.arn);
  }
  return { SubscriptionArn: subscription.isConfirmed ? subscription.arn : 'pending confirmation' };
}

export function unsubscribe(input: Sdk.UnsubscribeInput, call: Call): object {
  const topic = topicsOf(call).find(({ subscriptions }) => subscriptions.some(({ arn }) => arn === input.SubscriptionArn));
  if (topic === undefined) throw new ServiceError('NotFound', 'Subscription does not exist', 404);
  topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== input.SubscriptionArn);
  appendEffect(call, topic.arn);
  return {};
}

export function listSubscriptionsByTopic(input: Sdk.ListSubscriptionsByTopicInput, call: Call): Sdk.ListSubscriptionsByTopicResponse {
  const topic = requireTopic(call, input.TopicArn);
  const { page, ...rest } = snsPage(topic.subscriptions, input.NextToken);
  return {
    Subscriptions: page.map(({ arn, protocol, endpoint, isConfirmed }) => ({
      SubscriptionArn: isConfirmed ? arn : PENDING, Owner: call.caller.accountId, Protocol: protocol, Endpoint: endpoint, TopicArn: topic.arn,
    })),
    ...rest,
  };
}

export function publishMessage(input: Sdk.PublishInput, call: Call): Sdk.PublishResponse {
  const topic = requireTopic(call, input.TopicArn);
  if ((input.Message ?? '') === '') throw new ServiceError('InvalidParameter', 'Invalid parameter: Empty message');
  publish(call.world, topic, input.Message ?? '', call.at);
  return { MessageId: nextRequestId(call.world) };
}
