/** Which accounts are meant: units and accounts add up, what is excluded is left out, and what is not there is never silently nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_ACCOUNT, hasTags, parseTag, selectByPlace, type Selection } from '../../../src/domain/organization/selection.ts';
import { EMPTY, IN_NESTED, IN_PRODUCTION, IN_SANDBOX, MANAGEMENT, NESTED, PRODUCTION, ROOT, SANDBOX, tree } from '../organization-examples.ts';

const select = (selection: Partial<Selection>): string[] => selectByPlace(tree(), { ...EVERY_ACCOUNT, ...selection }).map(({ id }) => id);

describe('selecting by place', () => {
  it.each<[string, Partial<Selection>, string[]]>([
    ['all without anything, the management account among them', {}, [MANAGEMENT, IN_SANDBOX, IN_PRODUCTION, IN_NESTED]],
    ['a unit with all below it', { units: [PRODUCTION] }, [IN_PRODUCTION, IN_NESTED]],
    ['a unit by its name', { units: ['nested'] }, [IN_NESTED]],
    ['the root of the organization', { units: [ROOT] }, [MANAGEMENT, IN_SANDBOX, IN_PRODUCTION, IN_NESTED]],
    ['units and accounts together', { units: [SANDBOX], accounts: [IN_NESTED] }, [IN_SANDBOX, IN_NESTED]],
    ['less an account', { excluded: [IN_SANDBOX] }, [MANAGEMENT, IN_PRODUCTION, IN_NESTED]],
    ['less a unit, even where what is in it was named', { accounts: [IN_NESTED, IN_SANDBOX], excluded: [PRODUCTION] }, [IN_SANDBOX]],
    ['less a unit by its name', { units: [PRODUCTION], excluded: ['nested'] }, [IN_PRODUCTION]],
  ])('%s', (_, selection, accounts) => {
    expect(select(selection)).toEqual(accounts);
  });

  it.each<[string, Partial<Selection>, string]>([
    ['a unit that is not there', { units: ['staging'] }, '"production" (ou-ex4m-product1)'],
    ['an account that is not there', { accounts: ['999999999999'] }, 'among the 4 of organization o-exampleorg1'],
    ['an account that is no account', { accounts: ['payments'] }, '--account "payments"'],
    ['something excluded that is not there', { excluded: ['999999999999'] }, '--exclude'],
    ['a unit without accounts', { units: [EMPTY] }, 'No account is left'],
    ['all excluded', { excluded: [ROOT] }, 'No account is left'],
  ])('%s is refused, with what there is', (_, selection, text) => {
    expect(() => select(selection)).toThrow(expect.objectContaining({ code: 'input/selection', exitCode: 3, detail: expect.stringContaining(text) as string }));
  });

  it('a name that several units have is refused, with the path of each', () => {
    const twice = tree({ units: [...tree().units, { id: 'ou-ex4m-other0001', name: 'nested', parentId: SANDBOX }] });
    expect(() => selectByPlace(twice, { ...EVERY_ACCOUNT, units: ['nested'] }))
      .toThrow(/ou-ex4m-nested01 is Root\/production\/nested, ou-ex4m-other0001 is Root\/sandbox\/nested/);
    expect(selectByPlace(twice, { ...EVERY_ACCOUNT, units: [NESTED] }).map(({ id }) => id)).toEqual([IN_NESTED]);
  });

  it('never selects what is excluded, and nothing outside the organization', () => {
    const ids = fc.subarray([MANAGEMENT, IN_SANDBOX, IN_PRODUCTION, IN_NESTED]);
    const units = fc.subarray<string>([ROOT, SANDBOX, PRODUCTION, NESTED, EMPTY]);
    fc.assert(fc.property(ids, units, ids, units, (accounts, chosen, without, withoutUnits) => {
      let selected: string[] = [];
      try {
        selected = select({ accounts, units: chosen, excluded: [...without, ...withoutUnits] });
      } catch {
        // Nothing was left.
      }
      for (const id of selected) expect(without).not.toContain(id);
      if (withoutUnits.includes(ROOT)) expect(selected).toEqual([]);
      if (withoutUnits.includes(PRODUCTION)) expect(selected).not.toContain(IN_NESTED);
    }));
  });
});

describe('tags', () => {
  it('have to fit all, value and all, and are the account\'s own', () => {
    expect(hasTags({ a: '1', b: '2' }, [{ key: 'a', value: '1' }, { key: 'b', value: '2' }])).toBe(true);
    expect(hasTags({ a: '1' }, [{ key: 'a', value: '1' }, { key: 'b', value: '2' }])).toBe(false);
    expect(hasTags({ a: '1' }, [{ key: 'a', value: '' }])).toBe(false);
    expect(hasTags({}, [{ key: 'constructor', value: '' }])).toBe(false);
  });

  it('are written KEY=VALUE', () => {
    expect(parseTag('cost=centre=7')).toEqual({ key: 'cost', value: 'centre=7' });
    expect(parseTag('empty=')).toEqual({ key: 'empty', value: '' });
    for (const text of ['', 'alone', '=value']) expect(() => parseTag(text)).toThrow(expect.objectContaining({ code: 'input/usage' }));
  });
});
