/** The preflight's judgement: what was not seen is never in order, and whatever is in the way comes with what mends it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceControlPolicy } from '../../src/domain/guardrail.ts';
import { parseAccountId, parseOrganizationId } from '../../src/domain/identifiers.ts';
import { known, unknown, type Observed } from '../../src/domain/observed.ts';
import { assessPreflight, exitCodeOfPreflight, type PreflightFacts } from '../../src/domain/preflight.ts';
import type { PreflightFinding, PreflightId, PreflightState } from '../../src/domain/preflight-finding.ts';
import type { PolicyLevel } from '../../src/domain/preflight-policies.ts';
import type { ProblemCode } from '../../src/domain/problem.ts';
import type { AccountPlace } from '../../src/domain/root-user.ts';
import { caller } from './plan-examples.ts';
import { READ_AT } from './root-user-examples.ts';

const seen = <Value>(value: Value): Observed<Value> => known(value, READ_AT, 'aws:Read');
const refused = unknown('aws/access-denied', 'aws:Read', 'AccessDenied');

const STANDALONE: AccountPlace = { kind: 'standalone' };
const MANAGEMENT: AccountPlace = { kind: 'management', organization: parseOrganizationId('o-exampleorg1') };
const MEMBER: AccountPlace = { kind: 'member', organization: parseOrganizationId('o-exampleorg1'), managementAccount: parseAccountId('999988887777') };

const policyOf = (id: string, content: object, name = id): ServiceControlPolicy => ({ id, name, content: JSON.stringify({ Version: '2012-10-17', Statement: [content] }), isAwsManaged: false });
const FULL = policyOf('p-FullAWSAccess', { Effect: 'Allow', Action: '*', Resource: '*' });
const isRoot = { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } };
const DENY_ROOT = policyOf('p-denyroot', { Effect: 'Deny', Action: '*', Resource: '*', Condition: { ...isRoot, Null: { 'aws:AssumedRoot': 'true' } } });
const DENY_ALL_ROOT = policyOf('p-strict', { Effect: 'Deny', Action: '*', Resource: '*', Condition: isRoot });
const BEYOND = policyOf('p-beyond', { Effect: 'Deny', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });

const pathWith = (...policies: ServiceControlPolicy[]): PolicyLevel[] => [{ targetId: 'r-ex4m', policies: [FULL] }, { targetId: 'ou-ex4m-sandbox1', policies: [FULL, ...policies] }];

const IN_ORDER: PreflightFacts = {
  reading: caller('role'), root: caller('root-session'), readingReads: [seen(true)], rootReads: [seen(true)],
  place: seen(MEMBER), hasAllFeatures: seen(true), isScpEnabled: seen(true), trustedServices: seen(['iam.amazonaws.com']),
  centralAccess: seen({ credentialsManagement: true, rootSessions: false }), path: seen(pathWith()),
  region: 'us-east-1', eventHistory: seen(true), trails: seen([{ arn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/all', isLogging: true, managementEvents: 'all' }]), recorder: seen('recording'),
};

const judgeWith = (given: Partial<PreflightFacts>): PreflightFinding[] => assessPreflight({ ...IN_ORDER, ...given });
const findingOf = (given: Partial<PreflightFacts>, id: PreflightId): PreflightFinding => {
  const found = judgeWith(given).find((finding) => finding.id === id);
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
};

describe('an account in order', () => {
  it.each([STANDALONE, MANAGEMENT, MEMBER])('as $kind has nothing in the way', (place) => {
    const findings = judgeWith({ place: seen(place) });
    expect(findings.filter(({ state }) => state === 'in-the-way' || state === 'unknown')).toEqual([]);
    expect(exitCodeOfPreflight(findings)).toBe(0);
  });
});

describe('each finding', () => {
  it.each<[PreflightId, string, Partial<PreflightFacts>, PreflightState, string | null]>([
    ['reading-identity', 'a root access key reads', { reading: caller('root-key') }, 'in-the-way', 'rootzero doctor --profile PROFILE'],
    ['reading-permissions', 'one read is denied', { readingReads: [seen(true), refused] }, 'in-the-way', 'rootzero permissions plan --for reading'],
    ['reading-permissions', 'one read has no answer', { readingReads: [seen(true), unknown('aws/throttled', 'iam:GetAccountSummary')] }, 'unknown', null],
    ['root-identity', 'no root session is given', { root: null, rootReads: [] }, 'unknown', 'aws login --profile root'],
    ['root-identity', 'in China there is none', { root: null, rootReads: [], reading: { ...caller('role'), partition: 'aws-cn' } }, 'not-applicable', null],
    ['root-permissions', 'the root session is refused', { rootReads: [unknown('credentials/root-session-unusable', 'iam:ListAccessKeys')] }, 'in-the-way', 'rootzero permissions apply --for root'],
    ['place', 'the place is refused', { place: refused }, 'unknown', 'rootzero permissions check --for reading'],
    ['all-features', 'consolidated billing only', { place: seen(MANAGEMENT), hasAllFeatures: seen(false) }, 'in-the-way', 'aws organizations enable-all-features'],
    ['policy-type', 'policies are off', { place: seen(MANAGEMENT), isScpEnabled: seen(false) }, 'in-the-way', 'aws organizations enable-policy-type --policy-type SERVICE_CONTROL_POLICY --root-id ROOT'],
    ['trusted-access', 'IAM is not trusted', { place: seen(MANAGEMENT), trustedServices: seen(['config.amazonaws.com']) }, 'in-the-way', 'aws organizations enable-aws-service-access --service-principal iam.amazonaws.com'],
    ['central-root-access', 'the feature is off', { place: seen(MANAGEMENT), centralAccess: seen({ credentialsManagement: false, rootSessions: true }) }, 'in-the-way', 'aws iam enable-organizations-root-credentials-management'],
    ['central-root-access', 'a member may not ask', { centralAccess: unknown('facts/asked-elsewhere', 'iam:ListOrganizationsFeatures') }, 'not-applicable', null],
    ['policies-on-root', 'our own policy is attached', { path: seen(pathWith(DENY_ROOT)) }, 'in-the-way', 'aws organizations detach-policy --policy-id p-denyroot --target-id ou-ex4m-sandbox1'],
    ['policies-on-root', 'Control Tower owns the denial', { path: seen(pathWith({ ...DENY_ROOT, name: 'aws-guardrails-AbCd' })) }, 'in-the-way', null],
    ['policies-on-root', 'a policy is beyond our evaluator', { path: seen(pathWith(BEYOND)) }, 'unknown', null],
    ['policies-on-root', 'nothing allows', { path: seen([{ targetId: 'r-ex4m', policies: [] }]) }, 'in-the-way', 'aws organizations attach-policy --policy-id p-FullAWSAccess --target-id r-ex4m'],
    ['policies-on-assume-root', 'our own policy exempts it', { path: seen(pathWith(DENY_ROOT)) }, 'in-order', null],
    ['policies-on-assume-root', 'a strict one does not', { path: seen(pathWith(DENY_ALL_ROOT)) }, 'in-the-way', 'aws organizations update-policy --policy-id p-strict --content file://POLICY'],
    ['policies-on-assume-root', 'a policy is beyond our evaluator', { path: seen(pathWith(BEYOND)) }, 'unknown', null],
    ['policies-on-root', 'the way is not readable', { path: refused }, 'unknown', 'aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id 111122223333'],
    ['policies-on-root', 'nothing acts on the management account', { place: seen(MANAGEMENT), path: seen(pathWith(DENY_ALL_ROOT)) }, 'not-applicable', null],
    ['policy-slots', 'all ten are taken', { path: seen(pathWith(...Array.from({ length: 9 }, () => DENY_ROOT))) }, 'in-the-way', 'aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id ou-ex4m-sandbox1'],
    ['trail', 'there is none', { trails: seen([]) }, 'in-the-way', 'aws cloudtrail create-trail --region us-east-1 --is-multi-region-trail --name NAME --s3-bucket-name BUCKET'],
    ['trail', 'it is stopped', { trails: seen([{ arn: 'arn:t', isLogging: false, managementEvents: 'none' }]) }, 'in-the-way', 'aws cloudtrail start-logging --region us-east-1 --name arn:t'],
    ['trail', 'it records reads only', { trails: seen([{ arn: 'arn:t', isLogging: true, managementEvents: 'read-only' }]) }, 'in-the-way', 'aws cloudtrail put-event-selectors --region us-east-1 --trail-name arn:t --event-selectors ReadWriteType=All,IncludeManagementEvents=true'],
    ['config-recorder', 'it is stopped', { recorder: seen('stopped') }, 'in-the-way', 'aws configservice start-configuration-recorder --region us-east-1 --configuration-recorder-name NAME'],
    ['config-recorder', 'it is a service’s own', { recorder: seen('service-linked-only') }, 'in-the-way', 'aws configservice put-configuration-recorder --region us-east-1 --configuration-recorder name=default,roleARN=ROLE'],
    ['config-recorder', 'the Region has no such rule', { region: 'il-central-1' }, 'in-the-way', 'rootzero plan --config-region us-east-1'],
    ['event-history', 'it is refused', { eventHistory: refused }, 'unknown', 'rootzero permissions plan --for reading'],
  ])('%s: %s', (id, _what, given, state, command) => {
    const finding = findingOf(given, id);
    expect([finding.state, finding.mend?.command ?? null]).toEqual([state, command]);
  });

  it('names the policy, the target and the calls', () => {
    const { summary } = findingOf({ path: seen(pathWith(policyOf('p-keys', { Effect: 'Deny', Action: 'iam:UpdateAccessKey', Resource: '*', Condition: isRoot }))) }, 'policies-on-root');
    expect(summary).toContain('p-keys (p-keys) on ou-ex4m-sandbox1 denies iam:UpdateAccessKey.');
  });
});

describe('as a rule', () => {
  const codes = fc.constantFrom<ProblemCode>('aws/access-denied', 'aws/throttled', 'aws/unreachable', 'facts/not-read');
  const some = <Value>(...values: Value[]): fc.Arbitrary<Observed<Value>> => fc.oneof(fc.constantFrom(...values).map(seen), codes.map((because) => unknown(because, 'aws:Read')));
  const everything: fc.Arbitrary<PreflightFacts> = fc.record({
    reading: fc.constantFrom(caller('role'), caller('root-key'), caller('root-session')),
    root: fc.constantFrom(null, caller('root-session')),
    readingReads: fc.array(some(true as const), { minLength: 1, maxLength: 3 }),
    rootReads: fc.array(some(true as const), { minLength: 1, maxLength: 1 }),
    place: some<AccountPlace>(STANDALONE, MANAGEMENT, MEMBER),
    hasAllFeatures: some(true, false), isScpEnabled: some(true, false), trustedServices: some<string[]>([], ['iam.amazonaws.com']),
    centralAccess: some({ credentialsManagement: true, rootSessions: true }, { credentialsManagement: false, rootSessions: false }),
    path: some(pathWith(), pathWith(DENY_ROOT), pathWith(DENY_ALL_ROOT), pathWith(BEYOND)),
    region: fc.constantFrom('us-east-1', 'il-central-1'),
    eventHistory: some(true as const),
    trails: some(IN_ORDER.trails.known ? IN_ORDER.trails.value : [], []),
    recorder: some('recording' as const, 'stopped' as const, 'none' as const),
  });

  it('what is in the way or unknown comes with what mends it, and nothing else does', () => {
    fc.assert(fc.property(everything, (facts) => {
      for (const { state, mend } of assessPreflight(facts)) {
        expect(mend !== null).toBe(state === 'in-the-way' || state === 'unknown');
        if (mend !== null) expect(mend.command ?? mend.advice).not.toBeNull();
      }
    }));
  });

  it('unknown never reads as in order: with nothing readable nothing is, but what needs no reading', () => {
    const unread: PreflightFacts = {
      ...IN_ORDER, root: null, rootReads: [], readingReads: [refused], place: refused, hasAllFeatures: refused, isScpEnabled: refused, trustedServices: refused,
      centralAccess: refused, path: refused, eventHistory: refused, trails: refused, recorder: refused,
    };
    expect(assessPreflight(unread).filter(({ state }) => state === 'in-order').map(({ id }) => id)).toEqual(['reading-identity', 'quotas']);
  });

  it('the exit code is 1 for anything in the way, else 2 for anything unknown, else 0', () => {
    fc.assert(fc.property(everything, (facts) => {
      const states = new Set(assessPreflight(facts).map(({ state }) => state));
      expect(exitCodeOfPreflight(assessPreflight(facts))).toBe(states.has('in-the-way') ? 1 : states.has('unknown') ? 2 : 0);
    }));
  });
});
