/** The wait of a wave: a deadline on disk for each account, and a look now and then at what is visible meanwhile. */
import { HOUR_MS, latestOf, msBetween, type Instant } from '../../domain/instant.ts';
import type { OrganizationWave, PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { EVENT_LATENCY_MS } from '../../domain/plan.ts';
import { problem } from '../../domain/problem.ts';
import { waitUntil } from '../../engine/executor.ts';
import { nowOf } from '../session.ts';
import { requireNoTrouble, troublesOf } from './end-run.ts';
import { actionOf, containedAt, dueAt, waitStep, type OrganizationRun } from './organization-run.ts';
import { proveSoaks } from './prove-soak.ts';

/** Who stays learns of trouble within hours, without reading hundreds of accounts all the time. */
const SHORTEST_WATCH_MS = 4 * HOUR_MS;
const MOST_WATCHES = 6;

/** Puts the end of the account's soak on disk, the latency of events included. */
export async function recordDeadline(run: OrganizationRun, planned: PlannedAccount): Promise<void> {
  const [soak, until] = [actionOf(planned, 'soak'), dueAt(run, planned)];
  if (soak !== undefined && until !== null) await waitUntil(run.engine, waitStep(soak), until);
}

/** Accounts that are contained and whose soak is not over. */
export function pendingSoaks(run: OrganizationRun, accounts: readonly PlannedAccount[]): PlannedAccount[] {
  const now = nowOf(run.session);
  return accounts.filter((planned) => (dueAt(run, planned) ?? now) > now);
}

const instantsOf = (accounts: readonly PlannedAccount[], at: (planned: PlannedAccount) => Instant | null): Instant[] => accounts.map(at).filter((instant) => instant !== null).sort();

/** In how many accounts nobody can see a denied call. */
const countBlind = ({ plan, logs }: OrganizationRun, accounts: readonly PlannedAccount[]): number =>
  (plan.memberRole === null && logs.length === 0 ? accounts.length : accounts.filter(({ usage }) => usage?.coverage.readable === false).length);

/**
 * Stays for a while, or ends the process until the soaks are over. Returns the accounts in which nothing was seen to go wrong.
 * @throws Problem `soak/waiting`; `organization/in-trouble`, `organization/unverified` where somebody is in trouble besides
 */
export async function awaitSoaks(run: OrganizationRun, wave: OrganizationWave, pending: readonly PlannedAccount[]): Promise<PlannedAccount[]> {
  const { session, plan } = run;
  for (const planned of pending) await recordDeadline(run, planned);
  const ends = instantsOf(pending, (planned) => dueAt(run, planned));
  const now = nowOf(session);
  const [from, first] = [instantsOf(pending, ({ account }) => containedAt(run, account))[0] ?? now, ends[0] ?? now];
  const until = ends.reduce(latestOf, first);
  session.ui.emit({
    code: 'organization/waiting', runId: run.id, wave: wave.number, waves: plan.waves.length, accounts: pending.length, from, first, until,
    blind: countBlind(run, pending), inTrouble: troublesOf(run).length, isStaying: run.isWaiting,
  });
  if (!run.isWaiting) {
    // Somebody who comes back early learns early what happened meanwhile.
    if (msBetween(from, now) > EVENT_LATENCY_MS) await proveSoaks(run, pending, { wave: wave.number }, false);
    requireNoTrouble(run, `The other accounts soak until ${until}.`);
    throw problem('soak/waiting', { detail: `It ends at ${until}.`, nextStep: `rootzero resume ${run.id}` });
  }
  const left = msBetween(now, until);
  const lookAgainMs = run.isWatching ? Math.max(SHORTEST_WATCH_MS, msBetween(from, until) / MOST_WATCHES) : left;
  await session.clock.sleep(Math.max(1, Math.min(left, lookAgainMs)), session.signal);
  return lookAgainMs < left ? proveSoaks(run, pending, { wave: wave.number }, false) : [...pending];
}
