/** Bad input of every kind: one clear message with the exit code of the product, no stack trace, and nothing changed in the world or the journal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/world.ts';
import { listKept, makePlan, openRehearsalCli, openSandbox, runRootzero, serveScenario, type Ended, type Rehearsal, type Sandbox, type Served } from '../support/cli.ts';

let sandbox: Sandbox;
beforeAll(() => { sandbox = openSandbox(); });
afterAll(() => sandbox.close());

/** One message, its code, its exit code, a next step, and nothing that looks like a crash. */
function expectProblem({ exitCode, stdout, stderr }: Ended, code: string, expected: number): void {
  expect(stderr.match(/^✖ .*$/gm), stderr).toHaveLength(1);
  expect(stderr).toContain(`code  ${code} (exit ${expected})`);
  expect(stderr).toMatch(/^ {2}next {2}\S/m);
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+|node:internal|\[object Object\]|undefined/m);
  expect(exitCode).toBe(expected);
}

describe.concurrent('command lines', () => {
  it.each<[string, string[], string, number]>([
    ['an unknown scenario', ['rehearse', 'flaged-account'], 'input/unknown-scenario', 3],
    ['an unknown command', ['destroy'], 'input/usage', 3],
    ['an unknown option', ['check', '--forse'], 'input/usage', 3],
    ['an unknown format', ['check', '-o', 'yaml'], 'input/usage', 3],
    ['another thing to fail on', ['check', '--fail-on', 'everything'], 'input/usage', 3],
    ['another document in a format that is none', ['check', '--also', 'html=x.html'], 'input/usage', 3],
    ['another document without a file', ['check', '--also', 'sarif'], 'input/usage', 3],
    ['waivers that are not there', ['check', '--waivers', 'nowhere.yml'], 'input/unreadable-file', 3],
    ['waivers that are none', ['check', '--waivers', resolve('package.json')], 'input/waivers', 3],
    ['a port that is none', ['rehearse', 'clean', '--serve', '--port', '65536'], 'input/usage', 3],
    ['a plan that is not there', ['apply', 'nowhere.json'], 'input/unreadable-file', 3],
    ['a run that is not there', ['resume', '0000-0000'], 'state/no-such-run', 3],
    ['a run id that is none', ['resume', '../../etc'], 'input/malformed-identifier', 3],
    ['no run at all', ['resume'], 'state/no-run', 3],
    ['nothing to continue', ['rehearse', '--continue', '--', 'resume'], 'input/unreadable-file', 3],
    ['an unknown profile', ['check', '--profile', 'nobody'], 'credentials/profile-unknown', 4],
    ['no credentials', ['check'], 'credentials/missing', 4],
  ])('%s', async (_, argv, code, exitCode) => {
    expectProblem(await runRootzero(sandbox, ...argv), code, exitCode);
  });

  it.each<[string, string[], string]>([
    ['a bad duration', ['--soak', 'tomorrow'], 'input/bad-duration'],
    ['a duration without a unit', ['--soak', '90'], 'input/bad-duration'],
    ['more days than Event history has', ['--days', '91'], 'input/usage'],
    ['an acknowledgement without a reason', ['--acknowledge', '37e30d075930'], 'input/usage'],
    ['an acknowledgement of nobody', ['--acknowledge', '000000000000=known'], 'input/acknowledgement'],
    ['an empty reason', ['--accept-short-soak', ' '], 'input/usage'],
  ])('%s', async (_, flags, code) => {
    const stateDir = sandbox.path('plans', flags.join('').replaceAll(/\W/g, ''));
    const ended = await runRootzero(sandbox, 'rehearse', 'flagged-account', '--state-dir', stateDir, '--', 'plan', ...flags);
    expectProblem(ended, code, 3);
    expect((JSON.parse(readFileSync(`${stateDir}/rehearsal/world.json`, 'utf8')) as World).effects).toEqual([]);
  });
});

describe('a state folder that cannot be written', () => {
  it.each(['state', 'state/deeper'])('a file in its place (%s)', async (name) => {
    const path = sandbox.path('blocked', name);
    await runRootzero(sandbox, 'rehearse', 'clean', '--state-dir', sandbox.path('blocked'));
    writeFileSync(sandbox.path('blocked', 'state'), 'precious');
    expectProblem(await runRootzero(sandbox, 'rehearse', 'flagged-account', '--state-dir', path), 'state/unwritable', 3);
    expect(readFileSync(sandbox.path('blocked', 'state'), 'utf8')).toBe('precious');
  });
});

it('a result that cannot be written is said, and is no success', async () => {
  for (const flags of [['-o', 'json', '--out', 'no/such/folder/root.json'], ['--also', 'json=no/such/folder/root.json']]) {
    const ended = await runRootzero(sandbox, 'rehearse', 'clean', '--state-dir', sandbox.path('unwritable'), '--', 'check', ...flags);
    expectProblem(ended, 'input/unwritable-file', 3);
  }
});

describe('plans that may not be applied', () => {
  let [rehearsal, planFile, digest]: [Rehearsal | null, string, string] = [null, '', ''];
  const opened = (): Rehearsal => {
    if (rehearsal === null) throw new Error('The rehearsal was not opened.');
    return rehearsal;
  };
  beforeAll(async () => {
    planFile = sandbox.path('good-plan.json');
    rehearsal = openRehearsalCli(sandbox, 'flagged-account', sandbox.path('plans-applied'));
    ({ digest } = await makePlan(rehearsal.run, planFile));
  });

  /** Applies the plan after a change of its text, with its own digest unless another is given. */
  async function applyChanged(change: (text: string) => string, approve: string[] = ['--approve', digest]): Promise<Ended> {
    const path = sandbox.path('changed-plan.json');
    writeFileSync(path, change(readFileSync(planFile, 'utf8')));
    const ended = await opened().run('apply', path, ...approve);
    expect(opened().readWorld().effects).toEqual([]);
    expect(listKept(opened().stateDir).filter(({ path: name }) => name.endsWith('.ndjson'))).toEqual([]);
    return ended;
  }

  it('of another schema', async () => expectProblem(await applyChanged((text) => text.replace('"schema": 1', '"schema": 2')), 'plan/other-schema', 3));
  it('that is not JSON', async () => expectProblem(await applyChanged(() => '{'), 'plan/malformed', 3));
  it('with a member that no plan has', async () => expectProblem(await applyChanged((text) => text.replace('"schema": 1', '"schema": 1, "force": true')), 'plan/malformed', 3));
  it('that was changed after it was made', async () => expectProblem(await applyChanged((text) => text.replaceAll('AKIAEXAMPLEROOT07QXA', 'AKIAEXAMPLEROOT04MZB')), 'plan/tampered', 6));
  it('with the digest of another plan', async () => expectProblem(await applyChanged((text) => text, ['--approve', 'f'.repeat(64)]), 'plan/wrong-digest', 3));
  it('with no digest', async () => expectProblem(await applyChanged((text) => text, []), 'plan/not-approved', 3));
  it('made in another world', async () => {
    expectProblem(await runRootzero(sandbox, 'apply', planFile, '--approve', digest), 'plan/other-world', 6);
  });

  it.each<[string, (world: World) => void]>([
    ['the key was deactivated since', (world) => { for (const key of keysOf(world)) key.status = 'Inactive'; }],
    ['a key was made since', (world) => { keysOf(world).push({ id: 'AKIAEXAMPLEROOT04MZB', status: 'Active', createdAt: world.now }); }],
    ['the key was replaced since', (world) => { for (const key of keysOf(world)) key.id = 'AKIAEXAMPLEROOT04MZB'; }],
    ['somebody new used the key since', (world) => {
      const seen = world.events.find(({ accessKeyId }) => accessKeyId === 'AKIAEXAMPLEROOT07QXA');
      if (seen === undefined) throw new Error('The scenario has no use of the key.');
      world.events.push({ ...seen, id: 'new-use', at: world.now - 60_000, visibleAt: world.now - 30_000, detail: { ...seen.detail, eventID: 'new-use', eventTime: new Date(world.now - 60_000).toISOString(), sourceIPAddress: '198.51.100.9', userAgent: 'curl/8' } });
    }],
  ])('that is stale: %s', async (_, change) => {
    const stale = openRehearsalCli(sandbox, 'flagged-account', sandbox.path('stale', _.replaceAll(' ', '-')));
    await stale.run('status');
    stale.writeWorld((world) => {
      Object.assign(world, opened().readWorld());
      change(world);
    });
    const ended = await stale.run('apply', planFile, '--approve', digest);
    expectProblem(ended, 'plan/stale', 6);
    expect(stale.readWorld().effects).toEqual([]);
  });
});

const keysOf = (world: World): World['accounts'][string]['root']['keys'] => world.accounts['111122223333']?.root.keys ?? [];

describe.concurrent('a soaking run', () => {
  /** A run of its own in its soak. */
  async function openSoaking(name: string, scenario = 'flagged-account'): Promise<Rehearsal> {
    const rehearsal = openRehearsalCli(sandbox, scenario, sandbox.path('soaking', name));
    const planFile = sandbox.path(`soaking-${name}.json`);
    const { digest } = await makePlan(rehearsal.run, planFile);
    expect((await rehearsal.run('apply', planFile, '--approve', digest)).exitCode).toBe(75);
    return rehearsal;
  }
  const journalOf = ({ stateDir }: Rehearsal): { path: string; text: string } => {
    const [journal] = listKept(stateDir).filter(({ path }) => path.endsWith('journal.ndjson'));
    if (journal === undefined) throw new Error('There is no journal.');
    return { path: `${stateDir}/${journal.path}`, text: journal.text };
  };

  /** Resumes, and nothing has changed by it. */
  async function expectRefused(rehearsal: Rehearsal, argv: string[], code: string, exitCode: number): Promise<void> {
    const [journal, { effects }] = [journalOf(rehearsal), rehearsal.readWorld()];
    expectProblem(await rehearsal.run(...argv), code, exitCode);
    expect(journalOf(rehearsal).text).toBe(journal.text);
    expect(rehearsal.readWorld().effects).toEqual(effects);
  }

  it('is not resumed with expired credentials, and goes on with good ones', async () => {
    const rehearsal = await openSoaking('expired');
    const principals = (world: World, expiresAt: number | undefined): void => {
      for (const principal of world.principals) {
        delete principal.expiresAt;
        if (expiresAt !== undefined) principal.expiresAt = expiresAt;
      }
    };
    rehearsal.writeWorld((world) => principals(world, world.now - 1));
    await expectRefused(rehearsal, ['resume'], 'credentials/expired', 4);
    rehearsal.writeWorld((world) => principals(world, undefined));
    expect((await rehearsal.run('resume')).exitCode).toBe(0);
  });

  it('is not resumed with credentials of another account', async () => {
    const rehearsal = await openSoaking('other-account', 'member-account');
    await expectRefused(rehearsal, ['resume', '--profile', 'management', '--root-profile', 'management'], 'identity/wrong-account', 6);
  });

  it('is not resumed with two profiles of two accounts', async () => {
    await expectRefused(await openSoaking('two-accounts', 'member-account'), ['resume', '--profile', 'management'], 'identity/two-accounts', 6);
  });

  it.each<[string, (text: string) => string]>([
    ['a changed line', (text) => text.replace('contain-AKIAEXAMPLEROOT07QXA', 'contain-AKIAEXAMPLEROOT04MZB')],
    ['a line taken out', (text) => text.split('\n').toSpliced(2, 1).join('\n')],
    ['its end cut off at a line end', (text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`],
    ['nothing left', () => ''],
  ])('is not resumed with a damaged journal: %s', async (name, change) => {
    const rehearsal = await openSoaking(name.replaceAll(' ', '-'));
    const { path, text } = journalOf(rehearsal);
    writeFileSync(path, change(text));
    await expectRefused(rehearsal, ['resume'], 'journal/damaged', 6);
  });

  it('keeps a second run off its account', async () => {
    const rehearsal = await openSoaking('second-run');
    const planFile = sandbox.path('second-run.json');
    const { digest } = await makePlan(rehearsal.run, planFile);
    await expectRefused(rehearsal, ['apply', planFile, '--approve', digest], 'run/unfinished', 6);
  });
});

describe('endpoints', () => {
  let first: Served | null = null;
  let second: Served | null = null;
  beforeAll(async () => {
    [first, second] = await Promise.all([serveScenario('flagged-account', 1000), serveScenario('member-account', 1000)]);
  });
  afterAll(async () => { await Promise.all([first?.stop(), second?.stop()]); });

  /** A profile of the served scenario as text for the shared files. */
  function profileOf(served: Served | null, name: string, as: string, endpoint = served?.endpoint): { config: string; credentials: string } {
    const credentials = readFileSync(served?.sandbox.environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '', 'utf8');
    const [, keys] = new RegExp(String.raw`\[${name}\]\n([^[]*)`).exec(credentials) ?? [];
    return { config: `[profile ${as}]\nregion = us-east-1\nendpoint_url = ${endpoint}\n`, credentials: `[${as}]\n${keys}\n` };
  }

  function openFiles(...profiles: ReturnType<typeof profileOf>[]): Sandbox {
    const [config, credentials] = [sandbox.path('aws-config'), sandbox.path('aws-credentials')];
    writeFileSync(config, profiles.map((profile) => profile.config).join('\n'));
    writeFileSync(credentials, profiles.map((profile) => profile.credentials).join('\n'));
    return { ...sandbox, environment: { ...sandbox.environment, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials } };
  }

  it('each profile goes to its own: two profiles of two accounts behind two endpoints are told apart', async () => {
    const files = openFiles(profileOf(first, 'admin', 'reader'), profileOf(second, 'root', 'root-of-another'));
    expectProblem(await runRootzero(files, 'plan', '--profile', 'reader', '--root-profile', 'root-of-another'), 'identity/two-accounts', 6);
  });

  it('each profile goes to its own, and the output names both', async () => {
    const proxied = first?.endpoint.replace('127.0.0.1', 'localhost');
    const files = openFiles(profileOf(first, 'admin', 'reader'), profileOf(first, 'root', 'root', proxied));
    const { exitCode, stderr } = await runRootzero(files, 'check', '--profile', 'reader', '--root-profile', 'root');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Endpoint .* ${first?.endpoint}, not AWS itself \\(profile reader\\)$`, 'm'));
    expect(stderr).toMatch(new RegExp(`^Endpoint .* ${proxied}, not AWS itself \\(profile root\\)$`, 'm'));
  });

  it('another host is refused before anything is sent', async () => {
    const files = openFiles(profileOf(first, 'admin', 'reader'), profileOf(first, 'root', 'root', 'https://evil.example'));
    expectProblem(await runRootzero(files, 'check', '--profile', 'reader', '--root-profile', 'root'), 'endpoint/overridden', 3);
    const overridden = { ...files, environment: { ...files.environment, AWS_ENDPOINT_URL_STS: 'http://198.51.100.1' } };
    expectProblem(await runRootzero(overridden, 'check', '--profile', 'reader'), 'endpoint/overridden', 3);
  });

  it('a malformed one is said to be so', async () => {
    const files = openFiles(profileOf(first, 'admin', 'reader', 'not a url'));
    expectProblem(await runRootzero(files, 'check', '--profile', 'reader'), 'endpoint/malformed', 3);
  });

  it('credentials that nobody knows are refused', async () => {
    const { config } = profileOf(first, 'admin', 'reader');
    const files = openFiles({ config, credentials: '[reader]\naws_access_key_id = AKIAEXAMPLENOBODY0AA\naws_secret_access_key = x\n' });
    expectProblem(await runRootzero(files, 'check', '--profile', 'reader'), 'credentials/expired', 4);
  });
});
