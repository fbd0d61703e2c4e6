/** Root's events in member accounts, read by a role there, since a session of AssumeRoot may not read CloudTrail. Accounts side by side. */
import type { AccountId, Partition } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import { asProblem } from '../domain/problem.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { AccountCoverage } from '../domain/root-replay.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { openEventHistory } from './event-history.ts';
import { lookBack, type LookBack } from './look-back.ts';
import { managerOf, type Session } from './session.ts';
import { readAlias } from './survey.ts';

/** `seen`: the same, counted; null where nothing could be read. */
export type MemberEvents = { account: AccountId; events: RootEvent[]; coverage: AccountCoverage; seen: Pick<LookBack, 'usage' | 'sources'> | null };

/** Each account has quotas of its own; more at a time would only hold more in memory. */
const ACCOUNTS_AT_A_TIME = 8;

type MemberRequest = {
  partition: Partition;
  role: string;
  from: Instant;
  to: Instant;
  /** Which events are kept whole; every one unless it is given. */
  keeps?: (event: RootEvent) => boolean;
  /** Keys that are asked for by their ids as well; none unless it is given. */
  keyIdsOf?: (account: AccountId) => string[];
};

async function readMember(session: Session, account: AccountId, { partition, role, from, to, keeps = () => true, keyIdsOf = () => [] }: MemberRequest): Promise<MemberEvents> {
  session.signal.throwIfAborted();
  try {
    const reading = managerOf(session).inAccount(account, role);
    const inside: Session = { ...session, identities: { reading, root: null, organization: null }, ui: { emit: () => undefined, ask: null } };
    // A role that cannot be assumed is one refusal, not one of every Region.
    await reading.reader.readCaller();
    const subject = { account, partition, alias: await readAlias(inside), keyIds: keyIdsOf(account) };
    const { kept, usage, sources } = await lookBack(inside, [openEventHistory(reading.reader, inside.ui)], { subject, from, to, keeps });
    return { account, events: kept, coverage: { account, readable: true, regions: usage.coverage.regions }, seen: { usage, sources } };
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted' || because.code.startsWith('credentials/')) throw because;
    return { account, events: [], coverage: { account, readable: false, because: because.summary }, seen: null };
  }
}

/** An account that cannot be read is part of the result. */
export async function readMemberEvents(session: Session, accounts: readonly AccountId[], request: MemberRequest): Promise<MemberEvents[]> {
  let done = 0;
  return sideBySide(accounts, ACCOUNTS_AT_A_TIME, async (account) => {
    const read = await readMember(session, account, request);
    done += 1;
    session.ui.emit({ code: 'guard/member-read', account, done, of: accounts.length, events: read.events.length, unreadable: read.coverage.readable ? null : read.coverage.because });
    return read;
  });
}
