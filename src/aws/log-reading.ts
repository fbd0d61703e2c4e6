/** What becomes of the log files of one account as they are read: events, counts, Regions and days, faults. Knows no file system. */
import * as z from 'zod';
import type { LogFileCounts, LogFileFault, SourceCoverage } from '../domain/evidence.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { DAY_MS, msOf, parseInstant, type Instant } from '../domain/instant.ts';
import { asProblem } from '../domain/problem.ts';
import type { RootEvent } from '../domain/root-event.ts';
import { openRecordScanner, type LogFlaw, type RecordScanner } from './log-records.ts';
import { parseRootRecord } from './trail-event.ts';

const ROOT = Buffer.from('"Root"');
const MOST_FAULTS_LISTED = 50;

/** What every record says of where, when and for whom it was written. */
const placeSchema = z.object({ eventTime: z.string(), awsRegion: z.string(), recipientAccountId: z.string().optional() });

/** What is remembered of all files: their counts, the Regions and days, and which contents were read. */
export class LogReading {
  readonly counts: LogFileCounts;
  readonly days = new Map<string, Set<number>>();
  readonly events = new Map<string, number>();
  hasDataEvents = false;
  #first: Instant | null = null;
  #last: Instant | null = null;
  readonly #digests = new Set<string>();

  constructor(directory: string) {
    this.counts = { directory, found: 0, whole: 0, bytes: 0, records: 0, empty: 0, duplicates: 0, otherAccounts: 0, otherFiles: 0, faulty: 0, faults: [], days: {} };
  }

  addFault(fault: LogFileFault): void {
    this.counts.faulty += 1;
    if (this.counts.faults.length < MOST_FAULTS_LISTED) this.counts.faults.push(fault);
  }

  /** True for content that was not read before. */
  isNewContent(digest: string): boolean {
    const before = this.#digests.size;
    this.#digests.add(digest);
    return this.#digests.size > before;
  }

  addPlace(region: string, at: Instant): void {
    this.days.set(region, (this.days.get(region) ?? new Set()).add(Math.floor(msOf(at) / DAY_MS)));
    this.#addTime(at);
  }

  addEvent(event: RootEvent): void {
    this.events.set(event.region, (this.events.get(event.region) ?? 0) + 1);
    this.hasDataEvents ||= event.isDataEvent;
    this.#addTime(event.at);
  }

  #addTime(at: Instant): void {
    if (this.#first === null || at < this.#first) this.#first = at;
    if (this.#last === null || at > this.#last) this.#last = at;
  }

  /** @param to stands for the time of nothing, where nothing was read */
  coverage(to: Instant): SourceCoverage {
    const regions = [...new Set([...this.days.keys(), ...this.events.keys()])].sort();
    return {
      source: 'log-files',
      coverage: {
        from: this.#first ?? to,
        to: this.#last ?? to,
        regions: regions.map((region) => ({ region, readable: true, events: this.events.get(region) ?? 0 })),
        // A Region without a file may have been quiet, or not be recorded.
        isRegionListComplete: false,
      },
      dataEvents: this.hasDataEvents ? 'seen' : 'not-seen',
      files: { ...this.counts, days: Object.fromEntries([...this.days].map(([region, days]) => [region, days.size])) },
    };
  }
}

/** One file in the reading: its records on their way out, and the first fault. */
export class FileReading {
  fault: Omit<LogFileFault, 'path'> | null = null;
  isEmpty = true;
  readonly scanner: RecordScanner;
  readonly #reading: LogReading;
  readonly #account: AccountId;
  readonly #events: RootEvent[] = [];

  constructor(reading: LogReading, account: AccountId) {
    this.#reading = reading;
    this.#account = account;
    this.scanner = openRecordScanner({
      onRecord: (record) => this.#addRecord(record),
      onOversized: () => this.setFault('oversized-record', 'a record is too long to be one of CloudTrail'),
    });
  }

  setFault(kind: LogFileFault['kind'], detail: string): void {
    this.fault ??= { kind, detail };
  }

  setFlaw(flaw: LogFlaw | null): void {
    if (flaw !== null && flaw.kind !== 'empty') this.setFault(flaw.kind, flaw.detail);
  }

  takeEvents(): RootEvent[] {
    return this.#events.splice(0);
  }

  #addRecord(record: Buffer): void {
    if (this.isEmpty) this.#addPlace(record);
    this.isEmpty = false;
    this.#reading.counts.records += 1;
    if (!record.includes(ROOT)) return;
    try {
      const parsed = parseRootRecord(record.toString('utf8'));
      // An organization's trail has every account's root.
      if (parsed === null || (parsed.account !== null && parsed.account !== this.#account)) return;
      this.#reading.addEvent(parsed.event);
      this.#events.push(parsed.event);
    } catch (thrown) {
      const because = asProblem(thrown);
      if (because.fault === 'tool') throw because;
      this.setFault('unreadable-record', because.detail ?? because.summary);
    }
  }

  /** The first record says for which Region and day the file stands. */
  #addPlace(record: Buffer): void {
    let json: unknown;
    try {
      json = JSON.parse(record.toString('utf8'));
    } catch {
      this.setFault('unreadable-record', 'the first record is no JSON');
      return;
    }
    const place = placeSchema.safeParse(json);
    const at = place.success ? parseInstant(place.data.eventTime) : undefined;
    if (place.success && at !== undefined) {
      // A file of somebody else covers nothing of this account.
      if ((place.data.recipientAccountId ?? this.#account) === this.#account) this.#reading.addPlace(place.data.awsRegion, at);
    } else this.setFault('not-cloudtrail', 'the first record has no time or Region');
  }
}
