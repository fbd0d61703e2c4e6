/** What makes a plan over an organization stale, one difference at a time, and that the world of the plan fits it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/domain/instant.ts';
import type { OrganizationFacts } from '../../../src/domain/guard-preflight.ts';
import { parseOrganizationId } from '../../../src/domain/identifiers.ts';
import { assessAccountFit, assessOrganizationFit, type FreshAccount } from '../../../src/domain/organization/organization-fit.ts';
import { openReach } from '../../../src/domain/organization/organization-reach.ts';
import { openNatures } from '../../../src/domain/scp-chain.ts';
import { DENY_ROOT, DENY_ROOT_STRICTLY, policy } from '../organization-examples.ts';
import { nights } from '../plan-examples.ts';
import { visitsAt } from '../root-event-examples.ts';
import { accountAt, bodyOf, keyOf, LATELY, LONG_AGO, planInput, PRODUCTION, SANDBOX, usageOf, type Given, type Spec } from './plan-examples.ts';

const A = accountAt(1);
const SPECS: Spec[] = [{ account: A, name: 'shop', keys: [{}] }, { account: accountAt(2), name: 'lab', keys: [{}], parent: SANDBOX }, { account: accountAt(3), isUnknown: true }];
const PLAN = bodyOf(SPECS);

const factsAre = (specs: readonly Spec[], given: Given = {}, change: (facts: OrganizationFacts) => OrganizationFacts = (facts) => facts): string[] =>
  assessOrganizationFit(PLAN, change(planInput(specs, given).facts)).differences;

/** The first account, as it is read later. */
function fresh(spec: Spec, given: Given = {}, more: Partial<FreshAccount> = {}): FreshAccount {
  const { facts, surveyed, others, usages, createdAt } = planInput([spec], given);
  const [found] = surveyed;
  if (found === undefined) throw new RangeError('no account');
  return { surveyed: found, facts, others: others.get(spec.account) ?? null, usage: usages.get(spec.account) ?? null, now: createdAt, natureOf: openNatures(), reachOf: openReach(facts, given.decisions?.credentials ?? ['keys']), ...more };
}
function accountIs(before: Spec, after: Spec, { plan: planned = {}, now = planned }: { plan?: Given; now?: Given } = {}) {
  const plan = bodyOf([before], planned);
  const [one] = plan.accounts;
  if (one === undefined) throw new RangeError(plan.notCovered[0]?.because ?? 'nothing to do');
  return assessAccountFit(plan, one, fresh(after, now));
}

describe('the organization', () => {
  it('fits as it was', () => {
    expect(factsAre(SPECS)).toEqual([]);
  });

  it('is another one, or of another management account or partition', () => {
    expect(factsAre(SPECS, {}, (facts) => ({ ...facts, tree: { ...facts.tree, id: parseOrganizationId('o-anotherone1') } }))).toEqual([expect.stringContaining('The organization is o-anotherone1 of 111122223333')]);
    expect(factsAre(SPECS, {}, (facts) => ({ ...facts, tree: { ...facts.tree, managementAccount: A } }))[0]).toContain(`of ${A}`);
    expect(factsAre(SPECS, { facts: { partition: 'aws-us-gov' } })[0]).toContain('aws-us-gov');
  });

  it('has an account moved, renamed, suspended or gone', () => {
    const but = (change: Partial<Spec>): Spec[] => SPECS.map((spec) => (spec.account === A ? { ...spec, ...change } : spec));
    expect(factsAre(but({ parent: SANDBOX }))).toEqual([`Account ${A} (shop) was moved from Root/production to Root/sandbox.`]);
    expect(factsAre(but({ name: 'bank' }))).toEqual([`Account ${A} was called shop and is called bank now.`]);
    expect(factsAre(but({ state: 'suspended' }))).toEqual([`Account ${A} (shop) was active and is suspended now.`]);
    expect(factsAre(SPECS.slice(1))).toEqual([`Account ${A} (shop) is no longer in the organization.`]);
  });

  it('has a unit renamed, which is said once however many accounts are below it', () => {
    const renamed = (facts: OrganizationFacts): OrganizationFacts => ({ ...facts, tree: { ...facts.tree, units: facts.tree.units.map((unit) => (unit.id === PRODUCTION ? { ...unit, name: 'retired' } : unit)) } });
    expect(factsAre(SPECS, {}, renamed)).toEqual([`production (${PRODUCTION}) is called retired now.`]);
  });

  it('has other policies of the names that the plan uses', () => {
    expect(factsAre(SPECS, { policies: [policy('rootzero-quarantine-root-user', DENY_ROOT)] })).toEqual([expect.stringContaining('appeared')]);
    const existing = bodyOf(SPECS, { policies: [policy('rootzero-quarantine-root-user', DENY_ROOT)] });
    expect(assessOrganizationFit(existing, planInput(SPECS).facts).differences).toEqual([expect.stringContaining('is gone')]);
    expect(assessOrganizationFit(existing, planInput(SPECS, { policies: [policy('rootzero-quarantine-root-user', DENY_ROOT_STRICTLY)] }).facts).differences).toEqual([expect.stringContaining('other content')]);
  });

  it('has lost the target of the guardrail that replaces the quarantine', () => {
    const plan = bodyOf(SPECS, { decisions: { afterwards: { kind: 'replace', policy: { name: 'deny', description: '', policyText: DENY_ROOT }, targets: [SANDBOX] } } });
    const { facts } = planInput(SPECS.slice(0, 1));
    const without = { ...facts, tree: { ...facts.tree, units: facts.tree.units.filter(({ id }) => id !== SANDBOX) } };
    expect(assessOrganizationFit(plan, without).differences).toContain(`sandbox (${SANDBOX}) is no longer in the organization.`);
  });
});

describe('an account', () => {
  const before: Spec = { account: A, keys: [{}] };

  it('fits as it was, whatever it holds', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('active' as const, 'inactive' as const), { minLength: 1, maxLength: 2 }), fc.constantFrom(null, LONG_AGO), (statuses, use) => {
      const spec: Spec = { account: A, keys: statuses.map((status) => ({ status, use })) };
      const given: Given = { decisions: { acknowledgements: use === null ? [] : [keyOf(A), keyOf(A, true)].map((fingerprint) => ({ fingerprint, reason: 'known' })) } };
      expect(accountIs(spec, spec, { plan: given })).toMatchObject({ differences: [], warnings: [], soakMs: HOUR_MS });
    }));
  });

  it('has its key gone, another one, or the same in another status', () => {
    expect(accountIs(before, { account: A }).differences).toEqual([`Key ${keyOf(A)} is gone.`]);
    expect(accountIs(before, { account: A, keys: [{}, {}] }).differences).toEqual([`Key ${keyOf(A, true)} is new.`]);
    expect(accountIs(before, { account: A, keys: [{ status: 'inactive' }] }).differences).toEqual([`Key ${keyOf(A)} was active and is inactive now.`]);
  });

  it('has its key replaced by another of the same status', () => {
    const plan = bodyOf([{ account: A, keys: [{}, {}] }]);
    const [one] = plan.accounts;
    if (one === undefined) throw new RangeError('no account');
    const onlySecond = { ...one, keys: one.keys.slice(1) };
    expect(assessAccountFit(plan, onlySecond, fresh(before)).differences).toEqual([`Key ${keyOf(A, true)} is gone.`, `Key ${keyOf(A)} is new.`]);
  });

  it('cannot be read any more', () => {
    expect(accountIs(before, { ...before, isUnknown: true }).differences).toEqual(['Its root user can no longer be read: A root session was refused.']);
  });

  it('has a policy on its way that denies root sessions, no slot left, or a seal that was not there', () => {
    expect(accountIs(before, before, { now: { policies: [policy('strict', DENY_ROOT_STRICTLY, PRODUCTION)] } }).differences).toEqual([expect.stringContaining('Policy strict (p-strict00)')]);
    const full = Array.from({ length: 9 }, (_, index) => policy(`other-${index}`, '{"Version":"2012-10-17","Statement":[]}', A));
    expect(accountIs(before, before, { now: { policies: full } }).differences).toEqual([expect.stringContaining('10 of 10 slots')]);
    const sealed: Given = { policies: [policy('seal', DENY_ROOT, PRODUCTION)] };
    expect(accountIs(before, before, { now: sealed }).differences).toEqual([`It was not sealed, and is sealed by p-seal0000 on ${PRODUCTION} now.`]);
    expect(accountIs(before, before, { plan: sealed, now: {} }).differences).toEqual([`It was sealed by p-seal0000 on ${PRODUCTION}, and is not sealed now.`]);
  });

  it('has a new caller that nobody acknowledged', () => {
    const now: Given = { usages: new Map([[A, usageOf(A, visitsAt(nights(20, 23), { accessKeyId: keyOf(A) }))]]) };
    const use = { ...LATELY, at: nights(23, 23)[0] ?? LATELY.at };
    const quiet: Given = { usages: new Map([[A, usageOf(A, [])]]) };
    expect(accountIs(before, { account: A, keys: [{ use }] }, { plan: quiet, now }).differences).toEqual([expect.stringMatching(/acknowledgement: caller [0-9a-f]{12} \(198\.51\.100\.7/)]);
  });

  it('has a known caller come again, which is said, and keeps the longer soak that its rhythm asks for', () => {
    const reading = (last: number): Given => {
      const usage = usageOf(A, visitsAt(nights(last === 22 ? 22 : 10, last), { accessKeyId: keyOf(A) }));
      return { usages: new Map([[A, usage]]), decisions: { acknowledgements: [{ fingerprint: usage.seen?.usage.callers[0]?.fingerprint ?? '', reason: 'known' }] } };
    };
    const used = (night: number): Spec => ({ account: A, keys: [{ use: { ...LATELY, at: nights(night, night)[0] ?? LATELY.at } }] });
    const fit = accountIs(used(22), used(23), { plan: reading(22), now: reading(23) });
    expect(fit.differences).toEqual([]);
    expect(fit.warnings).toEqual([expect.stringContaining('used root again at 2026-11-23'), 'The soak is longer than planned, because of newer use.']);
    expect(fit.soakMs).toBe(26 * HOUR_MS);
  });

  it('keeps the longer soak that newer use asks for, although a short one was accepted for another account', () => {
    const usage = (last: number) => usageOf(A, visitsAt(nights(last === 22 ? 22 : 10, last), { accessKeyId: keyOf(A) }));
    const reading = (last: number): Given => ({
      usages: new Map([[A, usage(last)]]),
      decisions: { acknowledgements: [{ fingerprint: usage(22).seen?.usage.callers[0]?.fingerprint ?? '', reason: 'known' }] },
    });
    const specs: Spec[] = [{ account: A, keys: [{ use: LATELY }] }];
    const plan = bodyOf(specs, reading(22));
    const [one] = plan.accounts;
    if (one === undefined) throw new RangeError('nothing planned');
    const fit = assessAccountFit({ ...plan, overrides: { ...plan.overrides, shortSoak: 'the sandbox may break' } }, one, fresh({ account: A, keys: [{ use: LATELY }] }, reading(23)));
    expect(fit.soakMs).toBe(26 * HOUR_MS);
  });

  it('has its key used where nobody reads CloudTrail: refused, unless that key was acknowledged', () => {
    expect(accountIs(before, { account: A, keys: [{ use: LATELY }] }).differences).toEqual([expect.stringContaining('Who it was is not known.')]);
    const plan: Given = { decisions: { acknowledgements: [{ fingerprint: keyOf(A), reason: 'known' }] } };
    const fit = accountIs({ account: A, keys: [{ use: LONG_AGO }] }, { account: A, keys: [{ use: LATELY }] }, { plan });
    expect(fit).toMatchObject({ differences: [], warnings: [expect.stringContaining('after the plan was made')] });
  });

  it('has another password, certificate or MFA device than the plan would remove', () => {
    const credentials = ['keys', 'certificates', 'password', 'mfa'] as const;
    const holding = (certificates: string[], hasPassword: boolean, mfaDevices: string[]): Given => ({ decisions: { credentials }, others: new Map([[A, { certificates, hasPassword, mfaDevices }]]) });
    const spec: Spec = { account: A, keys: [{}], hasPassword: true };
    const fit = accountIs(spec, spec, { plan: holding(['C1'], true, ['M1']), now: holding(['C2'], false, []) });
    expect(fit.differences).toEqual(['Certificate C1 is gone.', 'Certificate C2 is new.', 'Root had a password and has no password now.', 'MFA device M1 is gone.']);
    expect(accountIs(spec, spec, { plan: holding(['C1'], true, ['M1']), now: { decisions: { credentials } } }).differences).toEqual(['Its password, certificates and MFA devices were not read again.']);
  });
});
