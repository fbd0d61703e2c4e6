/** CloudTrail log files as trails write them, from the events of a simulated world or from records that a test makes. Knows files, not the program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { World } from '../../src/simulator/world.ts';

export type TrailRecord = Record<string, unknown>;

export const renderLog = (records: readonly TrailRecord[]): Buffer => gzipSync(JSON.stringify({ Records: records }));

/** `AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz` */
export function logPath(directory: string, account: string, region: string, time: string, unique: string): string {
  const [year = '', month = '', day = ''] = time.slice(0, 10).split('-');
  return join(directory, 'AWSLogs', account, 'CloudTrail', region, year, month, day, `${account}_CloudTrail_${region}_${year}${month}${day}T${time.slice(11, 13)}00Z_${unique}.json.gz`);
}

export function writeFile(path: string, content: Buffer | string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Every event of the world in a file for its account, Region and hour. @returns the paths */
export function writeTrailLogs(world: World, directory: string): string[] {
  const files = new Map<string, TrailRecord[]>();
  for (const { accountId, region, at, detail } of world.events) {
    const path = logPath(directory, accountId, region, new Date(at).toISOString(), '0123456789abcdef');
    files.set(path, [...(files.get(path) ?? []), detail]);
  }
  return [...files].map(([path, records]) => writeFile(path, renderLog(records)));
}

/** A record of root's as CloudTrail writes it. */
export const rootRecord = (given: TrailRecord & { eventID: string }, identity: TrailRecord = {}): TrailRecord => ({
  eventVersion: '1.11',
  eventTime: '2026-05-10T02:10:00Z',
  eventName: 'ListBuckets',
  eventSource: 's3.amazonaws.com',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '10.20.4.7',
  userAgent: 'Boto3/1.34',
  readOnly: true,
  eventCategory: 'Management',
  recipientAccountId: '111122223333',
  ...given,
  userIdentity: { type: 'Root', principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root', accountId: '111122223333', accessKeyId: 'AKIAEXAMPLEROOT07QXA', ...identity },
});

/** A record of somebody else's. */
export const roleRecord = (eventID: string, given: TrailRecord = {}): TrailRecord =>
  ({ ...rootRecord({ eventID, ...given }), userIdentity: { type: 'AssumedRole', accountId: '111122223333', arn: 'arn:aws:sts::111122223333:assumed-role/app/x' } });
