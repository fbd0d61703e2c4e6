/** The order of waves, and what holds for every organization that could be surveyed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnyPlan } from '../../../src/commands/any-plan-file.ts';
import { renderPlanFile } from '../../../src/commands/plan-file.ts';
import { hasNothingToDo, isGuardPlan, isOrganizationPlan, needsApproval, subjectOf } from '../../../src/domain/any-plan.ts';
import type { AccountAction, OrganizationPlanBody } from '../../../src/domain/organization/organization-plan.ts';
import { assembleOrganizationWaves, isUsed, LARGEST_WAVE } from '../../../src/domain/organization/organization-waves.ts';
import { digestOf } from '../../../src/domain/plan.ts';
import { EMPTY, NESTED } from '../organization-examples.ts';
import { sha256 } from '../root-event-examples.ts';
import { accountAt, bodyOf, keyOf, LATELY, LONG_AGO, MANAGEMENT, planOf, PRODUCTION, SANDBOX, type Spec } from './plan-examples.ts';

const unused = { keys: [{}] };
const used = { keys: [{ use: LATELY }] };
const acknowledgeAll = (specs: readonly Spec[]) => ({ acknowledgements: specs.map(({ account }) => ({ fingerprint: keyOf(account), reason: 'known' })) });
const wavesOf = (specs: Spec[], decisions = {}): string[] =>
  bodyOf(specs, { decisions: { ...acknowledgeAll(specs), ...decisions } }).waves.map(({ name, accounts }) => `${name}: ${accounts.map((id) => Number(id) - 500_000_000_000).join(' ')}`);

const withActions = (plan: OrganizationPlanBody, change: (actions: AccountAction[]) => AccountAction[]): OrganizationPlanBody =>
  ({ ...plan, accounts: plan.accounts.map((one) => ({ ...one, actions: change(one.actions) })) });

describe('the order of waves', () => {
  it('begins with one account: unused, in a sandbox, else in the smallest unit', () => {
    expect(wavesOf([{ account: accountAt(1), ...used, parent: SANDBOX }, { account: accountAt(2), ...unused }, { account: accountAt(3), ...unused, parent: SANDBOX }])[0]).toBe('canary: 3');
    expect(wavesOf([{ account: accountAt(1), ...unused }, { account: accountAt(2), ...unused }, { account: accountAt(3), ...unused, parent: NESTED }])[0]).toBe('canary: 3');
    expect(wavesOf([{ account: accountAt(1), ...used }])).toEqual(['canary: 1']);
  });

  it('begins with the account that was named, and refuses one that is not to be retired', () => {
    expect(wavesOf([{ account: accountAt(1), ...unused, parent: SANDBOX }, { account: accountAt(2), ...used }], { canary: accountAt(2) })[0]).toBe('canary: 2');
    expect(() => wavesOf([{ account: accountAt(1), ...unused }], { canary: accountAt(9) })).toThrow('not among those');
  });

  it('goes through unused keys before used ones, unit by unit, and at most doubles', () => {
    const specs = Array.from({ length: 12 }, (_, index): Spec => ({ account: accountAt(index + 1), ...(index < 9 ? unused : used), parent: index < 2 ? SANDBOX : index < 5 ? EMPTY : PRODUCTION }));
    expect(wavesOf(specs)).toEqual(['canary: 1', 'unused 1: sandbox: 2', 'unused 2: empty: 3 4', 'unused 3: empty: 5', 'unused 4: production: 6 7 8 9', 'used 1: production: 10 11 12']);
    expect(wavesOf(specs, { waveOrder: 'size' })).toEqual(['canary: 1', 'unused 1: 2', 'unused 2: 3 4', 'unused 3: 5 6 7 8', 'unused 4: 9', 'used 1: 10 11 12']);
  });
});

it('a wave stays as large as a person can follow, however many accounts there are, and none is lost', () => {
  const [one] = bodyOf([{ account: accountAt(0), ...unused }]).accounts;
  if (one === undefined) throw new RangeError('no account');
  const accounts = Array.from({ length: 5_000 }, (_, index) => ({ ...one, account: accountAt(index) }));
  for (const order of ['ou', 'size'] as const) {
    const waves = assembleOrganizationWaves(accounts, { canary: null, order });
    expect(waves.flatMap((wave) => wave.accounts).sort()).toEqual(accounts.map(({ account }) => account));
    expect(Math.max(...waves.map((wave) => wave.accounts.length))).toBe(LARGEST_WAVE);
    expect(waves.length).toBeLessThan(20);
  }
});

const spec = (number: number): fc.Arbitrary<Spec> => fc.record({
  account: fc.constant(accountAt(number)),
  parent: fc.constantFrom(SANDBOX, PRODUCTION, NESTED, EMPTY),
  name: fc.string({ unit: 'binary', maxLength: 12 }),
  state: fc.constantFrom('active', 'active', 'active', 'suspended', 'pending-closure', 'unknown'),
  by: fc.constantFrom('root-session', 'root-session', 'root-session', 'role', 'nobody'),
  isUnknown: fc.boolean(),
  hasPassword: fc.boolean(),
  keys: fc.array(fc.record({ use: fc.constantFrom(null, LATELY, LONG_AGO, 'not-read' as const), status: fc.constantFrom('active' as const, 'inactive' as const) }), { maxLength: 2 }),
});
const organization = fc.integer({ min: 0, max: 40 }).chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => spec(index)), spec(0).map((one): Spec => ({ ...one, account: MANAGEMENT }))));
const decided = fc.record({ waveOrder: fc.constantFrom('ou' as const, 'size' as const), acknowledges: fc.boolean() });

describe('whatever is surveyed', () => {
  it('every account with a root key is in one wave or is left out with a reason and a next step, and nothing unknown or used unawares is planned', () => {
    fc.assert(fc.property(organization, decided, (specs, { waveOrder, acknowledges }) => {
      const plan = bodyOf(specs, { decisions: { waveOrder, ...(acknowledges ? acknowledgeAll(specs) : {}) } });
      const inWaves = plan.waves.flatMap(({ accounts }) => accounts);
      const leftOut = plan.notCovered.map(({ account }) => account);
      expect([...inWaves].sort()).toEqual(plan.accounts.map(({ account }) => account).sort());
      expect(new Set([...inWaves, ...leftOut]).size).toBe(inWaves.length + leftOut.length);
      for (const { account, keys = [], isUnknown, state, by } of specs) {
        const isPlanned = inWaves.includes(account);
        if (isUnknown === true || keys.length > 0) expect(isPlanned || leftOut.includes(account)).toBe(true);
        if (isPlanned) {
          expect({ isUnknown, state, by, isManagement: account === MANAGEMENT }).toEqual({ isUnknown: false, state: 'active', by: 'root-session', isManagement: false });
          expect(keys.some(({ use }) => use === 'not-read' || (use !== null && !acknowledges))).toBe(false);
        }
      }
      for (const { because, next } of plan.notCovered) expect(because !== '' && next !== '').toBe(true);
      for (const { account, keys, actions } of plan.accounts) {
        const deleted = actions.flatMap((action) => (action.kind === 'delete-key' ? [action.keyId] : []));
        expect(deleted).toEqual(keys.map(({ keyId }) => keyId));
        expect(deleted.every((keyId) => [keyOf(account), keyOf(account, true)].includes(keyId))).toBe(true);
        expect(actions.findIndex(({ kind }) => kind === 'soak')).toBeLessThan(actions.findIndex(({ effect }) => effect === 'irreversible'));
      }
    }), { numRuns: 200 });
  });

  it('a wave never holds more than were done before it, used keys come last, and the first wave is one account', () => {
    fc.assert(fc.property(organization, decided, (specs, { waveOrder }) => {
      const { accounts } = bodyOf(specs, { decisions: acknowledgeAll(specs) });
      const waves = assembleOrganizationWaves(accounts, { canary: null, order: waveOrder });
      let before = 0;
      for (const wave of waves) {
        expect(wave.accounts.length).toBeGreaterThan(0);
        expect(wave.accounts.length).toBeLessThanOrEqual(Math.max(1, before));
        before += wave.accounts.length;
      }
      const usedIn = waves.slice(1).map((wave) => wave.accounts.map((id) => accounts.some((one) => one.account === id && isUsed(one)))).flat();
      expect(usedIn.lastIndexOf(false)).toBeLessThan(usedIn.includes(true) ? usedIn.indexOf(true) : usedIn.length);
    }), { numRuns: 200 });
  });

  it.each<[string, (plan: OrganizationPlanBody) => OrganizationPlanBody, string]>([
    ['an account in no wave', (plan) => ({ ...plan, waves: plan.waves.slice(1) }), 'in one wave'],
    ['an account in two waves', (plan) => ({ ...plan, waves: [...plan.waves, { number: 9, name: 'again', accounts: plan.waves[0]?.accounts ?? [] }] }), 'in one wave'],
    ['a key deleted without a soak', (plan) => withActions(plan, (actions) => actions.filter(({ kind }) => kind !== 'soak')), 'without containment and a soak'],
    ['a key deleted before the soak', (plan) => withActions(plan, (actions) => [...actions].reverse()), 'without containment and a soak'],
    ['a key deleted without containment', (plan) => withActions(plan, (actions) => actions.filter(({ kind }) => kind !== 'quarantine')), 'without containment and a soak'],
    ['a shorter soak in the step than in the row', (plan) => withActions(plan, (actions) => actions.map((action) => (action.kind === 'soak' ? { ...action, durationMs: 1 } : action))), 'two lengths'],
    ['a key to delete that the row does not name', (plan) => ({ ...plan, accounts: plan.accounts.map((one) => ({ ...one, keys: [] })) }), 'does not name'],
    ['a soak shorter than required without a reason', (plan) => ({ ...plan, accounts: plan.accounts.map((one) => ({ ...one, soak: { ...one.soak, requiredMs: one.soak.plannedMs + 1 } })) }), 'shorter than required'],
    ['a step of another account', (plan) => withActions(plan, (actions) => actions.map((action) => ({ ...action, id: action.id.replace(/^\d/, '9') }))), 'of another account'],
    ['a step twice', (plan) => withActions(plan, (actions) => [...actions, ...actions]), 'same id'],
  ])('the file of a plan that was edited, with a digest that fits, is refused: %s', (_, edit, because) => {
    const { digest: _digest, ...body } = planOf([{ account: accountAt(1), keys: [{}] }, { account: accountAt(2), keys: [{}] }]);
    const edited = edit(body);
    const parse = () => parseAnyPlan(renderPlanFile({ ...edited, digest: digestOf(edited, sha256) }), sha256);
    expect(parse).toThrow(expect.objectContaining({ code: 'plan/malformed', detail: expect.stringContaining(because) as string }) as Error);
  });

  it('the file reads back as the same plan, bound to the organization, and any change of it is seen', () => {
    fc.assert(fc.property(organization, fc.nat(), (specs, where) => {
      const plan = planOf(specs, { decisions: acknowledgeAll(specs) });
      const text = renderPlanFile(plan);
      const parsed = parseAnyPlan(text, sha256);
      expect(parsed).toEqual(plan);
      expect([isOrganizationPlan(parsed), isGuardPlan(parsed), needsApproval(parsed), hasNothingToDo(parsed), subjectOf(parsed)]).toEqual([true, false, true, plan.accounts.length === 0, plan.boundTo.organization]);
      const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
      const index = digits[where % digits.length] ?? 0;
      const changed = `${text.slice(0, index)}${(Number(text[index]) + 1) % 10}${text.slice(index + 1)}`;
      expect(() => parseAnyPlan(changed, sha256)).toThrow();
    }), { numRuns: 60 });
  });
});
