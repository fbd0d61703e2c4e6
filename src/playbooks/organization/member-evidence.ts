/** Root's events in the accounts of an organization, by a role there and by log files, as far as either is given. */
import type { AccountId } from '../../domain/identifiers.ts';
import type { Instant } from '../../domain/instant.ts';
import { known } from '../../domain/observed.ts';
import type { RootEvent } from '../../domain/root-event.ts';
import type { AccountCoverage } from '../../domain/root-replay.ts';
import type { EvidenceSource } from '../../ports/evidence.ts';
import { readMemberEvents } from '../member-events.ts';
import { nowOf, type Session } from '../session.ts';
import type { OrganizationRun } from './organization-run.ts';

/** `isWhole`: every Region could be read by one of the sources. */
export type SeenEvents = { events: RootEvent[]; coverage: AccountCoverage; isWhole: boolean };

const isWhole = (coverage: AccountCoverage): boolean => coverage.readable && coverage.regions.every(({ readable }) => readable);

async function readLogs(run: OrganizationRun, source: EvidenceSource, account: AccountId, span: { from: Instant; to: Instant }): Promise<SeenEvents> {
  const { session, plan } = run;
  const events: RootEvent[] = [];
  const subject = { account, partition: plan.boundTo.partition, alias: known(null, nowOf(session), 'log files'), keyIds: [] };
  const { coverage, files } = await source.readRootEvents({ subject, ...span, signal: session.signal }, (batch) => events.push(...batch));
  // A folder that holds nothing of the account covers nothing of it.
  const isRead = files !== null && files.whole > 0 && files.faulty === 0;
  const read: AccountCoverage = isRead ? { account, readable: true, regions: coverage.regions } : { account, readable: false, because: `its log files: ${files?.whole ?? 0} read, ${files?.faulty ?? 0} faulty` };
  return { events, coverage: read, isWhole: isWhole(read) };
}

/** What two sources saw; the better coverage of the two, each event once. */
const together = (first: SeenEvents, second: SeenEvents): SeenEvents => ({
  events: [...new Map([...first.events, ...second.events].map((event) => [event.id, event])).values()],
  coverage: first.isWhole || !second.coverage.readable ? first.coverage : second.coverage,
  isWhole: first.isWhole || second.isWhole,
});

/** Counts accounts in place of naming each; what could not be read is named at the end. */
const countedFor = ({ session }: OrganizationRun, wave: number): Session => ({
  ...session,
  ui: { ask: null, emit: (message) => (message.code === 'guard/member-read' ? session.ui.emit({ code: 'organization/progress', wave, phase: 'look-back', done: message.done, of: message.of, inTrouble: 0 }) : undefined) },
});

/** By account. An account that nobody may read is not in it, or is there with what could not be read. */
export async function readRootEvents(run: OrganizationRun, accounts: readonly AccountId[], wave: number, span: { from: Instant; to: Instant }): Promise<Map<AccountId, SeenEvents>> {
  const { memberRole, boundTo } = run.plan;
  const seen = new Map<AccountId, SeenEvents>();
  if (memberRole !== null) {
    const read = await readMemberEvents(countedFor(run, wave), accounts, { partition: boundTo.partition, role: memberRole, ...span });
    for (const { account, events, coverage } of read) seen.set(account, { events, coverage, isWhole: isWhole(coverage) });
  }
  for (const source of run.logs) {
    // One account after the other, so that the events of one are in memory at a time.
    for (const account of accounts) {
      const logs = await readLogs(run, source, account, span);
      const before = seen.get(account);
      seen.set(account, before === undefined ? logs : together(before, logs));
    }
  }
  return seen;
}
