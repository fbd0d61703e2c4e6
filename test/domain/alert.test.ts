/** What is wanted of alerts in an account: which rules where, and to which topics. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessAlerts, ruleKey, type FoundAlerts } from '../../src/domain/alert-assessment.ts';
import { ALERT_IDS, assembleAlerts, landingRegions, severityOf, type AlertWishes, type FoundTopic } from '../../src/domain/alert.ts';
import { exitCodeOfParts } from '../../src/domain/guard-part.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { known, unknown } from '../../src/domain/observed.ts';
import { withPublishStatement } from '../../src/domain/resource-policy.ts';

const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'ap-south-1'];
const ACCOUNT = parseAccountId('111122223333');
const patterns = { 'root-key-page': '{"a":[1]}', 'root-signin-page': '{"a":[2]}', 'root-api-page': '{"a":[3]}', 'assume-root-note': '{"a":[4]}' };
const wishes = (more: Partial<AlertWishes> = {}): AlertWishes =>
  ({ account: ACCOUNT, partition: 'aws', enabledRegions: REGIONS, patterns, forwarding: null, givenTopics: [], includesReads: false, ...more });
const forwarding = { hub: 'eu-west-1', roleArn: 'arn:aws:iam::111122223333:role/events' };

describe('alerts', () => {
  it('are where the events land', () => {
    expect(landingRegions('root-key-page', 'aws', REGIONS)).toEqual(['us-east-1']);
    expect(landingRegions('root-signin-page', 'aws', REGIONS)).toEqual(['us-east-1', 'us-east-2', 'us-west-2']);
    expect(landingRegions('root-api-page', 'aws', REGIONS)).toEqual(REGIONS);
    expect(landingRegions('assume-root-note', 'aws', REGIONS)).toEqual(REGIONS);
    expect(landingRegions('root-key-page', 'aws-us-gov', ['us-gov-west-1', 'us-gov-east-1'])).toEqual(['us-gov-west-1']);
    expect(landingRegions('root-signin-page', 'aws-us-gov', ['us-gov-west-1', 'us-gov-east-1'])).toEqual([]);
  });

  it('send to a topic of their own Region, or by a role to the one bus', () => {
    const plain = assembleAlerts(wishes());
    expect(plain.rules).toHaveLength(1 + 3 + 5 + 5);
    for (const { region, target } of plain.rules) expect(target).toMatchObject({ arn: expect.stringContaining(`:sns:${region}:`), roleArn: null });
    expect(plain.topics).toHaveLength(10);
    const forwarded = assembleAlerts(wishes({ forwarding }));
    expect(forwarded.topics.map(({ region, severity }) => `${region} ${severity}`)).toEqual(['eu-west-1 page', 'eu-west-1 note']);
    // The hub has every rule, also of events that land elsewhere.
    expect(forwarded.rules.filter(({ region }) => region === 'eu-west-1').map(({ alert }) => alert)).toEqual([...ALERT_IDS]);
    for (const { region, target } of forwarded.rules) {
      expect(target.arn).toContain(region === 'eu-west-1' ? ':sns:eu-west-1:' : ':events:eu-west-1:111122223333:event-bus/default');
      expect(target.roleArn).toBe(region === 'eu-west-1' ? null : forwarding.roleArn);
    }
  });

  it('use a given topic in its Region', () => {
    const arn = 'arn:aws:sns:us-east-1:111122223333:pager';
    const { topics, rules } = assembleAlerts(wishes({ givenTopics: [{ severity: 'page', arn }] }));
    expect(topics.filter(({ isGiven }) => isGiven)).toEqual([expect.objectContaining({ arn, name: 'pager', region: 'us-east-1' })]);
    expect(rules.filter(({ target }) => target.arn === arn).map(({ alert }) => alert)).toEqual(['root-key-page', 'root-signin-page', 'root-api-page']);
  });

  it('see read-only calls only where that was asked for, but for AssumeRoot', () => {
    const statesOf = (includesReads: boolean) => new Map(assembleAlerts(wishes({ includesReads })).rules.map(({ alert, document }) => [alert, document.state]));
    const all = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
    expect([...statesOf(false)]).toEqual([['root-key-page', 'ENABLED'], ['root-signin-page', 'ENABLED'], ['root-api-page', 'ENABLED'], ['assume-root-note', all]]);
    expect(statesOf(true).get('root-api-page')).toBe(all);
  });

  it('always have a rule for every Region where something lands, and a topic for every rule that is not forwarded', () => {
    const anyWishes = fc.record({ enabledRegions: fc.subarray(REGIONS, { minLength: 1 }), isForwarded: fc.boolean(), includesReads: fc.boolean() });
    fc.assert(fc.property(anyWishes, ({ enabledRegions, isForwarded, includesReads }) => {
      const { topics, rules } = assembleAlerts(wishes({ enabledRegions, includesReads, forwarding: isForwarded ? forwarding : null }));
      for (const alert of ALERT_IDS) {
        const covered = rules.filter((rule) => rule.alert === alert).map(({ region }) => region);
        for (const region of landingRegions(alert, 'aws', enabledRegions)) expect(covered).toContain(region);
      }
      for (const { alert, target } of rules) {
        if (target.roleArn === null) expect(topics.filter(({ arn, severity }) => arn === target.arn && severity === severityOf(alert))).toHaveLength(1);
      }
      expect(new Set(rules.map(ruleKey)).size).toBe(rules.length);
    }));
  });
});

describe('an assessment', () => {
  const AT = instantOf(0);
  const seen = <Value>(value: Value) => known(value, AT, 'test');
  const refused = unknown('aws/access-denied', 'sns:GetTopicAttributes');
  const wanted = assembleAlerts(wishes({ enabledRegions: ['us-east-1'] }));
  const topic = (arn: string, more: Partial<FoundTopic> = {}): FoundTopic => ({
    arn, kmsKeyId: null, policy: withPublishStatement('{"Statement":[]}', arn) ?? '', subscriptions: [{ protocol: 'email', endpoint: 'a@example.com', isConfirmed: true }], ...more,
  });
  const allLive = (): FoundAlerts => ({
    trails: new Map([['us-east-1', seen([{ arn: 'trail', isLogging: true, managementEvents: 'all' as const }])]]),
    topics: new Map(wanted.topics.map(({ arn }) => [arn, seen(topic(arn))])),
    keys: new Map(),
    rules: new Map(wanted.rules.map((rule) => [ruleKey(rule), seen({ ...rule.document, managedBy: null, targets: [rule.target] })])),
  });
  const page = wanted.topics[0]?.arn ?? '';
  const judge = (change: (found: FoundAlerts) => void): string[] => {
    const found = allLive();
    change(found);
    return assessAlerts(wanted, found).filter(({ state }) => state !== 'live').map(({ kind, name, state, because }) => `${kind} ${name} ${state}: ${because.join('; ')}`);
  };
  const withTopic = (more: Partial<FoundTopic>, key?: FoundAlerts['keys'] extends Map<string, infer Key> ? Key : never) => judge((found) => {
    found.topics.set(page, seen(topic(page, more)));
    if (key !== undefined) found.keys.set(page, key);
  });

  it('finds everything live where everything is', () => {
    expect(judge(() => undefined)).toEqual([]);
    expect(exitCodeOfParts(assessAlerts(wanted, allLive()))).toBe(0);
  });

  it.each([
    ['no trail covers', []],
    ['no trail that covers this Region is logging', [{ arn: 't', isLogging: false, managementEvents: 'none' as const }]],
    ['records write management events', [{ arn: 't', isLogging: true, managementEvents: 'read-only' as const }]],
  ])('calls it broken where %s', (text, trails) => {
    expect(judge((found) => found.trails.set('us-east-1', seen(trails)))).toEqual([expect.stringMatching(new RegExp(`^trail CloudTrail broken: .*${text}`))]);
  });

  it('is content with a trail of writes, unless reads page too', () => {
    const trails = new Map([['us-east-1', seen([{ arn: 't', isLogging: true, managementEvents: 'write-only' as const }])]]);
    expect(assessAlerts(wanted, { ...allLive(), trails }).every(({ state }) => state === 'live')).toBe(true);
    const withReads = assembleAlerts(wishes({ enabledRegions: ['us-east-1'], includesReads: true }));
    expect(assessAlerts(withReads, { ...allLive(), trails })[0]).toMatchObject({ kind: 'trail', state: 'broken' });
  });

  it('calls a topic broken that would not take the message in, or that nobody hears', () => {
    expect(withTopic({ policy: '{"Statement":[]}' })).toEqual(['topic rootzero-root-page broken: its policy does not let events.amazonaws.com in']);
    expect(withTopic({ subscriptions: [] })).toEqual(['topic rootzero-root-page broken: nobody is subscribed']);
    expect(withTopic({ subscriptions: [{ protocol: 'email', endpoint: 'a@example.com', isConfirmed: false }] })).toEqual([expect.stringContaining('broken: 1 subscription not confirmed')]);
    expect(judge((found) => found.topics.set(page, seen(null)))).toEqual([expect.stringContaining('topic rootzero-root-page missing')]);
  });

  it('looks through an encrypted topic to its key', () => {
    const kmsKeyId = 'alias/topics';
    const policy = (Action: string[], more: object = {}) => JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action, Resource: '*', ...more }] });
    const key = (text: string, isAwsManaged = false) => seen({ isAwsManaged, arn: 'arn:key', policy: text });
    const both = ['kms:GenerateDataKey*', 'kms:Decrypt'];
    expect(withTopic({ kmsKeyId }, key(policy(both)))).toEqual([]);
    expect(withTopic({ kmsKeyId }, key(policy(both), true))).toEqual([expect.stringContaining('broken: it is encrypted with the key of AWS itself')]);
    expect(withTopic({ kmsKeyId }, key(policy(['kms:Decrypt'])))).toEqual([expect.stringContaining('broken: the policy of its encryption key does not let events.amazonaws.com in (kms:GenerateDataKey)')]);
    expect(withTopic({ kmsKeyId }, key(policy(both, { Condition: {} })))).toEqual([expect.stringContaining('only under a condition')]);
    expect(withTopic({ kmsKeyId }, seen(null))).toEqual([expect.stringContaining('broken: its encryption key does not exist')]);
  });

  it('never calls live what could not be read', () => {
    expect(withTopic({ kmsKeyId: 'alias/topics' }, refused)).toEqual([expect.stringContaining('unknown: the policy of its encryption key could not be read')]);
    expect(withTopic({ kmsKeyId: 'alias/topics', subscriptions: [] }, refused)).toEqual([expect.stringContaining('broken')]);
    const blind = assessAlerts(wanted, { trails: new Map(), topics: new Map(), keys: new Map(), rules: new Map() });
    expect(blind.every(({ state }) => state === 'unknown')).toBe(true);
    expect(exitCodeOfParts(blind)).toBe(2);
    expect(judge((found) => found.topics.set(page, refused))).toEqual([expect.stringContaining('unknown: sns:GetTopicAttributes could not be read (aws/access-denied)')]);
  });

  it('shows how a rule differs, and where it does not send', () => {
    const rule = wanted.rules[0];
    if (rule === undefined) throw new Error('no rule');
    const withRule = (more: object) => judge((found) => found.rules.set(ruleKey(rule), seen({ ...rule.document, managedBy: null, targets: [rule.target], ...more })));
    expect(withRule({ pattern: '{ "a": [1] }' })).toEqual([]);
    expect(withRule({ state: 'DISABLED' })).toEqual(['event-rule rootzero-root-key-page drifted: state: DISABLED → ENABLED']);
    expect(withRule({ pattern: '{"b":[1]}' })).toEqual(['event-rule rootzero-root-key-page drifted: pattern: {"b":[1]} → {"a":[1]}']);
    expect(withRule({ pattern: null })).toEqual([expect.stringContaining('it runs on a schedule')]);
    expect(withRule({ managedBy: 'controltower.amazonaws.com' })).toEqual([expect.stringContaining('it belongs to controltower.amazonaws.com')]);
    expect(withRule({ targets: [] })).toEqual([`event-rule rootzero-root-key-page broken: it does not send to ${page}`]);
    expect(judge((found) => found.rules.set(ruleKey(rule), seen(null)))).toEqual([expect.stringContaining('missing')]);
  });
});
