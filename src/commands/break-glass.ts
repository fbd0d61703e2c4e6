/** Carries out `rootzero breakglass`: lift the seal for one account with a time limit, close it, or drill both. */
import { isGuardPlan } from '../domain/any-plan.ts';
import { parseAccountId, type AccountId, type RunId } from '../domain/identifiers.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { CLOSE_NOW } from '../playbooks/break-glass.ts';
import { printableJson } from '../domain/printable-json.ts';
import { surveyPage } from '../playbooks/drill-page.ts';
import type { Session } from '../playbooks/session.ts';
import { planBreakGlass } from '../playbooks/plan-break-glass.ts';
import { parseAnyPlan } from './any-plan-file.ts';
import { carryOutPlan, goOn, type ApplyOptions } from './apply.ts';
import type { Context } from './context-type.ts';
import { readOwnPolicies } from './guard/own-policies.ts';
import { parseDuration, parseText, type CommonOptions } from './options.ts';
import { readPatterns, readSamples } from './policy-files.ts';
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

type Lifted = { deps: RunDeps; session: Session; account: AccountId; runId: RunId; exitCode: ExitCode };

/** What is approved here is what was asked for in so many words: this account, so long, for this reason. */
async function lift(context: Context, account: string, options: OpenOptions, isDrill: boolean): Promise<Lifted> {
  const reason = parseText('--reason', options.reason);
  const durationMs = parseOpening(options.for);
  const accountId = parseAccountId(account);
  const deps = await openRunDeps(context, options);
  if (deps.ui.ask === null && options.yes !== true) throw problem('input/no-terminal', { nextStep: 'Run it on a terminal, or say --yes.' });
  const session = await openSession(context, options, deps.ui);
  const plan = await planBreakGlass(session, { account: accountId, known: await readOwnPolicies(deps), isDrill, reason, memberRole: options.memberRole ?? null, durationMs });
  deps.ui.emit({ code: 'guard/plan', plan, path: null });
  const { runId, end } = await carryOutPlan(deps, plan, { ...options, ...(options.yes === true ? { approve: plan.digest } : {}) });
  return { deps, session, account: accountId, runId, exitCode: end.exitCode };
}

export const openSeal = async (context: Context, account: string, options: OpenOptions): Promise<ExitCode> => (await lift(context, account, options, false)).exitCode;

/** A drill that ends well says as well whether a page would come, as far as that can be read; what is amiss there makes the drill no less done. */
export async function drillSeal(context: Context, text: string, options: OpenOptions): Promise<ExitCode> {
  const { deps, session, account, runId, exitCode } = await lift(context, text, options, true);
  if (exitCode !== 0) return exitCode;
  const outlook = await surveyPage(session, { account, memberRole: options.memberRole ?? null, patterns: await readPatterns(context), samples: await readSamples(context) });
  await deps.store.writeEvidence(runId, 'page.json', printableJson(outlook, true));
  deps.ui.emit({ code: 'breakglass/page', account, ...outlook });
  return exitCode;
}

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
