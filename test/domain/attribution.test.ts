/** Attribution: which program, from which network, in which hours, and who may stand behind it; callers with changing addresses are one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessActivity } from '../../src/domain/activity.ts';
import type { CallerGroup } from '../../src/domain/caller.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, msOf, plusMs, type Instant } from '../../src/domain/instant.ts';
import { listKeyPlaces } from '../../src/domain/key-places.ts';
import { recommendSoak } from '../../src/domain/soak-rule.ts';
import { networkOf } from '../../src/domain/source-network.ts';
import { nameOfTool, parseUserAgent } from '../../src/domain/user-agent.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import { at, EVERYTHING_READ, rootEvent, sha256, visitsAt } from './root-event-examples.ts';

const NOW = at('2026-11-24T12:00:00Z');
const groupsOf = (events: Parameters<typeof assembleUsage>[0]): CallerGroup[] => assembleUsage(events, EVERYTHING_READ, NOW, sha256).groups;

describe('a user agent', () => {
  it.each<[string, string, string, string?]>([
    ['aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0 exe/x86_64.debian.12 prompt/off command/iam.list-users', 'command-line', 'AWS CLI 2.15'],
    ['[aws-cli/2.15.30 md/installer#exe ua/2.0 os/linux]', 'command-line', 'AWS CLI 2.15'],
    ['Boto3/1.26.27 Python/3.9.2 Linux/5.10.0-26-amd64 Botocore/1.29.27', 'sdk', 'Boto3 1.26'],
    ['Boto3/1.34.46 md/Botocore#1.34.46 ua/2.0 os/linux#6.6.15 md/arch#x86_64 lang/python#3.11.8', 'sdk', 'Boto3 1.34'],
    ['APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.82.2 aws-sdk-go-v2/1.32.7 ua/2.1 os/linux', 'infrastructure-as-code', 'Terraform 1.9'],
    ['aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#20.20.2 api/s3#3.1169.0 app/backup-job', 'sdk', 'aws-sdk-js 3.1169', 'backup-job'],
    ['aws-sdk-java/2.20.1 Linux/5.10 OpenJDK_64-Bit_Server_VM/17.0.9 Java/17.0.9', 'sdk', 'aws-sdk-java 2.20'],
    ['rclone/v1.65.2', 'program', 'rclone 1.65'],
    ['Veeam/12.1 aws-sdk-dotnet-coreclr/3.7', 'program', 'Veeam 12.1'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'browser', 'Firefox 128'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36', 'browser', 'Chrome 131'],
    ['backup.amazonaws.com', 'aws', 'backup.amazonaws.com'],
    ['AWS Internal', 'aws', 'AWS Internal'],
    ['unknown', 'unknown', 'unknown'],
    ['', 'unknown', 'unknown'],
  ])('%j', (text, kind, name, application) => {
    const tool = parseUserAgent(text);
    expect([tool.kind, nameOfTool(tool), tool.application ?? undefined]).toEqual([kind, name, application]);
  });

  it('of any form is read, and never grows', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      expect(parseUserAgent(text).name.length).toBeLessThanOrEqual(1_000);
    }));
  });
});

describe('a source address', () => {
  it.each([
    ['10.20.4.7', '10.20.0.0/16', 'private'], ['172.31.9.1', '172.31.0.0/16', 'private'], ['172.32.9.1', '172.32.9.0/24', 'public'], ['192.168.1.9', '192.168.0.0/16', 'private'],
    ['100.64.0.1', '100.64.0.0/16', 'private'], ['203.0.113.9', '203.0.113.0/24', 'public'], ['2001:db8:1:2::9', '2001:db8:1::/48', 'public'], ['fd00::1', 'fd00:0:0::/48', 'private'],
    ['AWS Internal', 'AWS Internal', 'aws'], ['cloudformation.amazonaws.com', 'cloudformation.amazonaws.com', 'aws'], ['unknown', 'unknown', 'unknown'], ['999.1.1.1', '999.1.1.1', 'unknown'],
  ])('%s is in %s, %s', (address, name, kind) => {
    expect(networkOf(address)).toEqual({ name, kind });
  });
});

const weekdays = (weeks: number, hours: readonly number[]): Instant[] =>
  Array.from({ length: weeks * 7 }, (_, day) => day).filter((day) => day % 7 < 5).flatMap((day) => hours.map((hour) => plusMs(at('2026-09-07T00:00:00Z'), day * DAY_MS + hour * HOUR_MS)));

describe('hours', () => {
  it('of an office are seen, also with one evening more', () => {
    const times = [...weekdays(8, [9, 11, 13, 16.5]), at('2026-09-16T23:00:00Z')].map(msOf);
    expect(assessActivity(times).hours).toEqual({ days: 'weekdays', from: 9, to: 17 });
  });

  it('go around midnight', () => {
    const nights = Array.from({ length: 20 }, (_, day) => plusMs(at('2026-09-07T23:30:00Z'), day * DAY_MS + (day % 2) * HOUR_MS));
    expect(assessActivity(nights.map(msOf)).hours).toEqual({ days: 'every day', from: 23, to: 1 });
  });

  it('are not made up of a few days, or of somebody who is there around the clock', () => {
    expect(assessActivity(weekdays(1, [9]).slice(0, 4).map(msOf)).hours).toBeNull();
    expect(assessActivity(Array.from({ length: 500 }, (_, hour) => hour * HOUR_MS)).hours).toBeNull();
  });

  it('count every call once, on its day and hour', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 400 * DAY_MS })), (times) => {
      const { byDay, byHour } = assessActivity(times);
      const sum = (cells: { count: number }[]): number => cells.reduce((total, { count }) => total + count, 0);
      expect([sum(byDay), sum(byHour)]).toEqual([times.length, times.length]);
      for (const { weekday, hour } of byHour) expect([weekday >= 0 && weekday < 7, hour >= 0 && hour < 24]).toEqual([true, true]);
    }));
    expect(assessActivity([msOf(at('2026-11-24T02:10:00Z'))])).toMatchObject({ byDay: [{ day: '2026-11-24', count: 1 }], byHour: [{ weekday: 1, hour: 2, count: 1 }] });
  });
});

describe('a group of callers', () => {
  const terraform = (version: string): string => `APN/1.0 HashiCorp/1.0 Terraform/${version} aws-sdk-go-v2/1.32.7`;

  it('is one program in one network, whatever its addresses and versions', () => {
    const runs = weekdays(8, [9, 16.5]).map((time, index) =>
      rootEvent({ id: `t-${index}`, at: time, sourceIp: `10.2.${index % 3}.${index}`, userAgent: terraform(index < 40 ? '1.9.0' : '1.9.1') }));
    const [group, ...others] = groupsOf(runs);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ count: 80, network: { name: '10.2.0.0/16' }, tool: { name: 'Terraform', versions: ['1.9.0', '1.9.1'] }, cadence: { kind: 'daily' } });
    expect(group?.fingerprints).toHaveLength(80);
    expect(group?.owner.text).toBe('infrastructure as code: Terraform 1.9 from 10.2.0.0/16, weekdays 09–17 UTC');
    expect(group?.owner.grounds.join('; ')).toMatch(/user agent Terraform 1\.9\.0, 1\.9\.1.*80 addresses in 10\.2\.0\.0\/16, a private network.*80 calls, weekdays 09–17 UTC/);
  });

  it('has the soak of its rhythm, not of addresses that came once', () => {
    const nights = Array.from({ length: 60 }, (_, day) => plusMs(at('2026-09-20T02:00:00Z'), day * DAY_MS));
    const usage = assembleUsage(nights.map((time, index) => rootEvent({ id: `n-${index}`, at: time, sourceIp: `10.2.0.${index}` })), EVERYTHING_READ, NOW, sha256);
    expect(recommendSoak(usage)).toMatchObject({ requiredMs: 26 * HOUR_MS, notProvable: [], because: expect.stringMatching(/^callers [0-9a-f]{12} and 59 like it \(daily\)/) });
  });

  it('is another for another key, network, program or kind', () => {
    const different = [{}, { accessKeyId: 'AKIAROOTKEYEXAMPLE02' }, { sourceIp: '203.0.113.9' }, { userAgent: 'Boto3/1.34' }, { kind: 'minted-session' as const }];
    expect(groupsOf(different.map((given, index) => rootEvent({ id: String(index), ...given })))).toHaveLength(different.length);
  });

  it('tells classes of sessions and refusals apart', () => {
    const sessions = [
      rootEvent({ id: '1', kind: 'sign-in-session', signedInBy: 'console' }), rootEvent({ id: '2', kind: 'sign-in-session', signedInBy: 'aws-login', userAgent: 'aws-cli/2.32.6' }),
      rootEvent({ id: '3', kind: 'assumed-root', userAgent: 'aws-sdk-js/3 app/rootzero', name: 'DeleteLoginProfile', isReadOnly: false }), rootEvent({ id: '4', kind: 'assumed-root' }),
      rootEvent({ id: '5', kind: 'aws-service', errorCode: 'AccessDenied', isDataEvent: true }),
    ];
    expect(assembleUsage(sessions, EVERYTHING_READ, NOW, sha256).totals).toEqual({
      events: 5, denied: 1, dataEvents: 1, classes: { 'console': 1, 'aws-login': 1, 'own-assumed-root': 1, 'assumed-root': 1, 'aws-service': 1 },
    });
  });

  it.each<[string, Partial<Parameters<typeof rootEvent>[0]>, number, string]>([
    ['a nightly SDK', { userAgent: 'Boto3/1.26.27' }, DAY_MS, 'a scheduled job: Boto3 1.26'],
    ['an SDK every five minutes', { userAgent: 'aws-sdk-go/1.44' }, 5 * MINUTE_MS, 'a program that runs all the time: aws-sdk-go 1.44'],
    ['a command line every night', { userAgent: 'aws-cli/2.15' }, DAY_MS, 'a script around a command line: AWS CLI 2.15'],
    ['a browser', { kind: 'sign-in-session', signedInBy: 'console', userAgent: 'Mozilla/5.0 Firefox/128.0' }, DAY_MS, 'a person in the console: Firefox 128'],
    ['a service', { kind: 'aws-service', sourceIp: 'backup.amazonaws.com', userAgent: 'backup.amazonaws.com' }, DAY_MS, 'an AWS service on root\'s behalf: backup.amazonaws.com'],
  ])('guesses %s', (_, given, gap, text) => {
    const times = Array.from({ length: 200 }, (_call, index) => plusMs(at('2026-10-20T02:00:00Z'), index * gap));
    expect(groupsOf(visitsAt(times, given))[0]?.owner.text).toContain(text);
  });

  it('points to places where its key may sit', () => {
    const places = listKeyPlaces(groupsOf([rootEvent({ id: '1', userAgent: terraform('1.9.0') })]));
    expect(places.filter(({ isLikely }) => isLikely).map(({ what }) => what)).toEqual(['variables of CI and CD systems', 'Terraform variables and state', 'Git history']);
    expect(places.length).toBeGreaterThan(8);
    for (const { commands } of places) for (const command of commands) expect(command).not.toMatch(/AKIA|secret.*show|--decrypt/i);
  });
});
