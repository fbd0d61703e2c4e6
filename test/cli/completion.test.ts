/** Completion as the shells do it: the printed script is loaded into each, and asked what may come next. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../src/simulator/scenarios.ts';
import { makePlan, openRehearsalCli, openSandbox, PROGRAM } from '../support/cli.ts';

const sandbox = openSandbox();
afterAll(() => sandbox.close());
mkdirSync(sandbox.path('bin'));
writeFileSync(sandbox.path('bin', 'rootzero'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
// Stands for the AWS CLI: profiles as a careful person and as a careless one name them.
writeFileSync(sandbox.path('bin', 'aws'), '#!/bin/sh\nprintf "admin\\nroot\\nmy profile\\n\\$(touch pwned)\\n"\n');
for (const name of ['rootzero', 'aws']) chmodSync(sandbox.path('bin', name), 0o755);
writeFileSync(sandbox.path('plan.json'), '');

const environment = { ...sandbox.environment, PATH: `${sandbox.path('bin')}:${process.env['PATH'] ?? ''}` };
const run = (shell: string, ...argv: string[]): string => execFileSync(shell, argv, { cwd: sandbox.folder, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** How each shell is asked without a keyboard: one word a line. */
const ASK: Record<string, (words: string[]) => string> = {
  bash: (words) => run('bash', '--norc', '-c', `source <(rootzero completion bash); COMP_WORDS=(${words.map(quote).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _rootzero; printf '%s\\n' "\${COMPREPLY[@]}"`),
  // Outside of the line editor there is nobody to add to: what would be added is printed instead.
  zsh: (words) => run('zsh', '-f', '-c', `compdef() { :; }; compadd() { shift; print -l -- $@; }; _files() { print -l -- *(N); }; source <(rootzero completion zsh); words=(${words.map(quote).join(' ')}); CURRENT=$#words; _rootzero`),
  fish: (words) => run('fish', '--no-config', '-c', `rootzero completion fish | source; complete -C ${quote(words.join(' '))}`),
};

/** What a shell offers at the end of a command line, of what begins as the last word does. */
function complete(shell: string, line: string): string[] {
  const words = line.split(' ');
  const offered = (ASK[shell]?.(words) ?? '').split('\n').map((text) => text.split('\t')[0]?.trim() ?? '').filter((text) => text !== '');
  return [...new Set(offered.filter((text) => text.startsWith(words.at(-1) ?? '')))].sort();
}

const isThere = (shell: string): boolean => {
  try {
    run(shell, '-c', 'true');
    return true;
  } catch {
    return false;
  }
};
const SHELLS = Object.keys(ASK).filter((shell) => shell === 'bash' || isThere(shell));
console.log(`completion is asked in ${SHELLS.join(', ')}`);

describe.each(SHELLS)('%s', (shell) => {
  it('offers the commands', () => {
    expect(complete(shell, 'rootzero ')).toEqual(expect.arrayContaining(['apply', 'check', 'completion', 'plan', 'rehearse', 'resume', 'retire', 'rollback', 'run', 'runbook', 'status']));
    expect(complete(shell, 'rootzero ')).not.toContain('menu');
    expect(complete(shell, 'rootzero re')).toEqual(['rehearse', 'resume', 'retire']);
    expect(complete(shell, 'rootzero run ')).toEqual(['export', 'import']);
  });

  it('offers the options of each command, and of no other', () => {
    expect(complete(shell, 'rootzero check --f')).toEqual(['--fail-on', '--format']);
    expect(complete(shell, 'rootzero apply --a')).toEqual(['--allow-endpoint', '--approve']);
    expect(complete(shell, 'rootzero run export --o')).toEqual(['--out']);
    expect(complete(shell, 'rootzero check --pl')).toEqual(['--plain']);
  });

  it('offers the values of an option', () => {
    expect(complete(shell, 'rootzero status --format ')).toEqual(['json', 'ndjson', 'table']);
    expect(complete(shell, 'rootzero status -o n')).toEqual(['ndjson']);
    expect(complete(shell, 'rootzero check --fail-on a')).toEqual(['active', 'any']);
    expect(complete(shell, 'rootzero plan --days ')).toEqual([]);
  });

  it('offers scenarios, runbooks, shells and files', () => {
    expect(complete(shell, 'rootzero rehearse ')).toEqual(Object.keys(SCENARIOS).sort());
    expect(complete(shell, 'rootzero runbook ')).toEqual(readdirSync('runbooks').map((name) => name.replace('.md', '')).sort());
    expect(complete(shell, 'rootzero completion ')).toEqual(['bash', 'fish', 'zsh']);
    expect(complete(shell, 'rootzero apply pl')).toEqual(['plan.json']);
    expect(complete(shell, 'rootzero plan --out pl')).toEqual(['plan.json']);
  });

  it('offers no runs where there are none, and those that there are', async () => {
    expect(complete(shell, 'rootzero resume ')).toEqual([]);
    const rehearsal = openRehearsalCli(sandbox, 'flagged-account', sandbox.path(shell));
    const { digest } = await makePlan(rehearsal.run, sandbox.path('plan.json'));
    await rehearsal.run('apply', sandbox.path('plan.json'), '--approve', digest);
    const [runs, kept] = [sandbox.path('state', 'rootzero', 'runs'), sandbox.path(shell, 'rehearsal', 'runs')];
    cpSync(kept, runs, { recursive: true });
    expect(complete(shell, 'rootzero resume ')).toEqual(readdirSync(kept));
    expect(complete(shell, 'rootzero run export ')).toEqual(readdirSync(kept));
    rmSync(runs, { recursive: true });
  });

  it('offers profiles, and lets none of them run anything', () => {
    expect(complete(shell, 'rootzero check --profile ')).toEqual(['admin', 'root']);
    expect(readdirSync(sandbox.folder)).not.toContain('pwned');
  });

  it('begins anew after --', () => {
    expect(complete(shell, 'rootzero rehearse flagged-account -- ch')).toEqual(['check']);
    // fish takes no word after -- for an option.
    if (shell !== 'fish') expect(complete(shell, 'rootzero rehearse --continue -- check --fail-on a')).toEqual(['active', 'any']);
  });
});
