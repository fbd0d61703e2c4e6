/** The guardrails over the organization, one question at a time: preview, who would lose root, the consequence, then the same run as `guard apply`. */
import { exitCodeFor } from '../../domain/any-plan.ts';
import type { Acknowledgement } from '../../domain/plan.ts';
import { problem, type ExitCode } from '../../domain/problem.ts';
import { isCallerToAccept, type Replay } from '../../domain/root-replay.ts';
import { planRollout } from '../../playbooks/plan-rollout.ts';
import { carryOutPlan } from '../apply.ts';
import { readDecisions, readPast, type RolloutOptions } from '../guard/rollout-options.ts';
import { openSession } from '../session.ts';
import type { Guide } from './guide.ts';

/** What `guard preview` takes where nothing is said. */
const DEFAULTS: Omit<RolloutOptions, 'format' | 'allowEndpoint' | 'days'> = { target: [], exclude: [], observe: '24h', accept: [], centralRoot: true, logs: [] };

/** @throws Problem `run/cancelled` */
async function askCallers({ ask, show }: Guide, replay: Replay | null): Promise<Acknowledgement[]> {
  const accepted: Acknowledgement[] = [];
  const callers = replay?.callers.filter(isCallerToAccept) ?? [];
  for (const [index, caller] of callers.entries()) {
    show('caller');
    if ((await ask('guard/caller', { caller, number: index + 1, of: callers.length })) === 'stop') throw problem('run/cancelled');
    accepted.push({ fingerprint: caller.fingerprint, reason: 'known; it may be denied' });
  }
  return accepted;
}

/** Ends after the first wave, which is watched for a day. @throws Problem `run/cancelled`; as `guard apply` */
export async function guardOrganization(guide: Guide): Promise<ExitCode> {
  const { context, deps, ask, options, show } = guide;
  show('guardrails');
  const role = await ask('member-role', { purpose: 'guardrails' });
  const given: RolloutOptions = { ...DEFAULTS, ...options, ...(role === '' ? {} : { memberRole: role }) };
  const session = await openSession(context, options, deps.ui);
  const { plan: first, accepting } = await planRollout(session, await readDecisions(context, given), await readPast(context, given));
  const accepted = await askCallers(guide, first.replay);
  const plan = accepted.length === 0 ? first : accepting(accepted);
  show('plan');
  deps.ui.emit({ code: 'guard/plan', plan, path: null });
  if (plan.blockers.length > 0 || plan.actions.length === 0) return exitCodeFor(plan);
  return (await carryOutPlan(deps, plan, options)).end.exitCode;
}
