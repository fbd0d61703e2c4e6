/** Findings: what fails, how badly, what cannot be told, and which controls ask for it. */
import { describe, expect, it } from 'vitest';
import { CONTROLS, FINDING_IDS, groupControls, type FindingId } from '../../src/domain/controls.ts';
import { assessFindings, type Finding } from '../../src/domain/findings.ts';
import { parseAccountId, parseOrganizationId } from '../../src/domain/identifiers.ts';
import { unknown } from '../../src/domain/observed.ts';
import type { AccountPlace, RootUserFacts } from '../../src/domain/root-user.ts';
import { assessVerdict } from '../../src/domain/verdict.ts';
import { listed, reported, rootKey, rootUserFacts, seen, summarized } from './root-user-examples.ts';

function findingOn(id: FindingId, given: Partial<RootUserFacts>): Finding {
  const facts = rootUserFacts(given);
  const finding = assessFindings(facts, assessVerdict(facts)).find((candidate) => candidate.id === id);
  if (finding === undefined) throw new RangeError(`no finding ${id}`);
  return finding;
}

const placed = (place: AccountPlace): RootUserFacts['place'] => seen(place, 'organizations:DescribeOrganization');
const organization = parseOrganizationId('o-exampleorg01');
const asMember = placed({ kind: 'member', organization, managementAccount: parseAccountId('999988887777') });
const asManagement = placed({ kind: 'management', organization });
const asStandalone = placed({ kind: 'standalone' });
const managed = (credentialsManagement: boolean, rootSessions = false): Partial<RootUserFacts> =>
  ({ centralAccess: seen({ credentialsManagement, rootSessions }, 'iam:ListOrganizationsFeatures') });
const untold = (because: Parameters<typeof unknown>[0]): Partial<RootUserFacts> => ({ centralAccess: unknown(because, 'iam:ListOrganizationsFeatures') });
const withMfa = (kind: 'none' | 'virtual' | 'hardware'): Partial<RootUserFacts> =>
  ({ mfa: seen(kind, 'iam:ListVirtualMFADevices'), summary: summarized({ mfaEnabled: kind !== 'none' }) });

describe('findings', () => {
  it('are always all of them, in the same order, each with a sentence', () => {
    const facts = rootUserFacts();
    const findings = assessFindings(facts, assessVerdict(facts));
    expect(findings.map((finding) => finding.id)).toEqual(FINDING_IDS);
    for (const finding of findings) expect(finding.summary).toMatch(/^[A-Z].*\.$/);
  });

  it('never call clean what could not be read', () => {
    const facts = rootUserFacts();
    expect(assessFindings(facts, assessVerdict(facts)).map((finding) => finding.state)).toEqual(FINDING_IDS.map(() => 'unknown'));
  });

  it.each<[string, FindingId, Partial<RootUserFacts>, Finding['state'], Finding['severity']]>([
    ['an active key', 'root-access-key', { keys: listed(rootKey(1, 'active')) }, 'fail', 'critical'],
    ['an inactive key', 'root-access-key', { keys: listed(rootKey(1, 'inactive')) }, 'fail', 'high'],
    ['a key of unknown status', 'root-access-key', { summary: summarized({ keysPresent: true }) }, 'fail', 'critical'],
    ['no key', 'root-access-key', { keys: listed() }, 'pass', 'informational'],
    ['no MFA', 'root-mfa', withMfa('none'), 'fail', 'critical'],
    ['virtual MFA', 'root-mfa', withMfa('virtual'), 'fail', 'low'],
    ['hardware MFA', 'root-mfa', withMfa('hardware'), 'pass', 'informational'],
    ['MFA of an unknown kind', 'root-mfa', { summary: summarized({ mfaEnabled: true }) }, 'unknown', 'medium'],
    ['a report without MFA', 'root-mfa', { report: reported(false, false, { mfaActive: false }) }, 'fail', 'critical'],
    ['no MFA and no password', 'root-mfa', { ...withMfa('none'), summary: summarized({ mfaEnabled: false, passwordPresent: false }) }, 'not-applicable', 'informational'],
    ['no MFA in GovCloud', 'root-mfa', { ...withMfa('none'), partition: 'aws-us-gov' }, 'not-applicable', 'informational'],
    ['a password in GovCloud', 'root-password', { partition: 'aws-us-gov' }, 'not-applicable', 'informational'],
    ['a password in a member account', 'root-password', { summary: summarized({}), place: asMember }, 'fail', 'low'],
    ['a password in a standalone account', 'root-password', { summary: summarized({}), place: asStandalone }, 'pass', 'informational'],
    ['no password', 'root-password', { summary: summarized({ passwordPresent: false }), place: asMember }, 'pass', 'informational'],
    ['a password field that the report does not have', 'root-password', { report: reported(false, false, { passwordEnabled: null }) }, 'unknown', 'medium'],
    ['signing certificates', 'root-signing-certificates', { summary: summarized({ certificatesPresent: true }) }, 'fail', 'high'],
    ['signing certificates in the report', 'root-signing-certificates', { report: reported(false, false, { certificatesActive: true }) }, 'fail', 'high'],
    ['no active certificates in the report', 'root-signing-certificates', { report: reported(false, false) }, 'unknown', 'medium'],
    ['no signing certificates', 'root-signing-certificates', { summary: summarized({}) }, 'pass', 'informational'],
    ['central management on', 'central-root-access', { place: asManagement, ...managed(true) }, 'pass', 'informational'],
    ['central management off', 'central-root-access', { place: asManagement, ...managed(false) }, 'fail', 'medium'],
    ['only root sessions on', 'central-root-access', { place: asManagement, ...managed(false, true) }, 'fail', 'medium'],
    ['central management on, asked by the delegated administrator', 'central-root-access', { place: asMember, ...managed(true) }, 'pass', 'informational'],
    ['a management account that may not ask', 'central-root-access', { place: asManagement, ...untold('aws/access-denied') }, 'unknown', 'medium'],
    ['a place that is unknown, and a refusal', 'central-root-access', untold('aws/access-denied'), 'unknown', 'medium'],
    ['a member account', 'central-root-access', { place: asMember, ...untold('facts/asked-elsewhere') }, 'unknown', 'informational'],
    ['a member account that may not even ask', 'central-root-access', { place: asMember, ...untold('aws/access-denied') }, 'unknown', 'informational'],
    ['a standalone account', 'central-root-access', { place: asStandalone, ...untold('aws/not-in-organization') }, 'not-applicable', 'informational'],
    ['no organization, as IAM says it', 'central-root-access', untold('aws/not-in-organization'), 'not-applicable', 'informational'],
    ['GovCloud', 'central-root-access', { partition: 'aws-us-gov', ...managed(false) }, 'not-applicable', 'informational'],
  ])('%s: %s', (_, id, facts, state, severity) => {
    expect(findingOn(id, facts)).toMatchObject({ id, state, severity, controls: CONTROLS[id] });
  });

  const keyControls = (framework: string, version: string | null, origin: string): string[] =>
    CONTROLS['root-access-key'].filter((control) => control.framework === framework && control.version === version && control.origin === origin).map((control) => control.id);

  it.each([
    ['1.2', '1.12', 'aws'], ['1.4', '1.4', 'aws'], ['3.0', '1.4', 'aws'], ['5.0', '1.3', 'aws'], ['6.0', '2.3', 'third-party'], ['7.0', '2.4', 'third-party'],
  ])('carry the id of CIS v%s for root access keys, %s (%s)', (version, id, origin) => {
    expect(keyControls('CIS AWS Foundations Benchmark', version, origin)).toEqual([id]);
  });

  it('claim no mapping of AWS for PCI DSS v4.0.1, only a third party’s', () => {
    expect(keyControls('PCI DSS', '4.0.1', 'aws')).toEqual([]);
    expect(keyControls('PCI DSS', '4.0.1', 'third-party')).toContain('7.2.1');
  });

  it('are told elsewhere only where this account cannot know, whatever its permissions', () => {
    expect(findingOn('central-root-access', { place: asMember }).isToldElsewhere).toBe(true);
    expect(findingOn('central-root-access', untold('facts/asked-elsewhere')).isToldElsewhere).toBe(true);
    for (const place of [asManagement, rootUserFacts().place]) expect(findingOn('central-root-access', { place }).isToldElsewhere).toBe(false);
    const facts = rootUserFacts({ place: asMember });
    expect(assessFindings(facts, assessVerdict(facts)).filter((finding) => finding.isToldElsewhere).map(({ id }) => id)).toEqual(['central-root-access']);
  });

  it('each carry controls, grouped by framework and version', () => {
    for (const id of FINDING_IDS) expect(CONTROLS[id].length, id).toBeGreaterThan(0);
    const groups = groupControls(CONTROLS['root-access-key']);
    expect(groups.flatMap(({ ids }) => ids)).toHaveLength(CONTROLS['root-access-key'].length);
    expect(groups.find(({ framework, version }) => framework === 'NIST CSF' && version === '1.1')?.ids).toEqual(['PR.AC-1', 'PR.AC-4', 'PR.PT-3']);
    const cis = groups.filter(({ framework }) => framework.startsWith('CIS')).map(({ version, ids }) => `${version}: ${ids.join()}`);
    expect(cis).toEqual(['1.2: 1.12', '1.4: 1.4', '1.5: 1.4', '2.0: 1.4', '3.0: 1.4', '4.0.1: 1.4', '5.0: 1.3', '6.0: 2.3', '7.0: 2.4']);
  });

  it('name no control twice', () => {
    for (const controls of Object.values(CONTROLS)) {
      const names = controls.map((control) => `${control.framework} ${control.version} ${control.id}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
