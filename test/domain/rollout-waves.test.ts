/** The order of a rollout: a living canary first, then never more than doubling, the root last and only by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { boundAccountsUnder, pathTo, type OrganizationTree } from '../../src/domain/organization.ts';
import { assembleWaves, type SpreadRequest } from '../../src/domain/rollout-waves.ts';
import { EMPTY, IN_NESTED, IN_PRODUCTION, IN_SANDBOX, MANAGEMENT, NESTED, PRODUCTION, ROOT, SANDBOX, tree } from './organization-examples.ts';

const waves = (request: Partial<SpreadRequest> = {}, of = tree()): string[][] =>
  assembleWaves(of, { targets: [], canary: null, exclude: [], ...request }).map((targets) => targets.map(({ id }) => id));
const refusal = (request: Partial<SpreadRequest>, of = tree()): unknown => {
  try {
    return waves(request, of);
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
  }
};

describe('without a word from the operator', () => {
  it('a unit called sandbox comes first, then the units below the root by size; the root never', () => {
    expect(waves()).toEqual([[SANDBOX], [EMPTY, PRODUCTION]]);
  });

  it('where no unit is called so, the smallest that lives is the canary, a nested one too', () => {
    const renamed = tree();
    renamed.units = renamed.units.map((unit) => (unit.id === SANDBOX ? { ...unit, name: 'labs', parentId: PRODUCTION } : unit));
    expect(waves({}, renamed)[0]).toEqual([NESTED]);
  });

  it('an account that hangs on the root is a target of its own', () => {
    const stray = tree();
    stray.accounts = stray.accounts.map((account) => (account.id === IN_NESTED ? { ...account, parentId: ROOT } : account));
    expect(waves({}, stray).flat()).toContain(IN_NESTED);
    expect(waves({}, stray).flat()).not.toContain(MANAGEMENT);
  });

  it('the property: every bound account is reached once and by one way, and no wave more than doubles what was reached, but for one target', () => {
    const accountId = fc.integer({ min: 0, max: 999 }).map((number) => parseAccountId(String(200_000_000_000 + number)));
    const organizations = fc.record({
      parents: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
      accounts: fc.uniqueArray(fc.record({ id: accountId, unit: fc.nat(), isActive: fc.boolean() }), { selector: ({ id }) => id, minLength: 1, maxLength: 40 }),
    }).map(({ parents, accounts }): OrganizationTree => {
      const units = parents.map((seed, index) => ({ id: `ou-ex4m-unit${String(index).padStart(4, '0')}`, name: `unit ${index}`, parentId: index === 0 || seed % 3 === 0 ? ROOT : `ou-ex4m-unit${String(seed % index).padStart(4, '0')}` }));
      return tree({
        units,
        accounts: [
          { id: MANAGEMENT, name: 'management', parentId: ROOT, state: 'active' },
          ...accounts.map(({ id, unit, isActive }, index) => ({ id, name: id, parentId: units[unit % units.length]?.id ?? ROOT, state: isActive || index === 0 ? 'active' as const : 'suspended' as const })),
        ],
      });
    });
    fc.assert(fc.property(organizations, (of) => {
      const made = assembleWaves(of, { targets: [], canary: null, exclude: [] });
      const reach = (targets: typeof made[number]): string[] => targets.flatMap(({ id }) => boundAccountsUnder(of, id).map((account) => account.id));
      const all = boundAccountsUnder(of, ROOT).map(({ id }) => id as string);
      expect(new Set(made.flatMap(reach))).toEqual(new Set(all));
      expect(reach(made[0] ?? []).length).toBeGreaterThan(0);
      expect(made.flat().every(({ kind }) => kind !== 'root')).toBe(true);
      let reached = reach(made[0] ?? []).length;
      for (const targets of made.slice(1)) {
        const sizes = targets.map((target) => reach([target]).length);
        const size = sizes.reduce((sum, next) => sum + next, 0);
        expect(size <= reached || sizes.filter((one) => one > 0).length === 1).toBe(true);
        reached += size;
      }
      // Nothing below the canary is attached to again, unless it lies on the way to more.
      expect(made.flat().filter(({ id }) => id !== made[0]?.[0]?.id && pathTo(of, id).includes(made[0]?.[0]?.id ?? ''))).toEqual([]);
    }));
  });
});

describe('as the operator says', () => {
  it('targets come one by one in the order given, the root last', () => {
    expect(waves({ targets: [ROOT, PRODUCTION, EMPTY], canary: IN_SANDBOX })).toEqual([[IN_SANDBOX], [PRODUCTION], [EMPTY], [ROOT]]);
  });

  it('the first of them is the canary where none is named', () => {
    expect(waves({ targets: [PRODUCTION, SANDBOX] })).toEqual([[PRODUCTION], [SANDBOX]]);
  });

  it('an excluded unit is left out, and whatever contains it has to be named piece by piece', () => {
    expect(waves({ exclude: [PRODUCTION] })).toEqual([[SANDBOX], [EMPTY]]);
    expect(refusal({ exclude: [NESTED] })).toBe('guardrail/target-unknown');
    expect(waves({ targets: [IN_PRODUCTION], exclude: [NESTED] })).toEqual([[IN_PRODUCTION]]);
  });

  it.each<[string, Partial<SpreadRequest>, string]>([
    ['an empty unit is no canary', { canary: EMPTY }, 'guardrail/no-canary'],
    ['nor is it where it is named first', { targets: [EMPTY, SANDBOX] }, 'guardrail/no-canary'],
    ['the whole organization is no canary', { targets: [ROOT] }, 'guardrail/no-canary'],
    ['the management account is no canary', { canary: MANAGEMENT }, 'guardrail/no-canary'],
    ['what is not in the organization is no target', { targets: ['ou-ex4m-nowhere1'] }, 'guardrail/target-unknown'],
    ['nor anything to leave out', { exclude: ['999999999999'] }, 'guardrail/target-unknown'],
  ])('%s', (_name, request, code) => {
    expect(refusal(request)).toBe(code);
  });

  it('a unit whose accounts are all suspended is no canary either', () => {
    const asleep = tree();
    asleep.accounts = asleep.accounts.map((account) => ({ ...account, state: account.id === IN_SANDBOX ? 'suspended' as const : account.state }));
    expect(refusal({ canary: SANDBOX }, asleep)).toBe('guardrail/no-canary');
  });
});
