/** Text from outside is inert: no sequence that a terminal obeys comes through, and nothing harmless is lost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableJson } from '../../src/domain/printable-json.ts';
import { sanitize } from '../../src/terminal/sanitize.ts';

/** Controls, C1, format (bidirectional, zero-width, tags), line and paragraph separators, lone surrogates. */
export const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export const HOSTILE: [string, string][] = [
  ['clears the screen', '\u001b[2J\u001b[H'],
  ['sets the title', '\u001b]0;pwned\u0007'],
  ['makes a link', '\u001b]8;;https://example.com\u001b\\click\u001b]8;;\u001b\\'],
  ['writes the clipboard', '\u001b]52;c;cm0gLXJmIC8=\u0007'],
  ['uses C1 instead of escape', '\u009b31mred\u009c'],
  ['goes back over what was written', 'exit 0\rexit 1'],
  ['rubs out', 'safe\b\b\b\bevil\u007f'],
  ['adds a line', 'agent\n✔ No root access keys, verified live'],
  ['adds a line by separators', 'agent\u2028✔ done\u2029✔ done\u0085✔ done'],
  ['turns writing around', 'key \u202egpj.exe\u202c \u2066x\u2069'],
  ['hides in zero width', 'ad\u200bmin\u200d\ufeff'],
  ['hides in tags', 'agent\u{e0041}\u{e0042}'],
  ['ends in half a character', 'agent\ud800'],
  ['holds a null', 'a\u0000b'],
];

describe('sanitize', () => {
  it.each(HOSTILE)('makes text inert that %s', (_, text) => {
    const shown = sanitize(text);
    expect(shown).not.toMatch(OBEYED);
    expect(shown).toMatch(/\\u\{[0-9a-f]+\}/);
  });

  it('makes any text inert, and says what it hides', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 1_500 }), (text) => {
      const shown = sanitize(text);
      expect(shown).not.toMatch(OBEYED);
      if (text.length <= 1_000 && !OBEYED.test(text)) expect(shown).toBe(text);
    }), { numRuns: 2_000 });
  });

  it('makes any mixture of hostile pieces inert', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(...HOSTILE.map(([, text]) => text)), fc.string())), (pieces) => {
      expect(sanitize(pieces.join(''))).not.toMatch(OBEYED);
    }));
  });

  it('leaves writing of every kind alone', () => {
    for (const text of ['', 'aws-cli/2.15.30', 'Grüße', '日本語', 'עברית', '✔ ✖ ● …', '🙂']) expect(sanitize(text)).toBe(text);
  });

  it('cuts what is endless, and says how long it was', () => {
    const shown = sanitize('x'.repeat(1_000_000));
    expect(shown.length).toBeLessThan(1_100);
    expect(shown).toContain('(1000000 characters)');
  });

  it('stays inert where the cut goes through a character', () => {
    expect(sanitize(`${'x'.repeat(999)}🙂 and more`)).not.toMatch(OBEYED);
  });
});

describe('printable JSON', () => {
  it('is the same value, on one line, without anything that a terminal obeys', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isPretty) => {
      const json = printableJson({ text, list: [text] }, isPretty);
      expect(JSON.parse(json)).toEqual({ text, list: [text] });
      expect(json.replaceAll('\n', '')).not.toMatch(OBEYED);
      if (!isPretty) expect(json.indexOf('\n')).toBe(json.length - 1);
    }), { numRuns: 2_000 });
  });

  it.each(HOSTILE)('makes text inert that %s', (_, text) => {
    expect(printableJson(text, false).trimEnd()).not.toMatch(OBEYED);
  });
});
