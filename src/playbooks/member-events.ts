/** Root's events in member accounts: by a role there, since a session of AssumeRoot may not read CloudTrail, and from log files. Accounts side by side. */
import { listGaps, type LogFileCounts, type SourceCoverage } from '../domain/evidence.ts';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import { DAY_MS, msBetween, type Instant } from '../domain/instant.ts';
import { unknown } from '../domain/observed.ts';
import { asProblem, type Problem } from '../domain/problem.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { LogCoverage, MemberCoverage } from '../domain/root-replay.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import { openEventHistory } from './event-history.ts';
import { lookBack, type LookBack } from './look-back.ts';
import { managerOf, type Session } from './session.ts';
import { readAlias } from './survey.ts';

/** `seen`: the same, counted, by Event history where it was read, else by log files; null where nothing could be read. */
export type MemberEvents = { account: AccountId; events: RootEvent[]; coverage: MemberCoverage; seen: Seen | null };

/** Each account has quotas of its own; more at a time would only hold more in memory. */
const ACCOUNTS_AT_A_TIME = 8;

type Seen = Pick<LookBack, 'usage' | 'sources'>;

type MemberRequest = {
  partition: Partition;
  /** Null where nobody may enter the members. */
  role: string | null;
  logs?: readonly EvidenceSource[];
  from: Instant;
  to: Instant;
  /** Which events are kept whole; every one unless it is given. */
  keeps?: (event: RootEvent) => boolean;
  /** Keys that are asked for by their ids as well; none unless it is given. */
  keyIdsOf?: (account: AccountId) => string[];
};

const EVERY_EVENT = (): boolean => true;
const NOT_ENTERED = unknown('facts/not-read', 'no role in this account');

async function readHistory(session: Session, account: AccountId, role: string, { partition, from, to, keeps = EVERY_EVENT, keyIdsOf }: MemberRequest): Promise<LookBack> {
  const reading = managerOf(session).inAccount(account, role);
  const inside: Session = { ...session, identities: { reading, root: null, organization: null }, ui: { emit: () => undefined, ask: null } };
  // A role that cannot be assumed is one refusal, not one of every Region.
  await reading.reader.readCaller();
  const subject = { account, partition, alias: await readAlias(inside), keyIds: keyIdsOf?.(account) ?? [] };
  return lookBack(inside, [openEventHistory(reading.reader, inside.ui)], { subject, from, to, keeps });
}

async function readLogs(session: Session, account: AccountId, { partition, logs = [], from, to, keeps = EVERY_EVENT, keyIdsOf }: MemberRequest): Promise<LookBack | null> {
  if (logs.length === 0) return null;
  return lookBack(session, logs, { subject: { account, partition, alias: NOT_ENTERED, keyIds: keyIdsOf?.(account) ?? [] }, from, to, keeps });
}

/** A role that may not enter is part of the result. @throws Problem for what concerns every account */
async function readHistoryIfAny(session: Session, account: AccountId, request: MemberRequest): Promise<LookBack | Problem | null> {
  if (request.role === null) return null;
  try {
    return await readHistory(session, account, request.role, request);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted' || because.code.startsWith('credentials/')) throw because;
    return because;
  }
}

const isOfAccount = ({ coverage }: SourceCoverage): boolean => coverage.regions.length > 0;

/** Null where no file is of this account: an organization's trail that lacks an account says nothing about it. */
function assessLogs(sources: readonly SourceCoverage[]): LogCoverage | null {
  const covering = sources.filter(isOfAccount);
  const files = sources.flatMap((source) => source.files ?? []);
  const sum = (count: (of: LogFileCounts) => number): number => files.reduce((total, of) => total + count(of), 0);
  const [from, to] = [covering.map(({ coverage }) => coverage.from).sort()[0], covering.map(({ coverage }) => coverage.to).sort().at(-1)];
  if (from === undefined || to === undefined) return null;
  return { from, to, files: sum(({ found }) => found), faulty: sum(({ faulty }) => faulty), regions: [...new Set(covering.flatMap(({ coverage }) => coverage.regions.map(({ region }) => region)))].sort() };
}

/** Log files that begin late or end early, where nothing else fills the rest; a day is nothing in an account where little happens. */
function spanGaps(logs: LogCoverage, { from, to }: Pick<MemberRequest, 'from' | 'to'>): string[] {
  return [
    ...(msBetween(from, logs.from) > DAY_MS ? [`its log files begin on ${logs.from.slice(0, 10)}`] : []),
    ...(msBetween(logs.to, to) > DAY_MS ? [`its log files end on ${logs.to.slice(0, 10)}`] : []),
  ];
}

function assessCoverage(account: AccountId, history: LookBack | Problem | null, logSources: readonly SourceCoverage[], request: MemberRequest): MemberCoverage {
  const wasRead = history !== null && 'sources' in history;
  const refusal = history === null || wasRead ? [] : [history.summary.replace(/\.$/, '')];
  const logs = assessLogs(logSources);
  const covering = logs === null ? logSources.filter(({ files }) => (files?.faulty ?? 0) > 0) : logSources.filter(isOfAccount);
  const logGaps = listGaps(covering);
  const missing = logSources.length > 0 && logs === null && logGaps.length === 0 ? ['no log file of this account'] : [];
  if (!wasRead && logs === null) return { account, readable: false, because: [...refusal, ...logGaps, ...missing].join('; '), gaps: [], logs };
  return {
    account,
    readable: true,
    regions: wasRead ? (history.sources[0]?.coverage.regions ?? []) : [],
    gaps: [...refusal, ...(wasRead ? listGaps(history.sources) : []), ...logGaps, ...missing, ...(wasRead || logs === null ? [] : spanGaps(logs, request))],
    logs,
  };
}

async function readMember(session: Session, account: AccountId, request: MemberRequest): Promise<MemberEvents> {
  session.signal.throwIfAborted();
  const history = await readHistoryIfAny(session, account, request);
  const wasRead = history !== null && 'sources' in history;
  const logged = await readLogs(session, account, request);
  const coverage = assessCoverage(account, history, logged?.sources ?? [], request);
  const events = new Map([...(wasRead ? history.kept : []), ...(logged?.kept ?? [])].map((event) => [event.id, event]));
  const seen = wasRead ? history : coverage.readable ? logged : null;
  return { account, events: [...events.values()].sort((first, second) => (first.at < second.at ? -1 : 1)), coverage, seen };
}

/** Root's events as they were counted; those that are kept may be fewer. */
const countEvents = ({ events, seen }: MemberEvents): number => Math.max(events.length, seen?.usage.callers.reduce((sum, { count }) => sum + count, 0) ?? 0);

/** An account that cannot be read is part of the result. @throws Problem `input/unreadable-file` for a folder of log files that is not there */
export async function readMemberEvents(session: Session, accounts: readonly AccountId[], request: MemberRequest): Promise<MemberEvents[]> {
  let done = 0;
  return sideBySide(accounts, ACCOUNTS_AT_A_TIME, async (account) => {
    const read = await readMember(session, account, request);
    done += 1;
    session.ui.emit({ code: 'guard/member-read', account, done, of: accounts.length, events: countEvents(read), unreadable: read.coverage.readable ? null : read.coverage.because });
    return read;
  });
}
