/** `rootzero retire`: the whole job for one account, one question at a time, over the same plan, engine and messages as `plan` and `apply`. */
import { hasConsole, type RootUserFacts } from '../../domain/root-user.ts';
import { iamEventRegion } from '../../domain/soak-proof.ts';
import { exitCodeOf } from '../../domain/outcome.ts';
import { assessVerdict } from '../../domain/verdict.ts';
import { exitCodeFor } from '../../domain/any-plan.ts';
import type { Plan } from '../../domain/plan.ts';
import { problem, type ExitCode } from '../../domain/problem.ts';
import { decidePlan, observeUse, signingKeyOf, type Observations } from '../../playbooks/plan-retirement.ts';
import type { Session } from '../../playbooks/session.ts';
import { identify, surveyRootUser } from '../../playbooks/survey.ts';
import type { Context } from '../context-type.ts';
import { parseDays } from '../options.ts';
import { readWishes } from '../plan.ts';
import { openSession } from '../session.ts';
import type { GivenAnswer } from '../apply.ts';
import { conductPlan } from './conduct.ts';
import { askDecisions } from './decisions.ts';
import { openGuide, type Guide, type GuideOptions } from './guide.ts';
import { chooseStart, type Start } from './start.ts';

/** Before anything is contained: is there a way back in, and does the person want it now? Says no by ending as cancelled. */
async function askToContain({ ask, deps, show }: Guide, plan: Plan, facts: RootUserFacts): Promise<GivenAnswer[]> {
  const answers: GivenAnswer[] = [];
  show('contain');
  if (hasConsole(facts.partition)) {
    const answer = await ask('sign-in-possible', { mfa: plan.mfa });
    if (answer === 'find-out') {
      deps.ui.emit({ code: 'note', text: 'Find out first: root password, the mailbox of the root address, the MFA device. How: rootzero runbook retire-root-keys' });
      throw problem('run/cancelled');
    }
    answers.push({ question: 'sign-in-possible', answer });
  }
  if ((await ask('contain', { plan })) === 'no') throw problem('run/cancelled');
  return [...answers, { question: 'contain', answer: 'yes' }];
}

async function askScpTarget({ ask, options }: Guide, facts: RootUserFacts): Promise<string | undefined> {
  if (!options.scp || options.scpTarget !== undefined) return options.scpTarget;
  if (!facts.place.known || facts.place.value.kind !== 'management') return undefined;
  const target = await ask('scp-target', { organization: facts.place.value.organization });
  return target === '' ? undefined : target;
}

/** A session that turns out to hang on a root key, or that IAM refuses, is asked about again: only a look shows it. */
async function requireIndependence({ ask }: Guide, start: Start, observed: Observations): Promise<Start['answer']> {
  const { keys, partition } = observed.facts;
  const signingKey = signingKeyOf(observed);
  const isRefused = !keys.known && keys.because === 'credentials/root-session-unusable';
  if ((signingKey === null && !isRefused) || start.answer !== 'retire') return start.answer;
  const answer = await ask('begin', { access: isRefused ? 'none' : 'signing-key', signingKey, hasConsole: hasConsole(partition) });
  if (answer === 'sign-in') throw problem('credentials/root-session-needed');
  return answer;
}

async function decide(guide: Guide, session: Session, observed: Observations, answer: Exclude<Start['answer'], 'look' | 'leave'>): Promise<Plan> {
  const decisions = await askDecisions(guide, observed, answer);
  const scpTarget = decisions.isSuspectedCompromise ? undefined : await askScpTarget(guide, observed.facts);
  const wishes = await readWishes(guide.context, { ...guide.options, ...(scpTarget === undefined ? {} : { scpTarget }) }, iamEventRegion(observed.facts.partition));
  guide.show('plan');
  const plan = await decidePlan(session, observed, decisions, wishes);
  guide.deps.ui.emit({ code: 'plan', plan, path: null });
  return plan;
}

/** The session from the first look to the end of the run, or to where it waits. */
export async function walkThrough(guide: Guide): Promise<ExitCode> {
  const days = parseDays(guide.options.days);
  const start = await chooseStart(guide);
  if (start.answer === 'leave') throw problem('run/cancelled');
  guide.show('facts');
  const facts = await surveyRootUser(start.session, start.identified);
  const verdict = assessVerdict(facts);
  if (verdict.state === 'absent') return 0;
  guide.show('usage');
  const { callers } = start.identified;
  const observed: Observations = { callers, facts, lookBack: await observeUse(start.session, facts, days) };
  if (start.answer === 'look' || (start.answer !== 'console' && callers.root === null)) return exitCodeOf(verdict, 'any');
  const answer = await requireIndependence(guide, start, observed);
  if (answer === 'leave') throw problem('run/cancelled');
  if (answer === 'look') return exitCodeOf(verdict, 'any');
  const plan = await decide(guide, start.session, observed, answer);
  if (plan.blockers.length > 0 || plan.actions.length === 0) return exitCodeFor(plan);
  return conductPlan({ ...guide, options: start.options }, plan, await askToContain(guide, plan, facts));
}

/** Looks, and changes nothing: what is there, and who uses it. Ends as `check` does. */
export async function lookOnly({ context, deps, options, show }: Guide): Promise<ExitCode> {
  const session = await openSession(context, options, deps.ui);
  show('facts');
  const facts = await surveyRootUser(session, await identify(session));
  show('usage');
  await observeUse(session, facts, parseDays(options.days));
  return exitCodeOf(assessVerdict(facts), 'any');
}

export const retire = async (context: Context, options: GuideOptions): Promise<ExitCode> => walkThrough(await openGuide(context, options));
