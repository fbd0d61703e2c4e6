/** What is there of the wanted alerts, and would each really fire? Every part is judged by itself; what could not be read is unknown, never live. Pure. */
import { isSamePolicy } from './guardrail.ts';
import type { AlertRule, AlertTopic, FoundEventRule, FoundKey, FoundTopic, FoundTrail, RuleTarget } from './alert.ts';
import type { GuardPart } from './guard-part.ts';
import type { Observed } from './observed.ts';
import { assessAdmission } from './resource-policy.ts';

export type FoundAlerts = {
  trails: Map<string, Observed<FoundTrail[]>>;
  /** By ARN. */
  topics: Map<string, Observed<FoundTopic | null>>;
  /** By the ARN of the encrypted topic. */
  keys: Map<string, Observed<FoundKey | null>>;
  /** By `region/name`. */
  rules: Map<string, Observed<FoundEventRule | null>>;
};

export const ruleKey = ({ region, name }: Pick<AlertRule, 'region' | 'name'>): string => `${region}/${name}`;

const UNREAD: Observed<never> = { known: false, because: 'facts/not-read', source: 'none' };

function notRead(part: Omit<GuardPart, 'state' | 'because'>, unread: Extract<Observed<unknown>, { known: false }>): GuardPart {
  return { ...part, state: 'unknown', because: [`${unread.source} could not be read (${unread.because})`] };
}

/** CloudTrail's events reach EventBridge only where a trail logs them (EventBridge User Guide, "AWS service events delivered via AWS CloudTrail"). */
function assessTrails(region: string, found: Observed<FoundTrail[]>, needsReads: boolean): GuardPart {
  const part = { kind: 'trail' as const, region, name: 'CloudTrail' };
  if (!found.known) return notRead(part, found);
  const logging = found.value.filter(({ isLogging }) => isLogging);
  const writes = logging.filter(({ managementEvents }) => managementEvents === 'all' || managementEvents === 'write-only');
  const reads = logging.filter(({ managementEvents }) => managementEvents === 'all' || managementEvents === 'read-only');
  if (writes.length > 0 && (reads.length > 0 || !needsReads)) return { ...part, state: 'live', because: [] };
  const because = found.value.length === 0
    ? 'no trail covers this Region: no alert here would ever fire'
    : logging.length === 0
      ? 'no trail that covers this Region is logging: no alert here would ever fire'
      : writes.length === 0
        ? 'no trail that logs here records write management events: keys and sign-ins would not be seen'
        : 'no trail that logs here records read-only management events: some alerts here would miss them';
  return { ...part, state: 'broken', because: [because] };
}

const ADMISSION_TEXT = {
  'not-admitted': 'does not let events.amazonaws.com in',
  'conditional': 'lets events.amazonaws.com in only under a condition, which EventBridge does not support',
  'denied': 'shuts events.amazonaws.com out',
  'unreadable': 'was not understood',
} as const;

/** SNS Developer Guide, "Managing Amazon SNS encryption keys and costs": customer managed, with both actions for EventBridge, without conditions. */
function keyTroubles(found: Observed<FoundKey | null>): { because: string[]; isUnknown: boolean } {
  if (!found.known) return { because: [`the policy of its encryption key could not be read (${found.because})`], isUnknown: true };
  if (found.value === null) return { because: ['its encryption key does not exist'], isUnknown: false };
  const { isAwsManaged, arn, policy } = found.value;
  if (isAwsManaged) return { because: ['it is encrypted with the key of AWS itself, which EventBridge cannot use'], isUnknown: false };
  const because = ['kms:GenerateDataKey', 'kms:Decrypt'].flatMap((action) => {
    const admission = assessAdmission(policy, action, arn);
    return admission === 'admitted' ? [] : [`the policy of its encryption key ${ADMISSION_TEXT[admission]} (${action})`];
  });
  return { because, isUnknown: false };
}

function assessTopic(topic: AlertTopic, found: Observed<FoundTopic | null>, key: Observed<FoundKey | null>): GuardPart {
  const part = { kind: 'topic' as const, region: topic.region, name: topic.name };
  if (!found.known) return notRead(part, found);
  if (found.value === null) return { ...part, state: 'missing', because: ['there is no such topic'] };
  const { policy, arn, kmsKeyId, subscriptions } = found.value;
  const admission = assessAdmission(policy, 'sns:Publish', arn);
  const encryption = kmsKeyId === null ? { because: [], isUnknown: false } : keyTroubles(key);
  const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed);
  const pending = subscriptions.length - confirmed.length;
  const because = [
    ...(admission === 'admitted' ? [] : [`its policy ${ADMISSION_TEXT[admission]}`]),
    ...encryption.because,
    ...(confirmed.length > 0 ? [] : pending === 0 ? ['nobody is subscribed'] : [`${pending} subscription${pending === 1 ? '' : 's'} not confirmed by the person behind it, and no other`]),
  ];
  const isSurelyBroken = because.length > (encryption.isUnknown ? encryption.because.length : 0);
  return { ...part, state: because.length === 0 ? 'live' : isSurelyBroken ? 'broken' : 'unknown', because };
}

export const isSameTarget = (first: RuleTarget, second: RuleTarget): boolean => first.arn === second.arn && first.roleArn === second.roleArn;

/** What the rule has other than wanted, one line each: `there → wanted`. Targets are another matter. */
export function ruleDifferences({ document }: AlertRule, found: FoundEventRule): string[] {
  return [
    ...(found.managedBy === null ? [] : [`it belongs to ${found.managedBy}`]),
    ...(found.pattern !== null && isSamePolicy(found.pattern, document.pattern) ? [] : [`pattern: ${found.pattern ?? 'none, it runs on a schedule'} → ${document.pattern.replaceAll(/\s+/g, ' ').trim()}`]),
    ...(found.state === document.state ? [] : [`state: ${found.state} → ${document.state}`]),
  ];
}

function assessRule(rule: AlertRule, found: Observed<FoundEventRule | null>): GuardPart {
  const part = { kind: 'event-rule' as const, region: rule.region, name: rule.name };
  if (!found.known) return notRead(part, found);
  if (found.value === null) return { ...part, state: 'missing', because: ['there is no such rule'] };
  const differences = ruleDifferences(rule, found.value);
  if (differences.length > 0) return { ...part, state: 'drifted', because: differences };
  const isTargeted = found.value.targets.some((target) => isSameTarget(target, rule.target));
  return isTargeted ? { ...part, state: 'live', because: [] } : { ...part, state: 'broken', because: [`it does not send to ${rule.target.arn}`] };
}

/** Every part of the wanted alerts: trails by Region, topics, rules. */
export function assessAlerts({ topics, rules }: { topics: AlertTopic[]; rules: AlertRule[] }, found: FoundAlerts): GuardPart[] {
  const regions = [...new Set(rules.map(({ region }) => region))];
  const needsReads = rules.some(({ alert, document }) => alert === 'root-api-page' && document.state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  return [
    ...regions.map((region) => assessTrails(region, found.trails.get(region) ?? UNREAD, needsReads)),
    ...topics.map((topic) => assessTopic(topic, found.topics.get(topic.arn) ?? UNREAD, found.keys.get(topic.arn) ?? UNREAD)),
    ...rules.map((rule) => assessRule(rule, found.rules.get(ruleKey(rule)) ?? UNREAD)),
  ];
}
