/** What alerts are made of in the world: trails, event rules, topics, encryption keys, and the record of what was delivered. Data only. */

export type Trail = {
  name: string;
  arn: string;
  homeRegion: string;
  isMultiRegion: boolean;
  /** Of the management account, for every member. */
  isOrganizationTrail: boolean;
  isLogging: boolean;
  managementEvents: 'All' | 'ReadOnly' | 'WriteOnly' | 'none';
};

export type EventTarget = { id: string; arn: string; roleArn?: string };

export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** A rule of the default event bus of one Region. */
export type EventRule = {
  name: string;
  region: string;
  arn: string;
  pattern?: string;
  schedule?: string;
  description?: string;
  state: RuleState;
  /** Principal of the AWS service that owns the rule. */
  managedBy?: string;
  targets: EventTarget[];
};

export type Subscription = { arn: string; protocol: string; endpoint: string; isConfirmed: boolean };

export type Topic = { name: string; region: string; arn: string; policy: string; kmsKeyId?: string; subscriptions: Subscription[] };

export type EncryptionKey = { id: string; region: string; arn: string; aliases: string[]; manager: 'AWS' | 'CUSTOMER'; policy: string };

export type Alerting = { trails: Trail[]; rules: EventRule[]; topics: Topic[]; keys: EncryptionKey[] };

/** A message that a topic took in, when (as world time), and the confirmed endpoints that it went to: what tests read. */
export type Delivery = { at: number; topicArn: string; message: string; endpoints: string[] };
