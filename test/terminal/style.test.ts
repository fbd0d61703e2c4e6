/** Lines fit the surface, whatever is in them and however wide it is; without colours or UTF-8 they say the same. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccessKeyId } from '../../src/domain/identifiers.ts';
import { openStyle, type Style } from '../../src/terminal/style.ts';
import { assessSurface, type Environment, type Output, type Surface } from '../../src/terminal/terminal.ts';
import { HOSTILE, OBEYED } from './hostile-text.ts';

const styleOf = (columns: number, surface: Partial<Surface> = {}): Style => openStyle({ columns: () => columns, isColoured: false, isUnicode: true, program: 'rootzero', ...surface });
const KEY = parseAccessKeyId('AKIAEXAMPLEROOT07QXA');
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem({ maxCount: 40 }), fc.constantFrom(...HOSTILE.map(([, hostile]) => hostile), 'x'.repeat(300), '日本語'.repeat(50)));
const columns = fc.integer({ min: 20, max: 200 });
const words = (lines: readonly string[]): string => lines.join(' ').replaceAll(/\s+/g, '').normalize();

describe('lines', () => {
  it('never are wider than the surface, nor lose a word', () => {
    fc.assert(fc.property(text, fc.string({ maxLength: 12 }), columns, fc.boolean(), (given, lead, width, isUnicode) => {
      const style = styleOf(width, { isUnicode });
      const [shown, label] = [style.text(given), style.text(lead)];
      const lines = style.wrap(shown, label);
      for (const line of lines) expect(style.measure(line)).toBeLessThanOrEqual(width);
      expect(words(lines)).toBe(words([label, shown]));
    }), { numRuns: 500 });
  });

  it('of two columns neither, of parts joined neither', () => {
    fc.assert(fc.property(fc.array(text, { maxLength: 5 }), fc.constantFrom('', '  1  ', '  removed    '), columns, (parts, lead, width) => {
      const style = styleOf(width);
      const shown = parts.map(style.text);
      const lines = [...style.flow(shown, lead), ...style.columns(shown[0] ?? '', shown[1] ?? '', lead), ...style.heading(shown[0] ?? '', 'REHEARSAL')];
      for (const line of lines) expect(style.measure(line)).toBeLessThanOrEqual(width);
    }), { numRuns: 500 });
  });

  it('that are cut say so and fit exactly', () => {
    fc.assert(fc.property(text, fc.integer({ min: 5, max: 60 }), (given, limit) => {
      const style = styleOf(80);
      const cut = style.cut(style.text(given), limit);
      expect(style.measure(cut)).toBeLessThanOrEqual(limit);
      if (style.measure(style.text(given)) > limit) expect(cut).toMatch(/…$/);
    }));
  });

  it('are at most 100 columns on any terminal', () => {
    expect(styleOf(200).width).toBe(100);
    expect(styleOf(60).width).toBe(60);
  });

  it('hang under their label', () => {
    expect(styleOf(31).wrap('one two three four five six seven', '  ✖ ')).toEqual(['  ✖ one two three four five six', '    seven']);
  });

  it('never part a day from its time', () => {
    expect(styleOf(31).wrap('seen until 2026-11-25 14:16Z at last')).toEqual(['seen until 2026-11-25 14:16Z at', 'last']);
    expect(styleOf(30).wrap('not seen until 2026-11-25 14:16Z')).toEqual(['not seen until', '2026-11-25 14:16Z']);
  });

  it('that are to be copied are never broken: they stand alone where they do not fit', () => {
    const command = `rootzero apply plan.json --approve ${'a'.repeat(64)}`;
    expect(styleOf(80).copyable('next  ', command)).toEqual(['next', command]);
    expect(styleOf(80).copyable('next  ', 'rootzero status')).toEqual(['next  rootzero status']);
  });
});

describe('a rendered line', () => {
  it('keeps our own colours and nothing else that a terminal obeys', () => {
    const style = styleOf(80, { isColoured: true });
    const line = style.line(`${style.mark('✔')} ${style.colours.dim('dim')} ${HOSTILE.map(([, hostile]) => hostile).join(' ')}`);
    expect(line.replaceAll(/\u001b\[(?:[0-2]|22|3[1-6]|39)m/g, '')).not.toMatch(OBEYED);
    expect(line).toContain(style.colours.dim('dim'));
    // Concealed text and text on its own colour would be colours too.
    expect(style.line('\u001b[8mhidden\u001b[30;40mblack')).toBe('\\u{1b}[8mhidden\\u{1b}[30;40mblack');
  });

  it('has no colours where the surface has none', () => {
    expect(styleOf(80).line('\u001b[31mred\u001b[39m')).toBe('red');
  });
});

describe('without UTF-8', () => {
  const style = styleOf(80, { isUnicode: false });

  it('everything is ASCII, and what is not ours is an escape', () => {
    fc.assert(fc.property(text, (given) => {
      expect(style.wrap(style.text(given)).concat(style.line(given), style.pad(given, 10), style.cut(given, 20)).join('')).toMatch(/^\p{ASCII}*$/u);
    }));
    expect(style.text('Grüße')).toBe('Gr\\u{fc}\\u{df}e');
    expect(style.key(KEY)).toBe('...7QXA');
  });

  it('every mark has one of its own, so that none is mistaken for another', () => {
    const marks = (['●', '○', '◐', '✔', '✖', '⚠', '?', '–'] as const).map(style.mark);
    expect(new Set(marks).size).toBe(marks.length);
    for (const mark of marks) expect(mark).toHaveLength(1);
  });
});

describe('a surface', () => {
  const terminal = (size: Partial<Output> = {}): Output => ({ isTTY: true, columns: 80, ...size }) as Output;
  const utf8 = { LANG: 'en_US.UTF-8', TERM: 'xterm' };

  it.each<[string, Environment, Output, boolean]>([
    ['a terminal', utf8, terminal(), true],
    ['no terminal', utf8, terminal({ isTTY: false }), false],
    ['NO_COLOR', { ...utf8, NO_COLOR: '1' }, terminal(), false],
    ['an empty NO_COLOR', { ...utf8, NO_COLOR: '' }, terminal(), true],
    ['FORCE_COLOR on a pipe', { FORCE_COLOR: '1' }, terminal({ isTTY: false }), true],
    ['FORCE_COLOR=0', { ...utf8, FORCE_COLOR: '0' }, terminal(), false],
    ['NO_COLOR against FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal(), false],
    ['TERM=dumb', { TERM: 'dumb' }, terminal(), false],
  ])('with %s: colours %#', (_, environment, output, isColoured) => {
    expect(assessSurface(output, environment, 'linux').isColoured).toBe(isColoured);
  });

  it.each<[string, Environment, string, boolean]>([
    ['LANG', { LANG: 'de_DE.UTF-8' }, 'linux', true],
    ['LC_ALL over LANG', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, 'linux', false],
    ['LC_CTYPE over LANG', { LC_CTYPE: 'C.utf8', LANG: 'C' }, 'darwin', true],
    ['no locale', {}, 'linux', false],
    ['the Linux console', { TERM: 'linux', LANG: 'C.UTF-8' }, 'linux', false],
    ['Windows Terminal', { WT_SESSION: 'x' }, 'win32', true],
    ['an editor on Windows', { TERM_PROGRAM: 'vscode' }, 'win32', true],
    ['the old console of Windows', {}, 'win32', false],
  ])('by %s: UTF-8 or not', (_, environment, platform, isUnicode) => {
    expect(assessSurface(terminal(), environment, platform).isUnicode).toBe(isUnicode);
  });

  it('that is a file or a pipe is UTF-8, 80 columns wide', () => {
    const surface = assessSurface(terminal({ isTTY: false, columns: 200 }), {}, 'linux');
    expect(surface.isUnicode).toBe(true);
    expect(surface.columns()).toBe(80);
  });

  it('is as wide as it is now', () => {
    const output = terminal();
    const surface = assessSurface(output, utf8, 'linux');
    output.columns = 60;
    expect(surface.columns()).toBe(60);
  });
});
