/** The library for people who never run the program: every part of it is there, described in the same order, and found from the README. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const README = readFileSync('policies/README.md', 'utf8');
const FILES = readdirSync('policies', { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path)).sort();
const ABOUTS = FILES.filter((path) => path.endsWith('about.md'));

/** Relative links of a page, as paths below `policies`. */
const linksOf = (path: string): string[] =>
  [...readFileSync(join('policies', path), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => normalize(join(dirname(path), link)));

describe.each(ABOUTS)('%s', (path) => {
  const text = readFileSync(join('policies', path), 'utf8');

  it('says what it does or matches, what it breaks, how to roll back and which controls it meets, in this order', () => {
    const parts = [/\*\*What it (does|matches)\.\*\*/, /\*\*What it breaks\.\*\*/, /\*\*How to roll back\.\*\*/, /\*\*Controls\.\*\*/].map((part) => text.search(part));
    expect(parts.every((at) => at > 0)).toBe(true);
    expect(parts).toEqual([...parts].sort((first, second) => first - second));
  });

  it('is found from the README', () => {
    expect(README).toContain(`](${path})`);
  });
});

it('every page links to files that are there', () => {
  const links = ['README.md', ...ABOUTS].flatMap(linksOf);
  expect(links.filter((link) => !existsSync(join('policies', link)))).toEqual([]);
  expect(links.length).toBeGreaterThan(15);
});

it('everything that can decide has cases', () => {
  const deciding = FILES.filter((path) => /^(scp|eventbridge|sns)\/.*(policy|pattern)\.json$/.test(path));
  expect(deciding.length).toBeGreaterThan(8);
  expect(deciding.filter((path) => !FILES.includes(join(dirname(path), 'cases.json')))).toEqual([]);
});

it('every JSON file is JSON', () => {
  for (const path of FILES.filter((name) => name.endsWith('.json'))) expect(() => JSON.parse(readFileSync(join('policies', path), 'utf8')), path).not.toThrow();
});
