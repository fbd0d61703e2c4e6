/** Reads an organization and assembles the plan that retires its root credentials: survey, policies, who uses the keys, waves. Writes nothing. */
import type { OrganizationFacts } from '../../domain/guard-preflight.ts';
import { DAY_MS, plusMs } from '../../domain/instant.ts';
import { assembleOrganizationPlan, listMissingWords, type MissingWord, type OrganizationDecisions, type OrganizationPlanInput } from '../../domain/organization/organization-planner.ts';
import type { OrganizationPlan } from '../../domain/organization/organization-plan.ts';
import type { Selection } from '../../domain/organization/selection.ts';
import type { SurveyedAccount } from '../../domain/organization/survey.ts';
import { digestOf, type Acknowledgement, type PlannedIdentity } from '../../domain/plan.ts';
import { asProblem, problem } from '../../domain/problem.ts';
import type { Caller } from '../../domain/root-user.ts';
import type { EvidenceSource } from '../../ports/evidence.ts';
import { EVENT_HISTORY_DAYS } from '../event-history.ts';
import { nowOf, type Session } from '../session.ts';
import { readMemberUsage } from './member-usage.ts';
import { readOtherCredentials } from './other-credentials.ts';
import { readFacts } from './read-facts.ts';
import { selectAccounts } from './select-accounts.ts';
import { openSurveyGround, type SurveyGround } from './survey-ground.ts';
import { surveyOrganization } from './survey-organization.ts';

export type OrganizationPlanRequest = { selection: Selection; days: number; logs: readonly EvidenceSource[]; decisions: OrganizationDecisions };

/** What an organization was found to be, for a plan to be made of it. */
export type OrganizationSurvey = { ground: SurveyGround; surveyed: SurveyedAccount[] };

/** `clean`: accounts that were read and have nothing of what the plan is about. `missing`: what keeps accounts out until somebody acknowledges it. */
export type PlannedOrganization = {
  plan: OrganizationPlan;
  surveyed: number;
  clean: number;
  missing: MissingWord[];
  /** The same plan with more acknowledged, which reads nothing again. */
  acknowledging: (given: readonly Acknowledgement[]) => PlannedOrganization;
};

const identityOf = (name: string, { arn, kind, accessKeyId }: Caller): PlannedIdentity => ({ name, arn, kind, keyId: kind === 'root-key' ? accessKeyId : null });

/** GovCloud has no root sessions at all: its members are in the plan, each with its way out. */
function unreachedIn(ground: SurveyGround, session: Session, read: ReadonlySet<string>): (account: OrganizationFacts['tree']['accounts'][number]) => SurveyedAccount[] {
  return ({ id, name, parentId, state }) => (read.has(id) ? [] : [{
    account: id, name, path: ground.pathOf(parentId), state, isManagement: id === ground.tree.managementAccount, by: 'nobody', at: nowOf(session),
    posture: { kind: 'unknown', because: 'member/root-access-off', detail: 'GovCloud has no central management of root credentials.', remedy: 'rootzero runbook retire-root-keys' },
  }]);
}

/** By account id, so that the same organization gives the same plan. @throws Problem as `surveyOrganization` */
async function surveyAll(session: Session, ground: SurveyGround, selection: Selection): Promise<SurveyedAccount[]> {
  const chosen = await selectAccounts(session, ground.tree, selection);
  const surveyed: SurveyedAccount[] = [];
  try {
    for await (const one of surveyOrganization(session, ground, chosen)) surveyed.push(one);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.code !== 'member/root-access-off' || ground.organization.partition !== 'aws-us-gov') throw because;
    const read = new Set<string>(surveyed.map(({ account }) => account));
    surveyed.push(...chosen.flatMap(unreachedIn(ground, session, read)));
  }
  return surveyed.sort((first, second) => (first.account < second.account ? -1 : 1));
}

/** @throws Problem `survey/not-entitled`, `identity/…`; those of a survey */
export async function surveyToPlan(session: Session, selection: Selection): Promise<OrganizationSurvey> {
  const ground = await openSurveyGround(session);
  const { reading, tree } = ground;
  const { identities } = session;
  if (reading.account !== tree.managementAccount && ground.delegate === null) {
    throw problem('survey/not-entitled', { detail: `Root sessions would be opened by ${identities.organization?.name ?? 'nobody'}, not by ${identities.reading.name} of ${reading.account}.`, nextStep: 'Give that profile as --profile.' });
  }
  return { ground, surveyed: await surveyAll(session, ground, selection) };
}

function assemblePlanned(session: Session, input: OrganizationPlanInput): PlannedOrganization {
  const body = assembleOrganizationPlan(input);
  const plan = { ...body, digest: digestOf(body, (text) => session.system.sha256(text)) };
  const { decisions, surveyed } = input;
  return {
    plan,
    surveyed: surveyed.length,
    clean: surveyed.length - plan.accounts.length - plan.notCovered.length,
    missing: listMissingWords(input),
    acknowledging: (given) => assemblePlanned(session, { ...input, decisions: { ...decisions, acknowledgements: [...decisions.acknowledgements, ...given] } }),
  };
}

/** Reads the policies and who uses the keys, and decides. @throws Problem as `assembleOrganizationPlan` */
export async function planSurveyed(session: Session, { ground, surveyed }: OrganizationSurvey, { days, logs, decisions }: Omit<OrganizationPlanRequest, 'selection'>): Promise<PlannedOrganization> {
  const { reading, tree } = ground;
  const { identities } = session;
  session.ui.emit({ code: 'survey/reading', what: 'policies', accounts: 0 });
  const facts = await readFacts(session, ground);
  const to = nowOf(session);
  const { memberRole, credentials } = decisions;
  const manager = identities.organization === null || reading.account === tree.managementAccount ? null : identityOf(identities.organization.name, await identities.organization.reader.readCaller());
  return assemblePlanned(session, {
    createdAt: to,
    tool: session.system.tool,
    world: session.world,
    facts,
    surveyed,
    others: await readOtherCredentials(session, ground, surveyed, credentials),
    usages: credentials.includes('keys') ? await readMemberUsage(session, surveyed, { partition: facts.partition, memberRole, logs, from: plusMs(to, -Math.min(days, EVENT_HISTORY_DAYS) * DAY_MS), to }) : new Map(),
    reading: { account: reading.account, ...identityOf(identities.reading.name, reading) },
    manager,
    decisions,
  });
}

/** @throws Problem as `surveyToPlan`, `planSurveyed` */
export const planOrganization = async (session: Session, { selection, ...request }: OrganizationPlanRequest): Promise<PlannedOrganization> =>
  planSurveyed(session, await surveyToPlan(session, selection), request);
