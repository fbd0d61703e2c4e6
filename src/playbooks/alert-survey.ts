/** Reads what is there of wanted alerts, Regions side by side; what is refused is unknown. Read-only. */
import { assessAlerts, ruleKey, type FoundAlerts } from '../domain/alert-assessment.ts';
import { assembleAlerts, severityOf, TARGET_ID, topicNameOf, type AlertId, type AlertWishes, type WantedAlerts } from '../domain/alert.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import type { FoundKey } from '../domain/alert.ts';
import type { Observed } from '../domain/observed.ts';
import { problem } from '../domain/problem.ts';
import type { Session } from './session.ts';
import { observe } from './survey.ts';

/** The operator's wishes; account, partition and Regions are read. */
export type AlertRequest = Pick<AlertWishes, 'patterns' | 'forwarding' | 'givenTopics' | 'includesReads'> & {
  /** Regions to be covered; null for every enabled one. */
  regions: readonly string[] | null;
};

export type SurveyedAlerts = { wishes: AlertWishes; wanted: WantedAlerts; found: FoundAlerts; parts: GuardPart[]; isRegionListComplete: boolean };

async function readFound(session: Session, { topics, rules }: WantedAlerts): Promise<FoundAlerts> {
  const { reader } = session.identities.reading;
  const regions = [...new Set(rules.map(({ region }) => region))];
  const readEach = async <Item, Value>(items: readonly Item[], keyOf: (item: Item) => string, read: (item: Item) => Promise<Value>): Promise<Map<string, Value>> =>
    new Map(await Promise.all(items.map(async (item): Promise<[string, Value]> => [keyOf(item), await read(item)])));
  const [trails, foundRules, foundTopics] = await Promise.all([
    readEach(regions, (region) => region, (region) => observe(session, 'cloudtrail:DescribeTrails', () => reader.readTrails(region))),
    readEach(rules, ruleKey, ({ region, name }) => observe(session, 'events:DescribeRule', () => reader.findEventRule(region, name))),
    readEach(topics, ({ arn }) => arn, ({ arn }) => observe(session, 'sns:GetTopicAttributes', () => reader.findTopic(arn))),
  ]);
  const keys = new Map<string, Observed<FoundKey | null>>();
  for (const { arn, region } of topics) {
    const topic = foundTopics.get(arn);
    const keyId = topic?.known === true ? (topic.value?.kmsKeyId ?? null) : null;
    if (keyId !== null) keys.set(arn, await observe(session, 'kms:GetKeyPolicy', () => reader.findKey(region, keyId)));
  }
  return { trails, topics: foundTopics, keys, rules: foundRules };
}

/**
 * Reads and judges the alerts of the caller's account.
 * @throws Problem `input/usage` for a Region or topic that does not fit
 */
export async function surveyAlerts(session: Session, request: AlertRequest): Promise<SurveyedAlerts> {
  const { reader } = session.identities.reading;
  const { account, partition } = await reader.readCaller();
  const { regions, isComplete } = await reader.readEnabledRegions();
  const strangers = (request.regions ?? []).filter((region) => !regions.includes(region));
  if (strangers.length > 0 && isComplete) throw problem('input/usage', { detail: `Not enabled in this account: ${strangers.join(', ')}.` });
  const wishes: AlertWishes = { account, partition, enabledRegions: request.regions ?? regions, ...request };
  const wanted = assembleAlerts(wishes);
  const found = await readFound(session, wanted);
  return { wishes, wanted, found, parts: assessAlerts(wanted, found), isRegionListComplete: isComplete || request.regions !== null };
}

/**
 * The alerts as they were made, read off the rules that are there: forwarding, topics of others, and whether reads page too. So nobody has to say again
 * what was said when they were made.
 */
export async function surveyDeployedAlerts(session: Session, patterns: Record<AlertId, string>, regions: readonly string[] | null): Promise<SurveyedAlerts> {
  const plain = await surveyAlerts(session, { patterns, forwarding: null, givenTopics: [], includesReads: false, regions });
  const deployed = plain.wanted.rules.flatMap((rule) => {
    const there = plain.found.rules.get(ruleKey(rule));
    const target = there?.known === true ? there.value?.targets.find(({ id }) => id === TARGET_ID) : undefined;
    return there?.known === true && there.value !== null ? [{ rule, state: there.value.state, arn: target?.arn ?? '', roleArn: target?.roleArn ?? null }] : [];
  });
  const forwarded = deployed.find(({ arn, roleArn }) => arn.split(':')[2] === 'events' && roleArn !== null);
  const topics = new Map(deployed.filter(({ arn }) => arn.split(':')[2] === 'sns').map(({ rule, arn }) => [arn, { severity: severityOf(rule.alert), arn }]));
  const givenTopics = [...topics.values()].filter(({ severity, arn }) => arn.split(':')[5] !== topicNameOf(severity));
  const includesReads = deployed.some(({ rule, state }) => rule.alert === 'root-api-page' && state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  const forwarding = forwarded === undefined ? null : { hub: forwarded.arn.split(':')[3] ?? '', roleArn: forwarded.roleArn ?? '' };
  if (forwarding === null && givenTopics.length === 0 && !includesReads) return plain;
  return surveyAlerts(session, { patterns, forwarding, givenTopics, includesReads, regions });
}
