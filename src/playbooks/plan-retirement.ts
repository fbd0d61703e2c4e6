/** Reads the world and assembles the plan for one account: detect, look back, guardrails, decide. Writes nothing. */
import { DAY_MS, plusMs } from '../domain/instant.ts';
import { digestOf, type Plan } from '../domain/plan.ts';
import { assemblePlan, type Decisions } from '../domain/planner.ts';
import { assessKeyHistory } from '../domain/key-history.ts';
import type { RootUserFacts } from '../domain/root-user.ts';
import { isMinting, keyBehind, mintedSessions } from '../domain/signing-key.ts';
import { EVENT_HISTORY_DAYS, openEventHistory } from './event-history.ts';
import type { AccessKeyId } from '../domain/identifiers.ts';
import { hasDataEvents, listGaps } from '../domain/evidence.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import { planContainment } from './containment-planning.ts';
import { planGuardrails, type GuardrailWishes } from './guardrail-planning.ts';
import { lookBack, type LookBack } from './look-back.ts';
import { nowOf, type Callers, type Session } from './session.ts';
import { identify, surveyRootUser } from './survey.ts';

/** `more`: sources besides Event history, which add callers to it; proofs rest on Event history alone. */
export type PlanRequest = { days: number; more?: readonly EvidenceSource[]; decisions: Decisions; guardrails: GuardrailWishes };

/** What was read of one account before anything is decided. */
export type Observations = { callers: Callers; facts: RootUserFacts; lookBack: LookBack | null };

/** Looks back at root's events of the last `days`, and says who used root. */
export async function observeUse(session: Session, facts: RootUserFacts, days: number, more: readonly EvidenceSource[] = []): Promise<LookBack> {
  const keyIds = facts.keys.known ? facts.keys.value.map((key) => key.keyId) : [];
  const to = nowOf(session);
  const from = plusMs(to, -Math.min(days, EVENT_HISTORY_DAYS) * DAY_MS);
  const sources = [openEventHistory(session.identities.reading.reader, session.ui), ...more];
  const seen = await lookBack(session, sources, { subject: { ...facts, keyIds }, from, to, keeps: (event) => event.keyChange !== null || isMinting(event) });
  session.ui.emit({ code: 'look-back/done', usage: seen.usage, hasDataEvents: hasDataEvents(seen.sources) });
  const gaps = listGaps(seen.sources.slice(1));
  if (gaps.length > 0) session.ui.emit({ code: 'warning', text: `What the log files lack is no proof of anything: ${gaps.join('; ')}.` });
  return seen;
}

/** The root key that stands behind the root session, as far as the look-back shows; null for a session of its own. */
export function signingKeyOf({ callers, facts, lookBack }: Observations): AccessKeyId | null {
  const signer = callers.root === null ? null : keyBehind(callers.root.caller, mintedSessions(lookBack?.kept ?? []));
  const signing = facts.keys.known ? facts.keys.value.find((key) => key.keyId === signer) : undefined;
  return signing?.keyId ?? null;
}

/** Makes the plan from what was observed and what was decided. Reads the guardrails that are there; a suspected compromise is contained first. */
export async function decidePlan(session: Session, observed: Observations, decisions: Decisions, wishes: GuardrailWishes): Promise<Plan> {
  const { callers, facts } = observed;
  const seen = decisions.isSuspectedCompromise ? null : observed.lookBack;
  const guardrails = decisions.isSuspectedCompromise
    ? { actions: [], notDone: [{ what: 'guardrails', because: 'a suspected compromise is contained first' }], blockers: [] }
    : await planGuardrails(session, facts, wishes);
  const signingKey = decisions.isAttended ? null : signingKeyOf({ ...observed, lookBack: seen });
  const { containment, notDone, blockers } = await planContainment(session, facts, signingKey, wishes.containment);
  const body = assemblePlan({
    createdAt: nowOf(session),
    tool: session.system.tool,
    world: session.world,
    facts,
    reading: { name: session.identities.reading.name, caller: callers.reading },
    root: callers.root === null ? null : { name: callers.root.cloud.name, caller: callers.root.caller },
    mintedBy: mintedSessions(seen?.kept ?? []),
    usage: seen?.usage ?? null,
    seenKeys: assessKeyHistory(seen?.kept ?? [], seen?.usage.callers),
    guardrails: { actions: guardrails.actions, notDone: [...notDone, ...guardrails.notDone], blockers: [...blockers, ...guardrails.blockers] },
    containment,
    decisions,
  });
  return { ...body, digest: digestOf(body, (text) => session.system.sha256(text)) };
}

/** Identify, detect, look back and decide, without a question in between. */
export async function planRetirement(session: Session, { days, more, decisions, guardrails }: PlanRequest): Promise<Plan> {
  const identified = await identify(session);
  const facts = await surveyRootUser(session, identified);
  const seen = decisions.isSuspectedCompromise ? null : await observeUse(session, facts, days, more);
  return decidePlan(session, { callers: identified.callers, facts, lookBack: seen }, decisions, guardrails);
}
