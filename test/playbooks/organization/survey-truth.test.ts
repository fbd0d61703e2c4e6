/** A survey against the world itself: over organizations of any kind, and whatever goes wrong on the way, what it says of an account is true, or it says that it does not know. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SurveyedAccount } from '../../../src/domain/organization/survey.ts';
import { addRootKey } from '../../../src/simulator/world-builder.ts';
import type { Account, World } from '../../../src/simulator/world.ts';
import { addPolicy, openOrganizationWorld } from '../../support/organization-world.ts';
import { openSurveyStage, survey } from './survey-bench.ts';

const DENY_ROOT = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:*:iam::*:root"}}}]}';
const SEAL = DENY_ROOT.replace('}}}]}', '},"Null":{"aws:AssumedRoot":"true"}}}]}');
const LARGE = { accounts: 300, units: 40, seed: 7 };

const statuses = fc.constantFrom<('Active' | 'Inactive')[]>([], [], [], ['Active'], ['Inactive'], ['Active', 'Inactive']);
const member = fc.record({
  keys: statuses,
  state: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'),
  mfa: fc.constantFrom('none', 'virtual', 'hardware'),
  policy: fc.constantFrom(null, null, null, 'seal', 'deny'),
});
const faults = fc.array(fc.record({
  operation: fc.constantFrom('sts:AssumeRoot', 'iam:ListAccessKeys', 'iam:GetAccountSummary', 'iam:GetAccessKeyLastUsed', 'iam:ListMFADevices'),
  kind: fc.constantFrom('access-denied', 'throttle', 'server-error', 'timeout', 'lost-reply'),
  skip: fc.nat(20), remaining: fc.integer({ min: 1, max: 30 }),
}), { maxLength: 3 });
const circumstances = fc.record({ members: fc.array(member, { minLength: 11, maxLength: 11 }), faults });
type Circumstances = typeof circumstances extends fc.Arbitrary<infer Value> ? Value : never;

function openAny({ members: given, faults: troubles }: Circumstances): { world: World; denied: Set<string> } {
  const { world, organization, members } = openOrganizationWorld();
  organization.trustedServices.push('iam.amazonaws.com');
  organization.rootFeatures.push('RootCredentialsManagement');
  const denied = new Set<string>();
  for (const [index, account] of members.entries()) {
    const { keys, mfa, policy, state } = given[index] ?? { keys: [], mfa: 'none' as const, policy: null, state: 'ACTIVE' as const };
    account.state = state;
    account.root.mfa = mfa;
    for (const [slot, status] of keys.entries()) addRootKey(world, account, { id: `AKIAEXAMPLE${account.id.slice(-8)}${slot}`, status, createdAt: world.now - 1_000_000 });
    if (policy !== null) addPolicy(organization, `${policy}-${index}`, policy === 'seal' ? SEAL : DENY_ROOT, account.id);
    if (policy === 'deny') denied.add(account.id);
  }
  world.faults.push(...troubles);
  return { world, denied };
}

/** What the world holds of an account that can be entered. */
const truthOf = ({ root: { keys } }: Account): string => (keys.some(({ status }) => status === 'Active') ? 'active' : keys.length > 0 ? 'inactive' : 'absent');
const saidOf = ({ posture }: SurveyedAccount): string => (posture.kind === 'read' ? posture.verdict.state : 'unknown');

/** Whether what was said may stand beside the truth: less may be known, nothing else. */
const isTrue = (said: string, truth: string): boolean => said === 'unknown' || said === truth || (said === 'present' && truth !== 'absent');

describe('a survey', () => {
  it('of any organization, with any trouble, says of each account once what is true, or that it does not know', async () => {
    await fc.assert(fc.asyncProperty(circumstances, async (given) => {
      const { world } = openAny(given);
      const { accounts, failure } = await survey(openSurveyStage(world));
      expect(failure).toBeNull();
      expect(accounts.map(({ account }) => account).sort()).toEqual(Object.keys(world.accounts).sort());
      for (const surveyed of accounts) {
        const account = world.accounts[surveyed.account];
        expect(account !== undefined && isTrue(saidOf(surveyed), truthOf(account)), `${surveyed.account}: ${saidOf(surveyed)}`).toBe(true);
      }
    }), { numRuns: 40 });
  });

  it('without trouble knows all that can be entered, and of what cannot be entered nothing', async () => {
    await fc.assert(fc.asyncProperty(circumstances, async (given) => {
      const { world, denied } = openAny({ ...given, faults: [] });
      const { accounts } = await survey(openSurveyStage(world));
      for (const surveyed of accounts.filter(({ isManagement }) => !isManagement)) {
        const account = world.accounts[surveyed.account];
        if (account === undefined) throw new Error('no such account');
        expect(saidOf(surveyed)).toBe(account.state === 'ACTIVE' && !denied.has(account.id) ? truthOf(account) : 'unknown');
      }
    }), { numRuns: 40 });
  });

  it('of 300 accounts with keys in every state, suspended ones and a unit that denies root sessions misses none', async () => {
    const { world, organization, members } = openOrganizationWorld(LARGE);
    organization.trustedServices.push('iam.amazonaws.com');
    organization.rootFeatures.push('RootCredentialsManagement');
    addPolicy(organization, 'deny', DENY_ROOT, 'ou-ex4m-unit0009');
    for (const [index, account] of members.entries()) {
      if (index % 7 === 0) addRootKey(world, account, { id: `AKIAEXAMPLE${account.id.slice(-8)}A`, status: index % 2 === 0 ? 'Active' : 'Inactive', createdAt: world.now - 1_000_000 });
    }
    const { accounts, failure } = await survey(openSurveyStage(world));
    expect(failure).toBeNull();
    const wanted = Object.values(world.accounts).map((account) => {
      const isEntered = account.id === '111122223333' || (account.state === 'ACTIVE' && organization.parents[account.id] !== 'ou-ex4m-unit0009');
      return `${account.id} ${isEntered ? truthOf(account) : 'unknown'}`;
    });
    expect(accounts.map((surveyed) => `${surveyed.account} ${saidOf(surveyed)}`).sort()).toEqual(wanted.sort());
    expect(new Set(accounts.map(saidOf))).toEqual(new Set(['active', 'inactive', 'absent', 'unknown']));
  });
});
