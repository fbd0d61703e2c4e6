/** The word of a person: before the first write over an organization, and before anything is removed, for each wave and kind of credential. */
import { MINUTE_MS } from '../../domain/instant.ts';
import type { AccountId } from '../../domain/identifiers.ts';
import type { CredentialKind, OrganizationWave, PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { removalPhrase } from '../../domain/organization/removal-phrase.ts';
import { problem, type Problem } from '../../domain/problem.ts';
import { stateOf } from '../run.ts';
import type { OrganizationRun } from './organization-run.ts';
import { mayBeRemoved, removalsOf } from './remove-credentials.ts';

const CARRY_OUT = 'carry-out';

const notApproved = (run: OrganizationRun): Problem => problem('plan/not-approved', { nextStep: `rootzero resume ${run.id} --approve ${run.plan.digest}` });

/** @throws Problem `plan/not-approved` where nobody can be asked, `run/cancelled` */
export async function requireGoAhead(run: OrganizationRun): Promise<void> {
  const { isApproved, answers } = stateOf(run);
  if (isApproved || answers.has(CARRY_OUT)) return;
  const { ui, identities, world } = run.session;
  const { ask } = ui;
  if (ask === null) throw notApproved(run);
  ui.emit({ code: 'screen', screen: 'contain', world, endpoint: identities.reading.endpoint });
  if ((await ask('organization/carry-out', { plan: run.plan })) === 'no') throw problem('run/cancelled');
  await run.engine.journal.append({ kind: 'answered', question: CARRY_OUT, answer: 'yes', by: 'terminal' });
}

const confirmedName = (kind: CredentialKind): string => `confirmed-${kind}`;

/** The accounts in which somebody confirmed the removal of a kind. */
const confirmedAccounts = (run: OrganizationRun, kind: CredentialKind): Set<unknown> =>
  new Set((stateOf(run).observed.get(confirmedName(kind)) ?? []).flatMap(({ value }) => (Array.isArray(value) ? value : [])));

/** Approved by digest, or typed wave by wave. Who sits long before the question is answered on a stale proof: then it is made again. */
export type Confirmation = 'given' | 'given-late';

/** A proof of the soak is good for so long while somebody thinks about the question. */
const PATIENCE_MS = 5 * MINUTE_MS;

/**
 * Nothing is asked of accounts where the removal may have happened already: there the step looks.
 * @throws Problem `plan/not-approved` where nobody can be asked, `delete/not-confirmed`
 */
export async function requireRemovalConfirmed(run: OrganizationRun, { number }: Pick<OrganizationWave, 'number'>, kind: CredentialKind, accounts: readonly PlannedAccount[]): Promise<Confirmation> {
  if (stateOf(run).isApproved) return 'given';
  const confirmed = confirmedAccounts(run, kind);
  const removals = accounts.filter(({ account }) => !confirmed.has(account)).map((planned) => ({ account: planned.account, due: removalsOf(planned, kind).filter((removal) => !mayBeRemoved(run, removal)) })).filter(({ due }) => due.length > 0);
  if (removals.length === 0) return 'given';
  const { ui, clock, identities, world } = run.session;
  if (ui.ask === null) throw notApproved(run);
  const count = removals.reduce((sum, { due }) => sum + due.length, 0);
  const names = new Map(accounts.map(({ account, name }) => [account, name]));
  const about = removals.map(({ account }): { account: AccountId; name: string } => ({ account, name: names.get(account) ?? '' }));
  const askedAt = clock.now();
  ui.emit({ code: 'screen', screen: 'delete', world, endpoint: identities.reading.endpoint });
  const isTyped = await ui.ask('organization/remove', { runId: run.id, wave: number, waves: run.plan.waves.length, kind, count, accounts: about });
  if (!isTyped) throw problem('delete/not-confirmed', { nextStep: `Nothing of it was removed, and containment is kept. Go on: rootzero resume ${run.id}` });
  await run.engine.journal.append({ kind: 'answered', question: `remove ${kind} in wave ${number}`, answer: removalPhrase(kind, count), by: 'terminal' });
  await run.engine.journal.append({ kind: 'observed', what: confirmedName(kind), value: removals.map(({ account }) => account) });
  return clock.now() - askedAt > PATIENCE_MS ? 'given-late' : 'given';
}
