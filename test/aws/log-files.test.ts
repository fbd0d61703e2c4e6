/** CloudTrail log files: every event of root's is found, every file is accounted for, and no file stops the reading. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFiles } from '../../src/aws/log-files.ts';
import { openRecordScanner } from '../../src/aws/log-records.ts';
import type { LogFileCounts, SourceCoverage } from '../../src/domain/evidence.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import type { Message } from '../../src/ports/ui.ts';
import { at } from '../domain/root-event-examples.ts';
import { logPath, renderLog, roleRecord, rootRecord, writeFile, type TrailRecord } from '../support/trail-logs.ts';

const ACCOUNT = '111122223333';
let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'rootzero-logs-')); });
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function read(folder = directory, signal = new AbortController().signal): Promise<{ events: RootEvent[]; covered: SourceCoverage; files: LogFileCounts; said: Message[] }> {
  const events: RootEvent[] = [];
  const said: Message[] = [];
  const source = openLogFiles(folder, { emit: (message) => { said.push(message); }, ask: null });
  const subject = { account: parseAccountId(ACCOUNT), partition: 'aws', alias: { known: false, because: 'facts/not-read', source: 'test' }, keyIds: [] } as const;
  const covered = await source.readRootEvents({ subject, from: at('2026-08-26T00:00:00Z'), to: at('2026-11-24T00:00:00Z'), signal }, (some) => { events.push(...some); });
  if (covered.files === null) throw new Error('no counts of files');
  return { events, covered, files: covered.files, said };
}

const put = (records: readonly TrailRecord[], unique: string, time = '2026-05-10T02:00:00Z', region = 'eu-west-1'): string =>
  writeFile(logPath(directory, ACCOUNT, region, time, unique), renderLog(records));

describe('a tree of log files', () => {
  it('gives root\'s events of the account, of any age, data events too, and says Regions and days', async () => {
    put([roleRecord('r-1', { eventTime: '2025-01-03T08:00:00Z' }), rootRecord({ eventID: 'old', eventTime: '2025-01-03T08:01:00Z' })], 'a', '2025-01-03T08:00:00Z');
    put([rootRecord({ eventID: 'read', eventName: 'GetObject', eventCategory: 'Data' }), roleRecord('r-2')], 'b');
    put([rootRecord({ eventID: 'far', awsRegion: 'us-east-1', eventTime: '2026-05-11T00:00:00Z' })], 'c', '2026-05-11T00:00:00Z', 'us-east-1');
    const { events, covered, files } = await read();
    expect(events.map(({ id, region, isDataEvent }) => [id, region, isDataEvent])).toEqual([['old', 'eu-west-1', false], ['read', 'eu-west-1', true], ['far', 'us-east-1', false]]);
    expect(covered).toMatchObject({
      source: 'log-files', dataEvents: 'seen',
      coverage: { from: '2025-01-03T08:00:00.000Z', to: '2026-05-11T00:00:00.000Z', regions: [{ region: 'eu-west-1', readable: true, events: 2 }, { region: 'us-east-1', readable: true, events: 1 }] },
    });
    expect(files).toMatchObject({ found: 3, whole: 3, records: 5, faulty: 0, days: { 'eu-west-1': 2, 'us-east-1': 1 } });
  });

  it('takes the events of this account\'s root out of an organization\'s trail, and opens no other account\'s folder', async () => {
    writeFile(join(directory, 'AWSLogs', 'o-exampleorg1', '999988887777', 'CloudTrail', 'x.json.gz'), 'not even opened');
    writeFile(join(directory, 'AWSLogs', 'o-exampleorg1', ACCOUNT, 'CloudTrail', 'x.json.gz'), renderLog([rootRecord({ eventID: 'ours' }), rootRecord({ eventID: 'theirs' }, { accountId: '999988887777' })]));
    const { events, files } = await read();
    expect(events.map(({ id }) => id)).toEqual(['ours']);
    expect(files).toMatchObject({ found: 1, otherAccounts: 1, faulty: 0 });
  });

  it('that somebody has copied into one folder are told apart by their names, and one that is named for nobody by its records', async () => {
    const name = (account: string): string => `${account}_CloudTrail_eu-west-1_20260510T0210Z_0123456789abcdef.json.gz`;
    writeFile(join(directory, name(ACCOUNT)), renderLog([rootRecord({ eventID: 'ours' })]));
    writeFile(join(directory, name('999988887777')), 'not even opened');
    expect(await read()).toMatchObject({ events: [{ id: 'ours' }], files: { found: 1, otherAccounts: 1, faulty: 0 }, covered: { coverage: { regions: [{ region: 'eu-west-1' }] } } });
    rmSync(join(directory, name(ACCOUNT)));
    writeFile(join(directory, 'joined.json'), JSON.stringify({ Records: [rootRecord({ eventID: 'theirs', recipientAccountId: '999988887777' }, { accountId: '999988887777' })] }));
    // Read, and nothing in it covers this account.
    expect(await read()).toMatchObject({ events: [], files: { found: 1, whole: 1 }, covered: { coverage: { regions: [] } } });
  });

  it('reads files that somebody has unpacked or joined', async () => {
    writeFile(join(directory, 'a.json'), JSON.stringify({ Records: [rootRecord({ eventID: 'plain' })] }, null, 2));
    writeFile(join(directory, 'b.json.gz'), Buffer.concat([renderLog([rootRecord({ eventID: 'first' })]), renderLog([rootRecord({ eventID: 'second' })])]));
    expect((await read()).events.map(({ id }) => id)).toEqual(['plain', 'first', 'second']);
  });
});

describe('what is wrong with a file is said and counted, and stops nothing', () => {
  const whole = renderLog([rootRecord({ eventID: 'before' }), roleRecord('r'), rootRecord({ eventID: 'after' })]);
  const flipped = Buffer.from(whole);
  flipped[Math.floor(whole.length / 2)] = (flipped[Math.floor(whole.length / 2)] ?? 0) ^ 0xff;
  const json = JSON.stringify({ Records: [rootRecord({ eventID: 'before' }), rootRecord({ eventID: 'after' })] });

  it.each<[string, Buffer | string, string]>([
    ['compressed data that breaks off', whole.subarray(0, whole.length - 20), 'truncated'],
    ['compressed data with a flipped byte', flipped, 'damaged'],
    ['JSON that breaks off in a record', gzipSync(json.slice(0, json.length - 40)), 'truncated'],
    ['JSON that breaks off between records', gzipSync(`${json.slice(0, json.lastIndexOf('},{'))}}`), 'truncated'],
    ['something between the records', gzipSync(json.replace('},{"eventVersion', '},"x",{"eventVersion')), 'damaged'],
    ['something after the records', gzipSync(`${json.slice(0, -1)},"more":1}`), 'damaged'],
    ['a digest file in the wrong place', gzipSync(JSON.stringify({ awsAccountId: ACCOUNT, digestStartTime: '2026-05-10T02:00:00Z', logFiles: [] })), 'not-cloudtrail'],
    ['another log', gzipSync('10.0.0.1 - - [10/May/2026] "GET /"\n'.repeat(100)), 'not-cloudtrail'],
    ['records of something else', gzipSync(JSON.stringify({ Records: [{ hello: 'world' }] })), 'not-cloudtrail'],
    ['an HTML page', '<html>"Root"</html>', 'not-cloudtrail'],
    ['one endless line', 'x'.repeat(5_000_000), 'not-cloudtrail'],
    ['another log, large and compressed', gzipSync(randomBytes(3_000_000).toString('hex')), 'not-cloudtrail'],
    ['large compressed data that breaks off', gzipSync(`{"Records":[${JSON.stringify(roleRecord('r'))},{"x":"${randomBytes(2_000_000).toString('hex')}"}]}`).subarray(0, 1_500_000), 'truncated'],
    ['an endless record', gzipSync(`{"Records":[${JSON.stringify(roleRecord('r'))},{"x":"${'y'.repeat(5_000_000)}"},${JSON.stringify(rootRecord({ eventID: 'behind' }))}]}`), 'oversized-record'],
    ['a root record without a time', renderLog([roleRecord('r'), rootRecord({ eventID: 'x', eventTime: 'yesterday' })]), 'unreadable-record'],
    ['a root record of another form', renderLog([roleRecord('r'), { ...rootRecord({ eventID: 'x' }), eventName: 7 }]), 'unreadable-record'],
  ])('%s', async (_, content, kind) => {
    put([rootRecord({ eventID: 'good' })], 'a');
    const path = writeFile(logPath(directory, ACCOUNT, 'eu-west-1', '2026-05-10T02:00:00Z', 'b'), content);
    put([rootRecord({ eventID: 'also-good' })], 'c');
    const { events, files } = await read();
    expect(files).toMatchObject({ found: 3, whole: 2, faulty: 1, faults: [{ path, kind }] });
    expect(events.map(({ id }) => id)).toEqual(expect.arrayContaining(['good', 'also-good']));
  });

  it('what stands before the damage counts, and what stands behind an endless record', async () => {
    const many = renderLog(Array.from({ length: 3_000 }, (_, index) => rootRecord({ eventID: `e-${index}`, userAgent: `agent-${Math.imul(index, 2_654_435_761)}` })));
    truncateSync(writeFile(join(directory, 'a.json.gz'), many), Math.floor(many.length / 2));
    writeFile(join(directory, 'b.json.gz'), gzipSync(`{"Records":[{"x":"${'y'.repeat(5_000_000)}"},${JSON.stringify(rootRecord({ eventID: 'behind' }))}]}`));
    const { events } = await read();
    expect(events.length).toBeGreaterThan(1_000);
    expect(events.at(-1)?.id).toBe('behind');
  });

  it('an empty file, an empty list and a file that comes twice', async () => {
    writeFile(join(directory, 'a.json.gz'), '');
    writeFile(join(directory, 'b.json.gz'), renderLog([]));
    writeFile(join(directory, 'c.json.gz'), whole);
    writeFile(join(directory, 'copy', 'c.json.gz'), whole);
    expect((await read()).files).toMatchObject({ found: 4, empty: 2, whole: 2, duplicates: 1, faulty: 0 });
  });

  it('other files, digests, links and folders that cannot be entered', async () => {
    put([rootRecord({ eventID: 'good' })], 'a');
    writeFile(join(directory, 'README.txt'), 'x');
    writeFile(join(directory, 'AWSLogs', ACCOUNT, 'CloudTrail-Digest', 'eu-west-1', 'd.json.gz'), whole);
    symlinkSync(directory, join(directory, 'AWSLogs', 'again'));
    mkdirSync(join(directory, 'empty'));
    const { events, files } = await read();
    expect(events.map(({ id }) => id)).toEqual(['good']);
    expect(files).toMatchObject({ found: 1, otherFiles: 3, faulty: 0 });
  });

  it('a folder that does not exist or is none is the operator\'s affair', async () => {
    await expect(read(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'input/unreadable-file' });
    await expect(read(put([], 'a'))).rejects.toMatchObject({ code: 'input/unreadable-file' });
  });

  it('no log file at all is said too', async () => {
    const { files, said } = await read();
    expect(files.found).toBe(0);
    expect(said).toEqual([{ code: 'log-files/read', files: 0, bytes: 0, records: 0, faulty: 0 }]);
  });

  it('an interruption ends the reading', async () => {
    put([rootRecord({ eventID: 'good' })], 'a');
    const reason = new Error('stop');
    await expect(read(directory, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(dirname(directory)).toBe(tmpdir());
  });
});

describe('the scanner of records', () => {
  const scan = (chunks: readonly Buffer[]): { records: string[]; flaw: string | null } => {
    const records: string[] = [];
    const scanner = openRecordScanner({ onRecord: (record) => { records.push(record.toString('utf8')); }, onOversized: () => { records.push('oversized'); } });
    for (const chunk of chunks) {
      const flaw = scanner.push(chunk);
      if (flaw !== null) return { records, flaw: flaw.kind };
    }
    return { records, flaw: scanner.end()?.kind ?? null };
  };
  const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
    const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((first, second) => first - second);
    return [0, ...ends].map((start, index) => bytes.subarray(start, [...ends, bytes.length][index]));
  };

  it('gives back every record, whatever it holds and wherever the chunks are cut', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(fc.property(fc.array(object, { maxLength: 6 }), fc.array(fc.nat(5_000), { maxLength: 12 }), fc.constantFrom(undefined, 2), (records, places, indent) => {
      const bytes = Buffer.from(JSON.stringify({ Records: records }, null, indent));
      const { records: seen, flaw } = scan(cut(bytes, places));
      expect(flaw).toBeNull();
      expect(seen.map((text): unknown => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(records)));
    }), { numRuns: 1_000 });
  });

  it('never calls a log file whole that was cut short, and invents no record', () => {
    const records = [rootRecord({ eventID: 'a', userAgent: 'quote " brace } backslash \\' }), roleRecord('b')];
    const bytes = Buffer.from(JSON.stringify({ Records: records }));
    for (let length = 1; length < bytes.length; length += 1) {
      const { records: seen, flaw } = scan([bytes.subarray(0, length)]);
      expect(flaw, `cut at ${length}`).not.toBeNull();
      expect(records.map((record) => JSON.stringify(record))).toEqual(expect.arrayContaining(seen));
    }
  });

  it('crashes on nothing', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 400 }).map((text) => Buffer.from(`{"Records":[${text}`))), (bytes) => {
      expect(() => scan([Buffer.from(bytes)])).not.toThrow();
    }), { numRuns: 3_000 });
  });
});
