/** The end of a drill: the newest run of the rehearsed world, read from its folder, as a debrief. */
import { assembleDebrief, assembleGuardDebrief, type Debrief } from '../../domain/debrief.ts';
import { isOrganizationPlan } from '../../domain/any-plan.ts';
import { assembleOrganizationDebrief } from '../../domain/organization/organization-debrief.ts';
import { PROBLEMS } from '../../domain/problem-registry.ts';
import { containedKeys } from '../../playbooks/contain.ts';
import { countQuarantined, removedCounts, troublesOf } from '../../playbooks/organization/end-run.ts';
import { deletedKeys } from '../../playbooks/remove.ts';
import { parseAnyPlan } from '../any-plan-file.ts';
import { readRuns, type KnownRun, type RunDeps } from '../run-control.ts';

async function assessRun({ context, store }: RunDeps, { lines, runId, state }: KnownRun): Promise<Debrief> {
  const plan = parseAnyPlan(await store.readPlan(runId), context.system.sha256);
  if (isOrganizationPlan(plan)) {
    const record = { plan, engine: { journal: { lines } } };
    return assembleOrganizationDebrief({ plan, removed: removedCounts(record), quarantined: countQuarantined(record), inTrouble: troublesOf(record).length, outcome: state.outcome });
  }
  if ('kind' in plan) return assembleGuardDebrief(state.outcome);
  const stop = state.lastStop === null ? undefined : Object.entries(PROBLEMS).find(([code]) => code === state.lastStop?.code);
  const answer = state.answers.get('sign-in-possible')?.answer;
  return assembleDebrief({
    plan,
    contained: containedKeys(plan, state),
    deleted: deletedKeys(plan, state),
    isVerified: state.observed.has('verified'),
    outcome: state.outcome,
    stoppedBy: stop?.[1].summary ?? null,
    signInPossible: answer === 'yes' || answer === 'go-on' ? answer : null,
  });
}

/** Says what was done well, and what would have gone wrong. @param drill the scenario's name and what it teaches */
export async function debrief(deps: RunDeps, drill: { name: string; teaches: string }): Promise<void> {
  const newest = (await readRuns(deps)).runs[0];
  const assessed = newest === undefined ? assembleDebrief(null) : await assessRun(deps, newest);
  deps.ui.emit({ code: 'screen', screen: 'debrief', world: deps.context.world, endpoint: null });
  deps.ui.emit({ code: 'debrief', drill: drill.name, teaches: drill.teaches, ...assessed, isOver: newest?.state.outcome !== null });
}
