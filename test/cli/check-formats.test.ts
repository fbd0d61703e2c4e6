/** `rootzero check` as a pipeline has it: every format on every kind of account, valid and with the exit code of the product; files, waivers, posture. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeJunit, judgeOcsf, judgeSarif } from '../support/published-schemas.ts';
import { openRehearsalCli, openSandbox, type Ended, type Rehearsal, type Sandbox } from '../support/cli.ts';

let sandbox: Sandbox;
beforeAll(() => { sandbox = openSandbox(); });
afterAll(() => sandbox.close());

/** What a table says, however its lines are broken. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

let opened = 0;
/** A world of its own. */
const open = (scenario: string): Rehearsal => openRehearsalCli(sandbox, scenario, sandbox.path('worlds', String(opened += 1)));
const check = (scenario: string, ...flags: string[]): Promise<Ended> => open(scenario).run('check', ...flags);

/** What a document in each format is wrong about. */
const JUDGES: Record<string, (text: string) => string[] | Promise<string[]>> = {
  table: (text) => (/^Verdict {3}\S/m.test(text) && /^Exit {6}\d with --fail-on any$/m.test(text) ? [] : ['no verdict']),
  ndjson: (text) => text.trimEnd().split('\n').flatMap((line) => ('code' in (JSON.parse(line) as object) ? [] : [line])),
  json: (text) => ((JSON.parse(text) as { schema: number }).schema === 1 ? [] : ['another schema']),
  sarif: judgeSarif,
  junit: judgeJunit,
  ocsf: judgeOcsf,
  markdown: (text) => (text.startsWith('## Root user of 111122223333\n') ? [] : ['no heading']),
};

describe.each([['clean', 0], ['flagged-account', 1], ['stale-report', 1], ['denied-reader', 2], ['inactive-key', 1]] as const)('%s exits %i', (scenario, exits) => {
  it.each(Object.keys(JUDGES))('in %s, and the document is valid', async (format) => {
    const { exitCode, stdout, stderr } = await check(scenario, '-o', format);
    expect(exitCode, stderr).toBe(exits);
    expect(await JUDGES[format]?.(stdout)).toEqual([]);
    if (format !== 'table' && format !== 'ndjson') expect(stderr.trim()).toBe(`REHEARSAL ${scenario}: nothing here reaches AWS`);
  });
});

describe('SARIF from the command line', () => {
  it.each([['flagged-account', 2], ['stale-report', 3], ['denied-reader', 5], ['inactive-key', 2]] as const)('%s has %i results, each with a place in a file', async (scenario, count) => {
    type Sarif = { runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[] }[] }[] };
    const { runs } = JSON.parse((await check(scenario, '-o', 'sarif')).stdout) as Sarif;
    expect(runs[0]?.results).toHaveLength(count);
    for (const { locations } of runs[0]?.results ?? []) expect(locations[0]?.physicalLocation).toMatchObject({ artifactLocation: { uri: expect.stringMatching(/^policies\//) }, region: { startLine: 1 } });
  });
});

describe('files', () => {
  it('--out takes the result away from standard output, and leaves the findings to people', async () => {
    const path = sandbox.path('root.sarif');
    const { exitCode, stdout, stderr } = await check('flagged-account', '-o', 'sarif', '--out', path);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(judgeSarif(readFileSync(path, 'utf8'))).toEqual([]);
    expect(stderr).toContain('Verdict   ✖ 1 active root access key');
    expect(stderr).toContain(`Written: ${path}`);
  });

  it('--out takes a table, too', async () => {
    const path = sandbox.path('table.txt');
    const { stdout } = await check('clean', '--out', path);
    expect(stdout).toBe('');
    expect(readFileSync(path, 'utf8')).toMatch(/^Root user of 111122223333\n[^]*^Verdict {3}✔ no root access keys\n[^]*^Exit {6}0 with --fail-on any\n$/m);
  });

  it('--also writes other documents of the same reading', async () => {
    const [sarif, markdown] = [sandbox.path('also.sarif'), sandbox.path('also.md')];
    const { exitCode, stdout } = await check('inactive-key', '--also', `sarif=${sarif}`, '--also', `markdown=${markdown}`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Verdict   ✖ 1 inactive root access key');
    const { runs } = JSON.parse(readFileSync(sarif, 'utf8')) as { runs: { invocations: { endTimeUtc: string }[] }[] };
    const readAt = runs[0]?.invocations[0]?.endTimeUtc ?? 'no time';
    expect(readFileSync(markdown, 'utf8')).toContain(`, ${readAt.slice(0, 10)} ${readAt.slice(11, 16)}Z, read by`);
  });
});

describe('waivers', () => {
  const waive = (finding: string, expires: string): string => {
    const path = sandbox.path(`${finding}-${expires}.yml`);
    writeFileSync(path, `waivers:\n  - account: 111122223333\n    finding: ${finding}\n    reason: token on order\n    owner: platform\n    expires: ${expires}\n`);
    return path;
  };

  it.each([
    ['flagged-account', 'root-access-key', '2999-12-31', 'any', 0, 'Waived until 2999-12-31.'],
    ['flagged-account', 'root-access-key', '2020-12-31', 'any', 1, 'Its waiver expired on 2020-12-31.'],
    ['flagged-account', 'root-access-key', '2999-12-31', 'posture', 1, 'Waived until 2999-12-31.'],
    ['denied-reader', 'root-access-key', '2999-12-31', 'any', 2, 'what could not be read cannot be waived'],
    ['stale-report', 'root-access-key', '2999-12-31', 'any', 0, 'Waived until 2999-12-31.'],
    ['stale-report', 'root-access-key', '2999-12-31', 'active', 2, 'Waived until 2999-12-31.'],
    ['clean', 'root-mfa', '2999-12-31', 'posture', 0, 'is not needed'],
  ])('%s: %s until %s with --fail-on %s exits %i', async (scenario, finding, expires, failOn, exits, says) => {
    const flags = ['--waivers', waive(finding, expires), '--fail-on', failOn];
    const ended = await check(scenario, ...flags);
    expect(ended.exitCode, ended.stderr).toBe(exits);
    expect(flat(ended.stdout)).toContain(says);
    // A waived finding still shows.
    expect(ended.stdout).toContain(`${finding}  `);
    const document = JSON.parse((await check(scenario, ...flags, '-o', 'json')).stdout) as { exitCode: number; findings: { id: string; waiver: { owner: string } | null }[] };
    expect(document.exitCode).toBe(exits);
    expect(document.findings.find(({ id }) => id === finding)?.waiver).toMatchObject({ owner: 'platform', reason: 'token on order', expires });
  });
});

describe('the posture', () => {
  it('fails on what is no key, too', async () => {
    expect((await check('clean', '--fail-on', 'posture')).exitCode).toBe(0);
    const virtual = open('clean');
    await virtual.run('status');
    virtual.writeWorld((world) => Object.assign(world.accounts['111122223333']?.root ?? {}, { mfa: 'virtual' }));
    expect((await virtual.run('check')).exitCode).toBe(0);
    expect((await virtual.run('check', '--fail-on', 'posture')).exitCode).toBe(1);
  });

  it('knows whether root credentials are managed centrally, where that can be asked', async () => {
    const management = open('management-account');
    await management.run('status');
    const posture = async (): Promise<string> => flat((await management.run('check')).stdout);
    expect(await posture()).toContain('✖ Central management of root credentials is off in the organization');
    management.writeWorld(({ organization }) => Object.assign(organization ?? {}, { trustedServices: ['iam.amazonaws.com'], rootFeatures: ['RootCredentialsManagement'] }));
    expect(await posture()).toContain('✔ Central management of root credentials is on in the organization.');
    expect(flat((await check('member-account')).stdout)).toContain("? Whether root credentials are managed centrally can be read only in the organization's management account or IAM's delegated administrator.");
    expect((await check('clean')).stdout).toContain('– The account is in no organization');
  });

  it('tells the last use over all sources', async () => {
    expect((await check('inactive-key')).stdout).toMatch(/^Last use {2}\d{4}-\d\d-\d\d \d\d:\d\dZ \(.* ago\) · password$/m);
    expect(flat((await check('denied-reader')).stdout)).toContain('Last use none on record ? not read: iam:GetCredentialReport, iam:ListAccessKeys');
  });
});
