/** What alerts are read from and written to, in domain words: trails, event rules, topics, and the keys of encrypted topics. Every method may throw a Problem. */
import type { EventRuleDocument, FoundEventRule, FoundKey, FoundTopic, FoundTrail, RuleTarget } from '../domain/alert.ts';

export interface AlertReader {
  /** CloudTrail DescribeTrails with GetTrailStatus and GetEventSelectors: every trail that covers the Region, of the organization too. */
  readTrails(region: string): Promise<FoundTrail[]>;
  /** EventBridge DescribeRule and ListTargetsByRule, on the default bus. */
  findEventRule(region: string, name: string): Promise<FoundEventRule | null>;
  /** SNS GetTopicAttributes and ListSubscriptionsByTopic, in the topic's own Region. */
  findTopic(arn: string): Promise<FoundTopic | null>;
  /** KMS DescribeKey and GetKeyPolicy; an id, ARN or alias. */
  findKey(region: string, keyId: string): Promise<FoundKey | null>;
  /** EventBridge TestEventPattern: matches a sample, sends nothing. */
  isEventMatch(region: string, pattern: string, event: string): Promise<boolean>;
}

export interface AlertWriter {
  /** EventBridge PutRule: replaces a rule of the same name as a whole, except for its targets. */
  putEventRule(region: string, name: string, rule: EventRuleDocument): Promise<void>;
  /** Without its targets; may be repeated. */
  deleteEventRule(region: string, name: string): Promise<void>;
  /** EventBridge PutTargets, one target. @throws Problem also where AWS accepts the request and refuses the entry */
  putRuleTarget(region: string, rule: string, target: RuleTarget): Promise<void>;
  removeRuleTarget(region: string, rule: string, targetId: string): Promise<void>;
  /** Returns the ARN; of the topic that is there already, where there is one. */
  createTopic(region: string, name: string): Promise<string>;
  /** Replaces the whole policy. */
  setTopicPolicy(arn: string, policy: string): Promise<void>;
  deleteTopic(arn: string): Promise<void>;
  /** Waits for nobody: most protocols have to be confirmed by the person behind the endpoint. */
  subscribe(arn: string, protocol: string, endpoint: string): Promise<void>;
  /** EventBridge PutEvents, one event under a source of our own. */
  putCustomEvent(region: string, source: string, detailType: string, detail: string): Promise<void>;
}
