/** Who plays in the scenarios: accounts, keys, roles, and the callers that use root. No story of its own. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../durations.ts';
import type { Happening, RootCall, Time } from '../world.ts';

export const FLAGGED_ACCOUNT = '111122223333';
export const KEY = 'AKIAEXAMPLEROOT07QXA';
export const SECOND_KEY = 'AKIAEXAMPLEROOT04MZB';
export const KEY_CREATED_AT: Time = Date.UTC(2019, 2, 4, 9, 12, 44);
export const ACCOUNT_CREATED_AT: Time = Date.UTC(2018, 10, 6, 14, 3, 0);
export const PASSWORD_LAST_USED_AT: Time = Date.UTC(2025, 0, 12, 8, 41, 0);

/** Reads of a security team, and the writes of AWS Config and of alerts. */
export const SECURITY_ADMIN: readonly string[] = [
  'iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport',
  'cloudtrail:LookupEvents',
  'account:ListRegions',
  'organizations:Describe*', 'organizations:List*',
  'config:Describe*', 'config:Get*', 'config:PutConfigRule', 'config:DeleteConfigRule', 'config:StartConfigRulesEvaluation',
  'cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors',
  'events:*', 'sns:*', 'kms:DescribeKey', 'kms:GetKeyPolicy',
];
export const ORGANIZATION_ADMIN: readonly string[] = [
  ...SECURITY_ADMIN, 'organizations:*', 'sts:AssumeRole', 'sts:AssumeRoot', 'iam:EnableOrganizations*', 'iam:DisableOrganizations*', 'config:PutOrganizationConfigRule', 'config:DeleteOrganizationConfigRule',
];

/** A script on an old host that lists buckets, from a time when it was set up with root's key. */
export function nightlyBackup(accountId: string, accessKeyId: string): RootCall {
  return {
    accountId,
    accessKeyId,
    service: 's3',
    operation: 'ListBuckets',
    region: 'eu-west-1',
    sourceIp: '10.20.4.7',
    userAgent: 'Boto3/1.26.27 Python/3.9.2 Linux/5.10.0-26-amd64 Botocore/1.29.27',
    isReadOnly: true,
  };
}

/** Somebody at a keyboard. */
export function manualLook(accountId: string, accessKeyId: string): RootCall {
  return {
    accountId,
    accessKeyId,
    service: 'iam',
    operation: 'ListUsers',
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0-18-amd64 exe/x86_64.debian.12 prompt/off command/iam.list-users',
    isReadOnly: true,
  };
}

/** A change made in the console by somebody signed in as root. */
export function consoleChange(accountId: string, sessionKeyId: string): RootCall {
  return {
    accountId,
    accessKeyId: sessionKeyId,
    service: 'iam',
    operation: 'UpdateAccessKey',
    region: 'us-east-1',
    sourceIp: '192.0.2.44',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    isReadOnly: false,
    isConsole: true,
  };
}

/** One call at one time. */
export function once(call: RootCall, at: Time): Happening {
  return { kind: 'root-call', at, call };
}

/** The call once a night at 02:10Z, some seconds late, from so many days ago to so many days ago. */
export function nightly(call: RootCall, now: Time, firstDaysAgo: number, lastDaysAgo: number): Happening {
  const nightAt = (daysAgo: number) => Math.floor(now / DAY_MS) * DAY_MS - daysAgo * DAY_MS + 2 * HOUR_MS + 10 * MINUTE_MS;
  return { kind: 'root-call', at: nightAt(firstDaysAgo), everyMs: DAY_MS, untilAt: nightAt(lastDaysAgo), jitterMs: 90 * SECOND_MS, call };
}
