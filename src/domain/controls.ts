/** What findings there are, and which controls of which frameworks ask for each. Data; knows no account. */
export const FINDING_IDS = ['root-access-key', 'root-mfa', 'root-password', 'root-signing-certificates', 'central-root-access'] as const;
export type FindingId = (typeof FINDING_IDS)[number];

/** `aws`: AWS publishes the mapping (Security Hub User Guide, IAM controls) · `third-party`: Prowler or Steampipe map it so. `version` is null where a framework has none. */
export type Control = { framework: string; version: string | null; id: string; origin: 'aws' | 'third-party' };

const controls = (origin: Control['origin'], framework: string, version: string | null, ids: string[]): Control[] =>
  ids.map((id) => ({ framework, version, id, origin }));

const CIS = 'CIS AWS Foundations Benchmark';

/** AWS Well-Architected Framework, "Secure account root user and properties": the best practice on root's credentials as a whole. */
const WELL_ARCHITECTED = controls('aws', 'AWS Well-Architected', null, ['SEC01-BP02']);

/**
 * Control ids by finding, older versions of a framework first. Security Hub maps IAM.4 to nothing in PCI DSS v4.0.1. No framework has a control of
 * its own for root's password or signing certificates.
 */
export const CONTROLS: Record<FindingId, readonly Control[]> = {
  'root-access-key': [
    ...controls('aws', 'AWS Security Hub', null, ['IAM.4']),
    ...controls('aws', 'AWS Config', null, ['iam-root-access-key-check']),
    ...controls('aws', 'AWS Control Tower', null, ['AWS-GR_RESTRICT_ROOT_USER_ACCESS_KEYS']),
    ...WELL_ARCHITECTED,
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
    ...controls('third-party', 'NIST 800-171', 'r2', ['3.1.1', '3.1.2', '3.1.4', '3.1.5', '3.1.6', '3.1.7', '3.4.6']),
    ...controls('third-party', 'NIST CSF', '1.1', ['PR.AC-1', 'PR.AC-4', 'PR.PT-3']),
    ...controls('aws', 'PCI DSS', '3.2.1', ['2.1', '2.2', '7.2.1']),
    ...controls('third-party', 'PCI DSS', '4.0.1', ['7.2.1', '7.2.2', '7.2.3', '8.2.1', '8.2.2', '8.2.4', '8.2.5', '8.3.11']),
    ...controls('third-party', 'ISO/IEC 27001', '2013', ['A.9.2', 'A.9.4']),
    ...controls('third-party', 'ISO/IEC 27001', '2022', ['A.5.15']),
    ...controls('third-party', 'SOC 2', null, ['CC6.1', 'CC6.2', 'CC6.3']),
    ...controls('third-party', 'HIPAA', null, [
      '164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.308(a)(3)(ii)(B)', '164.308(a)(4)(ii)(C)', '164.312(a)(2)(i)',
    ]),
    ...controls('third-party', 'FedRAMP Moderate', 'r4', ['AC-2(1)', 'AC-2(f)', 'AC-2(j)', 'AC-3', 'AC-5(c)', 'AC-6', 'AC-6(10)', 'IA-2']),
    ...controls('third-party', 'AWS Foundational Technical Review', null, ['ARC-004']),
    ...controls('third-party', 'Prowler', null, ['iam_no_root_access_key']),
    ...controls('third-party', 'Datadog', null, ['def-000-cyc']),
  ],
  'root-mfa': [
    ...controls('aws', 'AWS Security Hub', null, ['IAM.9', 'IAM.6']),
    ...controls('aws', 'AWS Config', null, ['root-account-mfa-enabled', 'root-account-hardware-mfa-enabled']),
    ...WELL_ARCHITECTED,
    ...controls('aws', CIS, '1.2', ['1.13', '1.14']),
    ...controls('aws', CIS, '1.4', ['1.5', '1.6']),
    ...controls('aws', CIS, '3.0', ['1.5', '1.6']),
    ...controls('aws', CIS, '5.0', ['1.4', '1.5']),
    ...controls('third-party', CIS, '6.0', ['2.4', '2.5']),
    ...controls('third-party', CIS, '7.0', ['2.5', '2.6']),
    ...controls('aws', 'NIST 800-53', 'r5', ['AC-2(1)', 'AC-3(15)', 'IA-2(1)', 'IA-2(2)', 'IA-2(6)', 'IA-2(8)']),
    ...controls('aws', 'PCI DSS', '3.2.1', ['8.3.1']),
    ...controls('aws', 'PCI DSS', '4.0.1', ['8.4.2']),
  ],
  'root-password': WELL_ARCHITECTED,
  'root-signing-certificates': WELL_ARCHITECTED,
  'central-root-access': [
    ...WELL_ARCHITECTED,
    ...controls('third-party', CIS, '7.0', ['2.1.1']),
    ...controls('third-party', 'Prowler', null, ['iam_root_credentials_management_enabled']),
  ],
};

/** The ids of one version of one framework. */
export type ControlGroup = Pick<Control, 'framework' | 'version'> & { ids: string[] };

/** Controls by framework and version, in the order in which they stand. */
export function groupControls(controls: readonly Control[]): ControlGroup[] {
  const groups: ControlGroup[] = [];
  for (const { framework, version, id } of controls) {
    const group = groups.find((candidate) => candidate.framework === framework && candidate.version === version);
    if (group === undefined) groups.push({ framework, version, ids: [id] });
    else group.ids.push(id);
  }
  return groups;
}

/** `CIS AWS Foundations Benchmark 7.0` */
export const standardOf = ({ framework, version }: Pick<Control, 'framework' | 'version'>): string => (version === null ? framework : `${framework} ${version}`);
