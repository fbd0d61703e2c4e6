/** `rootzero check --org` as it is typed: exit codes over all accounts, formats, what is told of trouble, and what changed since the last time. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { problem } from '../../src/domain/problem.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import type { Account } from '../../src/simulator/world.ts';
import { addPolicy, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { closeOperator, lastProblem, openOperator, type, type Operator } from '../support/operator.ts';
import { judgeJunit, judgeOcsf, judgeSarif } from '../support/published-schemas.ts';

const DENY_ROOT = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:*:iam::*:root"}}}]}';
const SEAL = DENY_ROOT.replace('}}}]}', '},"Null":{"aws:AssumedRoot":"true"}}}]}');
const SANDBOX = 'ou-ex4m-unit0001';

let operator: Operator;
afterEach(() => closeOperator(operator));

type Opened = OrganizationWorld & { first: Account; second: Account; third: Account };

/** Twelve accounts with root credentials that are managed centrally; three of them in the sandbox. */
async function open(size?: Parameters<typeof openOrganizationWorld>[0]): Promise<Opened> {
  const opened = openOrganizationWorld(size);
  opened.organization.trustedServices.push('iam.amazonaws.com');
  opened.organization.rootFeatures.push('RootCredentialsManagement');
  operator = await openOperator(opened.world);
  const [first, second, third] = opened.members;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three members');
  return { ...opened, first, second, third };
}
const addKey = ({ world }: OrganizationWorld, account: Account, status: 'Active' | 'Inactive', id = `AKIAEXAMPLE${account.id.slice(-9)}`): void => addRootKey(world, account, { id, status, createdAt: world.now - 1_000_000_000 });
const check = (...options: string[]): Promise<number | 'crashed'> => type(operator, ['check', '--org', ...options]);

const message = z.looseObject({ code: z.string() });
const accountMessage = z.object({ code: z.literal('survey/account'), account: z.object({ account: z.string(), name: z.string(), exitCode: z.number(), verdict: z.object({ state: z.string() }), unread: z.object({ because: z.string(), detail: z.string(), remedy: z.string() }).nullable() }) });
const messages = () => operator.result.trimEnd().split('\n').map((line) => message.parse(JSON.parse(line)));
const accountsSaid = () => messages().filter(({ code }) => code === 'survey/account').map((said) => accountMessage.parse(said).account);
const document = z.object({ exitCode: z.number(), isComplete: z.boolean(), counts: z.object({ accounts: z.record(z.string(), z.number()) }), drift: z.object({ changes: z.array(z.object({ kind: z.string(), account: z.string() })) }).nullable(), accounts: z.array(z.object({ account: z.string(), unread: z.object({ because: z.string() }).nullable() })) });
const json = () => document.parse(JSON.parse(operator.result));

describe('the exit code is that of all accounts together', () => {
  it('0 where every root user was read and none has a key', async () => {
    await open();
    expect(await check()).toBe(0);
  });

  it('1 where any has a key (aws-root-manager: finding root keys does not change the exit code)', async () => {
    const opened = await open();
    addKey(opened, opened.first, 'Active');
    expect(await check()).toBe(1);
    expect(operator.result).toContain(opened.first.id);
  });

  it('2 where one could not be read (c7n-org: a worker that raises is only logged, and the run exits 0)', async () => {
    const opened = await open();
    opened.world.faults.push({ operation: 'sts:AssumeRoot', kind: 'access-denied', skip: 3, remaining: 1 });
    expect(await check('-o', 'ndjson')).toBe(2);
    expect(accountsSaid().filter(({ unread }) => unread !== null).map(({ unread }) => unread?.because)).toEqual(['member/root-refused']);
    expect(accountsSaid()).toHaveLength(12);
  });

  it('1 beats 2, the management account counts, and inactive keys count unless only active ones are asked for', async () => {
    const opened = await open();
    const management = opened.world.accounts['111122223333'];
    if (management === undefined) throw new Error('no management account');
    addKey(opened, management, 'Inactive');
    opened.first.state = 'SUSPENDED';
    expect(await check()).toBe(1);
    expect(await check('--fail-on', 'active')).toBe(2);
    expect(await check('--exclude', management.id)).toBe(2);
    expect(await check('--exclude', management.id, '--exclude', opened.first.id)).toBe(0);
  });

  it('a waived key does not count, a suspended account cannot be waived', async () => {
    const opened = await open();
    addKey(opened, opened.first, 'Active');
    const waivers = join(operator.directory, 'waivers.yml');
    const entry = (account: string): string => `  - account: "${account}"\n    finding: root-access-key\n    reason: migration\n    owner: platform\n    expires: 2026-12-31\n`;
    await writeFile(waivers, `waivers:\n${entry(opened.first.id)}${entry(opened.second.id)}`);
    expect(await check('--waivers', waivers)).toBe(0);
    opened.second.state = 'SUSPENDED';
    expect(await check('--waivers', waivers)).toBe(2);
  });
});

describe('what nobody could read', () => {
  it('stands in every format (aws-root-manager: failed accounts are missing from JSON and CSV)', async () => {
    const opened = await open();
    addPolicy(opened.organization, 'deny-root', DENY_ROOT, opened.first.id);
    opened.second.state = 'SUSPENDED';
    const extras = ['sarif', 'junit', 'ocsf', 'markdown'].map((format): [string, string] => [format, join(operator.directory, format)]);
    expect(await check('-o', 'json', ...extras.flatMap(([format, path]) => ['--also', `${format}=${path}`]))).toBe(2);
    expect(json().accounts.filter(({ unread }) => unread !== null).map(({ account, unread }) => [account, unread?.because]))
      .toEqual([[opened.first.id, 'member/session-denied'], [opened.second.id, 'member/not-active']]);
    const texts = await Promise.all(extras.map(([, path]) => readFile(path, 'utf8')));
    for (const text of texts) expect(text).toContain(opened.first.id);
    for (const text of texts) expect(text).toContain(opened.second.id);
    const [sarif = '', junit = '', ocsf = ''] = texts;
    expect([judgeSarif(sarif), await judgeJunit(junit), judgeOcsf(ocsf)]).toEqual([[], [], []]);
    expect(await check()).toBe(2);
    expect(operator.result).toMatch(/deny-root \(p-denyroot\) on 200001000003 denies root sessions\./);
    expect(operator.result).toMatch(/1[01] no keys/);
  });

  it('whatever happens to one account is told of that account, and of no other', async () => {
    for (const kind of ['access-denied', 'throttle', 'server-error', 'timeout', 'lost-reply'] as const) {
      const { world, members } = await open();
      world.faults.push({ operation: 'iam:GetAccountSummary', kind, skip: 4, remaining: 5 });
      const exit = await check('-o', 'ndjson');
      expect(accountsSaid()).toHaveLength(members.length + 1);
      const doubtful = accountsSaid().filter(({ exitCode }) => exitCode === 2);
      expect(exit, kind).toBe(doubtful.length === 0 ? 0 : 2);
      expect(doubtful.length).toBeLessThanOrEqual(5);
      await closeOperator(operator);
    }
    await open();
  });

  it('is one problem, not a row for each account, where root sessions are off; the management account is told all the same', async () => {
    const { organization } = await open();
    organization.rootFeatures = [];
    expect(await check('-o', 'ndjson')).toBe(6);
    expect(lastProblem(operator)).toBe('member/root-access-off');
    expect(accountsSaid().map(({ account }) => account)).toEqual(['111122223333']);
    expect(await check()).toBe(6);
    expect(operator.result).toContain('The survey ended early');
  });
});

describe('a survey that is interrupted', () => {
  it('tells what it read, says that accounts are missing, and is not kept as if it were whole', async () => {
    await open();
    const controller = new AbortController();
    let calls = 0;
    operator.calls.push = () => {
      calls += 1;
      if (calls === 45) controller.abort(problem('run/interrupted'));
      return calls;
    };
    const path = join(operator.directory, 'survey.json');
    expect(await type(operator, ['check', '--org', '--also', `json=${path}`], { signal: controller.signal })).toBe(5);
    expect(operator.result).toContain('accounts are missing');
    const written = document.parse(JSON.parse(await readFile(path, 'utf8')));
    expect(written.isComplete).toBe(false);
    expect(written.accounts.length).toBeLessThan(12);
    expect(await readdir(operator.directory)).not.toContain('surveys');
  });

  it('is clean in no document, although everything that it read was', async () => {
    await open();
    const [controller, path, junit] = [new AbortController(), join(operator.directory, 'survey.json'), join(operator.directory, 'survey.xml')];
    let calls = 0;
    operator.calls.push = () => {
      calls += 1;
      if (calls === 45) controller.abort(problem('run/interrupted'));
      return calls;
    };
    await type(operator, ['check', '--org', '--also', `json=${path}`, '--also', `junit=${junit}`], { signal: controller.signal });
    const written = document.parse(JSON.parse(await readFile(path, 'utf8')));
    expect([written.counts.accounts['active'], written.counts.accounts['unknown'], written.exitCode]).toEqual([0, 0, 2]);
    const suites = await readFile(junit, 'utf8');
    expect(suites).toContain('accounts are missing');
    expect(suites).toMatch(/<testsuites[^>]* errors="1"/);
    expect(await judgeJunit(suites)).toEqual([]);
  });
});

describe('the management account', () => {
  it('is one of the accounts (a public script holds that ListAccounts never returns it), and is read by its own session', async () => {
    const opened = await open();
    const management = opened.world.accounts['111122223333'];
    if (management === undefined) throw new Error('no management account');
    addKey(opened, management, 'Active');
    expect(await check('--account', management.id)).toBe(1);
    expect(operator.calls.filter(({ action }) => action === 'sts:AssumeRoot')).toEqual([]);
  });
});

describe('what changed', () => {
  it('is nothing known without an earlier survey: said, and 2', async () => {
    await open();
    expect(await check('--since', 'last')).toBe(2);
    expect(operator.output).toContain('There is no earlier survey');
    expect(await check('--since', 'last')).toBe(0);
  });

  it('a key that appears makes 1 even where keys were there before, and stands in the document', async () => {
    const opened = await open();
    addKey(opened, opened.first, 'Inactive');
    expect(await check('--fail-on', 'active')).toBe(0);
    addKey(opened, opened.second, 'Inactive');
    expect(await check('--fail-on', 'active', '--since', 'last', '-o', 'json')).toBe(1);
    expect(json().drift?.changes).toEqual([expect.objectContaining({ kind: 'key-appeared', account: opened.second.id })]);
  });

  it('a seal that falls off makes 1', async () => {
    const { organization } = await open();
    addPolicy(organization, 'rootzero-deny-root-user', SEAL, SANDBOX);
    expect(await check()).toBe(0);
    organization.attachments[SANDBOX] = ['p-FullAWSAccess'];
    expect(await check('--since', 'last', '-o', 'json')).toBe(1);
    expect(json().drift?.changes.map(({ kind }) => kind)).toEqual(['seal-fell', 'seal-fell', 'seal-fell']);
  });

  it('is compared over what both surveys looked at, and a narrow survey takes nothing from the next', async () => {
    const opened = await open();
    expect(await check()).toBe(0);
    expect(await check('--account', opened.first.id)).toBe(0);
    addKey(opened, opened.second, 'Active');
    expect(await check('--account', opened.first.id, '--since', 'last')).toBe(0);
    expect(operator.result).toContain('1 compared');
    expect(await check('--since', 'last', '-o', 'json')).toBe(1);
    expect(json().drift?.changes).toEqual([expect.objectContaining({ kind: 'key-appeared', account: opened.second.id })]);
  });

  it('is kept in files of the owner alone, the last ten of them, without a secret', async () => {
    await open();
    for (let index = 0; index < 12; index += 1) await check('--account', '200001000003');
    const folder = join(operator.directory, 'surveys', 'o-exampleorg1');
    const files = await readdir(folder);
    expect(files).toHaveLength(10);
    for (const name of files) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/secret|token|ASIA/i);
    }
  });

  it('that cannot be kept is told all the same, with a warning', async () => {
    await open();
    await writeFile(join(operator.directory, 'surveys'), 'no folder');
    expect(await check()).toBe(0);
    expect(operator.output).toContain('This survey was not kept');
    expect(operator.result).toContain('12 no keys');
  });

  it('is refused against another organization, and against what is no survey', async () => {
    await open();
    await check();
    const folder = join(operator.directory, 'surveys', 'o-exampleorg1');
    const [name = ''] = await readdir(folder);
    const text = await readFile(join(folder, name), 'utf8');
    const other = join(operator.directory, 'other.json');
    for (const changed of [text.replace('o-exampleorg1', 'o-anotherorg1'), text.replace('"world":"', '"world":"live '), text.slice(0, -9), '{}']) {
      await writeFile(other, changed);
      expect(await check('--since', other)).toBe(3);
      expect(lastProblem(operator)).toBe('input/survey');
    }
    expect(await check('--since', join(folder, name))).toBe(0);
  });
});

describe('selecting', () => {
  it('is for organizations: without --org it is a mistake, and nothing is asked of AWS', async () => {
    await open();
    for (const words of [['--ou', 'sandbox'], ['--account', '200001000003'], ['--tag', 'a=b'], ['--exclude', 'x'], ['--since', 'last'], ['--state-dir', 'x']]) {
      expect(await type(operator, ['check', ...words])).toBe(3);
      expect(lastProblem(operator)).toBe('input/usage');
    }
    expect(operator.calls).toEqual([]);
  });

  it('by tag asks for tags, and for those of the accounts in question alone', async () => {
    const { organization, first, second } = await open();
    organization.tags[first.id] = { environment: 'prod', team: 'a' };
    organization.tags[second.id] = { environment: 'prod' };
    expect(await check('--ou', SANDBOX, '--tag', 'environment=prod', '--tag', 'team=a', '-o', 'ndjson')).toBe(0);
    expect(accountsSaid().map(({ account }) => account)).toEqual([first.id]);
    expect(operator.calls.filter(({ action }) => action === 'organizations:ListTagsForResource')).toHaveLength(3);
  });

  it('what is not there is said, with what is; and nothing selected is never clean', async () => {
    await open();
    for (const words of [['--ou', 'nowhere'], ['--account', '999999999999'], ['--exclude', 'ou-none'], ['--ou', SANDBOX, '--exclude', SANDBOX], ['--tag', 'no=body']]) {
      expect(await check(...words)).toBe(3);
      expect(lastProblem(operator)).toBe('input/selection');
    }
    expect(operator.output).toContain('"sandbox" (ou-ex4m-unit0001)');
  });
});
