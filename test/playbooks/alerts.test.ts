/** Alerts through the command line: made once, and then they fire; what is there is left alone, shown, or put back. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/world.ts';
import { alertingIn, alertsAsTheyAre, callAsRoot, confirmAll, messagesSince, openAlertWorld, REGIONS, ruleIn, TO, topicIn, writesOf } from '../support/alerting.ts';
import { closeOperator, lastProblem, newestRun, openOperator, readRunFile, retire, type, type Operator } from '../support/operator.ts';

const APPLY = ['guard', 'alerts', 'apply', ...TO];
const STATUS = ['guard', 'alerts', 'status'];
const KEY_RULE = 'rootzero-root-key-page';

let operator: Operator;
afterEach(() => closeOperator(operator));

async function open(furnish: (world: World) => void = () => undefined, scenario?: string): Promise<World> {
  const world = openAlertWorld(scenario);
  furnish(world);
  operator = await openOperator(world);
  return world;
}
const run = (...argv: string[]) => type(operator, argv);
const count = (world: World, operation: string): number => writesOf(world).filter((name) => name === operation).length;

const putRule = (world: World, name: string, more: object = {}) =>
  alertingIn(world).rules.push({ name, region: 'us-east-1', arn: `arn:aws:events:us-east-1:111122223333:rule/${name}`, pattern: '{"source":["aws.iam"]}', state: 'ENABLED', targets: [], ...more });
const putTopic = (world: World, name: string, policy: object, more: object = {}) =>
  alertingIn(world).topics.push({ name, region: 'us-east-1', arn: `arn:aws:sns:us-east-1:111122223333:${name}`, policy: JSON.stringify(policy), subscriptions: [], ...more });

describe('made', () => {
  it('once, they fire where the events land; again, nothing is written', async () => {
    const world = await open();
    expect(await run(...APPLY)).toBe(0);
    expect([count(world, 'CreateTopic'), count(world, 'SetTopicAttributes'), count(world, 'Subscribe'), count(world, 'PutRule'), count(world, 'PutTargets')]).toEqual([6, 6, 6, 9, 9]);
    const written = world.effects.length;
    expect(await run(...APPLY)).toBe(0);
    expect(world.effects).toHaveLength(written);
    expect(await run(...STATUS)).toBe(1);
    expect(operator.output).toContain('not confirmed by the person behind it');
    confirmAll(world);
    expect(await run(...STATUS)).toBe(0);

    const page = 'us-east-1 rootzero-root-page';
    expect(new Set(callAsRoot(world, { operation: 'CreateAccessKey' }))).toEqual(new Set([`${page} CreateAccessKey`]));
    expect(callAsRoot(world, { service: 'signin', operation: 'ConsoleLogin', region: 'us-east-2' })).toEqual(['us-east-2 rootzero-root-page ConsoleLogin']);
    expect(callAsRoot(world, { service: 'ec2', operation: 'RunInstances', region: 'eu-west-1' })).toEqual(['eu-west-1 rootzero-root-page RunInstances']);
    expect(callAsRoot(world, { operation: 'ListUsers', isReadOnly: true })).toEqual([]);
    expect(world.deliveries?.every(({ endpoints }) => endpoints.join() === 'oncall@example.com')).toBe(true);
  });

  it('with reads, page on them too, and say what that means', async () => {
    const world = await open();
    expect(await run(...APPLY, '--include-reads')).toBe(0);
    expect(operator.output).toContain('every read-only call by root sends a message');
    expect(callAsRoot(world, { operation: 'ListUsers', isReadOnly: true })).toEqual(['us-east-1 rootzero-root-page ListUsers']);
    confirmAll(world);
    expect(await run(...STATUS)).toBe(0);
  });

  it('forwarded to one bus, need two topics, and bring in what happens elsewhere', async () => {
    const world = await open();
    expect(await run(...APPLY, '--forward-to', 'eu-west-1', '--forward-role', 'arn:aws:iam::111122223333:role/events')).toBe(0);
    expect(count(world, 'CreateTopic')).toBe(2);
    confirmAll(world);
    expect(await run(...STATUS)).toBe(0);
    expect(new Set(callAsRoot(world, { operation: 'CreateAccessKey' }))).toEqual(new Set(['eu-west-1 rootzero-root-page CreateAccessKey']));
    expect(callAsRoot(world, { service: 'signin', operation: 'ConsoleLogin', region: 'us-east-2' })).toEqual(['eu-west-1 rootzero-root-page ConsoleLogin']);
  });

  it('note AssumeRoot and what its sessions change, and page on neither', async () => {
    const world = await open(undefined, 'management-account');
    world.organization?.trustedServices.push('iam.amazonaws.com');
    world.organization?.rootFeatures.push('RootCredentialsManagement');
    expect(await run(...APPLY)).toBe(0);
    const { STSClient, AssumeRootCommand } = await import('@aws-sdk/client-sts');
    const { openSimulator } = await import('../../src/simulator/simulator.ts');
    const credentials = world.profiles['management'];
    if (credentials === undefined) throw new Error('no profile');
    for (const principal of world.principals) if (principal.kind === 'role') principal.allow = ['*'];
    const { requestHandler } = openSimulator({ world, clock: { now: () => world.now, sleep: () => Promise.resolve() } });
    const before = (world.deliveries ?? []).length;
    const task = { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' };
    await new STSClient({ region: 'eu-west-1', requestHandler, credentials }).send(new AssumeRootCommand({ TargetPrincipal: '222233334444', TaskPolicyArn: task }));
    expect(messagesSince(world, before)).toEqual(['eu-west-1 rootzero-root-note AssumeRoot']);
  });

  it('with nothing written by a preview', async () => {
    const world = await open();
    expect(await run(...APPLY, '--preview')).toBe(0);
    expect(world.effects).toEqual([]);
    expect(await newestRun(operator)).toBeNull();
  });
});

describe('what is there', () => {
  it('and differs is shown and refused before anything is written', async () => {
    const world = await open((furnished) => putRule(furnished, KEY_RULE));
    expect(await run(...APPLY)).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/alert-differs');
    expect(operator.output).toMatch(/pattern: \{"source":\["aws\.iam"\]\} → \{.*CreateAccessKey/);
    expect(world.effects).toEqual([]);
  });

  it('may be replaced on request, and a rollback brings it back', async () => {
    const world = await open((furnished) => putRule(furnished, KEY_RULE, { targets: [{ id: 'mine', arn: 'arn:aws:sqs:us-east-1:111122223333:mine' }] }));
    const before = alertsAsTheyAre(world);
    expect(await run(...APPLY, '--replace')).toBe(0);
    expect(ruleIn(world, KEY_RULE).pattern).toContain('CreateAccessKey');
    expect(ruleIn(world, KEY_RULE).targets.map(({ id }) => id)).toEqual(['mine', 'rootzero']);
    const newest = await newestRun(operator);
    expect(await run('rollback', newest?.runId ?? '')).toBe(0);
    expect(alertsAsTheyAre(world)).toEqual(before);
    expect((await newestRun(operator))?.state).toBe('rolled-back');
  });

  it('and belongs to a service of AWS is never replaced', async () => {
    const world = await open((furnished) => putRule(furnished, KEY_RULE, { managedBy: 'controltower.amazonaws.com' }));
    expect(await run(...APPLY, '--replace')).toBe(6);
    expect(world.effects).toEqual([]);
  });

  it('of a topic\'s policy stays, with ours added and taken off again; the image of before is on record', async () => {
    const statement = { Sid: 'theirs', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sns:Publish', Resource: '*' };
    const world = await open((furnished) => putTopic(furnished, 'pager', { Version: '2012-10-17', Statement: [statement] }, { subscriptions: [{ arn: 'arn:s', protocol: 'email', endpoint: 'a@example.com', isConfirmed: true }] }));
    const before = alertsAsTheyAre(world);
    expect(await run('guard', 'alerts', 'apply', '--page-topic', 'arn:aws:sns:us-east-1:111122223333:pager', '--alert-region', 'us-east-1', '--note-to', 'sec@example.com')).toBe(0);
    expect((JSON.parse(topicIn(world, 'pager').policy) as { Statement: object[] }).Statement).toEqual([statement, expect.objectContaining({ Sid: 'RootzeroEventBridgeMayPublish' })]);
    expect(alertingIn(world).topics.map(({ name }) => name)).toEqual(['pager', 'rootzero-root-note']);
    const { runId = '' } = (await newestRun(operator)) ?? {};
    const journal = await readRunFile(operator, runId, 'journal.ndjson');
    expect(journal).toContain('before topic-statement/us-east-1/page');
    expect(journal).toContain('999988887777');
    expect(new Set(callAsRoot(world, {}))).toEqual(new Set(['us-east-1 pager CreateAccessKey']));
    expect(await run('rollback', runId)).toBe(0);
    expect(alertsAsTheyAre(world)).toEqual(before);
  });

  it.each([
    ['does not exist', 'nowhere', () => undefined],
    ['shuts EventBridge out', 'closed', (world: World) => putTopic(world, 'closed', { Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: '*' }] })],
  ])('a topic that %s is refused', async (_, name, furnish) => {
    const world = await open((furnished) => { furnish(furnished); });
    expect(await run(...APPLY, '--page-topic', `arn:aws:sns:us-east-1:111122223333:${name}`)).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/alert-topic');
    expect(world.effects).toEqual([]);
  });

  it('and cannot be read stops before the first write, and is unknown to status', async () => {
    const world = await open();
    for (const principal of world.principals) principal.deny = ['events:DescribeRule'];
    expect(await run(...APPLY)).toBe(4);
    expect(world.effects).toEqual([]);
    expect(await run(...STATUS)).toBe(1);
    for (const principal of world.principals) principal.deny = ['events:*', 'sns:*', 'cloudtrail:*'];
    expect(await run(...STATUS)).toBe(2);
    expect(operator.output).toContain('unknown');
  });
});

describe('alerts that would never fire', () => {
  it('are not made without a trail, unless somebody insists; and status says so', async () => {
    const world = await open((furnished) => { alertingIn(furnished).trails = []; });
    expect(await run(...APPLY)).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/no-trail');
    expect(world.effects).toEqual([]);
    expect(await run(...APPLY, '--accept-no-trail')).toBe(0);
    confirmAll(world);
    expect(await run(...STATUS)).toBe(1);
    expect(operator.output).toContain('no alert here would ever fire');
    expect(callAsRoot(world, {})).toEqual([]);
  });

  it('in one Region are named, and made all the same', async () => {
    await open((furnished) => {
      for (const trail of alertingIn(furnished).trails) Object.assign(trail, { isMultiRegion: false });
    });
    expect(await run(...APPLY, '--preview')).toBe(0);
    expect(operator.result).toContain('alerts in eu-west-1');
    expect(operator.result).not.toContain('alerts in us-east-1');
  });
});

it('a target that AWS refuses for a moment is put again', async () => {
  const world = await open((furnished) => { furnished.failingTargets = ['arn:aws:sns:us-east-1:111122223333:rootzero-root-page', 'arn:aws:sns:eu-west-1:111122223333:rootzero-root-note']; });
  expect(await run(...APPLY)).toBe(0);
  expect(world.failingTargets).toEqual([]);
  expect(alertingIn(world).rules.every(({ targets }) => targets.length === 1)).toBe(true);
});

describe('tried', () => {
  it('with samples, every rule answers as the library says; by name it is said what is not tried', async () => {
    await open();
    await run(...APPLY);
    expect(await run('guard', 'alerts', 'test')).toBe(0);
    expect(operator.result).toMatch(/\d+ samples tried against 9 event rules/);
    expect(operator.result.replaceAll(/\s+/g, ' ')).toContain('only a drill proves it');
  });

  it('with a message, each topic takes one in, and the temporary rule is gone', async () => {
    const world = await open();
    await run(...APPLY);
    const rules = alertingIn(world).rules.length;
    const before = (world.deliveries ?? []).length;
    expect(await run('guard', 'alerts', 'test', '--send')).toBe(0);
    expect(messagesSince(world, before).sort()).toEqual(REGIONS.flatMap((region) => [`${region} rootzero-root-note trial`, `${region} rootzero-root-page trial`]).sort());
    expect(alertingIn(world).rules).toHaveLength(rules);
  });

  it('a rule that was changed by hand is found out', async () => {
    const world = await open();
    await run(...APPLY);
    ruleIn(world, KEY_RULE).pattern = '{"source":["aws.s3"]}';
    expect(await run('guard', 'alerts', 'test')).toBe(1);
    expect(operator.result).toContain('root-key-created is not matched');
  });

  it('what is not there is a problem', async () => {
    await open();
    expect(await run('guard', 'alerts', 'test')).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/alert-missing');
  });
});

describe('removed', () => {
  it('takes off what rootzero made, and nothing else', async () => {
    const world = await open((furnished) => {
      putRule(furnished, 'theirs', { targets: [{ id: 'x', arn: 'arn:aws:sqs:us-east-1:111122223333:q' }] });
      putTopic(furnished, 'theirs', { Statement: [] });
    });
    const before = alertsAsTheyAre(world);
    await run(...APPLY);
    expect(await run('guard', 'alerts', 'remove')).toBe(0);
    expect(alertsAsTheyAre(world)).toEqual(before);
    expect(await run('guard', 'alerts', 'remove')).toBe(0);
    expect(operator.result).toContain('nothing to do');
  });

  it('leaves alone what was changed, and what others use', async () => {
    const world = await open();
    await run(...APPLY);
    ruleIn(world, KEY_RULE).pattern = '{"source":["aws.s3"]}';
    ruleIn(world, 'rootzero-root-signin-page').targets.push({ id: 'theirs', arn: 'arn:aws:sqs:us-east-1:111122223333:q' });
    const topic = topicIn(world, 'rootzero-root-note');
    const { Statement } = JSON.parse(topic.policy) as { Statement: object[] };
    topic.policy = JSON.stringify({ Statement: [...Statement, { Sid: 'theirs', Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe', Resource: '*' }] });
    expect(await run('guard', 'alerts', 'remove')).toBe(0);
    expect(alertingIn(world).rules.map(({ name }) => name).sort()).toEqual([KEY_RULE, 'rootzero-root-signin-page'].sort());
    expect(ruleIn(world, 'rootzero-root-signin-page').targets.map(({ id }) => id)).toEqual(['theirs']);
    expect(alertingIn(world).topics.map(({ name }) => name)).toEqual(['rootzero-root-note']);
    expect(topicIn(world, 'rootzero-root-note').policy).not.toContain('RootzeroEventBridgeMayPublish');
  });
});

it('a run of alerts neither waits for a soak on the same account nor takes it over', async () => {
  const world = await open();
  expect((await retire(operator)).exit).toBe(75);
  expect(await run(...APPLY)).toBe(0);
  const runs = JSON.parse((await run('status', '-o', 'json'), operator.result)) as { runs: { runId: string; state: string }[] };
  expect(runs.runs.map(({ state }) => state)).toEqual(['done', 'waiting']);
  expect(await run('resume')).toBe(0);
  expect(world.accounts['111122223333']?.root.keys).toEqual([]);
});

it('a run of alerts moves to another machine like any other', async () => {
  await open();
  await run(...APPLY);
  const { runId = '' } = (await newestRun(operator)) ?? {};
  expect(await run('run', 'export', runId, '--out', join(operator.directory, 'bundle.json'))).toBe(0);
  expect(await readFile(join(operator.directory, 'bundle.json'), 'utf8')).toContain('changes');
});
