/** Root keys over the whole organization, one question at a time: what there is, who uses it, the plan, the consequence, then the same run as `apply` of that plan. */
import { exitCodeFor } from '../../domain/any-plan.ts';
import { judgeAccount } from '../../domain/organization/judgement.ts';
import type { MissingWord } from '../../domain/organization/organization-planner.ts';
import { noCounts, stateOfAccount } from '../../domain/organization/survey-progress.ts';
import type { Acknowledgement } from '../../domain/plan.ts';
import { problem, type ExitCode } from '../../domain/problem.ts';
import { planSurveyed, surveyToPlan, type OrganizationSurvey } from '../../playbooks/organization/plan-organization.ts';
import type { SurveyMessage } from '../../ports/survey-messages.ts';
import { parseDays } from '../options.ts';
import { readDecisions } from '../organization-plan.ts';
import { openSession } from '../session.ts';
import { beginPlan } from './conduct.ts';
import { REASONS } from './decisions.ts';
import type { Guide } from './guide.ts';

const EVERY_ACCOUNT = { units: [], accounts: [], tags: [], excluded: [] };

/** What `plan --org` takes where nothing is said. */
const DEFAULTS = { soak: 'auto', acknowledge: [], replaceTarget: [] };

/** Nobody answers more of them with care; `plan --org` lists them all, each with its option. */
const MOST_ASKED = 10;

function assembleFound({ ground, surveyed }: OrganizationSurvey): Extract<SurveyMessage, { code: 'survey/found' }> {
  const accounts = noCounts();
  for (const one of surveyed) accounts[stateOfAccount(one)] += 1;
  const listed = surveyed.filter((one) => stateOfAccount(one) !== 'absent').map((one) => judgeAccount(ground, one, [], 'any'));
  return { code: 'survey/found', organization: ground.tree.id, accounts, listed };
}

/** An account of which one thing is left out needs no further word. @throws Problem `run/cancelled` */
async function askWords({ ask, show }: Guide, missing: readonly MissingWord[]): Promise<Acknowledgement[]> {
  const given: Acknowledgement[] = [];
  const leftOut = new Set<string>();
  for (const [index, missed] of missing.entries()) {
    if (leftOut.has(missed.account)) continue;
    show('caller');
    const answer = await ask('organization/caller', { missed, number: index + 1, of: missing.length });
    if (answer === 'stop') throw problem('run/cancelled');
    if (answer === 'leave-out') leftOut.add(missed.account);
    else given.push({ fingerprint: missed.word.name, reason: answer === 'own-words' ? await ask('reason', { whose: { kind: 'missed', missed } }) : REASONS[answer] });
  }
  return given;
}

/** Ends where the first wave soaks. @throws Problem `run/cancelled`; as `plan --org` and `apply` */
export async function retireOrganization(guide: Guide): Promise<ExitCode> {
  const { context, deps, ask, options, show } = guide;
  show('organization');
  const session = await openSession(context, options, deps.ui);
  const survey = await surveyToPlan(session, EVERY_ACCOUNT);
  const found = assembleFound(survey);
  deps.ui.emit(found);
  const { active, inactive, present } = found.accounts;
  const memberRole = active + inactive + present === 0 ? '' : await ask('member-role', { purpose: 'root-keys' });
  if (memberRole !== '') show('usage');
  const decisions = await readDecisions(context, { ...DEFAULTS, ...(memberRole === '' ? {} : { memberRole }) });
  const first = await planSurveyed(session, survey, { days: parseDays(options.days), logs: [], decisions });
  const isTooMany = first.missing.length > MOST_ASKED;
  const given = isTooMany ? [] : await askWords(guide, first.missing);
  const { plan, surveyed, clean } = given.length === 0 ? first : first.acknowledging(given);
  show('plan');
  deps.ui.emit({ code: 'organization-plan', plan, surveyed, clean, path: null });
  if (isTooMany) {
    const role = memberRole === '' ? '' : ` --member-role ${memberRole}`;
    deps.ui.emit({ code: 'organization-plan/unasked', missing: first.missing.length, next: `rootzero plan --org${role} --out plan.json` });
  }
  if (isTooMany || plan.blockers.length > 0 || plan.accounts.length === 0) return exitCodeFor(plan);
  return beginPlan(guide, plan);
}
