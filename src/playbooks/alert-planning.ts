/** Which changes bring the wanted alerts about, and which take ours off again. Read-only: what is there and differs is shown, never overwritten unasked. */
import type { AlertRule, AlertTopic, FoundTopic, Severity } from '../domain/alert.ts';
import { isSameTarget, ruleDifferences, ruleKey } from '../domain/alert-assessment.ts';
import type { GuardChange } from '../domain/change-plan.ts';
import type { NotDone } from '../domain/plan.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { Observed } from '../domain/observed.ts';
import { assessAdmission, withPublishStatement } from '../domain/resource-policy.ts';
import type { SurveyedAlerts } from './alert-survey.ts';

export type AlertSubscription = { severity: Severity; protocol: string; endpoint: string };
export type AlertDecisions = {
  subscriptions: AlertSubscription[];
  /** Whether a rule of our name with other content may be replaced; its image goes into the plan. */
  isReplacing: boolean;
  isNoTrailAccepted: boolean;
};
export type PlannedChanges = { changes: GuardChange[]; notDone: NotDone[] };

/** EventBridge API reference, PutTargets. */
const MAX_TARGETS = 5;

/** Before a write everything it depends on has to be readable. @throws Problem as AWS refused the read */
function requireKnown<Value>(observed: Observed<Value> | undefined): Value {
  if (observed?.known === true) return observed.value;
  throw problem(observed?.because ?? 'facts/not-read', observed?.detail === undefined ? {} : { detail: observed.detail });
}

function planTopic(topic: AlertTopic, { found }: SurveyedAlerts, wanted: AlertSubscription[]): GuardChange[] {
  const { region, arn, name } = topic;
  const there: FoundTopic | null = requireKnown(found.topics.get(arn));
  const id = `${region}/${topic.severity}`;
  if (there === null && topic.isGiven) throw problem('guardrail/alert-topic', { detail: `There is no topic ${arn}.` });
  const admission = there === null ? 'not-admitted' : assessAdmission(there.policy, 'sns:Publish', arn);
  if (there !== null && admission !== 'admitted') requireMendable(there, admission);
  const missing = wanted.filter((one) => !(there?.subscriptions ?? []).some(({ protocol, endpoint }) => protocol === one.protocol && endpoint === one.endpoint));
  return [
    ...(there === null ? [{ id: `topic/${id}`, kind: 'topic' as const, region, name, arn, before: false, after: true }] : []),
    ...(admission === 'admitted' ? [] : [{ id: `topic-statement/${id}`, kind: 'topic-statement' as const, region, arn, before: false, after: true }]),
    ...missing.map(({ protocol, endpoint }, index) => ({ id: `subscription/${id}/${index + 1}`, kind: 'subscription' as const, region, arn, protocol, endpoint })),
  ];
}

/** Our statement helps where one is missing; a deny, or what is no policy, is for its owner to mend. */
function requireMendable({ arn, policy }: FoundTopic, admission: string): void {
  const merged = withPublishStatement(policy, arn);
  if (merged !== undefined && assessAdmission(merged, 'sns:Publish', arn) === 'admitted') return;
  throw problem('guardrail/alert-topic', { detail: `The policy of ${arn} keeps events.amazonaws.com out (${admission}).` });
}

function differs(rule: AlertRule, lines: string[]): Problem {
  return problem('guardrail/alert-differs', { detail: `${rule.name} in ${rule.region}, there → here. ${lines.join(' · ')}` });
}

function planRule(rule: AlertRule, { found }: SurveyedAlerts, isReplacing: boolean): GuardChange[] {
  const { region, name, document, target } = rule;
  const there = requireKnown(found.rules.get(ruleKey(rule)));
  const id = ruleKey(rule);
  const putTarget = (before: typeof target | null): GuardChange => ({ id: `rule-target/${id}`, kind: 'rule-target', region, rule: name, before, after: target });
  if (there === null) return [{ id: `event-rule/${id}`, kind: 'event-rule', region, name, before: null, after: document }, putTarget(null)];
  const differences = ruleDifferences(rule, there);
  const canReplace = isReplacing && there.managedBy === null && there.pattern !== null;
  if (differences.length > 0 && !canReplace) throw differs(rule, differences);
  const ours = there.targets.find((other) => other.id === target.id) ?? null;
  if (ours !== null && !isSameTarget(ours, target) && !isReplacing) throw differs(rule, [`target ${target.id}: ${ours.arn} → ${target.arn}`]);
  const isTargeted = there.targets.some((other) => isSameTarget(other, target));
  if (!isTargeted && ours === null && there.targets.length >= MAX_TARGETS) throw differs(rule, [`it has ${there.targets.length} targets already, and no room for ${target.arn}`]);
  const before = { pattern: there.pattern ?? '', state: there.state, description: there.description };
  return [
    ...(differences.length === 0 ? [] : [{ id: `event-rule/${id}`, kind: 'event-rule' as const, region, name, before, after: document }]),
    ...(isTargeted ? [] : [putTarget(ours)]),
  ];
}

/** An alert without a trail is worse than none: somebody would rely on it. */
function assessTrailGaps({ parts }: SurveyedAlerts, isAccepted: boolean): NotDone[] {
  const trails = parts.filter(({ kind }) => kind === 'trail');
  const gaps = trails.filter(({ state }) => state === 'broken');
  if (trails.length > 0 && gaps.length === trails.length && !isAccepted) throw problem('guardrail/no-trail', { detail: `${gaps[0]?.region ?? ''}: ${gaps[0]?.because.join('; ') ?? ''}.` });
  const unread = trails.filter(({ state }) => state === 'unknown');
  return [
    ...gaps.map(({ region, because }) => ({ what: `alerts in ${region}`, because: because.join('; ') })),
    ...unread.map(({ region, because }) => ({ what: `whether alerts in ${region} would fire`, because: because.join('; ') })),
  ];
}

/** @throws Problem `guardrail/alert-differs`, `guardrail/alert-topic`, `guardrail/no-trail`, and what AWS refused to show */
export function planAlerts(surveyed: SurveyedAlerts, decisions: AlertDecisions): PlannedChanges {
  const { wanted, wishes, parts } = surveyed;
  const trailGaps = assessTrailGaps(surveyed, decisions.isNoTrailAccepted);
  const changes = [
    ...wanted.topics.flatMap((topic) => planTopic(topic, surveyed, decisions.subscriptions.filter(({ severity }) => severity === topic.severity))),
    ...wanted.rules.flatMap((rule) => planRule(rule, surveyed, decisions.isReplacing)),
  ];
  const isHeard = ({ severity, arn }: AlertTopic): boolean =>
    decisions.subscriptions.some((wantedOne) => wantedOne.severity === severity) || (requireKnown(surveyed.found.topics.get(arn))?.subscriptions.length ?? 0) > 0;
  const unheard = new Set(wanted.topics.filter((topic) => !isHeard(topic)).map(({ severity }) => severity));
  const broken = parts.filter(({ kind, state, because }) => kind === 'topic' && (state === 'broken' || state === 'unknown') && because.some((text) => text.includes('encrypt')));
  return {
    changes,
    notDone: [
      ...trailGaps,
      ...broken.map(({ name, region, because }) => ({ what: `topic ${name} in ${region}`, because: because.join('; ') })),
      ...[...unheard].map((severity) => ({ what: `somebody who hears the ${severity} topics`, because: `nobody is subscribed, and no --${severity}-to was given` })),
      ...(surveyed.isRegionListComplete ? [] : [{ what: 'Regions beyond those that every account has', because: 'account:ListRegions was refused; opt-in Regions may be enabled all the same' }]),
      ...(wishes.partition === 'aws-us-gov' || wishes.partition === 'aws-cn' ? [{ what: 'alert on sign-ins', because: 'not applicable: root has no console sign-in in this partition' }] : []),
    ],
  };
}
