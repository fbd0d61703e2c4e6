/** An operator in a world with few Regions, so that alerts are made quickly; and what alerts there are in it, in words. */
import { alertingOf } from '../../src/simulator/alerting.ts';
import { FLAGGED_ACCOUNT, KEY } from '../../src/simulator/scenarios/cast.ts';
import { openScenario } from '../../src/simulator/scenarios.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import type { RootCall, World } from '../../src/simulator/world.ts';
import type { Alerting } from '../../src/simulator/world-alerting.ts';

export const REGIONS = ['us-east-1', 'us-east-2', 'eu-west-1'];
export const TO = ['--page-to', 'oncall@example.com', '--note-to', 'sec@example.com'];
const NOW = Date.UTC(2026, 10, 24, 9);

export function openAlertWorld(scenario = 'flagged-account', regions: readonly string[] = REGIONS): World {
  const world = openScenario(scenario, NOW);
  for (const account of Object.values(world.accounts)) account.regions = account.regions.filter(({ name }) => regions.includes(name));
  world.limits.rates = {};
  return world;
}

export const alertingIn = (world: World): Alerting => {
  const account = world.accounts[FLAGGED_ACCOUNT];
  if (account === undefined) throw new Error('no flagged account');
  return alertingOf(account);
};

export const topicIn = (world: World, name: string, region = 'us-east-1') => {
  const topic = alertingIn(world).topics.find((candidate) => candidate.name === name && candidate.region === region);
  if (topic === undefined) throw new Error(`no topic ${name} in ${region}`);
  return topic;
};

export const ruleIn = (world: World, name: string, region = 'us-east-1') => {
  const rule = alertingIn(world).rules.find((candidate) => candidate.name === name && candidate.region === region);
  if (rule === undefined) throw new Error(`no rule ${name} in ${region}`);
  return rule;
};

/** Everybody clicks on the link. */
export function confirmAll(world: World): void {
  for (const topic of alertingIn(world).topics) for (const subscription of topic.subscriptions) subscription.isConfirmed = true;
}

/** Root calls with its long-term key. @returns the messages that this sends: `Region topic eventName` */
export function callAsRoot(world: World, call: Partial<RootCall>): string[] {
  const before = (world.deliveries ?? []).length;
  recordRootCall(world, { accountId: FLAGGED_ACCOUNT, accessKeyId: KEY, service: 'iam', operation: 'CreateAccessKey', region: 'us-east-1', sourceIp: '192.0.2.1', userAgent: 'test', isReadOnly: false, ...call }, world.now);
  return messagesSince(world, before);
}

export const messagesSince = (world: World, before: number): string[] =>
  (world.deliveries ?? []).slice(before).map(({ topicArn, message }) => {
    const [, , , region, , topic] = topicArn.split(':');
    const { detail } = JSON.parse(message) as { detail: { eventName?: string } };
    return `${region} ${topic} ${detail.eventName ?? 'trial'}`;
  });

/** All alerts as they are, for comparison. */
export const alertsAsTheyAre = (world: World): unknown => {
  const { topics, rules } = alertingIn(world);
  return {
    topics: topics.map(({ arn, policy, subscriptions }) => ({ arn, policy: JSON.parse(policy) as unknown, subscriptions: subscriptions.map(({ endpoint }) => endpoint) })),
    rules: rules.map(({ region, name, pattern, state, targets }) => ({ region, name, pattern, state, targets })),
  };
};

export const writesOf = (world: World): string[] => world.effects.map(({ operation }) => operation);
