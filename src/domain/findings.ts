/** The posture of one root user as findings, each with the controls of the frameworks that ask for it. Pure; knows no output format. */
import { hasConsole, type RootUserFacts } from './root-user.ts';
import type { Verdict } from './verdict.ts';

/** `aws`: AWS publishes the mapping (Security Hub User Guide, IAM controls) · `third-party`: Prowler or Steampipe map it so. */
export type Control = { framework: string; version: string | null; id: string; origin: 'aws' | 'third-party' };
export type FindingId = 'root-access-key' | 'root-mfa' | 'root-password' | 'root-signing-certificates';
export type FindingState = 'pass' | 'fail' | 'unknown' | 'not-applicable';
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'informational';

export type Finding = {
  id: FindingId;
  state: FindingState;
  /** Of a failure; what passes or does not apply is `informational`. */
  severity: Severity;
  /** One sentence. */
  summary: string;
  controls: readonly Control[];
};

const controls = (origin: Control['origin'], framework: string, version: string | null, ids: string[]): Control[] =>
  ids.map((id) => ({ framework, version, id, origin }));

const CIS = 'CIS AWS Foundations Benchmark';
const MFA_NIST = ['AC-2(1)', 'AC-3(15)', 'IA-2(1)', 'IA-2(2)', 'IA-2(6)', 'IA-2(8)'];

/** Control ids by finding. Security Hub maps IAM.4 to nothing in PCI DSS v4.0.1. No framework has a control for the password itself. */
export const CONTROLS: Record<FindingId, readonly Control[]> = {
  'root-access-key': [
    ...controls('aws', 'AWS Security Hub', null, ['IAM.4']),
    ...controls('aws', 'AWS Config', null, ['iam-root-access-key-check']),
    ...controls('aws', CIS, '1.2', ['1.12']),
    ...controls('aws', CIS, '1.4', ['1.4']),
    ...controls('third-party', CIS, '1.5', ['1.4']),
    ...controls('third-party', CIS, '2.0', ['1.4']),
    ...controls('aws', CIS, '3.0', ['1.4']),
    ...controls('third-party', CIS, '4.0.1', ['1.4']),
    ...controls('aws', CIS, '5.0', ['1.3']),
    ...controls('third-party', CIS, '6.0', ['2.3']),
    ...controls('third-party', CIS, '7.0', ['2.4']),
    ...controls('aws', 'NIST 800-53', 'r5', ['AC-2(1)', 'AC-3(15)', 'AC-3(7)', 'AC-6', 'AC-6(10)', 'AC-6(2)']),
    ...controls('aws', 'PCI DSS', '3.2.1', ['2.1', '2.2', '7.2.1']),
    ...controls('third-party', 'PCI DSS', '4.0.1', ['7.2.1', '7.2.2', '7.2.3', '8.2.1', '8.2.2', '8.2.4', '8.2.5', '8.3.11']),
  ],
  'root-mfa': [
    ...controls('aws', 'AWS Security Hub', null, ['IAM.9', 'IAM.6']),
    ...controls('aws', 'AWS Config', null, ['root-account-mfa-enabled', 'root-account-hardware-mfa-enabled']),
    ...controls('aws', CIS, '1.4', ['1.5', '1.6']),
    ...controls('aws', CIS, '3.0', ['1.5', '1.6']),
    ...controls('aws', CIS, '5.0', ['1.4', '1.5']),
    ...controls('aws', 'NIST 800-53', 'r5', MFA_NIST),
    ...controls('aws', 'PCI DSS', '4.0.1', ['8.4.2']),
  ],
  'root-password': [],
  'root-signing-certificates': [],
};

type Assessment = Omit<Finding, 'id' | 'controls'>;

const passing = (summary: string): Assessment => ({ state: 'pass', severity: 'informational', summary });
const failing = (severity: Severity, summary: string): Assessment => ({ state: 'fail', severity, summary });
const unclear = (summary: string): Assessment => ({ state: 'unknown', severity: 'medium', summary });
const notApplicable = (summary: string): Assessment => ({ state: 'not-applicable', severity: 'informational', summary });

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
  return isEnabled
    ? passing('The root user signs in with MFA; which kind of device could not be read.')
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

/** The four findings on one root user, always all of them and in this order. */
export function assessFindings(facts: RootUserFacts, verdict: Verdict): Finding[] {
  const finding = (id: FindingId, assessment: Assessment): Finding => ({ id, ...assessment, controls: CONTROLS[id] });
  return [
    finding('root-access-key', assessKeys(verdict)),
    finding('root-mfa', assessMfa(facts)),
    finding('root-password', assessPassword(facts)),
    finding('root-signing-certificates', assessCertificates(facts)),
  ];
}
