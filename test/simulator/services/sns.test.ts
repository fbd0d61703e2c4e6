/** SNS and KMS: topics, who listens, and whose key it is. */
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import * as sdk from '@aws-sdk/client-sns';
import { expect, it } from 'vitest';
import { encryptionKey, openAlerting } from '../alerting-world.ts';
import { ACCOUNT, ADMIN, clientOptions } from '../small-world.ts';

const EMAIL = { Protocol: 'email', Endpoint: 'sec@example.com' };

it('a topic is made once, replaced in its policy, and deleted as often as one likes', async () => {
  const { sns, world } = openAlerting();
  const client = sns();
  const { TopicArn: arn } = await client.send(new sdk.CreateTopicCommand({ Name: 'page' }));
  expect(await client.send(new sdk.CreateTopicCommand({ Name: 'page' }))).toMatchObject({ TopicArn: arn });
  expect(arn).toBe(`arn:aws:sns:us-east-1:${ACCOUNT}:page`);
  const policyOf = async (): Promise<unknown> => JSON.parse((await client.send(new sdk.GetTopicAttributesCommand({ TopicArn: arn }))).Attributes?.['Policy'] ?? '');
  expect(await policyOf()).toMatchObject({ Statement: [{ Condition: { StringEquals: { 'AWS:SourceAccount': ACCOUNT } } }] });
  await client.send(new sdk.SetTopicAttributesCommand({ TopicArn: arn, AttributeName: 'Policy', AttributeValue: '{"Statement":[]}' }));
  expect(await policyOf()).toEqual({ Statement: [] });
  await expect(client.send(new sdk.SetTopicAttributesCommand({ TopicArn: arn, AttributeName: 'Policy', AttributeValue: '{' }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect((await client.send(new sdk.ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: arn }]);
  await client.send(new sdk.DeleteTopicCommand({ TopicArn: arn }));
  await client.send(new sdk.DeleteTopicCommand({ TopicArn: arn }));
  await expect(client.send(new sdk.GetTopicAttributesCommand({ TopicArn: arn }))).rejects.toMatchObject({ name: 'NotFoundException' });
  await expect(sns('eu-west-1').send(new sdk.GetTopicAttributesCommand({ TopicArn: arn }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect(world.effects.map(({ operation }) => operation)).toEqual(['CreateTopic', 'SetTopicAttributes', 'DeleteTopic']);
});

it('an address waits for its confirmation, and is subscribed once', async () => {
  const { sns, world } = openAlerting();
  const client = sns();
  const { TopicArn } = await client.send(new sdk.CreateTopicCommand({ Name: 'page' }));
  for (const _ of [1, 2]) expect(await client.send(new sdk.SubscribeCommand({ TopicArn, ...EMAIL }))).toMatchObject({ SubscriptionArn: 'pending confirmation' });
  const { SubscriptionArn } = await client.send(new sdk.SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` }));
  const { Subscriptions } = await client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toMatchObject([{ ...EMAIL, SubscriptionArn: 'PendingConfirmation' }, { Protocol: 'sqs', SubscriptionArn }]);
  await client.send(new sdk.PublishCommand({ TopicArn, Message: 'hello' }));
  expect(world.deliveries).toMatchObject([{ message: 'hello', endpoints: [`arn:aws:sqs:us-east-1:${ACCOUNT}:q`] }]);
  await client.send(new sdk.UnsubscribeCommand({ SubscriptionArn }));
  expect((await client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toHaveLength(1);
});

it('the policy of a key is read by id, an alias only leads to it', async () => {
  const { account, simulator } = openAlerting();
  encryptionKey(account, { Statement: [] });
  const client = new KMSClient(clientOptions(simulator, ADMIN));
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: 'alias/topics' }));
  expect(KeyMetadata?.KeyManager).toBe('CUSTOMER');
  expect((await client.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.Arn }))).Policy).toBe('{"Statement":[]}');
  await expect(client.send(new GetKeyPolicyCommand({ KeyId: 'alias/topics' }))).rejects.toMatchObject({ name: 'NotFoundException' });
});

it('whoever may not is refused in the words of each service', async () => {
  const { simulator, world } = openAlerting();
  const admin = world.principals.find(({ accessKeyId }) => accessKeyId === ADMIN);
  if (admin !== undefined) admin.allow = [];
  const client = new sdk.SNSClient(clientOptions(simulator, ADMIN));
  await expect(client.send(new sdk.CreateTopicCommand({ Name: 'page' }))).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  await expect(new KMSClient(clientOptions(simulator, ADMIN)).send(new DescribeKeyCommand({ KeyId: 'x' }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
