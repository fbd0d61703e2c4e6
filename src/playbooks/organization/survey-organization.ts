/** Surveys the root users of an organization: accounts side by side, each handed on as it is read and then forgotten. Changes nothing. */
import { assessChain, levelsOn } from '../../domain/scp-chain.ts';
import { openProgress } from '../../domain/organization/survey-progress.ts';
import type { SurveyedAccount } from '../../domain/organization/survey.ts';
import type { OrganizationAccount } from '../../domain/organization.ts';
import { problem, type Problem } from '../../domain/problem.ts';
import { isRoot } from '../../domain/root-user.ts';
import { asTheyComplete } from '../../engine/as-they-complete.ts';
import type { Session } from '../session.ts';
import { explainDenial, surveyAccount } from './survey-account.ts';
import type { SurveyGround } from './survey-ground.ts';

/** Accounts that are on their way together. The lanes pace the calls; an account waits for most of its time. */
export const SURVEY_WIDTH = 48;

const isMember = ({ tree }: SurveyGround, { id }: OrganizationAccount): boolean => id !== tree.managementAccount;

const isDenied = ({ posture }: SurveyedAccount): boolean => posture.kind === 'unknown' && posture.because === 'member/session-denied';

/** One obstacle that stands before every member, as one problem instead of thousands of rows. */
function findObstacle({ centralAccess, opener, organization }: SurveyGround): Problem | null {
  if (organization.partition === 'aws-cn') return problem('guardrail/no-root-users');
  if (organization.partition === 'aws-us-gov') return problem('member/root-access-off', { detail: 'GovCloud has none.', nextStep: 'rootzero check --profile PROFILE --root-profile ROOT, in each account' });
  // STS API reference, AssumeRoot: root itself may not call it.
  if (isRoot(opener)) return problem('survey/not-entitled', { detail: 'It is a root user, and root cannot open root sessions in other accounts.' });
  if (centralAccess.known && !centralAccess.value.credentialsManagement) return problem('member/root-access-off', { detail: 'RootCredentialsManagement is not enabled, so no root session can be opened in any member account.' });
  return null;
}

/** Whether the first refusal is that of a policy on the delegate's own account, which would refuse every other session too. */
async function explainDelegate({ delegate, organization, readPolicies, reading, tree }: SurveyGround, { posture }: SurveyedAccount): Promise<Problem | null> {
  if (delegate === null || posture.kind === 'read' || posture.because !== 'member/root-refused') return null;
  const policies = await readPolicies();
  const role = /:assumed-role\/([^/]+)\//.exec(reading.arn)?.[1];
  const principalArn = role === undefined ? reading.arn : `arn:${organization.partition}:iam::${delegate}:role/${role}`;
  const levels = policies.known ? levelsOn(tree, policies.value, delegate) : [];
  const answer = assessChain(levels, { action: 'sts:AssumeRoot', resource: '*', principalArn, isAssumedRoot: 'absent', context: { 'aws:PrincipalAccount': delegate } });
  const isSaid = posture.detail.includes('service control policy');
  if (!isSaid && (!policies.known || answer.effect === 'allowed')) return null;
  const by = answer.effect === 'allowed' ? null : answer.by;
  const where = levels.find(({ policies: attached }) => attached.some(({ id }) => id === by?.id))?.targetId;
  const which = by === null ? 'Which one could not be read.' : `It is ${by.name} (${by.id}), attached to ${where}.`;
  return problem('survey/delegate-denied', { detail: `${which} ${posture.detail}` });
}

/**
 * Accounts come as they are read, in no order.
 * @param accounts as `selectAccounts` gives them
 * @throws Problem `member/root-access-off`, `survey/delegate-denied` after what could be read all the same; bad credentials; an interruption
 */
export async function* surveyOrganization(session: Session, ground: SurveyGround, accounts: readonly OrganizationAccount[]): AsyncGenerator<SurveyedAccount> {
  const { clock, ui } = session;
  const { organization, managementAccount } = ground.organization;
  ui.emit({ code: 'survey/started', organization, managementAccount, accounts: accounts.length, of: ground.tree.accounts.length });
  void ground.readPolicies();
  const count = openProgress(accounts.length, clock.now());
  const read = async (account: OrganizationAccount): Promise<SurveyedAccount> => {
    session.signal.throwIfAborted();
    return surveyAccount(session, ground, account);
  };
  const counted = (account: SurveyedAccount): SurveyedAccount => {
    const progress = count(account, clock.now());
    if (progress !== null) ui.emit({ code: 'survey/progress', ...progress });
    return account;
  };
  const members = accounts.filter((account) => isMember(ground, account));
  const obstacle = members.length === 0 ? null : findObstacle(ground);
  if (obstacle !== null) {
    for (const account of accounts) if (!isMember(ground, account)) yield counted(await read(account));
    throw obstacle;
  }
  // A delegate goes alone first: what refuses it here would refuse it everywhere.
  const scout = ground.delegate === null ? undefined : members.find(({ id, state }) => state === 'active' && id !== ground.delegate);
  if (scout !== undefined) {
    const found = await read(scout);
    const obstacleHere = await explainDelegate(ground, found);
    if (obstacleHere !== null) throw obstacleHere;
    yield counted(await explainDenial(ground, found));
  }
  const denied: SurveyedAccount[] = [];
  const failures: unknown[] = [];
  try {
    for await (const account of asTheyComplete(accounts.filter((other) => other !== scout), SURVEY_WIDTH, read)) {
      if (isDenied(account)) denied.push(account);
      else yield counted(account);
    }
  } catch (thrown) {
    failures.push(thrown);
  }
  // Of a survey that ended early, they are handed on as they are.
  const asItIs = (account: SurveyedAccount) => (thrown: unknown): SurveyedAccount => {
    failures.push(thrown);
    return account;
  };
  for (const account of denied) yield counted(failures.length > 0 ? account : await explainDenial(ground, account).catch(asItIs(account)));
  if (failures.length > 0) throw failures[0];
}
