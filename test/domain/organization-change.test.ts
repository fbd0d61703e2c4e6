/** Which changes of an organization may have lifted a policy from an account. */
import { expect, it } from 'vitest';
import { assessLifting, LIFTING_CALLS, type OrganizationChange } from '../../src/domain/organization-change.ts';
import { at } from './root-event-examples.ts';

const SCP = { policyId: 'p-containment', account: '777788889999' };
const SINCE = at('2026-11-24T12:00:00.500Z');
const change = (given: Partial<OrganizationChange>): OrganizationChange =>
  ({ id: 'event', at: at('2026-11-24T18:00:00Z'), call: 'DetachPolicy', policyId: null, targetId: null, accountId: null, by: 'arn:aws:sts::666677778888:assumed-role/Admin/x', sourceIp: '198.51.100.7', ...given });
const isLifting = (given: Partial<OrganizationChange>): boolean => assessLifting([change(given)], SCP, SINCE).length > 0;

it.each<[string, Partial<OrganizationChange>]>([
  ['the policy was detached from the account', { policyId: SCP.policyId, targetId: SCP.account }],
  ['its content was changed', { call: 'UpdatePolicy', policyId: SCP.policyId }],
  ['it was deleted', { call: 'DeletePolicy', policyId: SCP.policyId }],
  ['the account was moved', { call: 'MoveAccount', accountId: SCP.account }],
  ['the account was removed', { call: 'RemoveAccountFromOrganization', accountId: SCP.account }],
  ['the account left by itself', { call: 'AccountDepartedOrganization', accountId: SCP.account }],
  ['an account left, and which one is not said', { call: 'AccountDepartedOrganization' }],
  ['it was attached again, so it was off before, or a clock was wrong', { call: 'AttachPolicy', policyId: SCP.policyId, targetId: SCP.account }],
  ['policies of that type were switched off as a whole', { call: 'DisablePolicyType' }],
  ['it happened in the second in which the soak began, since CloudTrail cuts times to seconds', { policyId: SCP.policyId, targetId: SCP.account, at: at('2026-11-24T12:00:00Z') }],
])('it may have, when %s', (_, given) => {
  expect(isLifting(given)).toBe(true);
});

it.each<[string, Partial<OrganizationChange>]>([
  ['another policy was detached', { policyId: 'p-other', targetId: SCP.account }],
  ['the policy was detached from somewhere else', { policyId: SCP.policyId, targetId: 'ou-ab12-sandbox1' }],
  ['another policy was changed', { call: 'UpdatePolicy', policyId: 'p-other' }],
  ['another account was moved', { call: 'MoveAccount', accountId: '111122223333' }],
  ['another account left', { call: 'AccountDepartedOrganization', accountId: '111122223333' }],
  ['it was attached when the soak began, by a clock that is not quite ours', { call: 'AttachPolicy', policyId: SCP.policyId, targetId: SCP.account, at: at('2026-11-24T12:03:00Z') }],
  ['it was attached somewhere else', { call: 'AttachPolicy', policyId: SCP.policyId, targetId: 'ou-ab12-sandbox1' }],
  ['it happened before', { policyId: SCP.policyId, targetId: SCP.account, at: at('2026-11-24T11:59:59Z') }],
])('it has not, when %s', (_, given) => {
  expect(isLifting(given)).toBe(false);
});

it('says who, when and from where, and every call that lifts is looked up', () => {
  const [violation] = assessLifting([change({ policyId: SCP.policyId, targetId: SCP.account })], SCP, SINCE);
  expect(violation?.text).toContain('DetachPolicy by arn:aws:sts::666677778888:assumed-role/Admin/x from 198.51.100.7');
  for (const call of LIFTING_CALLS) expect(isLifting({ call, policyId: SCP.policyId, targetId: SCP.account, accountId: SCP.account })).toBe(true);
});
