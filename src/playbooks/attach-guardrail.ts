/** One attachment of a rollout: tried before, attached, tried after; and taken off at once where our own probe is refused. */
import { policyOf, type GuardAction } from '../domain/guard-plan.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { problem } from '../domain/problem.ts';
import { mayHaveHappened, retractStep, stepOf, type GuardRun } from './guard-run.ts';
import { probeAfter, probeBefore, type Baseline } from './root-probe.ts';
import { stateOf } from './run.ts';
import { attachPolicy, detachPolicy } from './scp-steps.ts';

type Attach = Extract<GuardAction, { kind: 'attach-policy' }>;

const baselineName = ({ id }: Attach): string => `${id}/baseline`;

function recordedBaseline(run: GuardRun, action: Attach): Baseline | null {
  const value = stateOf(run).observed.get(baselineName(action))?.at(-1)?.value;
  return value === undefined ? null : { role: value === true };
}

async function readBaseline(run: GuardRun, action: Attach, account: AccountId): Promise<Baseline> {
  const known = recordedBaseline(run, action);
  if (known !== null) return known;
  const before = await probeBefore(run, account);
  await run.engine.journal.append({ kind: 'observed', what: baselineName(action), value: before.role });
  return before;
}

/** Detaches, and looks whether that helped. Always ends the run here: what our policy does to our own sessions is for a person to find out. */
async function retract(run: GuardRun, action: Attach, account: AccountId, before: Baseline, because: string): Promise<never> {
  const { target } = action;
  await detachPolicy(run, retractStep(action), policyOf(run.plan, action.policy), target);
  const still = await probeAfter(run, account, before).catch(() => undefined);
  const since = still === undefined ? 'whether that helped could not be seen' : still === null ? 'what was refused works again' : 'it is still refused, so this policy is not the cause, or not the only one';
  throw problem('rollout/probe-refused', {
    detail: `${because.replace(/\.?$/, '.')} ${action.policy} was detached from ${target.name} (${target.id}) again; ${since}.`,
  });
}

/**
 * Returns what was seen to go on working; null where nothing could be tried.
 * @throws Problem `rollout/probe-refused`, with the policy detached again; `rollout/refused-before`, with nothing attached
 */
export async function attachAndProbe(run: GuardRun, action: Attach): Promise<string | null> {
  const { probe, target } = action;
  const policy = policyOf(run.plan, action.policy);
  if (mayHaveHappened(run, retractStep(action)) && probe !== null) return retract(run, action, probe, recordedBaseline(run, action) ?? { role: false }, 'It was refused before.');
  const before = probe === null ? null : await readBaseline(run, action, probe);
  await attachPolicy(run, stepOf(action), policy, target);
  if (probe === null || before === null) return null;
  const refused = await probeAfter(run, probe, before);
  if (refused !== null) await retract(run, action, probe, before, refused);
  return `root session${before.role ? ' and role' : ''} in ${probe} work on`;
}
