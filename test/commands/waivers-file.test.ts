/** A waivers file: what it says, and that whatever it does not plainly say is refused, with the line. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWaivers } from '../../src/commands/waivers-file.ts';
import { Problem } from '../../src/domain/problem.ts';

const ENTRY = { account: '111122223333', finding: 'root-mfa', reason: 'token on order', owner: 'platform@example.com', expires: '2026-12-31' };
const YAML = `# Reviewed every month.
waivers:
  - account: 111122223333
    finding: root-mfa
    reason: token on order
    owner: platform@example.com
    expires: 2026-12-31
  - account: "012345678901"
    finding: root-access-key
    reason: >
      the build farm moves
      in January
    owner: 'build'
    expires: 2027-01-31
`;

const parse = (text: string) => parseWaivers('waivers.yml', text);

function refusalOf(text: string): string {
  try {
    parse(text);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'input/waivers') return thrown.detail ?? '';
    throw thrown;
  }
  throw new Error('It was accepted.');
}

describe('a waivers file', () => {
  it('is YAML, with the line of each waiver', () => {
    expect(parse(YAML)).toEqual([
      { ...ENTRY, line: 3 },
      { account: '012345678901', finding: 'root-access-key', reason: 'the build farm moves in January', owner: 'build', expires: '2027-01-31', line: 8 },
    ]);
  });

  it('is JSON as well', () => {
    expect(parse(JSON.stringify({ waivers: [ENTRY] }))).toEqual([{ ...ENTRY, line: 1 }]);
    expect(parse(JSON.stringify({ waivers: [ENTRY] }, null, 2))).toEqual([{ ...ENTRY, line: 3 }]);
  });

  it('keeps the zero of an account id that nobody quoted', () => {
    expect(parse(YAML.replace('"012345678901"', '012345678901'))[1]?.account).toBe('012345678901');
  });

  it('may be empty of waivers', () => expect(parse('waivers: []')).toEqual([]));

  it.each([
    ['nothing', '', /waivers\.yml: is no object/],
    ['a list at the top', '- account: 1', /line 1: is no object/],
    ['a word', 'hello', /line 1/],
    ['a page', '<html>\n<body>', /./],
    ['an account id that is none', YAML.replace('account: 111122223333', 'account: 1234'), /line 3: waivers\.0\.account is not an account id/],
    ['a wildcard for the account', YAML.replace('account: 111122223333', 'account: "*"'), /line 3/],
    ['a finding that nobody has', YAML.replace('finding: root-mfa', 'finding: root'), /line 4: waivers\.0\.finding is none of root-access-key, root-mfa/],
    ['no reason', YAML.replace('    reason: token on order\n', ''), /line 3: waivers\.0\.reason is missing/],
    ['an empty reason', YAML.replace('token on order', '" "'), /line 5: waivers\.0\.reason is empty/],
    ['an empty owner', YAML.replace("'build'", "''"), /line 13: waivers\.1\.owner is empty/],
    ['no expiry', YAML.replace('    expires: 2026-12-31\n', ''), /line 3: waivers\.0\.expires/],
    ['an expiry of never', YAML.replace('2026-12-31', 'never'), /line 7: waivers\.0\.expires is not a date such as 2026-12-31/],
    ['a day that no calendar has', YAML.replace('2026-12-31', '2026-02-30'), /line 7/],
    ['a time instead of a day', YAML.replace('2026-12-31', '2026-12-31T23:59:59Z'), /line 7/],
    ['a member that no waiver has', YAML.replace('    finding: root-mfa', '    finding: root-mfa\n    until: 2030-01-01'), /line 3.*until/],
    ['another list', `${YAML}exceptions: []\n`, /exceptions/],
    ['the same waiver twice', YAML.replace('"012345678901"', '111122223333').replace('root-access-key', 'root-mfa'), /line 8: a second waiver for 111122223333 root-mfa/],
    ['a key twice', YAML.replace('    reason: token on order', '    finding: root-mfa'), /line 5/],
    ['two documents', `${YAML}---\nwaivers: []\n`, /document/],
    ['an alias', 'waivers: &all []\nmore: *all', /./],
    ['an alias in a waiver', YAML.replace('reason: token on order', 'reason: &r token').replace("owner: 'build'", 'owner: *r'), /aliases/],
    ['a tag', YAML.replace('reason: token', 'reason: !!js/function token'), /line 5/],
    ['a tab for indentation', YAML.replace('    finding: root-mfa', '\tfinding: root-mfa'), /line 4/],
    ['an open quote', YAML.replace("'build'", "'build"), /line/],
  ])('with %s is refused', (_, text, says) => {
    expect(refusalOf(text)).toMatch(says);
    expect(refusalOf(text)).toMatch(/^waivers\.yml/);
  });

  it('of any text at all is read or refused, never a crash, and what is read is whole', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...YAML.split(/(?<=\n)/), '\n', ' ', '- ', ': ', '&a', '*a', '"', '{', '}', '[', ']', '|', '>', '!!str', '---\n'));
    const edit = fc.tuple(fc.nat(YAML.length), fc.nat(3), fc.string({ maxLength: 3 })).map(([at, lost, put]) => YAML.slice(0, at) + put + YAML.slice(at + lost));
    fc.assert(fc.property(fc.oneof(fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')), edit), (text) => {
      try {
        for (const waiver of parse(text)) {
          expect(waiver).toMatchObject({ account: expect.stringMatching(/^\d{12}$/), expires: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), line: expect.any(Number) });
          expect(waiver.owner.trim()).not.toBe('');
          expect(waiver.reason.trim()).not.toBe('');
        }
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        expect(thrown.code).toBe('input/waivers');
      }
    }), { numRuns: 2_000 });
  });
});
