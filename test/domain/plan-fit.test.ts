/** When a plan no longer fits the world, and when it only asks for more patience. */
import { describe, expect, it } from 'vitest';
import { parseAccountId, parseOrganizationId } from '../../src/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { known, unknown } from '../../src/domain/observed.ts';
import { assessPlanFit, type PlanFit } from '../../src/domain/plan-fit.ts';
import { keyBehind } from '../../src/domain/signing-key.ts';
import { caller, factsOf, FIRST_KEY, nights, planOf, SECOND_KEY, usageOf, type Given } from './plan-examples.ts';
import { at, visitsAt } from './root-event-examples.ts';
import { listed, READ_AT, rootKey, summarized } from './root-user-examples.ts';

const sameUsage = usageOf(...visitsAt(nights(1, 20)));
const fitOf = (facts = factsOf(), usage: typeof sameUsage | null = sameUsage, given: Given = {}, root = caller('root-session')): PlanFit =>
  assessPlanFit(planOf(given), keyBehind(root, {}), facts, usage);

it('fits a world that did not change', () => {
  expect(fitOf()).toEqual({ differences: [], warnings: [], soakMs: 26 * HOUR_MS });
});

describe('is stale when', () => {
  it.each([
    ['a key has another status', listed(rootKey(1, 'inactive')), `Key ${FIRST_KEY} was active and is inactive now.`],
    ['a key is gone', listed(), `Key ${FIRST_KEY} is gone.`],
    ['a key is new', listed(rootKey(1, 'active'), rootKey(2, 'inactive')), `Key ${SECOND_KEY} is new.`],
    ['keys can no longer be listed', unknown('aws/access-denied', 'iam:ListAccessKeys'), 'The root keys can no longer be listed (aws/access-denied).'],
  ])('%s', (_, keys, difference) => {
    expect(fitOf(factsOf({ keys })).differences).toEqual([difference]);
  });

  it('the account is another', () => {
    expect(fitOf(factsOf({ account: parseAccountId('999988887777') })).differences).toHaveLength(1);
  });

  it('the account moved into an organization, or its place can no longer be read', () => {
    const member = { kind: 'member' as const, organization: parseOrganizationId('o-exampleorg1'), managementAccount: parseAccountId('444455556666') };
    expect(fitOf(factsOf({ place: known(member, READ_AT, 'organizations:DescribeOrganization') })).differences).toHaveLength(1);
    expect(fitOf(factsOf({ place: unknown('aws/access-denied', 'organizations:DescribeOrganization') })).differences).toHaveLength(1);
  });

  it('a caller came that nobody acknowledged', () => {
    const usage = usageOf(...visitsAt(nights(1, 20)), ...visitsAt([at('2026-11-24T11:00:00Z')], { sourceIp: '198.51.100.99' }));
    expect(fitOf(factsOf(), usage).differences).toEqual([expect.stringContaining('198.51.100.99')]);
  });

  it('the root session is a key that the plan does not expect', () => {
    expect(fitOf(factsOf(), sameUsage, {}, caller('root-key', FIRST_KEY)).differences).toEqual([expect.stringContaining(FIRST_KEY)]);
  });

  it('a clean account may have a root key now', () => {
    const none = factsOf({ keys: listed(), summary: summarized({ keysPresent: false }) });
    expect(fitOf(none, null, { facts: none }).differences).toEqual([]);
    const unreadable = factsOf({ keys: unknown('aws/access-denied', 'iam:ListAccessKeys'), summary: unknown('aws/access-denied', 'iam:GetAccountSummary') });
    expect(fitOf(unreadable, null, { facts: none }).differences).toEqual(['There may be a root key now.']);
  });
});

describe('newer use by an acknowledged caller', () => {
  it('warns, and the soak stays when it still covers it', () => {
    const fit = fitOf(factsOf(), usageOf(...visitsAt(nights(1, 21))));
    expect(fit).toMatchObject({ differences: [], soakMs: 26 * HOUR_MS });
    expect(fit.warnings).toEqual([expect.stringContaining('2026-11-21 02:10Z')]);
  });

  it('lengthens the soak when it comes after a longer gap', () => {
    const fit = fitOf(factsOf(), usageOf(...visitsAt([...nights(1, 20), at('2026-11-24T02:10:00Z')])));
    expect(fit.soakMs).toBeGreaterThan(4 * DAY_MS);
    expect(fit.warnings).toContain('The soak is longer than planned, because of newer use.');
  });

  it('never shortens it', () => {
    const fit = fitOf(factsOf(), usageOf(), { decisions: { soakMs: 9 * DAY_MS } });
    expect(fit.soakMs).toBe(9 * DAY_MS);
  });

  it('leaves a soak alone that was shortened on record', () => {
    const decisions = { soakMs: 30 * MINUTE_MS, acceptShortSoak: 'the host is gone' };
    expect(fitOf(factsOf(), sameUsage, { decisions }).soakMs).toBe(30 * MINUTE_MS);
  });
});
