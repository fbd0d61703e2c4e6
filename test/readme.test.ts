/** The README tells the truth: its commands end as it says, its transcript is what is printed, its tables are complete, its permissions suffice. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  const walk = openWalk();
  afterAll(() => walk.close());

  const actionsOf = (row: string): string[] => {
    const line = README.split('\n').find((text) => text.startsWith(`| ${row} |`)) ?? '';
    return [...line.matchAll(/`([a-z]+:[A-Z]\w+)`/g)].map(([, action = '']) => action);
  };
  const [check, plan, scp, apply, rollback] = [actionsOf('`check`'), actionsOf('`plan`'), actionsOf('`plan --scp-target`'), actionsOf('`apply`, `resume`'), actionsOf('`rollback`')];
  const identity = z.looseObject({ accessKeyId: z.string() });
  const world = z.looseObject({ profiles: z.looseObject({ admin: identity }), principals: z.array(identity) });

  /** From here on profile `admin` may do this and nothing else. */
  const allow = (actions: string[]): void => {
    const kept = world.parse(JSON.parse(readFileSync(walk.worldFile, 'utf8')));
    const principals = kept.principals.map((each) => (each.accessKeyId === kept.profiles.admin.accessKeyId ? { ...each, allow: actions } : each));
    writeFileSync(walk.worldFile, JSON.stringify({ ...kept, principals }));
  };

  it('suffices for the whole job of a management account, and for undoing it', async () => {
    await walk.run(block('rootzero rehearse management-account -- status'));
    const wishes = '--scp-target ou-ex4m-sandbox1 --out plan.json';
    allow(check);
    const checked = await walk.run(block('rootzero check', 1));
    allow([...check, ...plan, ...scp]);
    await walk.run(block(`rootzero plan ${wishes}`, 6));
    const planned = await walk.run(block(`rootzero plan ${wishes} --acknowledge FINGERPRINT="known"`));
    allow([...check, ...plan, ...scp, ...apply]);
    const done = [await walk.run(block('rootzero apply plan.json --approve DIGEST', 75)), await walk.run(block('rootzero resume'))];
    allow([...scp, ...rollback]);
    const undone = await walk.run(block('rootzero rollback RUN'));
    expect([checked, planned, ...done, undone].join('\n')).not.toMatch(/not read|denied|not covered|not authorized/i);
    expect(planned).toContain('attach SCP rootzero-deny-root-user to sandbox');
    expect(done[1]).toContain('Config rule iam-root-access-key-check in us-east-1 · COMPLIANT');
  });

  it('suffices for a check of an account whose root user has MFA', async () => {
    await walk.run(block('rootzero rehearse clean -- status'));
    allow(check);
    expect(await walk.run(block('rootzero check'))).not.toMatch(/could not be read|denied/);
  });

  it('names only operations that rootzero calls', () => {
    const actions = [...check, ...plan, ...scp, ...apply, ...rollback];
    expect(actions.filter((action) => !SOURCES.includes(`'${action}'`))).toEqual([]);
    expect(actions.length).toBeGreaterThan(20);
  });
});
