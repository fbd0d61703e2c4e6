/** SNS topics with who listens, and the KMS keys that encrypt them; each in the topic's own Region. */
import type { Subscription } from '@aws-sdk/client-sns';
import type { FoundTopic, TopicSubscription } from '../domain/alert.ts';
import { asProblem } from '../domain/problem.ts';
import type { AlertReader, AlertWriter } from '../ports/alerts.ts';
import type { Lane } from '../ports/cloud.ts';
import { parsePresent } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const laneOf = (region: string): Lane => ({ name: `sns:${region}` });
const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/** The value, or null where AWS knows no such thing. */
async function orNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (thrown) {
    const refused = asProblem(thrown);
    if (refused.code === 'aws/not-found') return null;
    throw refused;
  }
}

/** A subscription that nobody confirmed has a word in place of its ARN (SNS API reference, ListSubscriptionsByTopic). */
function parseSubscription({ SubscriptionArn, Protocol, Endpoint }: Subscription, operation: string): TopicSubscription {
  return {
    protocol: parsePresent(Protocol, operation, 'Protocol'),
    endpoint: Endpoint ?? '',
    isConfirmed: parsePresent(SubscriptionArn, operation, 'SubscriptionArn').startsWith('arn:'),
  };
}

export function openTopicReader(clients: Clients, calls: Calls): Pick<AlertReader, 'findTopic' | 'findKey'> {
  const listSubscriptions = async (arn: string): Promise<TopicSubscription[]> => {
    const { client, sdk } = await clients.sns(regionOf(arn));
    const operation = 'sns:ListSubscriptionsByTopic';
    return readAll(operation, async (token) => {
      const page = await calls.read(laneOf(regionOf(arn)), operation, () => client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn: arn, NextToken: token })));
      return { items: (page.Subscriptions ?? []).map((subscription) => parseSubscription(subscription, operation)), next: page.NextToken };
    });
  };

  return {
    findTopic: (arn) => orNull(async (): Promise<FoundTopic> => {
      const { client, sdk } = await clients.sns(regionOf(arn));
      const operation = 'sns:GetTopicAttributes';
      const answer = await calls.read(laneOf(regionOf(arn)), operation, () => client.send(new sdk.GetTopicAttributesCommand({ TopicArn: arn })));
      const attributes = parsePresent(answer.Attributes, operation, 'Attributes');
      const keyId = attributes['KmsMasterKeyId'] ?? '';
      return { arn, policy: parsePresent(attributes['Policy'], operation, 'Policy'), kmsKeyId: keyId === '' ? null : keyId, subscriptions: await listSubscriptions(arn) };
    }),

    /** GetKeyPolicy takes no alias, DescribeKey does (KMS API reference). */
    findKey: (region, keyId) => orNull(async () => {
      const { client, sdk } = await clients.kms(region);
      const lane = { name: `kms:${region}` };
      const describing = 'kms:DescribeKey';
      const { KeyMetadata: key } = await calls.read(lane, describing, () => client.send(new sdk.DescribeKeyCommand({ KeyId: keyId })));
      const arn = parsePresent(key?.Arn, describing, 'Arn');
      const operation = 'kms:GetKeyPolicy';
      const { Policy: policy } = await calls.read(lane, operation, () => client.send(new sdk.GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' })));
      return { arn, isAwsManaged: key?.KeyManager === 'AWS', policy: parsePresent(policy, operation, 'Policy') };
    }),
  };
}

type TopicWriter = Pick<AlertWriter, 'createTopic' | 'setTopicPolicy' | 'deleteTopic' | 'subscribe'>;

export function openTopicWriter(clients: Clients, calls: Calls): TopicWriter {
  return {
    createTopic: async (region, name) => {
      const { client, sdk } = await clients.sns(region);
      const operation = 'sns:CreateTopic';
      const answer = await calls.write(laneOf(region), operation, () => client.send(new sdk.CreateTopicCommand({ Name: name })));
      return parsePresent(answer.TopicArn, operation, 'TopicArn');
    },
    setTopicPolicy: async (arn, policy) => {
      const { client, sdk } = await clients.sns(regionOf(arn));
      const command = new sdk.SetTopicAttributesCommand({ TopicArn: arn, AttributeName: 'Policy', AttributeValue: policy });
      await calls.write(laneOf(regionOf(arn)), 'sns:SetTopicAttributes', () => client.send(command));
    },
    deleteTopic: async (arn) => {
      const { client, sdk } = await clients.sns(regionOf(arn));
      await calls.write(laneOf(regionOf(arn)), 'sns:DeleteTopic', () => client.send(new sdk.DeleteTopicCommand({ TopicArn: arn })));
    },
    subscribe: async (arn, protocol, endpoint) => {
      const { client, sdk } = await clients.sns(regionOf(arn));
      const command = new sdk.SubscribeCommand({ TopicArn: arn, Protocol: protocol, Endpoint: endpoint });
      await calls.write(laneOf(regionOf(arn)), 'sns:Subscribe', () => client.send(command));
    },
  };
}
