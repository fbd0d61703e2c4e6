/** Root's password, certificates and MFA devices in members, read in a root session where the plan is about them. Changes nothing. */
import type { AccountId } from '../../domain/identifiers.ts';
import type { OtherCredentials } from '../../domain/organization/account-planner.ts';
import type { CredentialKind } from '../../domain/organization/organization-plan.ts';
import type { SurveyedAccount } from '../../domain/organization/survey.ts';
import { asProblem } from '../../domain/problem.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { Session } from '../session.ts';
import type { SurveyGround } from './survey-ground.ts';

const ACCOUNTS_AT_A_TIME = 16;

/** By GetAccountSummary; where it is not known, there may be one. */
function mayHave({ posture }: SurveyedAccount, kinds: readonly CredentialKind[]): boolean {
  if (posture.kind === 'unknown') return false;
  const { summary } = posture.facts;
  if (!summary.known) return kinds.some((kind) => kind !== 'keys');
  const { certificatesPresent, mfaEnabled, passwordPresent } = summary.value;
  return (kinds.includes('certificates') && certificatesPresent) || (kinds.includes('password') && passwordPresent) || (kinds.includes('mfa') && mfaEnabled);
}

/** @throws Problem of bad credentials, and of an interruption */
async function readOne(cloud: Cloud): Promise<OtherCredentials | { because: string }> {
  const { reader } = cloud;
  try {
    const [certificates, hasPassword, mfaDevices] = await Promise.all([reader.readSigningCertificates(), reader.hasRootPassword(), reader.readMfaDevices()]);
    return { certificates: certificates.map(({ id }) => id).sort(), hasPassword, mfaDevices: mfaDevices.sort() };
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted' || because.code.startsWith('credentials/')) throw because;
    return { because: because.summary };
  }
}

/** By account; only of those that a root session read, and that may have one of the kinds besides keys. */
export async function readOtherCredentials(session: Session, ground: Pick<SurveyGround, 'openerFor'>, accounts: readonly SurveyedAccount[], kinds: readonly CredentialKind[]): Promise<Map<AccountId, OtherCredentials | { because: string }>> {
  const asked = accounts.filter((one) => one.by === 'root-session' && mayHave(one, kinds));
  const found = new Map<AccountId, OtherCredentials | { because: string }>();
  await sideBySide(asked, ACCOUNTS_AT_A_TIME, async ({ account }) => {
    session.signal.throwIfAborted();
    const opener = ground.openerFor(account);
    if (opener !== null) found.set(account, await readOne(opener.inRootSession(account, 'audit-credentials')));
  });
  return found;
}
