/** Reads the way down to one account and assembles the plan that lifts its seal; reads no more than that, since somebody is waiting. Writes nothing. */
import { assembleBreakGlass, type OpeningRequest, type WayDown } from '../domain/break-glass-planner.ts';
import type { GuardPlan } from '../domain/guard-plan.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { plusMs } from '../domain/instant.ts';
import { problem } from '../domain/problem.ts';
import { readingIdentity, sealPlan } from './plan-rollout.ts';
import { managerOf, nowOf, type Session } from './session.ts';

async function readWay(session: Session, account: AccountId): Promise<WayDown> {
  const { reader } = managerOf(session);
  const way: WayDown = [];
  for (const id of await reader.readPathTo(account)) way.push({ target: await reader.readOrganizationTarget(id), policies: await reader.readAttachedPolicies(id) });
  return way;
}

export type OpeningWish = Pick<OpeningRequest, 'account' | 'known' | 'isDrill' | 'reason' | 'memberRole'> & { durationMs: number };

/** @throws Problem `guardrail/not-management`, and as `assembleBreakGlass` */
export async function planBreakGlass(session: Session, { durationMs, ...wish }: OpeningWish): Promise<GuardPlan> {
  const { reader } = managerOf(session);
  const caller = await reader.readCaller();
  const place = await reader.readPlace();
  if (place.kind !== 'management') throw problem('guardrail/not-management', { detail: `${caller.account} does not manage an organization.` });
  const createdAt = nowOf(session);
  return sealPlan(session, assembleBreakGlass({
    ...wish,
    createdAt,
    tool: session.system.tool,
    world: session.world,
    boundTo: { organization: place.organization, account: caller.account, partition: caller.partition },
    reading: readingIdentity(session, caller),
    way: wish.account === caller.account ? [] : await readWay(session, wish.account),
    until: plusMs(createdAt, durationMs),
  }));
}
