/** Carries out a plan, from the first check to the summary. Every process that works on the run walks the same path; the journal says what is behind it. */
import { DAY_MS, HOUR_MS, latestOf, plusMs, type Instant } from '../domain/instant.ts';
import { isAttended, isDeleting, type Action } from '../domain/plan.ts';
import { assessPlanFit } from '../domain/plan-fit.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem } from '../domain/problem.ts';
import { assessKeyHistory } from '../domain/key-history.ts';
import { isDeed, listDeeds, newRegions, sessionsMayLiveUntil } from '../domain/deeds.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { RootUserFacts } from '../domain/root-user.ts';
import { isMinting, keyBehind, mintedSessions } from '../domain/signing-key.ts';
import { isOwnRead } from '../domain/usage.ts';
import { areKeysGone, attendConsole, DELETION_STEP } from './console.ts';
import { containedKeys, containKey } from './contain.ts';
import { EVENT_HISTORY_DAYS, openEventHistory } from './event-history.ts';
import { putConfigRule } from './guardrails.ts';
import { lookBack, type LookBack } from './look-back.ts';
import { deletedKeys, deleteKey, deleteStep, requireConfirmation, verifyNoRootKeys } from './remove.ts';
import { ownKeyIds, requireBoth, requireReading, stateOf, type Run } from './run.ts';
import { attachScp } from './scp-attachment.ts';
import { containByScp, liftScp } from './scp-containment.ts';
import { nowOf } from './session.ts';
import { keepSoak } from './soak.ts';
import { readAlias, readRootUserFacts, reportChangesAfter } from './survey.ts';

/** The longest life of a session minted with a root key (STS API reference, GetSessionToken). */
const MINTED_SESSION_MS = HOUR_MS;

const hasBegun = (run: Run): boolean => stateOf(run).steps.size > 0 || stateOf(run).waiting !== null;

/** The look-back of the plan's account, anew. */
async function lookBackAgain(run: Run, alias: RootUserFacts['alias'], keeps: (event: RootEvent) => boolean, from?: Instant): Promise<LookBack> {
  const { plan: { boundTo, keys }, session } = run;
  const to = nowOf(session);
  const subject = { account: boundTo.account, partition: boundTo.partition, alias, keyIds: keys.map((key) => key.keyId) };
  const sources = [openEventHistory(session.identities.reading.reader, session.ui)];
  return lookBack(session, sources, { subject, from: from ?? plusMs(to, -EVENT_HISTORY_DAYS * DAY_MS), to, keeps });
}

/** Re-reads the world and refuses a plan that no longer fits it. Only before the first step: afterwards each step has its own conditions. */
async function requireFit(run: Run): Promise<void> {
  const { plan, session } = run;
  const isKeyless = plan.keys.length === 0 && !isAttended(plan);
  // The console needs no root session, and one that is given may be the key itself.
  const callers = isKeyless || isAttended(plan) ? { reading: await requireReading(run), root: null } : await requireBoth(run);
  const facts = await readRootUserFacts(session, callers);
  const seen = plan.isSuspectedCompromise || isKeyless ? null : await lookBackAgain(run, facts.alias, (event) => event.keyChange !== null || isMinting(event), plan.coverage?.from);
  const signer = callers.root === null ? null : keyBehind(callers.root.caller, mintedSessions(seen?.kept ?? []));
  const fit = assessPlanFit(plan, signer, facts, seen?.usage ?? null, assessKeyHistory(seen?.kept ?? [], seen?.usage.callers));
  if (fit.differences.length > 0) throw problem('plan/stale', { detail: fit.differences.join(' ') });
  for (const text of fit.warnings) session.ui.emit({ code: 'warning', text });
  await run.store.writeEvidence(run.id, 'before.json', printableJson(facts, true));
  if (fit.soakMs > plan.soak.plannedMs) await run.engine.journal.append({ kind: 'observed', what: 'soak-ms', value: fit.soakMs });
}

/** A suspected compromise: what root did, for a person to judge. Always ends the run's own part. */
async function listWhatRootDid(run: Run): Promise<never> {
  const { plan, session } = run;
  const { kept, usage, sources } = await lookBackAgain(run, await readAlias(session), isDeed);
  session.ui.emit({ code: 'look-back/done', usage });
  const deeds = listDeeds(kept.filter((event) => !isOwnRead(event) && !(event.accessKeyId !== null && ownKeyIds(run).has(event.accessKeyId))));
  const contained = [...containedKeys(plan, stateOf(run)).values()];
  const expiry = contained.length === 0 ? null : sessionsMayLiveUntil(usage.callers, contained.reduce(latestOf));
  session.ui.emit({ code: 'deeds', deeds, newRegions: newRegions(usage.regionSpans, plusMs(nowOf(session), -7 * DAY_MS)), sessionsMayLiveUntil: expiry?.mintedUntil ?? null });
  await run.store.writeEvidence(run.id, 'deeds.json', printableJson({ coverage: usage.coverage, sources, deeds }, true));
  throw problem('compromise/contained', { detail: `${deeds.length} changing calls by root are listed in ${run.store.folderOf(run.id)}.` });
}

async function carryOut(run: Run, action: Action): Promise<string | null> {
  switch (action.kind) {
    case 'contain-by-deactivation': {
      await containKey(run, action.keyId);
      return null;
    }
    case 'attend-console': {
      await attendConsole(run, action);
      return null;
    }
    case 'look-back': return listWhatRootDid(run);
    case 'soak': {
      const { steps, told } = stateOf(run);
      // Whoever was told to delete was told after the proof.
      if (told.has(DELETION_STEP) && (await areKeysGone(run))) return null;
      if (isAttended(run.plan)) {
        await keepSoak(run, action);
        return null;
      }
      const contained = action.contained.filter((keyId) => steps.get(deleteStep(keyId))?.state !== 'succeeded');
      // A signing key whose delete may have had its effect can no longer be asked; the step itself looks, by the witness.
      const watched = action.watched.filter((keyId) => !['succeeded', 'intended'].includes(steps.get(deleteStep(keyId))?.state ?? ''));
      if (contained.length + watched.length > 0) await keepSoak(run, { ...action, contained, watched });
      return null;
    }
    case 'delete-root-key': {
      await deleteKey(run, action);
      return null;
    }
    case 'verify-no-root-keys': return (await verifyNoRootKeys(run, action)) === null ? 'accepted, not verified: no witness' : null;
    case 'contain-by-scp': {
      await containByScp(run, action);
      return null;
    }
    case 'lift-scp': {
      await liftScp(run, action);
      return null;
    }
    case 'attach-guardrail': {
      await attachScp(run, action.id, action.guardrail, requireReading);
      return null;
    }
    case 'put-config-rule': return (await putConfigRule(run, action)) ?? 'no evaluation yet';
  }
}

/** The soak's proof once more, of the time since. */
async function proveAgain(run: Run): Promise<void> {
  const soak = run.plan.actions.find((action) => action.kind === 'soak');
  if (soak !== undefined) await carryOut(run, soak);
}

async function summarise(run: Run): Promise<'done' | 'done-unverified'> {
  const { plan, session } = run;
  const state = stateOf(run);
  const isVerified = !isDeleting(plan) || state.observed.has('verified');
  const outcome: 'done' | 'done-unverified' = isVerified ? 'done' : 'done-unverified';
  const [contained, deleted] = [containedKeys(plan, state), deletedKeys(plan, state)];
  const removed = [...deleted.keys()];
  // A key mints no more sessions once it is contained; one that never was, once it is gone.
  const endedAt = [...new Map([...deleted, ...contained]).values()];
  let reportStillShowsUntil: Instant | null = null;
  if (isVerified) {
    const reading = await session.identities.reading.reader.readCaller();
    const after = await readRootUserFacts(session, { reading, root: null });
    reportStillShowsUntil = reportChangesAfter(after);
    await run.store.writeEvidence(run.id, 'after.json', printableJson(after, true));
  }
  const summary = {
    code: 'summary' as const,
    runId: run.id,
    outcome,
    removed,
    convergence: { reportStillShowsUntil, sessionsMayLiveUntil: endedAt.length === 0 ? null : plusMs(endedAt.reduce(latestOf), MINTED_SESSION_MS) },
    notDone: plan.notDone,
    folder: run.store.folderOf(run.id),
    next: isVerified ? 'rootzero check in CI: exit 1 if a root key comes back' : 'rootzero check, with a role that may call iam:GetAccountSummary',
  };
  await run.store.writeEvidence(run.id, 'summary.json', printableJson(summary, true));
  await run.engine.journal.append({ kind: 'run-ended', outcome });
  session.ui.emit(summary);
  return outcome;
}

/**
 * Goes as far as it can: to the end, or to the wait of the soak (Problem `soak/waiting`, exit code 75).
 * @throws Problem for everything that stops it; containment is kept
 */
export async function retireRootKeys(run: Run): Promise<'done' | 'done-unverified'> {
  const { plan, session } = run;
  if (!hasBegun(run)) await requireFit(run);
  for (const action of plan.actions) {
    session.signal.throwIfAborted();
    if ((await requireConfirmation(run, action)) === 'given-late') await proveAgain(run);
    session.ui.emit({ code: 'step/started', action });
    const note = await carryOut(run, action);
    session.ui.emit({ code: 'step/done', action, at: nowOf(session), note });
  }
  return summarise(run);
}
