/** Reads an organization and assembles the plan of a rollout: preflight, replay of what root did, waves. Writes nothing. */
import type { GuardPlan, GuardPlanBody } from '../domain/guard-plan.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { DAY_MS, plusMs } from '../domain/instant.ts';
import { digestOf, type Acknowledgement } from '../domain/plan.ts';
import { assembleReplay, type Replay } from '../domain/root-replay.ts';
import { assembleRollout, policiesAfter, reachedAccounts, type RolloutDecisions, type RolloutInput } from '../domain/rollout-planner.ts';
import { levelsOn } from '../domain/scp-chain.ts';
import type { Caller } from '../domain/root-user.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import { EVENT_HISTORY_DAYS } from './event-history.ts';
import { readMemberEvents } from './member-events.ts';
import { readOrganizationFacts, requireManagement } from './observe-organization.ts';
import { managerOf, nowOf, type Session } from './session.ts';

export const readingIdentity = (session: Session, caller: Caller): GuardPlanBody['reading'] =>
  ({ name: managerOf(session).name, arn: caller.arn, kind: caller.kind, keyId: caller.kind === 'root-key' ? caller.accessKeyId : null });

export const sealPlan = (session: Session, body: GuardPlanBody): GuardPlan => ({ ...body, digest: digestOf(body, (text) => session.system.sha256(text)) });

/** How far back Event history is read, and log files besides it, whole. */
export type Past = { days: number; logs: readonly EvidenceSource[] };

/** Null where nobody may read CloudTrail in the members, and there are no log files either. */
async function replayPast(session: Session, input: RolloutInput, { days, logs }: Past): Promise<Replay | null> {
  const { facts, decisions } = input;
  if (decisions.memberRole === null && logs.length === 0) return null;
  const accounts: AccountId[] = reachedAccounts(input);
  const to = nowOf(session);
  const from = plusMs(to, -Math.min(days, EVENT_HISTORY_DAYS) * DAY_MS);
  const read = await readMemberEvents(session, accounts, { partition: facts.partition, role: decisions.memberRole, logs, from, to });
  const after = policiesAfter(input);
  const withLevels = read.map(({ account, events }) => ({ account, events, levels: levelsOn(facts.tree, after, account) }));
  return assembleReplay(withLevels, read.map(({ coverage }) => coverage), { from, to }, facts.partition, (text) => session.system.sha256(text));
}

/**
 * @returns the plan, and the same plan with more callers accepted, which reads nothing again
 * @throws Problem `guardrail/not-management`, `input/unreadable-file`, and as `assembleRollout`
 */
export async function planRollout(session: Session, decisions: RolloutDecisions, past: Past): Promise<{ plan: GuardPlan; accepting: (accepted: Acknowledgement[]) => GuardPlan }> {
  const caller = await requireManagement(session);
  const facts = await readOrganizationFacts(session, caller);
  const input: RolloutInput = { createdAt: nowOf(session), tool: session.system.tool, world: session.world, facts, reading: readingIdentity(session, caller), decisions };
  const replay = await replayPast(session, input, past);
  const accepting = (accepted: Acknowledgement[]): GuardPlan => sealPlan(session, assembleRollout({ ...input, decisions: { ...decisions, accepted: [...decisions.accepted, ...accepted] } }, replay));
  return { plan: accepting([]), accepting };
}
