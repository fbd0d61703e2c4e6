/** What stands in the way of a policy, over the whole inheritance chain, and what is only said. */
import { describe, expect, it } from 'vitest';
import { assessOrganization, assessTarget, assessWantedPolicy, findGuard, type OrganizationFacts, type GuardFinding } from '../../src/domain/guard-preflight.ts';
import { SCP_MAX_CHARACTERS, type OrganizationTarget } from '../../src/domain/guardrail.ts';
import { openNatures } from '../../src/domain/scp-chain.ts';
import { DENY_REGIONS, DENY_ROOT, DENY_ROOT_STRICTLY, EMPTY, facts, IN_NESTED, IN_PRODUCTION, MANAGEMENT, NAME, NESTED, policy, PRODUCTION, ROOT, SANDBOX, tree } from './organization-examples.ts';

const natureOf = openNatures();
const blockers = (findings: GuardFinding[]): (string | null)[] => findings.filter(({ severity }) => severity === 'blocker').map(({ code }) => code);
const texts = (findings: GuardFinding[]): string => findings.map(({ severity, text }) => `${severity}: ${text}`).join('\n');
const wanted = (content: string, policies = facts().policies): GuardFinding[] => assessWantedPolicy({ name: NAME, content }, policies, natureOf(content));
const PRODUCTION_UNIT: OrganizationTarget = { kind: 'organizational-unit', id: PRODUCTION, name: 'production' };
const onProduction = (given: OrganizationFacts): GuardFinding[] => assessTarget(given, PRODUCTION_UNIT, { name: NAME, content: DENY_ROOT }, natureOf);
const deny = (condition: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: condition }] });
const CONTROL_TOWER = deny({ ArnLike: { 'aws:PrincipalArn': ['arn:*:iam::*:root'] } });

describe('the organization', () => {
  it.each([
    [{}, []],
    [{ tree: tree({ hasAllFeatures: false }) }, ['guardrail/all-features-needed']],
    [{ tree: tree({ isScpEnabled: false }) }, ['guardrail/scp-not-enabled']],
    [{ partition: 'aws-cn' as const }, ['guardrail/no-root-users']],
  ])('%#: blockers', (given, expected) => {
    expect(blockers(assessOrganization(facts([], given)))).toEqual(expected);
  });

  it('of GovCloud: what root is there, and what its support needs open', () => {
    expect(texts(assessOrganization(facts([], { partition: 'aws-us-gov' })))).toContain('CreateAccessKey, DeleteAccessKey and ListAccessKeys');
  });
});

describe('the policy by itself', () => {
  it('the shipped one is fine, and its length is said against the quota and its date', () => {
    expect(texts(wanted(DENY_ROOT))).toBe(`note: ${DENY_ROOT.length} of ${SCP_MAX_CHARACTERS} characters (quota as of 2026-05-15).`);
  });

  it.each([
    ['one character too many', `${DENY_ROOT}${' '.repeat(SCP_MAX_CHARACTERS + 1 - DENY_ROOT.length)}`, ['guardrail/too-long']],
    ['the strict one', DENY_ROOT_STRICTLY, ['guardrail/locks-out']],
    ['one that denies everybody', deny({}), ['guardrail/locks-out', 'guardrail/locks-out']],
    ['no JSON', '{', ['guardrail/malformed-policy']],
  ])('%s is blocked', (_name, content, expected) => {
    expect(blockers(wanted(content))).toEqual(expected);
  });

  it('what cannot be decided is said, never passed as fine', () => {
    const byTag = deny({ ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' }, StringNotEquals: { 'aws:PrincipalTag/purpose': 'break-glass' } });
    expect(texts(wanted(byTag))).toMatch(/warning: Whether the policy leaves AssumeRoot sessions alone could not be decided/);
  });

  it('a policy of the same name with other content is shown statement by statement', () => {
    const findings = wanted(DENY_ROOT, [policy(NAME, CONTROL_TOWER)]);
    expect(blockers(findings)).toEqual(['guardrail/name-taken']);
    expect(texts(findings)).toMatch(/there only: .*"Resource":"\*"\}; here only: .*aws:AssumedRoot/);
    expect(blockers(wanted(DENY_ROOT, [policy(NAME, `  ${DENY_ROOT}`)]))).toEqual([]);
  });
});

describe('the way to a target', () => {
  it.each([ROOT, PRODUCTION])('a policy on %s that denies root without sparing AssumeRoot sessions is named, with what to change', (at) => {
    const findings = onProduction(facts([policy('strict', DENY_ROOT_STRICTLY, at)]));
    expect(blockers(findings)).toEqual(['guardrail/blocking-policy']);
    expect(texts(findings)).toContain('"Null": {"aws:AssumedRoot": "true"}');
  });

  it('a policy beside the way is nobody\'s concern', () => {
    expect(blockers(onProduction(facts([policy('strict', DENY_ROOT_STRICTLY, SANDBOX)])))).toEqual([]);
  });

  it('a policy that denies Regions catches the same sessions', () => {
    const findings = onProduction(facts([policy('regions', DENY_REGIONS, ROOT)]));
    expect(blockers(findings)).toEqual(['guardrail/blocking-policy']);
    expect(texts(findings)).toContain('exempt iam:*');
  });

  it('Control Tower\'s own is named with its parameter, and never to be edited', () => {
    const findings = onProduction(facts([policy('aws-guardrails-XmvkYd', CONTROL_TOWER, PRODUCTION)]));
    expect(blockers(findings)).toEqual(['guardrail/control-tower']);
    expect(texts(findings)).toContain('ExemptAssumeRoot of control AWS-GR_RESTRICT_ROOT_USER');
  });

  it('slots count where the policy goes, FullAWSAccess included, and not above', () => {
    const filling = Array.from({ length: 9 }, (_, index) => policy(`team-${index}`, '{"Version":"2012-10-17","Statement":[]}', PRODUCTION));
    expect(blockers(onProduction(facts(filling)))).toEqual(['guardrail/no-slot']);
    expect(texts(onProduction(facts(filling)))).toContain('10 of 10 slots of production');
    expect(blockers(onProduction(facts(filling.slice(1))))).toEqual([]);
    expect(blockers(onProduction(facts(filling.map((one) => ({ ...one, targetIds: [ROOT] })))))).toEqual([]);
  });

  it('an allow list in place of FullAWSAccess is said and left alone', () => {
    const given = facts();
    given.policies = [{ ...given.policies[0] ?? policy('none', ''), targetIds: [PRODUCTION] }];
    expect(texts(onProduction(given))).toContain(`note: FullAWSAccess is not attached to ${ROOT}`);
  });
});

describe('below a target', () => {
  it('policies that block sessions, accounts that are asleep, delegated administrators: all are said', () => {
    const asleep = tree();
    asleep.accounts = asleep.accounts.map((account) => (account.id === IN_NESTED ? { ...account, state: 'pending-closure' as const } : account));
    const said = texts(onProduction(facts([policy('strict', DENY_ROOT_STRICTLY, NESTED)], { tree: asleep, delegates: [IN_PRODUCTION] })));
    expect(said).toContain(`warning: strict (${policy('strict', '').id}) denies AssumeRoot sessions further down, on ${NESTED}`);
    expect(said).toContain('note: 1 of 2 accounts under production are not active');
    expect(said).toContain('is a delegated administrator');
  });

  it('a unit without accounts proves nothing', () => {
    expect(texts(assessTarget(facts(), { kind: 'organizational-unit', id: EMPTY, name: 'empty' }, { name: NAME, content: DENY_ROOT }, natureOf))).toContain('proves nothing');
  });
});

describe('what guards already', () => {
  it.each([
    [PRODUCTION, IN_NESTED, PRODUCTION],
    [ROOT, IN_PRODUCTION, ROOT],
    [SANDBOX, IN_PRODUCTION, undefined],
  ])('attached to %s, seen from %s', (at, from, expected) => {
    expect(findGuard(facts([policy('whatever-name', DENY_ROOT, at)]), from, natureOf)?.at).toBe(expected);
  });

  it('is not one that locks out AssumeRoot sessions', () => {
    expect(findGuard(facts([policy('strict', DENY_ROOT_STRICTLY, ROOT)]), IN_PRODUCTION, natureOf)).toBeNull();
    expect(findGuard(facts([policy(NAME, DENY_ROOT, ROOT)]), MANAGEMENT, natureOf)?.at).toBe(ROOT);
  });
});
