/** Carries out `rootzero breakglass`: lift the seal for one account with a time limit, close it, or drill both. */
import { isGuardPlan } from '../domain/any-plan.ts';
import { parseAccountId, type RunId } from '../domain/identifiers.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { CLOSE_NOW } from '../playbooks/break-glass.ts';
import { planBreakGlass } from '../playbooks/plan-break-glass.ts';
import { parseAnyPlan } from './any-plan-file.ts';
import { carryOutPlan, goOn, type ApplyOptions } from './apply.ts';
import type { Context } from './context-type.ts';
import { readOwnPolicies } from './guard/own-policies.ts';
import { parseDuration, parseText, type CommonOptions } from './options.ts';
import { chooseRun, isUnfinished, openRunDeps, readRuns, type RunDeps } from './run-control.ts';
import { openSession } from './session.ts';

export type OpenOptions = CommonOptions & { for: string; reason: string; memberRole?: string; yes?: true; wait?: true };
export type CloseOptions = ApplyOptions;

const SHORTEST_OPENING_MS = 15 * MINUTE_MS;
const LONGEST_OPENING_MS = 12 * HOUR_MS;

function parseOpening(text: string): number {
  const ms = parseDuration(text);
  if (ms >= SHORTEST_OPENING_MS && ms <= LONGEST_OPENING_MS) return ms;
  throw problem('input/usage', { detail: `--for takes 15m to 12h, not ${JSON.stringify(text)}.` });
}

/** What is approved here is what was asked for in so many words: this account, so long, for this reason. */
async function lift(context: Context, account: string, options: OpenOptions, isDrill: boolean): Promise<ExitCode> {
  const reason = parseText('--reason', options.reason);
  const durationMs = parseOpening(options.for);
  const accountId = parseAccountId(account);
  const deps = await openRunDeps(context, options);
  if (deps.ui.ask === null && options.yes !== true) throw problem('input/no-terminal', { nextStep: 'Run it on a terminal, or say --yes.' });
  const session = await openSession(context, options, deps.ui);
  const plan = await planBreakGlass(session, { account: accountId, known: await readOwnPolicies(deps), isDrill, reason, memberRole: options.memberRole ?? null, durationMs });
  deps.ui.emit({ code: 'guard/plan', plan, path: null });
  return (await carryOutPlan(deps, plan, { ...options, ...(options.yes === true ? { approve: plan.digest } : {}) })).end.exitCode;
}

export const openSeal = (context: Context, account: string, options: OpenOptions): Promise<ExitCode> => lift(context, account, options, false);
export const drillSeal = (context: Context, account: string, options: OpenOptions): Promise<ExitCode> => lift(context, account, options, true);

/** The opening that is meant: the named run, or the only one that is under way. */
async function chooseOpening(deps: RunDeps, named: string | undefined): Promise<RunId> {
  if (named !== undefined) return chooseRun(deps, named);
  const { runs } = await readRuns(deps);
  const open: RunId[] = [];
  for (const run of runs.filter((one) => isUnfinished(one, runs))) {
    const plan = parseAnyPlan(await deps.store.readPlan(run.runId), deps.context.system.sha256);
    if (isGuardPlan(plan) && plan.actions.some(({ kind }) => kind === 'stay-open')) open.push(run.runId);
  }
  const [only, ...others] = open;
  if (only === undefined) throw problem('state/no-run', { detail: 'No opening is on record here. AWS closes each when its time is up.', nextStep: 'rootzero runbook break-glass' });
  if (others.length > 0) throw problem('state/several-runs', { detail: open.join(', ') });
  return only;
}

export async function closeSeal(context: Context, named: string | undefined, options: CloseOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  return (await goOn(deps, await chooseOpening(deps, named), options, [{ question: CLOSE_NOW, answer: 'yes' }])).exitCode;
}
