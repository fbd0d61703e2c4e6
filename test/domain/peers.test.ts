/** Accounts that other tools judge wrongly, each by the name of the defect: whatever else changes here, these stay right. */
import { describe, expect, it } from 'vitest';
import { assessFindings, type Finding } from '../../src/domain/findings.ts';
import { parseOrganizationId } from '../../src/domain/identifiers.ts';
import { assessLastUse } from '../../src/domain/last-use.ts';
import { unknown } from '../../src/domain/observed.ts';
import { assessOutcome, type Outcome } from '../../src/domain/outcome.ts';
import type { CredentialReport, RootUserFacts } from '../../src/domain/root-user.ts';
import { assessVerdict } from '../../src/domain/verdict.ts';
import { assessWaivers } from '../../src/domain/waiver.ts';
import { at } from './root-event-examples.ts';
import { listed, READ_AT, reported, rootKey, rootUserFacts, seen, summarized } from './root-user-examples.ts';

const TODAY = at('2026-11-24T09:55:00Z');
const slot = (isActive: boolean, usedAt: CredentialReport['passwordLastUsedAt'] = null): CredentialReport['keys'][0] =>
  ({ isActive, lastRotatedAt: null, lastUse: usedAt === null ? null : { at: usedAt, service: 'iam', region: 'us-east-1' } });
const read = (given: Partial<CredentialReport>): RootUserFacts['report'] => reported(false, false, given);

function check(given: Partial<RootUserFacts>, failOn: Outcome['failOn'] = 'any'): Outcome & { state: string; finding: (id: Finding['id']) => Finding | undefined } {
  const facts = rootUserFacts(given);
  const verdict = assessVerdict(facts);
  const outcome = assessOutcome(verdict, assessWaivers(assessFindings(facts, verdict), [], facts.account, READ_AT), failOn);
  return { ...outcome, state: verdict.state, finding: (id) => outcome.findings.find((finding) => finding.id === id) };
}

describe('a defect of other tools', () => {
  it('"used a password once, so keys are not looked at": the key of today is the last use', () => {
    const facts = rootUserFacts({ report: read({ passwordLastUsedAt: at('2023-01-01T00:00:00Z'), keys: [slot(true, TODAY), slot(false)] }) });
    expect(assessLastUse(facts).latest).toMatchObject({ at: TODAY, by: 'access-key' });
  });

  it('"only the password counts as use": a key counts too', () => {
    expect(assessLastUse(rootUserFacts({ report: read({ keys: [slot(false), slot(true, TODAY)] }) })).latest?.at).toBe(TODAY);
  });

  it('"a comparison turned round, so that a key used today is fine": today is later than ninety days ago', () => {
    const facts = rootUserFacts({ report: read({ keys: [slot(true, at('2026-08-01T00:00:00Z')), slot(true, TODAY)] }) });
    expect(assessLastUse(facts).latest?.at).toBe(TODAY);
    expect(check({ report: facts.report }).exitCode).toBe(1);
  });

  it('"no password and an inactive key, so no finding at all": the key is a finding', () => {
    const given = { keys: listed(rootKey(1, 'inactive')), summary: summarized({ keysPresent: true, passwordPresent: false, mfaEnabled: false }), report: read({ passwordEnabled: false }) };
    expect(check(given)).toMatchObject({ state: 'inactive', exitCode: 1 });
    expect(check(given).finding('root-access-key')).toMatchObject({ state: 'fail', severity: 'high' });
  });

  it('"no credential report, so nothing to say": could not tell, 2', () => {
    expect(check({})).toMatchObject({ state: 'unknown', exitCode: 2 });
    expect(check({ report: unknown('report/absent', 'iam:GetCredentialReport') })).toMatchObject({ state: 'unknown', exitCode: 2 });
  });

  it('"a refused listing holds no keys, so they are deleted": could not tell, 2', () => {
    expect(check({ keys: unknown('aws/access-denied', 'iam:ListAccessKeys') })).toMatchObject({ state: 'unknown', exitCode: 2 });
  });

  it('"a worker that failed is only logged, exit 0": throttled and unreachable are 2', () => {
    for (const because of ['aws/throttled', 'aws/unreachable', 'aws/server-error'] as const) {
      expect(check({ keys: unknown(because, 'iam:ListAccessKeys'), summary: unknown(because, 'iam:GetAccountSummary'), report: unknown(because, 'iam:GetCredentialReport') }).exitCode).toBe(2);
    }
  });

  it('"the report says false, so there is no key": false is inactive, deleted or stale', () => {
    expect(check({ report: read({}) })).toMatchObject({ state: 'unknown', exitCode: 2 });
    expect(check({ report: read({}), summary: summarized({ keysPresent: true }) })).toMatchObject({ state: 'present', exitCode: 1 });
  });

  it('"active and inactive the wrong way round": each is what the list says', () => {
    expect(check({ keys: listed(rootKey(1, 'active')) }).state).toBe('active');
    expect(check({ keys: listed(rootKey(1, 'inactive')) }).state).toBe('inactive');
    expect([check({ keys: listed(rootKey(1, 'active')) }, 'active').exitCode, check({ keys: listed(rootKey(1, 'inactive')) }, 'active').exitCode]).toEqual([1, 0]);
  });

  it('"no MFA, although root has no credentials left": not applicable', () => {
    const given = { keys: listed(), summary: summarized({ passwordPresent: false, mfaEnabled: false }), mfa: seen('none' as const, 'iam:GetAccountSummary') };
    expect(check(given).finding('root-mfa')?.state).toBe('not-applicable');
  });

  it('"central management is on, so keys need no look": it takes nothing away', () => {
    const central = { place: seen({ kind: 'management' as const, organization: parseOrganizationId('o-exampleorg01') }, 'organizations:DescribeOrganization'), centralAccess: seen({ credentialsManagement: true, rootSessions: true }, 'iam:ListOrganizationsFeatures') };
    expect(check({ ...central, keys: listed(rootKey(1, 'active')) })).toMatchObject({ state: 'active', exitCode: 1 });
  });

  it('"a member account cannot list the features, so it fails": unknown, and no failure', () => {
    const facts = { keys: listed(), summary: summarized({ passwordPresent: false }), centralAccess: unknown('facts/asked-elsewhere', 'iam:ListOrganizationsFeatures') };
    expect(check(facts, 'posture')).toMatchObject({ exitCode: 0, counts: { unknown: 1 } });
  });
});
