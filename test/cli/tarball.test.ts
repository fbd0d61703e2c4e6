/** What would be published: it holds what is meant, and runs with nothing else installed. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listKept, openSandbox, start, type Sandbox } from '../support/cli.ts';

let [folder, sandbox]: [string, Sandbox | null] = ['', null];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootzero-tarball-'));
  sandbox = openSandbox();
  mkdirSync(join(folder, 'npm-cache'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder, '--cache', join(folder, 'npm-cache')], { encoding: 'utf8' });
  execFileSync('tar', ['-xzf', join(folder, packed.trim().split('\n').at(-1) ?? ''), '-C', folder]);
  cpSync(join(folder, 'package'), sandbox.path('package'), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  sandbox?.close();
});

describe('the tarball', () => {
  it('holds the bundle, policies, runbooks, README and licence, and nothing else', () => {
    const files = listKept(join(folder, 'package')).filter(({ text }) => text !== '').map(({ path }) => path);
    const tops = new Set(files.map((path) => path.split('/')[0]));
    expect(tops).toEqual(new Set(['LICENSE', 'README.md', 'dist', 'package.json', 'policies', 'runbooks']));
    expect(files.filter((path) => path.startsWith('dist/') && !/^dist\/(rootzero|main|part-[A-Z0-9]+)\.js$/.test(path))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['dist/rootzero.js', 'dist/main.js', 'policies/scp/deny-root-user/policy.json', 'policies/config/iam-root-access-key-check.json', 'runbooks/retire-root-keys.md']));
    expect(files.filter((path) => /\.(ts|map|test\.js)$/.test(path))).toEqual([]);
  });

  it('plays its first rehearsal to the end with nothing else installed', async () => {
    if (sandbox === null) throw new Error('Nothing was unpacked.');
    const program = sandbox.path('package', 'dist', 'rootzero.js');
    const { exitCode, stderr } = await start(process.execPath, [program, 'rehearse', 'flagged-account'], sandbox).ended;
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/verified live/);
    const runbook = await start(process.execPath, [program, 'runbook', 'retire-root-keys'], sandbox).ended;
    expect(runbook.exitCode, runbook.stderr).toBe(0);
  });
});
