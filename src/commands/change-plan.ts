/** The plan of guardrail changes, bound to whoever asked for it. */
import { CHANGE_PLAN_SCHEMA, type ChangePlan, type ChangePlanBody } from '../domain/change-plan.ts';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import { digestOf } from '../domain/plan.ts';
import type { PlannedChanges } from '../playbooks/alert-planning.ts';
import type { Context } from './context-type.ts';
import { nowIn } from './run-control.ts';

/** The plan of changes as it is kept and carried out, bound to the account that was asked. */
export function assembleChangePlan(context: Context, about: ChangePlan['about'], boundTo: { account: AccountId; partition: Partition }, { changes, notDone }: PlannedChanges): ChangePlan {
  const body: ChangePlanBody = {
    schema: CHANGE_PLAN_SCHEMA, kind: 'changes', about, createdAt: nowIn(context), tool: context.system.tool, world: context.world, boundTo: { account: boundTo.account, partition: boundTo.partition }, changes, notDone,
  };
  return { ...body, digest: digestOf(body, context.system.sha256) };
}
