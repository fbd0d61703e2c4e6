/** Every command block of every runbook does what the page says, on the embedded AWS: exit codes, and the lines that one should see. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/domain/problem-registry.ts';
import { SCENARIOS } from '../../src/simulator/scenarios.ts';
import { findForeignLines } from '../support/transcript.ts';
import { openWalk, parseWalkthrough } from '../support/walkthrough.ts';

const RUNBOOKS = [
  'break-glass', 'guardrail-rollout', 'management-account', 'rehearse-first', 'resume-after-interruption', 'retire-organization', 'retire-root-keys', 'rollback', 'suspected-compromise',
];
const read = (name: string): string => readFileSync(join('runbooks', `${name}.md`), 'utf8');

describe.each(RUNBOOKS)('%s', (name) => {
  const walk = openWalk();
  afterAll(() => walk.close());

  const blocks = parseWalkthrough(read(name));
  it.each(blocks.map((block) => [block.line, block.commands.map(({ text }) => text).join(' ; '), block] as const))('line %i: %s', async (_line, _text, block) => {
    const printed = await walk.run(block);
    expect(findForeignLines(block.transcript, printed), printed).toEqual([]);
  });

  it('has commands, and the parts that somebody tired looks for', () => {
    const page = read(name);
    expect(blocks.length).toBeGreaterThan(0);
    for (const part of ['**Symptom.**', '**Decision.**']) expect(page).toContain(part);
  });

  it('names only problem codes that exist', () => {
    const areas = new Set(Object.keys(PROBLEMS).map((code) => code.split('/')[0]));
    const named = [...read(name).matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, code]) => code ?? '').filter((code) => areas.has(code.split('/')[0]));
    expect(named.filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
  });

  it('links only to pages and headings that exist', () => {
    for (const [, page, anchor] of read(name).matchAll(/\]\(([a-z-]+\.md)?(?:#([a-z0-9-]+))?\)/g)) {
      const target = readFileSync(join('runbooks', page ?? `${name}.md`), 'utf8');
      const headings = [...target.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
      if (anchor !== undefined) expect(headings).toContain(anchor);
    }
  });
});

it('all of them are walked', () => {
  expect(readdirSync('runbooks').sort()).toEqual([...RUNBOOKS, 'problems'].map((name) => `${name}.md`).sort());
});

it('rehearse-first lists every scenario with the exit code that it ends with', () => {
  const listed = [...read('rehearse-first').matchAll(/^\| `([a-z-]+)` \| .* \| (\d+) \|$/gm)].map(([, name = '', exit]) => [name, Number(exit)]);
  const known = Object.values(SCENARIOS).map(({ name, answers }) => [name, answers.steps.at(-1)?.expectExit]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(known));
});
