/** The guardrail as a tree: attached, inherited, missing, drifted, opened, blocking; and the exit code of the whole. */
import { describe, expect, it } from 'vitest';
import type { AttachedPolicy } from '../../src/domain/guardrail.ts';
import { assembleOrganizationStatus, everyNode, exitCodeOfStatus, type GuardNode, type GuardStatus } from '../../src/domain/guard-status.ts';
import { assembleOpening, openingName } from '../../src/domain/seal.ts';
import { DENY_REGIONS, DENY_ROOT, DENY_ROOT_STRICTLY, facts, IN_NESTED, IN_PRODUCTION, IN_SANDBOX, MANAGEMENT, NAME, policy, PRODUCTION, ROOT, SANDBOX, tree } from './organization-examples.ts';
import { at } from './root-event-examples.ts';

const status = (policies: AttachedPolicy[] | null, of = tree(), ruleOf: Parameters<typeof assembleOrganizationStatus>[2] = null) =>
  assembleOrganizationStatus({ ...facts(policies ?? [], { tree: of }), policies }, { name: NAME, content: DENY_ROOT }, ruleOf);
/** Nothing but the organization was looked at. */
const alone = (organization: GuardStatus['organization'], more: Partial<GuardStatus> = {}): GuardStatus => ({ account: MANAGEMENT, organization, config: null, alerts: null, unread: [], ...more });
const nodeIn = (policies: AttachedPolicy[], id: string): GuardNode | undefined => everyNode(status(policies).tree).find(({ target }) => target.id === id);

describe('one account', () => {
  it.each<[string, AttachedPolicy[], string, Partial<GuardNode>]>([
    ['nothing', [], IN_NESTED, { state: 'missing', by: null }],
    ['attached to itself', [policy(NAME, DENY_ROOT, IN_NESTED)], IN_NESTED, { state: 'sealed', isInherited: false }],
    ['attached two levels above', [policy(NAME, DENY_ROOT, PRODUCTION)], IN_NESTED, { state: 'sealed', isInherited: true, by: { id: policy(NAME, '').id, name: NAME, at: PRODUCTION } }],
    ['attached beside', [policy(NAME, DENY_ROOT, SANDBOX)], IN_NESTED, { state: 'missing' }],
    ['another policy that does the same', [policy('theirs', DENY_ROOT, ROOT)], IN_NESTED, { state: 'sealed' }],
    ['our name, other content', [policy(NAME, DENY_REGIONS, PRODUCTION)], IN_NESTED, { state: 'drifted' }],
    ['our name drifted, sealed from above', [policy(NAME, DENY_REGIONS, PRODUCTION), policy('theirs', DENY_ROOT, ROOT)], IN_NESTED, { state: 'sealed' }],
    ['a condition that cannot be decided', [policy('theirs', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}', ROOT)], IN_NESTED, { state: 'undecided' }],
    ['the management account', [policy(NAME, DENY_ROOT, ROOT)], MANAGEMENT, { state: 'not-applicable', blocking: [] }],
  ])('%s', (_name, policies, id, expected) => {
    expect(nodeIn(policies, id)).toMatchObject(expected);
  });

  it('sealed so strictly that root sessions are refused is sealed, and blocking', () => {
    expect(nodeIn([policy('strict', DENY_ROOT_STRICTLY, ROOT)], IN_NESTED)).toMatchObject({ state: 'sealed', blocking: [{ name: 'strict', at: ROOT }] });
  });

  it('opened for a while is open; its neighbours under the same policy are sealed', () => {
    const opening = policy(openingName(IN_NESTED), assembleOpening(DENY_ROOT, IN_NESTED, at('2026-11-24T13:00:00Z')), PRODUCTION);
    expect(nodeIn([opening], IN_NESTED)).toMatchObject({ state: 'open' });
    expect(nodeIn([opening], IN_PRODUCTION)).toMatchObject({ state: 'sealed' });
  });
});

describe('the whole', () => {
  it('counts accounts by state, unit by unit', () => {
    const { tree: root } = status([policy(NAME, DENY_ROOT, PRODUCTION)]);
    expect(root.accounts).toEqual({ 'sealed': 2, 'missing': 1, 'not-applicable': 1 });
    expect(root.children.find(({ target }) => target.id === PRODUCTION)?.accounts).toEqual({ sealed: 2 });
  });

  it.each<[string, AttachedPolicy[], number]>([
    ['everything is sealed', [policy(NAME, DENY_ROOT, ROOT)], 0],
    ['one account is not', [policy(NAME, DENY_ROOT, PRODUCTION)], 1],
    ['all are, but root sessions are blocked', [policy(NAME, DENY_ROOT, ROOT), policy('strict', DENY_ROOT_STRICTLY, SANDBOX)], 1],
    ['one cannot be told', [policy(NAME, DENY_ROOT, PRODUCTION), policy('maybe', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}', IN_SANDBOX)], 2],
  ])('%s: %#', (_name, policies, expected) => {
    expect(exitCodeOfStatus(alone(status(policies)))).toBe(expected);
  });

  it('does not ask for a seal where nobody is bound', () => {
    const asleep = tree({ accounts: tree().accounts.map((account) => ({ ...account, state: 'suspended' as const })) });
    expect(exitCodeOfStatus(alone(status([], asleep)))).toBe(0);
  });
});
