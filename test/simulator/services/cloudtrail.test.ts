/** LookupEvents: what is found, in which order, in which pages, and what is refused. */
import { CloudTrailClient, LookupEventsCommand, paginateLookupEvents, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import { recordRootCall } from '../../../src/simulator/trail.ts';
import type { RootCall, World } from '../../../src/simulator/world.ts';
import { ACCOUNT, ADMIN, clientOptions, open, ROOT_KEY, smallWorld, START } from '../small-world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const script: RootCall = {
  accountId: ACCOUNT, accessKeyId: ROOT_KEY, service: 's3', operation: 'ListBuckets', region: 'eu-west-1',
  sourceIp: '10.0.0.1', userAgent: 'Boto3', isReadOnly: true,
};

function clientOn(world: World, region = 'eu-west-1') {
  world.limits.trailLookupsPerSecond = 1_000;
  return new CloudTrailClient(clientOptions(open(world), ADMIN, region));
}

function worldWith(...calls: [minutesAgo: number, call?: Partial<RootCall>][]): World {
  const world = smallWorld();
  for (const [minutesAgo, call] of calls) recordRootCall(world, { ...script, ...call }, START - minutesAgo * MINUTE);
  return world;
}

const timesOf = async (world: World, input: LookupEventsCommandInput, region?: string) => {
  const { Events: events = [] } = await clientOn(world, region).send(new LookupEventsCommand(input));
  return events.map(({ EventTime: time }) => (START - (time?.getTime() ?? 0)) / MINUTE);
};

describe('LookupEvents', () => {
  it('answers newest first, only of the called Region', async () => {
    const world = worldWith([30], [10], [20], [15, { region: 'us-east-1' }]);
    expect(await timesOf(world, {})).toEqual([10, 20, 30]);
    expect(await timesOf(world, {}, 'us-east-1')).toEqual([15]);
  });

  it('shows an event only after its latency, and none older than 90 days', async () => {
    const world = worldWith([4], [6], [89 * 24 * 60], [91 * 24 * 60]);
    expect(await timesOf(world, {})).toEqual([6, 89 * 24 * 60]);
  });

  it('never shows data events, which move the key\'s last use all the same', async () => {
    const world = worldWith([20], [10, { operation: 'GetObject', isDataEvent: true }]);
    expect(await timesOf(world, {})).toEqual([20]);
    expect(world.events.at(-1)?.detail).toMatchObject({ eventCategory: 'Data', managementEvent: false });
    expect(world.accounts[ACCOUNT]?.root.keys[0]?.lastUsed?.at).toBe(START - 10 * MINUTE);
  });

  it('shows refusals, and services that call on root\'s behalf', async () => {
    const world = worldWith([20, { errorCode: 'AccessDenied' }], [10, { invokedBy: 'backup.amazonaws.com' }]);
    expect(await timesOf(world, {})).toEqual([10, 20]);
    expect(world.events.map(({ detail }) => [detail['errorCode'], (detail['userIdentity'] as { invokedBy?: string }).invokedBy])).toEqual([['AccessDenied', undefined], [undefined, 'backup.amazonaws.com']]);
  });

  it('keeps to the time range, both ends included', async () => {
    const world = worldWith([10], [20], [30], [40]);
    const range = { StartTime: new Date(START - 30 * MINUTE), EndTime: new Date(START - 20 * MINUTE) };
    expect(await timesOf(world, range)).toEqual([20, 30]);
  });

  it.each([
    ['Username', 'root', 3], ['Username', 'alice', 0], ['AccessKeyId', ROOT_KEY, 3], ['EventName', 'StopLogging', 1], ['EventSource', 's3.amazonaws.com', 2],
    ['ReadOnly', 'false', 1], ['ResourceName', 'nothing', 0],
  ] as const)('finds by %s %s', async (key, value, count) => {
    const world = worldWith([10], [20], [30, { service: 'cloudtrail', operation: 'StopLogging', isReadOnly: false }]);
    expect(await timesOf(world, { LookupAttributes: [{ AttributeKey: key, AttributeValue: value }] })).toHaveLength(count);
  });

  it('gives pages of 50 that lose and repeat nothing while new events come in', async () => {
    const world = smallWorld();
    for (let second = 0; second < 120; second += 1) recordRootCall(world, script, START - 2 * DAY + Math.floor(second / 3) * 1_000);
    const seen: (string | undefined)[] = [];
    for await (const { Events: events = [] } of paginateLookupEvents({ client: clientOn(world) }, {})) {
      expect(events.length).toBeLessThanOrEqual(50);
      seen.push(...events.map(({ EventId: id }) => id));
      recordRootCall(world, script, START - DAY);
    }
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });

  it('carries the record itself', async () => {
    const { Events: [event] = [] } = await clientOn(worldWith([10])).send(new LookupEventsCommand({}));
    expect(event).toMatchObject({ EventName: 'ListBuckets', ReadOnly: 'true', AccessKeyId: ROOT_KEY, EventSource: 's3.amazonaws.com', Username: 'root' });
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({ eventID: event?.EventId, awsRegion: 'eu-west-1', sourceIPAddress: '10.0.0.1', userIdentity: { type: 'Root' } });
  });

  it.each([
    ['InvalidLookupAttributesException', { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'A' }, { AttributeKey: 'Username', AttributeValue: 'B' }] }],
    ['InvalidTimeRangeException', { StartTime: new Date(START), EndTime: new Date(START - 1_000) }],
    ['InvalidMaxResultsException', { MaxResults: 51 }],
    ['InvalidNextTokenException', { NextToken: 'made up' }],
  ] satisfies [string, LookupEventsCommandInput][])('refuses with %s', async (name, input) => {
    await expect(clientOn(smallWorld()).send(new LookupEventsCommand(input))).rejects.toMatchObject({ name });
  });

  it('refuses where the trail may not be read, and in a Region that is off', async () => {
    const world = smallWorld();
    world.accounts[ACCOUNT]?.unreadableTrailRegions.push('us-east-1');
    await expect(timesOf(world, {}, 'us-east-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(timesOf(world, {}, 'me-south-1')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('stays quick with a hundred thousand events', async () => {
    const world = smallWorld();
    for (let index = 0; index < 100_000; index += 1) recordRootCall(world, script, START - 80 * DAY + index * MINUTE);
    const client = clientOn(world);
    await client.send(new LookupEventsCommand({}));
    const startedAt = performance.now();
    const attribute = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: ROOT_KEY }];
    for (let page = 0; page < 20; page += 1) await client.send(new LookupEventsCommand({ LookupAttributes: attribute, EndTime: new Date(START - page * DAY) }));
    expect((performance.now() - startedAt) / 20).toBeLessThan(50);
  });
});
