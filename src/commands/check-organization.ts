/** Carries out `rootzero check --org`: a survey of an organization, its documents, and what changed since an earlier one. Changes nothing in AWS. */
import { assessDrift, mergeRecord, recordAccount, type Drift, type RecordedAccount, type SurveyRecord } from '../domain/organization/drift.ts';
import { judgeAccount, openTally, type JudgedAccount } from '../domain/organization/judgement.ts';
import type { Selection } from '../domain/organization/selection.ts';
import { minifyPolicy } from '../domain/guardrail.ts';
import { openSealJudge } from '../domain/guard-status.ts';
import { asProblem, problem, Problem, type ExitCode } from '../domain/problem.ts';
import { parseSurvey } from '../engine/survey-folder.ts';
import { selectAccounts } from '../playbooks/organization/select-accounts.ts';
import { openSurveyGround, type SurveyGround } from '../playbooks/organization/survey-ground.ts';
import { surveyOrganization } from '../playbooks/organization/survey-organization.ts';
import { nowOf, type Session } from '../playbooks/session.ts';
import type { SurveyStore } from '../ports/survey-store.ts';
import { assembleOrganizationReport } from '../report/organization-report.ts';
import { renderOrganizationDocument } from './check-documents.ts';
import { openCheckOutput, type CheckOutputOptions } from './check-output.ts';
import type { Context } from './context-type.ts';
import { readDenyRootScp } from './policy-files.ts';
import type { SelectionOptions } from './selection-options.ts';
import { openSession } from './session.ts';

export type CheckOptions = CheckOutputOptions & SelectionOptions & { since?: string };

const LAST = 'last';

/** The survey to compare with; null where there is none. @throws Problem `input/survey` for one of another organization or world */
async function readEarlier(context: Context, store: SurveyStore, since: string, { organization }: SurveyGround['organization']): Promise<SurveyRecord | null> {
  const earlier = since === LAST ? await store.readLast(organization) : parseSurvey(await context.readFile(since), since);
  if (earlier === null) return null;
  if (earlier.organization !== organization) throw problem('input/survey', { detail: `It is of organization ${earlier.organization}; this is ${organization}.` });
  if (earlier.world !== context.world) throw problem('input/survey', { detail: `It was made in ${earlier.world}; this is ${context.world}.` });
  return earlier;
}

/** Seals are judged once all accounts are read: policies are read meanwhile. */
async function sealAccounts(context: Context, ground: SurveyGround, accounts: readonly RecordedAccount[]): Promise<RecordedAccount[]> {
  const policies = await ground.readPolicies();
  if (!policies.known) return [...accounts];
  const { name, policyText } = await readDenyRootScp(context);
  const judge = openSealJudge({ tree: ground.tree, policies: policies.value }, { name, content: minifyPolicy(policyText) });
  const nodes = new Map(ground.tree.accounts.map((account) => [account.id, account]));
  return accounts.map((account) => {
    const node = nodes.get(account.account);
    return node === undefined ? account : { ...account, seal: judge(node) };
  });
}

/** A survey that cannot be kept is none the less a survey. */
async function keep(session: Session, store: SurveyStore, record: SurveyRecord): Promise<void> {
  try {
    const last = await store.readLast(record.organization).catch(() => null);
    session.ui.emit({ code: 'survey/kept', path: await store.keep(mergeRecord(last?.world === record.world ? last : null, record)) });
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== 'state/unwritable') throw thrown;
    session.ui.emit({ code: 'warning', text: `This survey was not kept, so the next one cannot be compared with it: ${thrown.detail ?? thrown.summary}` });
  }
}

/** What a person looks at: everything that is not clean. */
const isToList = ({ exitCode, unread, verdict }: JudgedAccount): boolean => exitCode !== 0 || unread !== null || verdict.state !== 'absent';

/** 1 beats 2 beats 0. */
const worseOf = (first: 0 | 1 | 2, second: 0 | 1 | 2): 0 | 1 | 2 => (first === 1 || second === 1 ? 1 : first === 2 || second === 2 ? 2 : 0);

export async function checkOrganization(context: Context, options: CheckOptions, selection: Selection): Promise<ExitCode> {
  const { failOn, format, since } = options;
  const output = await openCheckOutput(context, options);
  const { ui, waivers, waiversFile } = output;
  const session = await openSession(context, options, ui);
  const ground = await openSurveyGround(session);
  const store = await context.openSurveys(options.stateDir);
  const earlier = since === undefined ? null : await readEarlier(context, store, since, ground.organization);
  const accounts = await selectAccounts(session, ground.tree, selection);

  const tally = openTally(failOn);
  const found: { documented: JudgedAccount[]; listed: JudgedAccount[]; recorded: RecordedAccount[] } = { documented: [], listed: [], recorded: [] };
  let end: Problem | null = null;
  try {
    for await (const surveyed of surveyOrganization(session, ground, accounts)) {
      const judged = judgeAccount(ground, surveyed, waivers, failOn);
      tally.add(judged);
      ui.emit({ code: 'survey/account', account: judged });
      found.recorded.push(recordAccount(judged, null));
      if (output.isDocumented) found.documented.push(judged);
      if (format === 'table' && isToList(judged)) found.listed.push(judged);
    }
    found.recorded = await sealAccounts(context, ground, found.recorded);
  } catch (thrown) {
    end = asProblem(thrown);
  }
  // Where not a single account was read, the problem says all there is to say.
  if (end !== null && found.recorded.length === 0) throw end;

  let drift: Drift | null = null;
  if (end === null) {
    const { system: { tool }, world } = context;
    const record: SurveyRecord = {
      schema: 1, kind: 'survey', tool, world, at: nowOf(session), organization: ground.tree.id,
      members: ground.tree.accounts.map(({ id }) => id), accounts: found.recorded,
    };
    if (earlier !== null) drift = assessDrift(earlier, record);
    else if (since !== undefined) ui.emit({ code: 'warning', text: 'There is no earlier survey to compare with; this one is kept for the next.' });
    await keep(session, store, record);
  }
  const total = tally.total();
  const isComplete = end === null;
  // Of accounts that are missing nobody can tell.
  const driftCode = !isComplete ? 2 : since === undefined ? 0 : (drift?.exitCode ?? 2);
  const outcome = { ...total, exitCode: worseOf(total.exitCode, driftCode) };
  ui.emit({ code: 'survey/done', organization: ground.tree.id, isComplete, drift, listed: found.listed, ...outcome });
  const { arn, kind } = ground.reading;
  const report = assembleOrganizationReport({
    ...ground.organization, tool: context.system.tool, world: context.world, at: nowOf(session), isComplete, reading: { arn, kind }, waiversFile, drift, outcome, accounts: found.documented,
  });
  await output.finish((document) => renderOrganizationDocument(document, report));
  if (end !== null) throw end;
  return outcome.exitCode;
}
