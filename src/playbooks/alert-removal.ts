/** Which changes take off what rootzero put there for alerts, and nothing else: its names, its content, its one statement. Read-only. */
import { ALERT_IDS, ruleNameOf, SEVERITIES, TARGET_ID, topicNameOf, TRIAL, type AlertId, type FoundTopic } from '../domain/alert.ts';
import type { GuardChange } from '../domain/change-plan.ts';
import { isSamePolicy } from '../domain/guardrail.ts';
import type { NotDone } from '../domain/plan.ts';
import { PUBLISH_SID, statementIds, withoutPublishStatement } from '../domain/resource-policy.ts';
import type { PlannedChanges } from './alert-planning.ts';
import type { Session } from './session.ts';

/** The statement that SNS gives every new topic. */
const DEFAULT_SID = '__default_statement_ID';

type Found = PlannedChanges & { topicArns: string[] };

async function planRuleRemoval(session: Session, region: string, name: string, pattern: string): Promise<Found> {
  const there = await session.identities.reading.reader.findEventRule(region, name);
  if (there === null) return { changes: [], notDone: [], topicArns: [] };
  const what = `event rule ${name} in ${region}`;
  if (there.managedBy !== null || there.pattern === null || !isSamePolicy(there.pattern, pattern)) {
    return { changes: [], notDone: [{ what, because: 'left alone: its content is not what rootzero puts there' }], topicArns: [] };
  }
  const ours = there.targets.filter(({ id }) => id === TARGET_ID);
  const others = there.targets.length - ours.length;
  const id = `${region}/${name}`;
  const before = { pattern: there.pattern, state: there.state, description: there.description };
  return {
    changes: [
      ...ours.map((target): GuardChange => ({ id: `rule-target/${id}`, kind: 'rule-target', region, rule: name, before: target, after: null })),
      ...(others === 0 ? [{ id: `event-rule/${id}`, kind: 'event-rule' as const, region, name, before, after: null }] : []),
    ],
    notDone: others === 0 ? [] : [{ what, because: `left with its ${others} other target${others === 1 ? '' : 's'}` }],
    topicArns: ours.map(({ arn }) => arn).filter((arn) => arn.split(':')[2] === 'sns'),
  };
}

/** A topic of our name, in nobody else's use as far as its policy tells, goes as a whole; from any other topic only our statement. */
function planTopicRemoval(topic: FoundTopic): { changes: GuardChange[]; notDone: NotDone[] } {
  const { arn, policy } = topic;
  const [, , , region = '', , name = ''] = arn.split(':');
  const isOurName = SEVERITIES.some((severity) => topicNameOf(severity) === name);
  const isOursAlone = isOurName && statementIds(policy)?.every((sid) => sid === DEFAULT_SID || sid === PUBLISH_SID) === true;
  if (isOursAlone) {
    const lost = topic.subscriptions.length;
    const notDone = lost === 0 ? [] : [{ what: `keeping the ${lost} subscription${lost === 1 ? '' : 's'} of ${arn}`, because: 'they go with the topic, and a rollback does not bring them back' }];
    return { changes: [{ id: `topic/${arn}`, kind: 'topic', region, name, arn, before: true, after: false }], notDone };
  }
  if (withoutPublishStatement(policy) === undefined) return { changes: [], notDone: isOurName ? [{ what: `topic ${arn}`, because: 'left alone: its policy is not what rootzero puts there' }] : [] };
  return {
    changes: [{ id: `topic-statement/${arn}`, kind: 'topic-statement', region, arn, before: true, after: false }],
    notDone: isOurName ? [{ what: `topic ${arn}`, because: 'left there: its policy lets others in too' }] : [],
  };
}

/** Looks in every enabled Region, whatever was wanted when the alerts were made. */
export async function planAlertRemoval(session: Session, patterns: Record<AlertId, string>): Promise<PlannedChanges> {
  const { reader } = session.identities.reading;
  const { account, partition } = await reader.readCaller();
  const { regions, isComplete } = await reader.readEnabledRegions();
  // A trial that was cut off leaves its temporary rule behind.
  const ours = [...ALERT_IDS.map((alert) => ({ name: ruleNameOf(alert), pattern: patterns[alert] })), { name: TRIAL.rule, pattern: TRIAL.pattern }];
  const rules = await Promise.all(regions.flatMap((region) => ours.map(({ name, pattern }) => planRuleRemoval(session, region, name, pattern))));
  const ownNames = regions.flatMap((region) => SEVERITIES.map((severity) => `arn:${partition}:sns:${region}:${account}:${topicNameOf(severity)}`));
  const arns = [...new Set([...ownNames, ...rules.flatMap(({ topicArns }) => topicArns)])];
  const topics = (await Promise.all(arns.map((arn) => reader.findTopic(arn)))).filter((topic) => topic !== null).map(planTopicRemoval);
  return {
    changes: [...rules.flatMap(({ changes }) => changes), ...topics.flatMap(({ changes }) => changes)],
    notDone: [
      ...rules.flatMap(({ notDone }) => notDone),
      ...topics.flatMap(({ notDone }) => notDone),
      ...(isComplete ? [] : [{ what: 'Regions beyond those that every account has', because: 'account:ListRegions was refused' }]),
    ],
  };
}
