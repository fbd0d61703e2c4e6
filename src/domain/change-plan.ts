/** What a guardrail run changes in AWS, one thing at a time, each with what was there before: so every change can be seen as done, and undone. Pure. */
import type { EventRuleDocument, RuleTarget } from './alert.ts';
import type { ConfigRuleDocument } from './guardrail.ts';
import type { AccountId, Partition } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { OrganizationRuleDocument } from './organization-rule.ts';
import type { NotDone } from './plan.ts';

/** `before` and `after` are the thing itself, null or false where it is not there. `id` names the change within its run. */
export type GuardChange =
  | { id: string; kind: 'topic'; region: string; name: string; arn: string; before: boolean; after: boolean }
  /** Whether our statement is in the topic's policy; the rest of the policy is never ours. */
  | { id: string; kind: 'topic-statement'; region: string; arn: string; before: boolean; after: boolean }
  /** Cannot be undone by itself: AWS gives no name to a subscription that nobody confirmed. */
  | { id: string; kind: 'subscription'; region: string; arn: string; protocol: string; endpoint: string }
  | { id: string; kind: 'event-rule'; region: string; name: string; before: EventRuleDocument | null; after: EventRuleDocument | null }
  | { id: string; kind: 'rule-target'; region: string; rule: string; before: RuleTarget | null; after: RuleTarget | null }
  | { id: string; kind: 'config-rule'; region: string; before: ConfigRuleDocument | null; after: ConfigRuleDocument | null }
  | { id: string; kind: 'organization-rule'; region: string; before: OrganizationRuleDocument | null; after: OrganizationRuleDocument | null };

export const CHANGE_PLAN_SCHEMA = 1;

/** What a run of `guard alerts` or `guard config` will do; kept in the run's folder, and bound to one account. */
export type ChangePlanBody = {
  schema: typeof CHANGE_PLAN_SCHEMA;
  kind: 'changes';
  about: 'alerts' | 'config';
  createdAt: Instant;
  tool: string;
  /** `live`, or `rehearsal <scenario>`. */
  world: string;
  boundTo: { account: AccountId; partition: Partition };
  changes: GuardChange[];
  notDone: NotDone[];
};
export type ChangePlan = ChangePlanBody & { digest: string };

/** What only one run at a time may change: the alerts of an account, or its Config rule. Neither is in the way of a run on its keys. */
export type ChangeSubject = `${AccountId}-${ChangePlan['about']}`;

export const changeSubject = ({ boundTo, about }: ChangePlan): ChangeSubject => `${boundTo.account}-${about}`;

/** The change that leads back; null for one that has no way back. */
export function invertChange(change: GuardChange): GuardChange | null {
  switch (change.kind) {
    case 'subscription': return null;
    case 'topic': return { ...change, before: change.after, after: change.before };
    case 'topic-statement': return { ...change, before: change.after, after: change.before };
    case 'event-rule': return { ...change, before: change.after, after: change.before };
    case 'rule-target': return { ...change, before: change.after, after: change.before };
    case 'config-rule': return { ...change, before: change.after, after: change.before };
    case 'organization-rule': return { ...change, before: change.after, after: change.before };
  }
}

/** The change in one line, for people. Names come from AWS and are sanitized where they are shown. */
export function describeChange(change: GuardChange): string {
  const verb = (before: object | boolean | null, after: object | boolean | null): string => {
    if (after === null || after === false) return 'remove';
    return before === null || before === false ? 'create' : 'replace';
  };
  switch (change.kind) {
    case 'topic': return `${verb(change.before, change.after)} topic ${change.name} in ${change.region}`;
    case 'topic-statement': return `${change.after ? 'let EventBridge publish' : 'no longer let EventBridge publish'} to ${change.arn}`;
    case 'subscription': return `subscribe ${change.protocol} ${change.endpoint} to ${change.arn}`;
    case 'event-rule': return `${verb(change.before, change.after)} event rule ${change.name} in ${change.region}`;
    case 'rule-target': return `${change.after === null ? 'take' : 'put'} target ${(change.after ?? change.before)?.arn ?? ''} ${change.after === null ? 'off' : 'on'} ${change.rule} in ${change.region}`;
    case 'config-rule': return `${verb(change.before, change.after)} Config rule ${(change.after ?? change.before)?.name ?? ''} in ${change.region}`;
    case 'organization-rule': return `${verb(change.before, change.after)} organization Config rule ${(change.after ?? change.before)?.name ?? ''} in ${change.region}`;
  }
}
