/** The posture of one root user as findings, each with the controls of the frameworks that ask for it. Pure; knows no output format. */
import { CONTROLS, type Control, type FindingId } from './controls.ts';
import { PROBLEMS } from './problem-registry.ts';
import { hasConsole, type RootUserFacts } from './root-user.ts';
import type { Verdict } from './verdict.ts';

export type FindingState = 'pass' | 'fail' | 'unknown' | 'not-applicable';
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'informational';

export type Finding = {
  id: FindingId;
  state: FindingState;
  /** Of a failure; what passes or does not apply is `informational`. */
  severity: Severity;
  /** One sentence of rootzero's own; holds no text from outside. */
  summary: string;
  /** True for what nobody can read from this account, whatever the permissions: such an unknown leaves the exit code alone. */
  isToldElsewhere: boolean;
  controls: readonly Control[];
};

type Assessment = Omit<Finding, 'id' | 'controls'>;

const passing = (summary: string): Assessment => ({ state: 'pass', severity: 'informational', summary, isToldElsewhere: false });
const failing = (severity: Severity, summary: string): Assessment => ({ state: 'fail', severity, summary, isToldElsewhere: false });
const unclear = (summary: string): Assessment => ({ state: 'unknown', severity: 'medium', summary, isToldElsewhere: false });
const toldElsewhere = (summary: string): Assessment => ({ state: 'unknown', severity: 'informational', summary, isToldElsewhere: true });
const notApplicable = (summary: string): Assessment => ({ state: 'not-applicable', severity: 'informational', summary, isToldElsewhere: false });

/** The password as far as it is known: GetAccountSummary is live, the credential report is not. */
function hasPassword({ report, summary }: RootUserFacts): boolean | null {
  if (summary.known) return summary.value.passwordPresent;
  return report.known ? report.value.passwordEnabled : null;
}

function assessKeys({ state }: Verdict): Assessment {
  switch (state) {
    case 'active': return failing('critical', 'The root user has an active access key.');
    case 'inactive': return failing('high', 'The root user has an inactive access key; it can be activated again, and it counts for CIS.');
    case 'present': return failing('critical', 'The root user has an access key whose status could not be read.');
    case 'unknown': return unclear('Whether the root user has access keys could not be read.');
    case 'absent': return passing('The root user has no access keys.');
  }
}

function assessMfa(facts: RootUserFacts): Assessment {
  if (!hasConsole(facts.partition)) return notApplicable('The root user cannot sign in in this partition, so it has no MFA.');
  if (hasPassword(facts) === false) return notApplicable('The root user has no password, so there is no sign-in to protect.');
  const { mfa, report, summary } = facts;
  if (mfa.known) {
    if (mfa.value === 'none') return failing('critical', 'The root user signs in without MFA.');
    if (mfa.value === 'hardware') return passing('The root user signs in with a hardware MFA device.');
    return failing('low', 'The root user signs in with a virtual MFA device; Security Hub IAM.6 and CIS level 2 ask for a hardware one.');
  }
  const isEnabled = summary.known ? summary.value.mfaEnabled : report.known ? report.value.mfaActive : null;
  if (isEnabled === null) return unclear('Whether the root user signs in with MFA could not be read.');
  // A virtual device fails, so one of unknown kind cannot pass.
  return isEnabled
    ? unclear('The root user signs in with MFA; which kind of device could not be read.')
    : failing('critical', 'The root user signs in without MFA.');
}

function assessPassword(facts: RootUserFacts): Assessment {
  if (!hasConsole(facts.partition)) return notApplicable('The root user cannot sign in in this partition.');
  const isPresent = hasPassword(facts);
  if (isPresent === null) return unclear('Whether the root user has a password could not be read.');
  if (!isPresent) return passing('The root user has no password.');
  return facts.place.known && facts.place.value.kind === 'member'
    ? failing('low', 'The root user of this member account has a password; with centralized root access it needs none.')
    : passing('The root user has a password; here it is the only way to sign in as root.');
}

function assessCertificates({ report, summary }: RootUserFacts): Assessment {
  // The report shows active certificates only, so its silence proves nothing.
  const reported = report.known && report.value.certificatesActive ? true : null;
  const isPresent = summary.known ? summary.value.certificatesPresent : reported;
  if (isPresent === null) return unclear('Whether the root user has signing certificates could not be read.');
  return isPresent
    ? failing('high', 'The root user has signing certificates: long-term credentials, as access keys are.')
    : passing('The root user has no signing certificates.');
}

/**
 * Central root access is a setting of the organization, which only its management account and IAM's delegated administrator may ask for
 * (IAM API reference, ListOrganizationsFeatures). It takes no credential away by itself. GovCloud has none (AWS GovCloud User Guide,
 * "Account root user"), China no root users.
 */
function assessCentralAccess({ centralAccess, partition, place }: RootUserFacts): Assessment {
  if (partition === 'aws-us-gov' || partition === 'aws-cn') return notApplicable('Root credentials cannot be managed centrally in this partition.');
  if (place.known && place.value.kind === 'standalone') return notApplicable('The account is in no organization that could manage its root credentials.');
  if (centralAccess.known) {
    return centralAccess.value.credentialsManagement
      ? passing('Central management of root credentials is on in the organization.')
      : failing('medium', 'Central management of root credentials is off in the organization, so every member account keeps its own.');
  }
  if (centralAccess.because === 'aws/not-in-organization') return notApplicable('The account is in no organization that could manage its root credentials.');
  if (centralAccess.because === 'facts/asked-elsewhere' || (place.known && place.value.kind === 'member')) {
    return toldElsewhere("Whether root credentials are managed centrally can be read only in the organization's management account or IAM's delegated administrator.");
  }
  return unclear(`Whether root credentials are managed centrally could not be read. ${PROBLEMS[centralAccess.because].summary}`);
}

/** The findings on one root user, always all of them and in this order. */
export function assessFindings(facts: RootUserFacts, verdict: Verdict): Finding[] {
  const finding = (id: FindingId, assessment: Assessment): Finding => ({ id, ...assessment, controls: CONTROLS[id] });
  return [
    finding('root-access-key', assessKeys(verdict)),
    finding('root-mfa', assessMfa(facts)),
    finding('root-password', assessPassword(facts)),
    finding('root-signing-certificates', assessCertificates(facts)),
    finding('central-root-access', assessCentralAccess(facts)),
  ];
}
