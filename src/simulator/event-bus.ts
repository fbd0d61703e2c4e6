/** What happens to an event on the default bus of an account and Region: rules match it, targets get it. Knows neither the wire nor how rules are written. */
import { trailsOver } from './alerting.ts';
import { isPatternMatch, parseEventPattern } from './event-pattern.ts';
import { allowsService } from './resource-policy.ts';
import { nextRequestId } from './sequence.ts';
import type { Time, TrailEvent, World } from './world.ts';
import type { EventRule, EventTarget, Topic } from './world-alerting.ts';

export type BusEvent = {
  'version': '0';
  'id': string;
  'detail-type': string;
  'source': string;
  'account': string;
  'time': string;
  'region': string;
  'resources': string[];
  'detail': unknown;
};

const EVENTS = 'events.amazonaws.com';
/** A bus forwards to a bus that forwards …: two hops are more than anybody needs here. */
const MAX_HOPS = 2;

/** Hands what CloudTrail recorded to EventBridge, where a trail is there to carry it (EventBridge user guide, "AWS service events delivered via AWS CloudTrail"). */
export function deliverTrailEvent(world: World, event: TrailEvent): void {
  if (world.accounts[event.accountId]?.alerting === undefined) return;
  const wanted = event.isReadOnly ? ['All', 'ReadOnly'] : ['All', 'WriteOnly'];
  const isCarried = trailsOver(world, event.accountId, event.region).some(({ isLogging, managementEvents }) => isLogging && wanted.includes(managementEvents));
  if (!isCarried) return;
  putOnBus(world, event.accountId, event.region, {
    'version': '0',
    'id': nextRequestId(world),
    'detail-type': event.name === 'ConsoleLogin' ? 'AWS Console Sign In via CloudTrail' : 'AWS API Call via CloudTrail',
    'source': `aws.${event.source.split('.')[0] ?? ''}`,
    'account': event.accountId,
    'time': `${new Date(event.at).toISOString().slice(0, 19)}Z`,
    'region': event.region,
    'resources': [],
    'detail': event.detail,
  }, event.isReadOnly);
}

/** @param isReadOnly of a read-only management event, which only rules of the wider state see */
export function putOnBus(world: World, accountId: string, region: string, event: BusEvent, isReadOnly = false, hops = 0): void {
  const rules = world.accounts[accountId]?.alerting?.rules ?? [];
  for (const rule of rules) {
    if (rule.region === region && isAwake(rule, isReadOnly) && rule.pattern !== undefined && isPatternMatch(parseEventPattern(rule.pattern), event)) {
      for (const target of rule.targets) deliver(world, region, target, event, isReadOnly, hops);
    }
  }
}

const isAwake = ({ state }: EventRule, isReadOnly: boolean): boolean => state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' || (state === 'ENABLED' && !isReadOnly);

/** A target that cannot be reached loses the event, in silence. */
function deliver(world: World, region: string, target: EventTarget, event: BusEvent, isReadOnly: boolean, hops: number): void {
  const [, , service, targetRegion = '', accountId = '', resource] = target.arn.split(':');
  if (service === 'events' && resource === 'event-bus/default') {
    // New rules need a role for a bus of another Region; what the role allows is not looked at.
    if (target.roleArn !== undefined && hops < MAX_HOPS) putOnBus(world, accountId, targetRegion, event, isReadOnly, hops + 1);
    return;
  }
  const topic = world.accounts[accountId]?.alerting?.topics.find(({ arn }) => arn === target.arn);
  if (service !== 'sns' || topic === undefined || targetRegion !== region) return;
  const mayPublish = target.roleArn !== undefined || allowsService(topic.policy, EVENTS, 'sns:Publish', topic.arn);
  if (mayPublish && mayEncrypt(world, accountId, topic)) publish(world, topic, JSON.stringify(event), Date.parse(event.time));
}

/** SNS developer guide, "Managing Amazon SNS encryption keys and costs": a customer managed key whose policy lets the service in. */
function mayEncrypt(world: World, accountId: string, { kmsKeyId, region }: Topic): boolean {
  if (kmsKeyId === undefined) return true;
  const key = world.accounts[accountId]?.alerting?.keys.find((candidate) => candidate.region === region && [candidate.id, candidate.arn, ...candidate.aliases].includes(kmsKeyId));
  return key?.manager === 'CUSTOMER' && ['kms:GenerateDataKey', 'kms:Decrypt'].every((action) => allowsService(key.policy, EVENTS, action, key.arn));
}

/** The message reaches confirmed endpoints only; what the topic took in is on record all the same. */
export function publish(world: World, topic: Topic, message: string, at: Time): void {
  const endpoints = topic.subscriptions.filter(({ isConfirmed }) => isConfirmed).map(({ endpoint }) => endpoint);
  (world.deliveries ??= []).push({ at, topicArn: topic.arn, message, endpoints });
}
