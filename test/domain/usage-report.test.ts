/** The report: sources held against each other, coverage and gaps, a way out, and what an intruder did. */
import { describe, expect, it } from 'vitest';
import { listGaps, type SourceCoverage } from '../../src/domain/evidence.ts';
import { plusMs, HOUR_MS, DAY_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { known, unknown } from '../../src/domain/observed.ts';
import type { Agreement } from '../../src/domain/reconciliation.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { assembleStarterPolicy } from '../../src/domain/starter-policy.ts';
import { assembleUsageReport, isTelling, letterOf, type UsageReport, type UsageReportInput } from '../../src/domain/usage-report.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import { factsOf, FIRST_KEY } from './plan-examples.ts';
import { at, EVERYTHING_READ, rootEvent, sha256, visitsAt } from './root-event-examples.ts';

const NOW = at('2026-11-24T00:00:00Z');
const HISTORY: SourceCoverage = { source: 'event-history', coverage: EVERYTHING_READ, dataEvents: 'never', files: null };
const files = { directory: './logs', found: 4, whole: 4, bytes: 1, records: 9, empty: 0, duplicates: 0, otherAccounts: 0, otherFiles: 0, faulty: 0, faults: [], days: {} };
const LOGS: SourceCoverage = { source: 'log-files', coverage: { ...EVERYTHING_READ, from: at('2026-01-01T00:00:00Z'), isRegionListComplete: false }, dataEvents: 'seen', files };

function reportOf(events: RootEvent[], given: Partial<UsageReportInput> = {}): UsageReport {
  const usage = assembleUsage(events, EVERYTHING_READ, NOW, sha256);
  return assembleUsageReport({ now: NOW, facts: factsOf(), otherLastUses: {}, usage, sources: [HISTORY], kept: null, ...given });
}

const usedAt = (text: string, service = 's3'): UsageReportInput['facts'] => factsOf({
  lastUses: { [FIRST_KEY]: known({ at: at(text), service, region: 'eu-west-1' }, NOW, 'iam:GetAccessKeyLastUsed') },
  report: unknown('aws/access-denied', 'iam:GetCredentialReport'),
});
const seenAt = (text: string): RootEvent[] => [rootEvent({ id: 'seen', accessKeyId: FIRST_KEY, at: at(text) })];

describe('the last use that IAM tells, against the events', () => {
  it.each<[string, RootEvent[], UsageReportInput['facts'], Agreement['state'], RegExp]>([
    ['the same use', seenAt('2026-11-10T02:10:00Z'), usedAt('2026-11-10T02:10:40Z'), 'agrees', /newest event/],
    ['a use that IAM rounds to a quarter of an hour', seenAt('2026-11-10T02:10:00Z'), usedAt('2026-11-10T02:25:00Z'), 'agrees', /newest event/],
    ['a use that no event shows', seenAt('2026-11-10T02:10:00Z'), usedAt('2026-11-20T09:00:00Z'), 'newer-than-events', /data events, which Event history does not hold \(s3\)/],
    ['a use, and no event at all', [], usedAt('2026-11-20T09:00:00Z'), 'newer-than-events', /data events/],
    ['a use of minutes ago', [], usedAt('2026-11-23T23:50:00Z'), 'too-recent', /look again/],
    ['a use of long ago', [], usedAt('2025-11-20T09:00:00Z'), 'before-what-was-read', /before the time/],
    ['events later than IAM knows', seenAt('2026-11-20T02:10:00Z'), usedAt('2026-11-10T02:10:00Z'), 'older-than-events', /not caught up/],
    ['never used, and no event', [], factsOf({ lastUses: { [FIRST_KEY]: known(null, NOW, 'iam:GetAccessKeyLastUsed') } }), 'never-used', /Never/],
    ['never used, and an event all the same', seenAt('2026-11-10T02:10:00Z'), factsOf({ lastUses: { [FIRST_KEY]: known(null, NOW, 'iam:GetAccessKeyLastUsed') } }), 'older-than-events', /IAM knows of no use/],
    ['not readable', [], factsOf({ lastUses: { [FIRST_KEY]: unknown('aws/access-denied', 'iam:GetAccessKeyLastUsed') } }), 'not-read', /aws\/access-denied/],
  ])('%s', (_, events, facts, state, meaning) => {
    expect(reportOf(events, { facts }).agreements.find(({ subject }) => subject === FIRST_KEY)).toMatchObject({ state, meaning: expect.stringMatching(meaning) });
  });

  it('names every reason why an event may be missing', () => {
    const closed: SourceCoverage = { ...HISTORY, coverage: { ...EVERYTHING_READ, regions: [{ region: 'eu-west-1', readable: false, because: 'aws/access-denied' }] } };
    const [agreement] = reportOf([], { facts: usedAt('2026-11-20T09:00:00Z'), sources: [closed, { ...LOGS, files: { ...files, faulty: 1 } }] }).agreements;
    expect(agreement?.meaning).toMatch(/data event that the trail does not record.*a Region that was not read \(eu-west-1\).*a log file that could not be read/);
  });

  it('makes a soak that nobody can prove', () => {
    expect(reportOf([], { facts: usedAt('2026-11-20T09:00:00Z') }).soak.unseen).toEqual([FIRST_KEY]);
    expect(reportOf(seenAt('2026-11-20T09:00:00Z'), { facts: usedAt('2026-11-20T09:00:00Z') }).soak.unseen).toEqual([]);
  });

  it('counts rootzero\'s own reads with a key as its use', () => {
    const own = rootEvent({ id: 'own', accessKeyId: FIRST_KEY, at: at('2026-11-20T09:00:00Z'), source: 'sts.amazonaws.com', name: 'GetCallerIdentity', userAgent: 'aws-sdk-js/3 app/rootzero' });
    const report = reportOf([own], { facts: usedAt('2026-11-20T09:00:00Z', 'sts') });
    expect(report).toMatchObject({ groups: [], ownCalls: 1, agreements: [{ state: 'agrees' }] });
  });

  it('knows keys that only the events name', () => {
    const other = 'AKIAONLYINEVENTS0001';
    const report = reportOf([rootEvent({ id: 'x', accessKeyId: other })], { otherLastUses: { [other]: known({ at: at('2026-11-01T02:00:10Z'), service: 's3', region: 'us-east-1' }, NOW, 'iam:GetAccessKeyLastUsed') } });
    expect(report.agreements.find(({ subject }) => subject === other)).toMatchObject({ state: 'agrees' });
  });
});

describe('gaps', () => {
  it('are everything that was asked for and not read; what a source never has is none', () => {
    expect(listGaps([HISTORY, LOGS])).toEqual([]);
    expect(listGaps([
      { ...HISTORY, coverage: { ...EVERYTHING_READ, isRegionListComplete: false, regions: [{ region: 'sa-east-1', readable: false, because: 'aws/access-denied' }] } },
      { ...LOGS, files: { ...files, found: 9, faulty: 2, empty: 1 } },
      { ...LOGS, files: { ...files, found: 0 } },
    ])).toEqual([
      'Event history of sa-east-1 could not be read', 'the list of enabled Regions could not be read; opt-in Regions were not looked at',
      '2 log files of 9 could not be read in full', '1 log file is empty', 'no log file in ./logs',
    ]);
  });

  it('include an alias under which root may hide', () => {
    expect(reportOf([], { facts: factsOf({ alias: unknown('aws/access-denied', 'iam:ListAccountAliases') }) }).gaps).toEqual([expect.stringContaining('alias')]);
  });
});

describe('the policy to start from', () => {
  it('has IAM\'s names for the calls, by service', () => {
    const { document, isComplete } = assembleStarterPolicy(['s3:ListBuckets', 's3:GetBucketEncryption', 'lambda:UpdateFunctionCode20150331v2', 'monitoring:DescribeAlarms', 'sts:GetCallerIdentity', 'signin:ConsoleLogin'], { dataEvents: true });
    expect(document).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'SeenCloudwatch', Effect: 'Allow', Action: ['cloudwatch:DescribeAlarms'], Resource: '*' },
        { Sid: 'SeenLambda', Effect: 'Allow', Action: ['lambda:UpdateFunctionCode'], Resource: '*' },
        { Sid: 'SeenS3', Effect: 'Allow', Action: ['s3:GetEncryptionConfiguration', 's3:ListAllMyBuckets'], Resource: '*' },
      ],
    });
    expect(isComplete).toBe(true);
  });

  it('says that it is incomplete where data events could not show, or where a call has no action of its name', () => {
    expect(assembleStarterPolicy(['s3:ListBuckets'], { dataEvents: false })).toMatchObject({ isComplete: false, remarks: expect.arrayContaining([expect.stringContaining('not visible')]) });
    expect(assembleStarterPolicy(['apigateway:CreateRestApi', 'evil"}:x'], { dataEvents: true })).toMatchObject({ isComplete: false, document: { Statement: [] }, remarks: expect.arrayContaining([expect.stringContaining('apigateway:CreateRestApi')]) });
  });

  it('is there for callers that depend on a key, and for no others', () => {
    const groups = reportOf([rootEvent({ id: 'key' }), rootEvent({ id: 'person', kind: 'sign-in-session', signedInBy: 'console', sourceIp: '203.0.113.1' })]).groups;
    expect(groups.map(({ dependsOnKey, policy }) => [dependsOnKey, policy !== null])).toEqual(expect.arrayContaining([[true, true], [false, false]]));
  });
});

describe('what root did', () => {
  const change = (id: string, source: string, name: string, given: Partial<RootEvent> = {}): RootEvent => rootEvent({ id, source: `${source}.amazonaws.com`, name, isReadOnly: false, at: at('2026-11-22T10:00:00Z'), ...given });

  it('is listed by kind, with sessions and when they end', () => {
    const events = [
      ...visitsAt([at('2026-11-01T02:00:00Z')]),
      change('user', 'iam', 'CreateUser', { subject: 'mallory' }), change('key', 'iam', 'CreateAccessKey'), change('role', 'iam', 'AttachRolePolicy'),
      change('mint', 'sts', 'GetFederationToken', { isReadOnly: true, subject: 'ASIAMINTED0000000001' }), change('refused', 'sts', 'GetSessionToken', { isReadOnly: true, errorCode: 'AccessDenied' }),
      change('trail', 'cloudtrail', 'StopLogging'), change('detector', 'guardduty', 'DeleteDetector'), change('far', 'ec2', 'RunInstances', { region: 'ap-southeast-1' }),
      rootEvent({ id: 'in', kind: 'sign-in', source: 'signin.amazonaws.com', name: 'ConsoleLogin', at: at('2026-11-23T20:00:00Z') }),
    ];
    const { intrusion } = reportOf(events, { kept: events.filter(isTelling) });
    expect(intrusion?.deeds.map(({ group }) => group).sort()).toEqual(['detectors', 'keys', 'other', 'roles', 'sessions', 'sessions', 'trails', 'users']);
    expect(intrusion).toMatchObject({
      newRegions: ['ap-southeast-1'],
      minted: [{ id: 'ASIAMINTED0000000001', endsBy: '2026-11-22T11:00:00.000Z' }],
      signedInUntil: '2026-11-24T08:00:00.000Z',
    });
  });

  it('is not asked for otherwise', () => {
    expect(reportOf(seenAt('2026-11-20T00:00:00Z')).intrusion).toBeNull();
  });
});

it('groups are named like the columns of a sheet', () => {
  expect([0, 1, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'B', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
});

it('a report of 100,000 events keeps callers, and none of the events', () => {
  const start = at('2026-08-26T00:00:00Z');
  const events = Array.from({ length: 100_000 }, (_, index) => rootEvent({ id: `e-${index}`, at: plusMs(start, index * MINUTE_MS), sourceIp: `10.20.4.${index % 5}`, region: `region-${index % 17}` }));
  const report = reportOf(events);
  expect(report).toMatchObject({ totals: { events: 100_000 }, callers: { length: 5 }, groups: [{ count: 100_000, cadence: { kind: 'continuous' } }] });
  expect(JSON.stringify(report).length).toBeLessThan(40_000);
  expect(report.soak.requiredMs).toBe(HOUR_MS);
  expect(report.groups[0]?.activity.byDay.length).toBeLessThanOrEqual(Math.ceil((100_000 * MINUTE_MS) / DAY_MS) + 1);
});
