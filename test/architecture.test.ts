/** The shape of src, held: who may import whom (types and dynamic imports too), how long a file may be, and where the world outside is touched. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const LONGEST_FILE_LINES = 250;

/** Layer → the layers, single files and packages (`@aws-sdk/` stands for all of a scope) that it may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ['domain'],
  engine: ['ports', 'domain', 'zod', 'node:fs', 'node:fs/promises', 'node:path'],
  aws: ['ports', 'domain', '@aws-sdk/', '@smithy/', 'csv-parse', 'proxy-agent', 'zod', 'node:'],
  simulator: ['ports/clock', '@aws-sdk/', '@smithy/', 'node:'],
  playbooks: ['domain', 'ports', 'engine'],
  report: ['domain', 'fast-xml-builder', 'mdast', 'mdast-util-gfm-table', 'mdast-util-to-markdown', 'sarif'],
  terminal: ['domain', 'ports', 'engine/journal', 'inquirer', '@inquirer/core', 'listr2', 'picocolors', 'fast-wrap-ansi', 'fast-string-width', 'pretty-ms', 'node:stream', 'node:readline'],
  commands: ['domain', 'ports', 'engine', 'playbooks', 'report', 'commander', 'ms', 'yaml', 'zod'],
};

/** Only these put layers together, and only these and the streams of the terminal touch the process, real time and chance. */
const COMPOSITION_ROOTS = /^(main|context|rehearsal(-\w+)?|system|wall-clock)\.ts$/;
const TOUCHES_THE_PROCESS = /^terminal\/streams\.ts$/;
const FORBIDDEN_GLOBALS = new Set(['process', 'setTimeout', 'setInterval', 'setImmediate', 'crypto', 'fetch', 'console', 'performance', 'queueMicrotask']);

type Source = { path: string; text: string; tree: ts.SourceFile };
const SOURCES: Source[] = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).sort().map((path) => {
  const text = readFileSync(join('src', path), 'utf8');
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
});

/** Every import of a file: static, re-exported, dynamic, and of types; those inside src as paths from there without `.ts`. */
function importsOf({ path, text }: Pick<Source, 'path' | 'text'>): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? relative('.', join(dirname(path), fileName)).replace(/\.ts$/, '') : fileName);
}

const fits = (imported: string, allowed: string): boolean =>
  imported === allowed || imported.startsWith(allowed.endsWith('/') || allowed.endsWith(':') ? allowed : `${allowed}/`);

/** Imports that the table does not allow, as sentences. */
function violationsOf(source: Pick<Source, 'path' | 'text'>): string[] {
  if (COMPOSITION_ROOTS.test(source.path)) return [];
  const [layer = ''] = source.path.split('/');
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined) return [`${source.path} is in no layer`];
  return importsOf(source).filter((imported) => ![layer, ...allowed].some((each) => fits(imported, each))).map((imported) => `${source.path} imports ${imported}`);
}

/** Uses of the world outside in one file: forbidden globals, `Date.now`, `Math.random`, `randomUUID`, `new Date()` without an argument. */
function outsideUsesOf({ path, tree }: Pick<Source, 'path' | 'tree'>): string[] {
  const uses: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && FORBIDDEN_GLOBALS.has(node.text) && !isName(node)) uses.push(node.text);
    if (ts.isPropertyAccessExpression(node) && /^(Date\.now|Math\.random|.*\brandomUUID)$/.test(node.getText(tree))) uses.push(node.getText(tree));
    if (ts.isIdentifier(node) && node.text === 'randomUUID') uses.push('randomUUID');
    if (ts.isNewExpression(node) && node.expression.getText(tree) === 'Date' && (node.arguments?.length ?? 0) === 0) uses.push('new Date()');
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return uses.map((use) => `${path} uses ${use}`);
}

/** An identifier that only names something: a property, a member of an object or a type, or a declaration. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return (ts.isPropertyAccessExpression(parent) ? parent.name : parent.right) === node;
  return 'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

describe('the layers of src', () => {
  it('import only what the table allows', () => {
    expect(SOURCES.length).toBeGreaterThan(100);
    expect(SOURCES.flatMap(violationsOf)).toEqual([]);
  });

  it('are told apart by this test: static, dynamic, re-exported and type-only imports are all seen', () => {
    const violations = (path: string, text: string): string[] => violationsOf({ path, text });
    expect(violations('domain/plan.ts', "import { join } from 'node:path';")).toEqual(['domain/plan.ts imports node:path']);
    expect(violations('playbooks/run.ts', "const load = () => import('../aws/clients.ts');")).toEqual(['playbooks/run.ts imports aws/clients']);
    expect(violations('simulator/world.ts', "import type { Plan } from '../domain/plan.ts';")).toEqual(['simulator/world.ts imports domain/plan']);
    expect(violations('simulator/services/iam.ts', "import type { Clock } from '../../ports/clock.ts';")).toEqual([]);
    expect(violations('commands/check.ts', "export * from '../simulator/scenarios.ts';")).toEqual(['commands/check.ts imports simulator/scenarios']);
    expect(violations('engine/executor.ts', "import { IAMClient } from '@aws-sdk/client-iam';")).toEqual(['engine/executor.ts imports @aws-sdk/client-iam']);
    expect(violations('helpers/text.ts', '')).toEqual(['helpers/text.ts is in no layer']);
  });

  it('have a front door: rehearsals are composed apart, and commands never see a composition root', () => {
    const roots = SOURCES.filter(({ path }) => !COMPOSITION_ROOTS.test(path)).filter((source) => importsOf(source).some((imported) => COMPOSITION_ROOTS.test(`${imported}.ts`)));
    expect(roots.map(({ path }) => path)).toEqual([]);
  });
});

describe('the files of src', () => {
  it(`have at most ${LONGEST_FILE_LINES} lines`, () => {
    expect(SOURCES.filter(({ text }) => text.split('\n').length - 1 > LONGEST_FILE_LINES).map(({ path }) => path)).toEqual([]);
  });

  it('say at their top what they own', () => {
    expect(SOURCES.filter(({ text }) => !text.startsWith('/** ')).map(({ path }) => path)).toEqual([]);
  });

  it('have names that say what is in them', () => {
    const vague = /(^|\/)(utils?|helpers?|common|types|manager|index)\.ts$/;
    expect(SOURCES.filter(({ path }) => vague.test(path) || !/^[a-z0-9/-]+\.ts$/.test(path)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the world outside', () => {
  it('is touched by composition roots and the streams of the terminal alone', () => {
    const inside = SOURCES.filter(({ path }) => !COMPOSITION_ROOTS.test(path) && !TOUCHES_THE_PROCESS.test(path));
    expect(inside.flatMap(outsideUsesOf)).toEqual([]);
  });

  it('is recognised by this test', () => {
    const text = 'const a = [Date.now(), new Date(), new Date(0), Math.random(), process.env, own.process, crypto.randomUUID()]; type T = { process: number }; setTimeout(a, 1);';
    const tree = ts.createSourceFile('domain/x.ts', text, ts.ScriptTarget.ES2023, true);
    expect(outsideUsesOf({ path: 'x.ts', tree }).map((use) => use.replace('x.ts uses ', ''))).toEqual(['Date.now', 'new Date()', 'Math.random', 'process', 'crypto.randomUUID', 'crypto', 'randomUUID', 'setTimeout']);
  });

  it('does not reach the domain even as a promise', () => {
    const isAsync = ({ tree }: Source): boolean => {
      let found = false;
      const visit = (node: ts.Node): void => {
        found ||= node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node);
        ts.forEachChild(node, visit);
      };
      visit(tree);
      return found;
    };
    expect(SOURCES.filter((source) => source.path.startsWith('domain/') && isAsync(source)).map(({ path }) => path)).toEqual([]);
  });
});
