/** How a run over an organization ends: everything done and read back, or somebody in trouble. Its evidence has a row for each account. */
import { CREDENTIAL_KINDS, type CredentialKind, type PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { countCredentials } from '../../domain/organization/removal-phrase.ts';
import type { NotDone } from '../../domain/plan.ts';
import { printableJson } from '../../domain/printable-json.ts';
import { problem } from '../../domain/problem.ts';
import type { AccountTrouble } from '../../ports/organization-messages.ts';
import { mayBeQuarantined } from './lift-quarantine.ts';
import { containedAt, isOver, isSettled, leftOutBecause, troubleOf, verifiedAt, type OrganizationRecord, type OrganizationRun } from './organization-run.ts';
import { isRemoved, mayBeRemoved, removalsOf } from './remove-credentials.ts';

/** Accounts in trouble with which nobody has finished. */
export const troublesOf = (run: OrganizationRecord): AccountTrouble[] =>
  run.plan.accounts.flatMap(({ account }) => (isOver(run, account) ? [] : (troubleOf(run, account) ?? [])));

/** More would hide the first ones; `status` has them all. */
const MOST_NAMED = 5;

/** @throws Problem `organization/in-trouble`; `organization/unverified` where all that is wrong is that nobody could look */
export function requireNoTrouble(run: OrganizationRun, remark = ''): void {
  const troubles = troublesOf(run);
  if (troubles.length === 0) return;
  const named = troubles.slice(0, MOST_NAMED).map(({ account, code }) => `${account} (${code})`).join(', ');
  const rest = troubles.length > MOST_NAMED ? ` and ${troubles.length - MOST_NAMED} more` : '';
  throw problem(troubles.every(({ isUnverified }) => isUnverified) ? 'organization/unverified' : 'organization/in-trouble', {
    detail: `${named}${rest}. ${remark}`.trim(),
    nextStep: `rootzero status shows each; then rootzero resume ${run.id} tries them again, or finish without one: rootzero resume ${run.id} --leave-out ACCOUNT=REASON`,
  });
}

const countRemoved = (run: OrganizationRecord, kind: CredentialKind): number =>
  run.plan.accounts.reduce((sum, planned) => sum + (verifiedAt(run, planned.account) === null ? 0 : removalsOf(planned, kind).filter((removal) => isRemoved(run, removal)).length), 0);

export const countQuarantined = (run: OrganizationRecord): number => run.plan.accounts.filter((planned) => mayBeQuarantined(run, planned)).length;

export const removedCounts = (run: OrganizationRecord): Record<CredentialKind, number> =>
  ({ keys: countRemoved(run, 'keys'), certificates: countRemoved(run, 'certificates'), password: countRemoved(run, 'password'), mfa: countRemoved(run, 'mfa') });

/** `; 1 key may be gone there, which nobody has read back` */
function inDoubt(run: OrganizationRun, planned: PlannedAccount): string {
  if (verifiedAt(run, planned.account) !== null) return '';
  const counts = CREDENTIAL_KINDS.flatMap((kind) => {
    const count = removalsOf(planned, kind).filter((removal) => mayBeRemoved(run, removal)).length;
    return count === 0 ? [] : [countCredentials(kind, count)];
  });
  return counts.length === 0 ? '' : `; ${counts.join(', ')} may be gone there, which nobody has read back`;
}

/** What is not done in an account that was left out, what nobody knows of it, and the seal. */
function leftOut(run: OrganizationRun, planned: PlannedAccount): NotDone[] {
  const reason = leftOutBecause(run, planned.account);
  if (reason === null || isSettled(run, planned.account)) return [];
  const seal = mayBeQuarantined(run, planned) ? `; ${run.plan.quarantine.name} stays on it` : '';
  return [{ what: `${planned.name} (${planned.account})`, because: `left out: ${reason}${inDoubt(run, planned)}${seal}` }];
}

/** What nobody could see of the soaks. */
function unwatched(run: OrganizationRun): NotDone[] {
  const soaked = run.plan.accounts.filter((planned) => removalsOf(planned, 'keys').length > 0);
  if (soaked.length === 0) return [];
  const blind = run.plan.memberRole === null && run.logs.length === 0 ? soaked : soaked.filter(({ usage }) => usage?.coverage.readable === false);
  return [
    ...(blind.length === 0 ? [] : [{ what: `watching ${blind.length} of ${soaked.length} accounts for denied root calls`, because: 'their CloudTrail could not be read; IAM\'s last use of each key was' }]),
    { what: 'watching for denied data events', because: 'they show nowhere: neither in CloudTrail\'s Event history nor as a last use that names them' },
  ];
}

export const notDoneIn = (run: OrganizationRun): NotDone[] => [
  ...run.plan.accounts.flatMap((planned) => leftOut(run, planned)),
  ...unwatched(run),
  ...run.plan.notCovered.map(({ account, name, because }) => ({ what: `${name} (${account})`, because })),
];

function rowOf(run: OrganizationRun, planned: PlannedAccount) {
  const { account, name, path } = planned;
  const trouble = troubleOf(run, account);
  return {
    account, name, path: path.names,
    state: isSettled(run, account) ? 'done' : leftOutBecause(run, account) !== null ? 'left-out' : trouble !== null ? 'in-trouble' : containedAt(run, account) === null ? 'open' : 'contained',
    leftOutBecause: leftOutBecause(run, account),
    trouble,
    containedAt: containedAt(run, account),
    verifiedAt: verifiedAt(run, account),
    removed: CREDENTIAL_KINDS.flatMap((kind) => removalsOf(planned, kind).map((removal) => ({ kind, id: removal.id, state: isRemoved(run, removal) ? 'removed' : mayBeRemoved(run, removal) ? 'unknown' : 'there' }))),
    isQuarantined: mayBeQuarantined(run, planned),
  };
}

export const writeAfter = (run: OrganizationRun): Promise<void> =>
  run.store.writeEvidence(run.id, 'after.json', printableJson({ accounts: run.plan.accounts.map((planned) => rowOf(run, planned)), notCovered: run.plan.notCovered }, true));

/** @throws Problem as `requireNoTrouble` */
export async function endRun(run: OrganizationRun): Promise<0> {
  const { plan, session } = run;
  await writeAfter(run);
  requireNoTrouble(run);
  const summary = {
    code: 'organization/summary' as const,
    runId: run.id,
    outcome: 'done' as const,
    removed: removedCounts(run),
    accounts: plan.accounts.filter(({ account }) => isSettled(run, account)).length,
    stillSealed: countQuarantined(run),
    notDone: notDoneIn(run),
    folder: run.store.folderOf(run.id),
    next: 'rootzero check --org in CI: exit 1 if a root key comes back',
  };
  await run.store.writeEvidence(run.id, 'summary.json', printableJson(summary, true));
  await run.engine.journal.append({ kind: 'run-ended', outcome: 'done' });
  session.ui.emit(summary);
  return 0;
}
