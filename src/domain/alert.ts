/** Alerts on root as documents: two severities, four rules, the Regions where their events land, and what of all that is wanted in one account. */
import { iamEventRegion } from './soak-proof.ts';
import type { AccountId, Partition } from './identifiers.ts';

/** `page` wakes somebody; `note` is for whoever reads along. */
export const SEVERITIES = ['page', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ALERT_IDS = ['root-key-page', 'root-signin-page', 'root-api-page', 'assume-root-note'] as const;
export type AlertId = (typeof ALERT_IDS)[number];

export const severityOf = (alert: AlertId): Severity => (alert === 'assume-root-note' ? 'note' : 'page');

export type EventRuleStateName = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** A rule of the default event bus. */
export type EventRuleDocument = { pattern: string; state: EventRuleStateName; description: string };
export type RuleTarget = { id: string; arn: string; roleArn: string | null };
/** A rule as it is; without a pattern it runs on a schedule. */
export type FoundEventRule = { pattern: string | null; state: EventRuleStateName; description: string; managedBy: string | null; targets: RuleTarget[] };

export type TopicSubscription = { protocol: string; endpoint: string; isConfirmed: boolean };
export type FoundTopic = { arn: string; policy: string; kmsKeyId: string | null; subscriptions: TopicSubscription[] };
/** The key of an encrypted topic; AWS's own key has a policy that nobody can change. */
export type FoundKey = { isAwsManaged: boolean; arn: string; policy: string };
/** A trail that covers a Region. `managementEvents`: which kinds it records. */
export type FoundTrail = { arn: string; isLogging: boolean; managementEvents: 'all' | 'write-only' | 'read-only' | 'none' };

/** Root signs in in one of these (CloudTrail User Guide, "AWS Management Console sign-in events"); nowhere in GovCloud and China, where root has no console. */
const SIGN_IN_REGIONS: Record<Partition, readonly string[]> = {
  'aws': ['us-east-1', 'us-east-2', 'us-west-2'],
  'aws-us-gov': [],
  'aws-cn': [],
  'aws-eusc': ['eusc-de-east-1'],
};

/** Where the events of an alert land, among the enabled Regions: IAM's in one, sign-ins in three, everything else where it was called. */
export function landingRegions(alert: AlertId, partition: Partition, enabled: readonly string[]): string[] {
  const lands = (region: string): boolean => {
    if (alert === 'root-key-page') return region === iamEventRegion(partition);
    return alert !== 'root-signin-page' || SIGN_IN_REGIONS[partition].includes(region);
  };
  return enabled.filter(lands);
}

export type AlertTopic = { severity: Severity; region: string; arn: string; name: string; isGiven: boolean };
export type AlertRule = { alert: AlertId; region: string; name: string; document: EventRuleDocument; target: RuleTarget };
export type WantedAlerts = { topics: AlertTopic[]; rules: AlertRule[] };

export type AlertWishes = {
  account: AccountId;
  partition: Partition;
  enabledRegions: readonly string[];
  /** Texts of `policies/eventbridge/<id>/pattern.json`. */
  patterns: Record<AlertId, string>;
  /** Sends everything to the bus of one Region, whose topics are the only ones; null for topics in every Region. */
  forwarding: { hub: string; roleArn: string } | null;
  /** Topics that are there already and shall be used. */
  givenTopics: { severity: Severity; arn: string }[];
  /** Whether read-only root calls page too. */
  includesReads: boolean;
};

const RULE_PREFIX = 'rootzero-';
export const ruleNameOf = (alert: AlertId): string => `${RULE_PREFIX}${alert}`;
export const topicNameOf = (severity: Severity): string => `${RULE_PREFIX}root-${severity}`;
/** Names our one target on each rule. */
export const TARGET_ID = 'rootzero';

/** The temporary rule by which a topic is tried, and the source of its one event. */
export const TRIAL = { rule: `${RULE_PREFIX}trial`, source: 'rootzero.trial', pattern: '{"source":["rootzero.trial"]}' } as const;

const DESCRIPTIONS: Record<AlertId, string> = {
  'root-key-page': 'Pages when a root access key is created, changed or activated.',
  'root-signin-page': 'Pages when the root user signs in, or tries to.',
  'root-api-page': 'Pages on calls of the root user that no AssumeRoot session explains.',
  'assume-root-note': 'Notes AssumeRoot and what its sessions change.',
};

/**
 * The state that lets a rule see what it is for. Whether CloudTrail marks AssumeRoot as read-only is not documented, so that rule sees both kinds
 * (EventBridge User Guide, "AWS service events delivered via AWS CloudTrail").
 */
const stateFor = (alert: AlertId, includesReads: boolean): EventRuleStateName =>
  alert === 'assume-root-note' || (alert === 'root-api-page' && includesReads) ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : 'ENABLED';

/** Everything that is wanted in the account, in the order in which it is made: topics before the rules that send to them. */
export function assembleAlerts(wishes: AlertWishes): WantedAlerts {
  const { account, partition, enabledRegions, forwarding, givenTopics } = wishes;
  const topicFor = (severity: Severity, region: string): AlertTopic => {
    const given = givenTopics.find((topic) => topic.severity === severity && topic.arn.split(':')[3] === region);
    const arn = given?.arn ?? `arn:${partition}:sns:${region}:${account}:${topicNameOf(severity)}`;
    return { severity, region, arn, name: arn.split(':')[5] ?? '', isGiven: given !== undefined };
  };
  const ruleFor = (alert: AlertId, region: string): AlertRule => {
    const isForwarded = forwarding !== null && region !== forwarding.hub;
    const target = isForwarded
      ? { id: TARGET_ID, arn: `arn:${partition}:events:${forwarding.hub}:${account}:event-bus/default`, roleArn: forwarding.roleArn }
      : { id: TARGET_ID, arn: topicFor(severityOf(alert), region).arn, roleArn: null };
    const document = { pattern: wishes.patterns[alert], state: stateFor(alert, wishes.includesReads), description: DESCRIPTIONS[alert] };
    return { alert, region, name: ruleNameOf(alert), document, target };
  };
  const rules = ALERT_IDS.flatMap((alert) => {
    const landing = landingRegions(alert, partition, enabledRegions);
    const regions = forwarding === null || landing.length === 0 ? landing : [...new Set([forwarding.hub, ...landing])];
    return regions.map((region) => ruleFor(alert, region));
  });
  const isWithTopic = ({ region }: AlertRule): boolean => forwarding === null || region === forwarding.hub;
  const topics = new Map(rules.filter(isWithTopic).map(({ alert, region }) => topicFor(severityOf(alert), region)).map((topic) => [topic.arn, topic]));
  return { topics: [...topics.values()], rules };
}
