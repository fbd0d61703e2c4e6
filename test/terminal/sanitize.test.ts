/** Text from outside is inert: no sequence that a terminal obeys comes through, and nothing harmless is lost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableJson } from '../../src/domain/printable-json.ts';
import { sanitize } from '../../src/terminal/sanitize.ts';
import { HOSTILE, OBEYED } from './hostile-text.ts';

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
