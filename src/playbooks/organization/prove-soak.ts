/** The proof at the end of a wave's soak, read anew by every process that deletes: contained the whole time, nobody unknown, no key that is not planned. */
import { assessSealedEvents, assessSealedKeys, type SealedSoak } from '../../domain/organization/sealed-soak.ts';
import { assessLifting, type OrganizationChange } from '../../domain/organization-change.ts';
import type { AccessKeyId, AccountId } from '../../domain/identifiers.ts';
import { plusMs, SECOND_MS, type Instant } from '../../domain/instant.ts';
import type { PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { asProblem, problem } from '../../domain/problem.ts';
import type { AccountCoverage } from '../../domain/root-replay.ts';
import type { LastUse } from '../../domain/root-user.ts';
import type { SoakViolation } from '../../domain/soak-watch.ts';
import { iamEventRegion } from '../../domain/soak-proof.ts';
import { fingerprintOf } from '../../domain/usage.ts';
import { ownKeyIds } from '../run.ts';
import { isAttached, openPolicyId } from '../scp-steps.ts';
import { managerOf, nowOf } from '../session.ts';
import { requireSealed } from './contain-account.ts';
import { visitAccounts, type Visit } from './in-account.ts';
import { readRootEvents, type SeenEvents } from './member-evidence.ts';
import { actionOf, containedAt, openRootSession, requireIdentities, type OrganizationRun } from './organization-run.ts';

/** Null where CloudTrail of the management account could not be read whole. */
type Changes = readonly OrganizationChange[] | null;

/** Who stays in an account that is contained has to be told of five of a hundred reasons. */
const MOST_TOLD = 5;

function stopFor(violations: readonly SoakViolation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  const rest = violations.length - MOST_TOLD;
  throw problem(first.code, { detail: [...violations.slice(0, MOST_TOLD).map(({ text }) => text), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ') });
}

/** Everything that may have lifted a policy somewhere since the first of these soaks began, read once for all of them. */
async function readChanges(run: OrganizationRun, from: Instant): Promise<Changes> {
  try {
    return await managerOf(run.session).reader.readOrganizationChanges({ region: iamEventRegion(run.plan.boundTo.partition), from: plusMs(from, -SECOND_MS), to: nowOf(run.session) });
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted' || because.code.startsWith('credentials/')) throw because;
    return null;
  }
}

/** Was the policy there all the time? A policy that was found above the account may also have been left behind by moving the account. */
function liftingsOf(planned: PlannedAccount, changes: readonly OrganizationChange[], quarantineId: string | null, since: Instant): SoakViolation[] {
  const sealed = actionOf(planned, 'find-sealed');
  if (sealed === undefined) return quarantineId === null ? [] : assessLifting(changes, { policyId: quarantineId, account: planned.account }, since);
  return [planned.account, sealed.targetId].flatMap((account) => assessLifting(changes, { policyId: sealed.policyId, account }, since));
}

/** Regions that the plan could read have to be readable again; where it could read none, a person has acknowledged that. */
function isBlinder(planned: PlannedAccount, coverage: AccountCoverage | undefined): boolean {
  const before = planned.usage?.coverage;
  if (before === undefined || !before.readable) return false;
  const readable = new Set(coverage?.readable === true ? coverage.regions.flatMap(({ region, readable: isReadable }) => (isReadable ? [region] : [])) : []);
  return before.regions.some((region) => region.readable && !readable.has(region.region));
}

type Proof = { changes: Changes; seen: SeenEvents | undefined; quarantineId: () => Promise<string>; isFinal: boolean };

async function readLastUses(run: OrganizationRun, account: AccountId): Promise<{ listed: Awaited<ReturnType<ReturnType<typeof managerOf>['reader']['readRootKeys']>>; lastUses: Map<AccessKeyId, LastUse | null> }> {
  const { reader } = openRootSession(run, account, 'audit-credentials');
  const listed = await reader.readRootKeys();
  const lastUses = new Map<AccessKeyId, LastUse | null>();
  for (const { keyId } of listed) lastUses.set(keyId, await reader.readLastUse(keyId));
  return { listed, lastUses };
}

async function proveAccount(run: OrganizationRun, planned: PlannedAccount, { changes, seen, quarantineId, isFinal }: Proof): Promise<void> {
  const { account } = planned;
  const since = containedAt(run, account);
  if (since === null) throw problem('soak/too-short', { detail: `Account ${account} is not contained.` });
  const sealed = actionOf(planned, 'find-sealed');
  const policyId = sealed === undefined ? await quarantineId() : null;
  if (sealed !== undefined) await requireSealed(run, account, sealed);
  else if (policyId !== null && !(await isAttached(run, policyId, account))) throw problem('soak/key-not-contained', { detail: `Policy ${run.plan.quarantine.name} is not on ${account}.` });
  stopFor(changes === null ? [] : liftingsOf(planned, changes, policyId, since));
  const acknowledged = new Set(run.plan.acknowledgements.map(({ fingerprint }) => fingerprint));
  const soak: SealedSoak = {
    account, since,
    keyIds: planned.keys.map(({ keyId }) => keyId),
    ownKeyIds: ownKeyIds(run),
    isAcknowledged: (event) => acknowledged.has(fingerprintOf(event, (text) => run.session.system.sha256(text))) || (event.accessKeyId !== null && acknowledged.has(event.accessKeyId)),
    isKeyAcknowledged: (keyId) => acknowledged.has(keyId),
  };
  const { listed, lastUses } = await readLastUses(run, account);
  stopFor([...assessSealedEvents(seen?.events ?? [], soak), ...assessSealedKeys(listed, lastUses, seen?.events ?? [], soak)]);
  if (!isFinal || run.plan.overrides.unprovedSoak !== null) return;
  if (changes === null) throw problem('soak/not-proved', { detail: `CloudTrail of the management account could not be read, so nobody knows whether ${account} was contained the whole time.` });
  if (isBlinder(planned, seen?.coverage)) throw problem('soak/not-proved', { detail: `Root's events of ${account} were readable when the plan was made, and are not now.` });
}

/**
 * Reads the soaks of these accounts back. Returns those for which it was kept.
 * @param isFinal the deadline is over; before it, what cannot be read is no trouble yet
 */
export async function proveSoaks(run: OrganizationRun, accounts: readonly PlannedAccount[], { wave }: Pick<Visit, 'wave'>, isFinal: boolean): Promise<PlannedAccount[]> {
  const soaking = accounts.filter((planned) => actionOf(planned, 'soak') !== undefined);
  const from = soaking.map(({ account }) => containedAt(run, account)).filter((at) => at !== null).sort()[0];
  if (from === undefined) return [...accounts];
  await requireIdentities(run);
  const to = nowOf(run.session);
  const changes = await readChanges(run, from);
  const seen = await readRootEvents(run, soaking.map(({ account }) => account), wave, { from, to });
  const unreadable = soaking.map(({ account }) => account).filter((account) => seen.get(account)?.isWhole !== true);
  run.session.ui.emit({ code: 'organization/read-back', wave, from, to, accounts: soaking.length, unreadable, isContainmentReadable: changes !== null, isFinal });
  await run.engine.journal.append({ kind: 'observed', what: `wave-${wave}/read-back`, value: { from, to, isContainmentReadable: changes !== null, unreadable } });
  const quarantineId = openPolicyId(run, run.plan.quarantine);
  const kept = new Set(await visitAccounts(run, soaking, { wave, phase: 'read-back' }, (planned) => proveAccount(run, planned, { changes, seen: seen.get(planned.account), quarantineId, isFinal })));
  return accounts.filter((planned) => !soaking.includes(planned) || kept.has(planned));
}
