/** Every rootzero command line that a document or a problem's next step names is one: command and options exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/domain/problem-registry.ts';
import { listCommands, readHelp } from '../support/help.ts';

/** Longer ones first, so that `run export` is not taken for `run`. */
const COMMANDS = listCommands().slice(1).reverse().map((words) => words.join(' '));
const OPTIONS = new Map(COMMANDS.map((name) => [name, new Set([...readHelp(...name.split(' ')).matchAll(/--[a-z][\w-]*/g)].map(([option]) => option))]));

/** What is wrong with a command line, or null. */
function faultOf(line: string): string | null {
  const words = line.replace(/^rootzero\s+(rehearse\s.*?--\s)?/, '').split(/[\s=]+/);
  if (words[0]?.startsWith('--') === true || words[0] === 'COMMAND') return null;
  const name = COMMANDS.find((command) => command.split(' ').every((word, index) => words[index] === word));
  if (name === undefined) return `${line}: no such command`;
  const foreign = words.filter((word) => word.startsWith('--') && word.length > 2 && OPTIONS.get(name)?.has(word) !== true);
  return foreign.length === 0 ? null : `${line}: no option ${foreign.join(', ')}`;
}

/** Command lines in code spans and in blocks that are run or typed, continued lines joined, comments cut off. */
function commandLinesIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```(?:sh|console)\n(.*?)^```/gms)].flatMap(([, text = '']) => text.replaceAll(/\\\n\s*/g, '').split('\n'));
  const spans = [...markdown.replaceAll(/^```.*?^```/gms, '').matchAll(/`(rootzero [^`]+)`/g)].map(([, text = '']) => text);
  return [...blocks, ...spans].map((line) => line.replace(/\s+#.*| [|>&] .*/, '').trim()).filter((line) => line.startsWith('rootzero '));
}

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'policies/README.md', 'policies/ci/README.md', ...readdirSync('runbooks').map((name) => join('runbooks', name))];

describe.each(DOCUMENTS)('%s', (path) => {
  it('names command lines that exist', () => {
    expect(commandLinesIn(readFileSync(path, 'utf8')).map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  });
});

it('so do the next steps of problems', () => {
  const lines = Object.values(PROBLEMS).flatMap(({ nextStep }) => [...nextStep.matchAll(/rootzero [a-z].*?(?=[,;)]|$)/g)].map(([line]) => line.replace(/ (lists|with a role).*/, '').replaceAll('`', '')));
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
});

it('so does the program: each runbook that it names anywhere is there', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).map((path) => readFileSync(join('src', path), 'utf8'));
  const named = new Set([...sources, ...DOCUMENTS.map((path) => readFileSync(path, 'utf8'))].flatMap((text) => [...text.matchAll(/rootzero runbook ([a-z][a-z-]+)/g)].map(([, name = '']) => `${name}.md`)));
  expect(named.size).toBeGreaterThan(5);
  expect([...named].filter((name) => !readdirSync('runbooks').includes(name))).toEqual([]);
});

it('knows a wrong one', () => {
  expect(faultOf('rootzero apply plan.json --yes')).toContain('no option --yes');
  expect(faultOf('rootzero rehearse --continue -- retire-all')).toContain('no such command');
});
