/** `rootzero` by itself: the posture at a glance, unfinished runs first, then the next sensible step. */
import { parseRunId } from '../../domain/identifiers.ts';
import { asProblem, type ExitCode, type Problem } from '../../domain/problem.ts';
import { assessVerdict, type AccountState } from '../../domain/verdict.ts';
import { glanceAtRootUser, identify } from '../../playbooks/survey.ts';
import type { AccountPlace } from '../../domain/root-user.ts';
import type { MenuEntry } from '../../ports/questions.ts';
import { rollback } from '../apply.ts';
import type { Context } from '../context-type.ts';
import { problemMessage } from '../problem-message.ts';
import { isUnfinished, readRuns, type KnownRun } from '../run-control.ts';
import { openSession } from '../session.ts';
import { conductRun } from './conduct.ts';
import { guardOrganization } from './guardrails.ts';
import { openGuide, type Guide, type GuideOptions } from './guide.ts';
import { retireOrganization } from './organization.ts';
import { lookOnly, walkThrough } from './retire.ts';
import { listRunEntries } from './run-entries.ts';

/** `isDelegate`: whether the account is IAM's delegated administrator; it alone of all members is told about centralized root access. */
type Glance = { account: string; state: AccountState; place: AccountPlace | null; isDelegate: boolean; hasManager: boolean } | { trouble: Problem };

async function glance({ context, deps, options }: Guide): Promise<Glance> {
  try {
    const session = await openSession(context, options, deps.ui);
    const { account, place, ...facts } = await glanceAtRootUser(session, await identify(session));
    return { account, state: assessVerdict({ ...facts, account, place }).state, place: place.known ? place.value : null, isDelegate: facts.centralAccess.known, hasManager: session.identities.organization !== null };
  } catch (thrown) {
    const trouble = asProblem(thrown);
    if (trouble.exitCode === 70 || trouble.code === 'run/interrupted') throw trouble;
    deps.ui.emit(problemMessage(trouble));
    return { trouble };
  }
}

function unavailableBecause(seen: Glance, unfinished: KnownRun[]): MenuEntry['unavailable'] {
  if ('trouble' in seen) return { because: seen.trouble.summary, remedy: seen.trouble.nextStep };
  const run = unfinished.find(({ state }) => state.account === seen.account && state.lastStop === null);
  if (run !== undefined) return { because: `run ${run.runId} of this account is unfinished`, remedy: 'resume it, or roll it back' };
  return seen.state === 'absent' ? { because: 'there is no root key here', remedy: 'rootzero check in CI tells when one comes back' } : null;
}

/** Over an organization only whoever manages it can do anything; root sessions in its members are opened by IAM's delegated administrator as well. */
function noOrganizationBecause(seen: Glance, unfinished: KnownRun[], what: 'guardrails' | 'root-keys'): MenuEntry['unavailable'] {
  if ('trouble' in seen) return unavailableBecause(seen, []);
  const { place, isDelegate, hasManager } = seen;
  if (place === null) return { because: 'the organization could not be read', remedy: 'rootzero doctor' };
  if (place.kind === 'standalone') return { because: 'there is none', remedy: 'rootzero guard alerts' };
  if (place.kind === 'member' && what === 'root-keys' && !isDelegate) return { because: `neither ${place.managementAccount} nor its delegate for IAM asks`, remedy: '--profile with an identity of that account' };
  if (place.kind === 'member' && what === 'guardrails' && !hasManager) return { because: `${place.managementAccount} manages it`, remedy: '--org-profile with an identity of that account' };
  const run = unfinished.find(({ state }) => state.account === place.organization && state.lastStop === null);
  return run === undefined ? null : { because: `run ${run.runId} over it is unfinished`, remedy: 'resume it, or roll it back' };
}

function assembleEntries(seen: Glance, runs: MenuEntry[], unfinished: KnownRun[], hasDrills: boolean): MenuEntry[] {
  const look: MenuEntry = { id: 'look', task: { kind: 'look' }, unavailable: 'trouble' in seen ? unavailableBecause(seen, []) : null };
  const retire: MenuEntry = { id: 'retire', task: { kind: 'retire' }, unavailable: unavailableBecause(seen, unfinished) };
  const organization: MenuEntry = { id: 'organization', task: { kind: 'organization' }, unavailable: noOrganizationBecause(seen, unfinished, 'root-keys') };
  const guard: MenuEntry = { id: 'guard', task: { kind: 'guard' }, unavailable: noOrganizationBecause(seen, unfinished, 'guardrails') };
  const drills: MenuEntry[] = hasDrills ? [{ id: 'drills', task: { kind: 'drills' }, unavailable: null }] : [];
  return [...runs, look, retire, organization, guard, ...drills, { id: 'leave', task: { kind: 'leave' }, unavailable: null }];
}

/** @param rehearse opens the list of drills; null inside one */
export async function openMenu(context: Context, options: GuideOptions, rehearse: (() => Promise<ExitCode>) | null): Promise<ExitCode> {
  const guide = await openGuide(context, options);
  guide.show('menu');
  const { runs } = await readRuns(guide.deps);
  const unfinished = runs.filter((run) => isUnfinished(run, runs) && run.state.world === context.world);
  const seen = await glance(guide);
  const entries = assembleEntries(seen, await listRunEntries(guide.deps, unfinished, runs), unfinished, rehearse !== null);
  const answer = await guide.ask('menu', { entries });
  const task = entries.find(({ id }) => id === answer)?.task ?? { kind: 'leave' };
  switch (task.kind) {
    case 'resume': return conductRun(guide, parseRunId(task.runId));
    case 'roll-back': return rollback(context, task.runId, options);
    case 'retire': return walkThrough(guide);
    case 'look': return lookOnly(guide);
    case 'organization': return retireOrganization(guide);
    case 'guard': return guardOrganization(guide);
    case 'drills': return rehearse === null ? 0 : rehearse();
    case 'leave': return 0;
  }
}
