/** Carries out a plan over an organization, wave by wave, to its end or to a wait. Every process walks the same path; the journal says what is behind it. */
import type { AccountId } from '../../domain/identifiers.ts';
import { CREDENTIAL_KINDS, type OrganizationWave, type PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { stateOf } from '../run.ts';
import { awaitSoaks, pendingSoaks, recordDeadline } from './await-soaks.ts';
import { requireGoAhead, requireRemovalConfirmed } from './confirm-removal.ts';
import { makeQuarantine, openContainment } from './contain-account.ts';
import { endRun, requireNoTrouble } from './end-run.ts';
import { openWorld, type World } from './hold-against-world.ts';
import { visitAccounts } from './in-account.ts';
import { deleteQuarantine, liftQuarantine, mayBeQuarantined, replaceQuarantine } from './lift-quarantine.ts';
import { containedAt, dueAt, isOver, markSettled, markVerified, requireSameOrganization, troubleOf, verifiedAt, type OrganizationRun } from './organization-run.ts';
import { proveSoaks } from './prove-soak.ts';
import { isRemoved, openRemoval, openRemovalSessions, removalsOf, verifyRemoved } from './remove-credentials.ts';
import { nowOf } from '../session.ts';

/** The accounts of a wave in which something is left to do, without those that got into trouble in this process: they are tried again by the next. */
type OpenAccounts = (wave: OrganizationWave) => PlannedAccount[];

function openAccountsOf(run: OrganizationRun, tried: ReadonlySet<AccountId>): OpenAccounts {
  const byId = new Map(run.plan.accounts.map((planned) => [planned.account, planned]));
  return ({ accounts }) => accounts.flatMap((account) => (isOver(run, account) || verifiedAt(run, account) !== null || tried.has(account) ? [] : (byId.get(account) ?? [])));
}

/** What one process has tried, so that trouble is not tried for ever. */
type Walk = { run: OrganizationRun; world: World; tried: Set<AccountId>; openAccounts: OpenAccounts };

/** Those that came through; the others are left to the next process. */
function sift(walk: Walk, before: readonly PlannedAccount[], through: readonly PlannedAccount[]): PlannedAccount[] {
  const good = new Set(through);
  for (const planned of before) if (!good.has(planned)) walk.tried.add(planned.account);
  return [...through];
}

async function contain(walk: Walk, wave: OrganizationWave): Promise<void> {
  const { run } = walk;
  const loose = walk.openAccounts(wave).filter(({ account }) => containedAt(run, account) === null);
  if (loose.length === 0) return;
  await walk.world.lookAgain(loose);
  await makeQuarantine(run, loose);
  const containAccount = openContainment(run);
  sift(walk, loose, await visitAccounts(run, loose, { wave: wave.number, phase: 'contain' }, async (planned) => {
    // Where the quarantine is on already, the world has changed by our own hand; one that was only intended has changed nothing.
    if (!mayBeQuarantined(run, planned) || !walk.world.isQuarantined(planned)) await walk.world.requireAccount(planned);
    await containAccount(planned);
    await recordDeadline(run, planned);
  }));
}

/** Keys are proved to have been contained; what has no soak needs no proof. */
async function prove(walk: Walk, wave: OrganizationWave, accounts: PlannedAccount[]): Promise<PlannedAccount[]> {
  const withKeys = accounts.filter((planned) => removalsOf(planned, 'keys').some((removal) => !isRemoved(walk.run, removal)));
  const kept = sift(walk, withKeys, await proveSoaks(walk.run, withKeys, { wave: wave.number }, true));
  return accounts.filter((planned) => !withKeys.includes(planned) || kept.includes(planned));
}

/** Proves, asks, removes kind by kind, and reads back, in the accounts of a wave whose soak is over. */
async function removeDue(walk: Walk, wave: OrganizationWave): Promise<void> {
  const { run } = walk;
  const now = nowOf(run.session);
  const isDue = (planned: PlannedAccount): boolean => {
    const at = dueAt(run, planned);
    return at !== null && at <= now;
  };
  let accounts = await prove(walk, wave, walk.openAccounts(wave).filter(isDue));
  const sessionOf = openRemovalSessions(run);
  for (const kind of CREDENTIAL_KINDS) {
    const concerned = (): PlannedAccount[] => accounts.filter((planned) => removalsOf(planned, kind).some((removal) => !isRemoved(run, removal)));
    if (concerned().length === 0) continue;
    if ((await requireRemovalConfirmed(run, wave, kind, concerned())) === 'given-late') accounts = await prove(walk, wave, accounts);
    const before = concerned();
    const through = sift(walk, before, await visitAccounts(run, before, { wave: wave.number, phase: `remove-${kind}` }, openRemoval(run, kind, sessionOf)));
    accounts = accounts.filter((planned) => !before.includes(planned) || through.includes(planned));
    run.session.ui.emit({ code: 'organization/removed', wave: wave.number, kind, count: through.reduce((sum, planned) => sum + removalsOf(planned, kind).length, 0), accounts: through.length });
  }
  await finish(walk, wave, accounts, sessionOf);
}

async function finish(walk: Walk, wave: OrganizationWave, accounts: readonly PlannedAccount[], sessionOf: ReturnType<typeof openRemovalSessions>): Promise<void> {
  const { run } = walk;
  const isReplaced = run.plan.afterwards.kind === 'replace';
  sift(walk, accounts, await visitAccounts(run, accounts, { wave: wave.number, phase: 'verify' }, async (planned) => {
    await verifyRemoved(run, planned, sessionOf);
    await markVerified(run, planned.account);
  }));
  if (!isReplaced) await release(walk, wave);
}

/** Quarantines come off what was verified, in this process or before. */
async function release(walk: Walk, wave: OrganizationWave): Promise<void> {
  const { run } = walk;
  const verified = run.plan.accounts.filter(({ account }) => wave.accounts.includes(account) && verifiedAt(run, account) !== null && !isOver(run, account) && !walk.tried.has(account));
  sift(walk, verified, await visitAccounts(run, verified, { wave: wave.number, phase: 'release' }, async (planned) => {
    await liftQuarantine(run, planned);
    await markSettled(run, planned.account);
  }));
}

const passedName = ({ number }: OrganizationWave): string => `wave-${number}/passed`;
const isPassed = (run: OrganizationRun, wave: OrganizationWave): boolean => stateOf(run).observed.has(passedName(wave));

/** What the policy did to root sessions of the canary, it would do to the others. @throws Problem `organization/in-trouble` */
function requireCanarySpared({ run }: Walk, { accounts, number }: OrganizationWave): void {
  const isRefused = number === 1 && accounts.some((account) => !isOver(run, account) && troubleOf(run, account)?.code === 'rollout/probe-refused');
  if (isRefused) requireNoTrouble(run, 'It is the canary, so no other account was quarantined.');
}

/** What is left of a wave whose soaks may differ: late ones are contained, and those that are due come to their end. */
async function attend(walk: Walk, wave: OrganizationWave): Promise<void> {
  await contain(walk, wave);
  await removeDue(walk, wave);
  if (walk.run.plan.afterwards.kind !== 'replace') await release(walk, wave);
}

/** Waits until every soak is over in which nothing went wrong. @throws Problem `soak/waiting`, `organization/in-trouble` */
async function outwait(walk: Walk, wave: OrganizationWave, accounts: () => PlannedAccount[]): Promise<void> {
  for (let pending = pendingSoaks(walk.run, accounts()); pending.length > 0; pending = pendingSoaks(walk.run, accounts())) {
    sift(walk, pending, await awaitSoaks(walk.run, wave, pending));
  }
}

/** Something was written, or found sealed already; from then on, what differs in one account is that account's trouble. */
const hasBegun = (run: OrganizationRun): boolean => stateOf(run).steps.size > 0 || run.plan.accounts.some(({ account }) => containedAt(run, account) !== null);

/**
 * Goes as far as it can. An account in trouble stays as it is and is named; the others go on.
 * @throws Problem `soak/waiting` while soaks are not over; `organization/in-trouble`, `organization/unverified` while anybody is in trouble; and what stops the whole run
 */
export async function retireOrganization(run: OrganizationRun): Promise<0> {
  const { waves } = run.plan;
  const tried = new Set<AccountId>();
  const walk: Walk = { run, world: openWorld(run), tried, openAccounts: openAccountsOf(run, tried) };
  await requireGoAhead(run);
  await requireSameOrganization(run);
  if (!hasBegun(run)) await walk.world.requireWhole();
  for (const wave of waves.filter((planned) => !isPassed(run, planned))) {
    for (const earlier of waves.filter((planned) => isPassed(run, planned))) await attend(walk, earlier);
    await contain(walk, wave);
    requireCanarySpared(walk, wave);
    await outwait(walk, wave, () => walk.openAccounts(wave));
    await removeDue(walk, wave);
    await run.engine.journal.append({ kind: 'observed', what: passedName(wave), value: null });
  }
  const last = waves.at(-1);
  for (let isLate = true; isLate; ) {
    for (const wave of waves) await attend(walk, wave);
    const late = (): PlannedAccount[] => waves.flatMap(walk.openAccounts);
    isLate = pendingSoaks(run, late()).length > 0;
    if (last !== undefined) await outwait(walk, last, late);
  }
  if (run.plan.afterwards.kind === 'replace') {
    await replaceQuarantine(run);
    for (const wave of waves) await release(walk, wave);
  }
  await deleteQuarantine(run);
  return endRun(run);
}
