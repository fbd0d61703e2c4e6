/** The README tells the truth: its commands end as it says, its transcript is what is printed, its tables are complete, its links lead somewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { PROBLEMS } from '../src/domain/problem-registry.ts';
import { findForeignLines } from './support/transcript.ts';
import { openWalk, parseWalkthrough, type Block } from './support/walkthrough.ts';

const README = readFileSync('README.md', 'utf8');
const MANIFEST = z.object({ scripts: z.object({ start: z.string() }), dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).map((path) => readFileSync(join('src', path), 'utf8')).join('\n');

/** The first column of the table under a heading. */
function firstColumn(heading: string): string[] {
  const [, section = ''] = README.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [table = ''] = section.split(/^#/m);
  return [...table.matchAll(/^\| (?!---)`?([^`|]+?)`? \|/gm)].map(([, cell = '']) => cell).slice(1);
}

const block = (text: string, exits = 0, setting: Block['setting'] = null): Block => ({ line: 0, commands: [{ text, exits }], transcript: [], setting });

describe('commands', () => {
  const walk = openWalk();
  afterAll(() => walk.close());

  it.each(parseWalkthrough(README).map((each) => [each.line, each] as const))('line %i', async (_line, each) => {
    await walk.run(each);
  });

  it('the transcript is what `npm start` prints', async () => {
    expect(MANIFEST.scripts.start).toBe('node dist/rootzero.js rehearse flagged-account');
    const [, transcript = ''] = /```text\n(.*?)```/s.exec(README) ?? [];
    const printed = await walk.run(block('rootzero rehearse flagged-account'));
    expect(findForeignLines(transcript.split('\n'), printed), printed).toEqual([]);
  });
});

describe('tables', () => {
  it('every dependency is said to be for something, and nothing else is', () => {
    expect(firstColumn('Built on').sort()).toEqual(Object.keys(MANIFEST.dependencies).sort());
  });

  it('every exit code that a problem may have is explained', () => {
    expect(firstColumn('Exit codes').map(Number)).toEqual([...new Set([0, 1, ...Object.values(PROBLEMS).map(({ exitCode }) => exitCode)])].sort((first, second) => first - second));
  });

  it('every variable of the environment that is named is read', () => {
    const named = new Set([...README.matchAll(/`\$?((?:AWS|ROOTZERO|XDG|HTTPS)_[A-Z_]+)/g)].map(([, name = '']) => name));
    expect([...named].filter((name) => !SOURCES.includes(`'${name}'`))).toEqual([]);
    expect(named.size).toBeGreaterThan(3);
  });
});

describe('least privilege', () => {
  it('the table names the policies of every command, and no others', () => {
    const [, section = ''] = README.split('### Least privilege');
    const named = [...(section.split(/^###/m)[0] ?? '').matchAll(/\]\((policies\/iam\/[a-z-]+\.json)\)/g)].map(([, path = '']) => path);
    expect(named.sort()).toEqual(readdirSync('policies/iam').map((file) => `policies/iam/${file}`).sort());
  });
});
