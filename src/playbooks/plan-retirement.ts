/** Reads the world and assembles the plan for one account: detect, look back, guardrails, decide. Writes nothing. */
import type { Usage } from '../domain/caller.ts';
import { DAY_MS, plusMs, type Instant } from '../domain/instant.ts';
import { digestOfPlan, type Plan } from '../domain/plan.ts';
import { assemblePlan, type Decisions } from '../domain/planner.ts';
import type { RootEvent } from '../domain/root-event.ts';
import { mintedSessions } from '../domain/signing-key.ts';
import { planGuardrails, type GuardrailWishes } from './guardrail-planning.ts';
import { assembleCallers, EVENT_HISTORY_DAYS, readRootEvents, type LookBack } from './look-back.ts';
import { nowOf, readCallers, type Session } from './session.ts';
import { surveyRootUser } from './survey.ts';

export type PlanRequest = { days: number; decisions: Decisions; guardrails: GuardrailWishes };

/** By key, the last time that an event says it was deactivated, unless it was activated after that. */
function lastDeactivations(events: RootEvent[]): Record<string, Instant> {
  const at: Record<string, Instant> = {};
  for (const { keyChange, errorCode, at: time } of events) {
    if (keyChange === null || errorCode !== null) continue;
    if (keyChange.change === 'deactivated') at[keyChange.keyId] = time;
    else delete at[keyChange.keyId];
  }
  return at;
}

export async function planRetirement(session: Session, request: PlanRequest): Promise<Plan> {
  const callers = await readCallers(session);
  const facts = await surveyRootUser(session, callers);
  const keyIds = facts.keys.known ? facts.keys.value.map((key) => key.keyId) : [];
  let lookBack: LookBack | null = null;
  let usage: Usage | null = null;
  if (!request.decisions.isSuspectedCompromise) {
    const to = nowOf(session);
    lookBack = await readRootEvents(session, facts, keyIds, plusMs(to, -Math.min(request.days, EVENT_HISTORY_DAYS) * DAY_MS), to);
    usage = assembleCallers(session, lookBack);
  }
  const guardrails = request.decisions.isSuspectedCompromise
    ? { actions: [], notDone: [{ what: 'guardrails', because: 'a suspected compromise is contained first' }], blockers: [] }
    : await planGuardrails(session, facts, request.guardrails);
  const body = assemblePlan({
    createdAt: nowOf(session),
    tool: session.system.tool,
    world: session.world,
    facts,
    reading: { name: session.identities.reading.name, caller: callers.reading },
    root: callers.root === null ? null : { name: callers.root.cloud.name, caller: callers.root.caller },
    mintedBy: mintedSessions(lookBack?.events ?? []),
    usage,
    deactivatedAt: lastDeactivations(lookBack?.events ?? []),
    guardrails,
    decisions: request.decisions,
  });
  return { ...body, digest: digestOfPlan(body, (text) => session.system.sha256(text)) };
}
