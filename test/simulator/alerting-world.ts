/** A small world in which one account has a trail, with clients of EventBridge and SNS, for tests of how alerts travel. */
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand, type PutRuleRequest } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { alertingOf } from '../../src/simulator/alerting.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import type { Account, RootCall, World } from '../../src/simulator/world.ts';
import type { Trail } from '../../src/simulator/world-alerting.ts';
import { ACCOUNT, ADMIN, clientOptions, open, ROOT_KEY, smallWorld } from './small-world.ts';

export const EVENTS_MAY_PUBLISH = (arn: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: arn }] });

export function trail(more: Partial<Trail> = {}): Trail {
  const name = more.name ?? 'main';
  return { name, arn: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/${name}`, homeRegion: 'us-east-1', isMultiRegion: true, isOrganizationTrail: false, isLogging: true, managementEvents: 'All', ...more };
}

export function openAlerting(trails: Trail[] = [trail()], world: World = smallWorld()) {
  world.limits.rates = {};
  const account = world.accounts[ACCOUNT];
  if (account === undefined) throw new Error('no account');
  alertingOf(account).trails = trails;
  const simulator = open(world);
  return {
    world,
    account,
    simulator,
    events: (region = 'us-east-1') => new EventBridgeClient(clientOptions(simulator, ADMIN, region)),
    sns: (region = 'us-east-1') => new SNSClient(clientOptions(simulator, ADMIN, region)),
  };
}

export type AlertingWorld = ReturnType<typeof openAlerting>;

/** A topic that EventBridge may publish to, and a rule on root's calls that sends there. @returns the topic's ARN */
export async function putAlert({ account, events, sns }: AlertingWorld, rule: Partial<PutRuleRequest> = {}, region = 'us-east-1'): Promise<string> {
  const { TopicArn: arn = '' } = await sns(region).send(new CreateTopicCommand({ Name: 'page' }));
  const topic = alertingOf(account).topics.find((candidate) => candidate.arn === arn);
  if (topic !== undefined) topic.policy = EVENTS_MAY_PUBLISH(arn);
  await events(region).send(new PutRuleCommand({ Name: 'root', EventPattern: '{"detail":{"userIdentity":{"type":["Root"]}}}', ...rule }));
  await events(region).send(new PutTargetsCommand({ Rule: 'root', Targets: [{ Id: 'topic', Arn: arn }] }));
  return arn;
}

/** Root calls with its long-term key. */
export function callAsRoot(world: World, call: Partial<RootCall> = {}): void {
  recordRootCall(world, { accountId: ACCOUNT, accessKeyId: ROOT_KEY, service: 'iam', operation: 'CreateAccessKey', region: 'us-east-1', sourceIp: '192.0.2.1', userAgent: 'test', isReadOnly: false, ...call }, world.now);
}

/** The messages that topics took in: topic and event name. */
export const delivered = (world: World): string[] =>
  (world.deliveries ?? []).map(({ topicArn, message }) => `${topicArn.split(':').slice(3).join(':')} ${(JSON.parse(message) as { detail: { eventName?: string } }).detail.eventName ?? '?'}`);

export const encryptionKey = (account: Account, policy: unknown, manager: 'AWS' | 'CUSTOMER' = 'CUSTOMER'): void => {
  const arn = `arn:aws:kms:us-east-1:${account.id}:key/11111111-2222-3333-4444-555555555555`;
  alertingOf(account).keys.push({ id: arn.split('/')[1] ?? '', arn, region: 'us-east-1', aliases: [manager === 'AWS' ? 'alias/aws/sns' : 'alias/topics'], manager, policy: JSON.stringify(policy) });
};
