/** Reads the root user of one account of an organization. What is refused makes the account unknown, with the reason; only bad credentials and an interruption are thrown. */
import { explainSessionRefusal } from '../../domain/organization/session-refusal.ts';
import { assessPosture, factsBesidesKeys, kindOfMfa, type SurveyedAccount } from '../../domain/organization/survey.ts';
import { unknown, type Observed } from '../../domain/observed.ts';
import type { AccountState, OrganizationAccount } from '../../domain/organization.ts';
import { asProblem, problem, type ProblemCode } from '../../domain/problem.ts';
import { PROBLEMS } from '../../domain/problem-registry.ts';
import type { LastUse, RootMfa, RootUserFacts } from '../../domain/root-user.ts';
import type { AccountId } from '../../domain/identifiers.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { nowOf, type Session } from '../session.ts';
import { observe, readRootUserFacts } from '../survey.ts';
import type { SurveyGround } from './survey-ground.ts';

type Posture = SurveyedAccount['posture'];
type Unknown = Extract<Posture, { kind: 'unknown' }>;

/** These are about whoever asks, not about the account. */
const ENDING_CODES: ReadonlySet<ProblemCode> = new Set(['run/interrupted', 'endpoint/live-in-rehearsal']);

const WHY_NOT_ACTIVE: Partial<Record<AccountState, string>> = {
  'suspended': 'AWS has suspended the account.',
  'closed': 'The account is closed.',
  'pending-closure': 'The account is being closed.',
  'pending-activation': 'The account is not activated yet.',
};

const unread = (because: ProblemCode, detail: string, remedy: string = PROBLEMS[because].nextStep): Unknown => ({ kind: 'unknown', because, detail, remedy });

/** Which kind of device there is, asked for only where GetAccountSummary counts one. */
async function readMfa(cloud: Cloud): Promise<RootMfa> {
  const kind = kindOfMfa(await cloud.reader.readMfaDevices());
  if (kind === 'none') throw problem('aws/unreadable-answer', { detail: 'iam:ListMFADevices lists no device where GetAccountSummary counts one.' });
  return kind;
}

/**
 * Two calls where there is no key and no MFA device. Nothing but IAM is asked, since the task policy leaves nothing else (AWS managed policy reference,
 * IAMAuditRootUserCredentials).
 */
async function readThroughRootSession(session: Session, ground: SurveyGround, account: AccountId, opener: Cloud): Promise<RootUserFacts> {
  const cloud = opener.inRootSession(account, 'audit-credentials');
  const { reader } = cloud;
  const [keys, summary] = await Promise.all([
    observe(session, 'iam:ListAccessKeys', () => reader.readRootKeys()),
    observe(session, 'iam:GetAccountSummary', () => reader.readAccountSummary()),
  ]);
  const lastUses: Record<string, Observed<LastUse | null>> = {};
  for (const { keyId } of keys.known ? keys.value : []) lastUses[keyId] = await observe(session, 'iam:GetAccessKeyLastUsed', () => reader.readLastUse(keyId));
  const mfa: Observed<RootMfa> = !summary.known
    ? unknown(summary.because, summary.source)
    : summary.value.mfaEnabled ? await observe(session, 'iam:ListMFADevices', () => readMfa(cloud)) : { ...summary, value: 'none' };
  return { ...factsBesidesKeys(ground, account), keys, lastUses, summary, mfa };
}

/** Why not even one of the two reads was answered. The session was opened, so where access is denied it is the account itself that denies. */
function assessRefusal({ keys }: RootUserFacts): Unknown | null {
  if (keys.known) return null;
  return unread(keys.because === 'aws/access-denied' ? 'member/session-denied' : keys.because, keys.detail ?? '');
}

/** Which policy denies root's session there. Policies take minutes to read in a large organization, so those that are denied are explained at the end. */
export async function explainDenial(ground: SurveyGround, denied: SurveyedAccount): Promise<SurveyedAccount> {
  const { account, posture } = denied;
  if (posture.kind === 'read' || posture.because !== 'member/session-denied') return denied;
  const policies = await ground.readPolicies();
  const found = policies.known ? explainSessionRefusal(ground.tree, policies.value, account, ground.organization.partition) : null;
  if (found !== null) return { ...denied, posture: unread('member/session-denied', found.detail, found.remedy) };
  const why = policies.known ? 'No policy that could be read explains it.' : `The policies could not be read (${policies.because}).`;
  return { ...denied, posture: unread('member/session-denied', `${why} ${posture.detail}`) };
}

async function readPosture(session: Session, ground: SurveyGround, { id, state }: OrganizationAccount): Promise<Pick<SurveyedAccount, 'by' | 'posture'>> {
  const isManagement = id === ground.tree.managementAccount;
  const why = isManagement ? undefined : WHY_NOT_ACTIVE[state];
  if (why !== undefined) return { by: 'nobody', posture: unread('member/not-active', why, `Leave it out where that is known: --exclude ${id}`) };
  const own = ground.ownReaderOf(id);
  if (own !== null) {
    const identities = { reading: own.cloud, root: own.callers.root?.cloud ?? null, organization: null };
    return { by: 'own', posture: assessPosture(await readRootUserFacts({ ...session, identities }, own.callers, factsBesidesKeys(ground, id).place)) };
  }
  const opener = isManagement ? null : ground.openerFor(id);
  if (opener === null) return { by: 'nobody', posture: unread('member/no-identity', isManagement ? 'The management account has no root sessions from outside.' : `There is no centralized root access in ${ground.organization.partition}, or the account is the delegate's own.`) };
  const facts = await readThroughRootSession(session, ground, id, opener);
  const isUnread = !facts.keys.known && !facts.summary.known;
  return { by: 'root-session', posture: (isUnread ? assessRefusal(facts) : null) ?? assessPosture(facts) };
}

/** @throws Problem where whoever asks has no good credentials any more, and after an interruption */
export async function surveyAccount(session: Session, ground: SurveyGround, account: OrganizationAccount): Promise<SurveyedAccount> {
  const { id, name, parentId, state } = account;
  const found = { account: id, name, path: ground.pathOf(parentId), state, isManagement: id === ground.tree.managementAccount };
  try {
    const { by, posture } = await readPosture(session, ground, account);
    return { ...found, by, at: nowOf(session), posture };
  } catch (thrown) {
    const because = asProblem(thrown);
    if (ENDING_CODES.has(because.code)) throw because;
    // Credentials of the session, or of whoever opened it? The latter are asked who they are.
    const asked = ground.ownReaderOf(id)?.cloud ?? ground.openerFor(id);
    if (because.code.startsWith('credentials/')) await asked?.reader.readCaller();
    return { ...found, by: 'nobody', at: nowOf(session), posture: unread(because.code, because.detail ?? because.summary, because.nextStep) };
  }
}
