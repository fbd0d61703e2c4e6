/** `rootzero usage` against whole worlds: what it finds, what it says of what it could not read, one account after another, and how it ends. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UsageReport } from '../../src/domain/usage-report.ts';
import { playAgenda } from '../../src/simulator/agenda.ts';
import { FLAGGED_ACCOUNT, KEY, SECOND_KEY } from '../../src/simulator/scenarios/cast.ts';
import { openScenario } from '../../src/simulator/scenarios.ts';
import type { World } from '../../src/simulator/world.ts';
import { acknowledgeAll, closeOperator, lastProblem, makePlan, openOperator, type, type Operator } from '../support/operator.ts';
import { logPath, renderLog, rootRecord, writeFile, writeTrailLogs } from '../support/trail-logs.ts';
import { HOSTILE, OBEYED } from '../terminal/hostile-text.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');
let operator: Operator;
let logs: string;
beforeEach(() => { logs = mkdtempSync(join(tmpdir(), 'rootzero-logs-')); });
afterEach(async () => {
  rmSync(logs, { recursive: true, force: true });
  await closeOperator(operator);
});

async function open(scenario: string): Promise<World> {
  const world = openScenario(scenario, NOON);
  operator = await openOperator(world);
  return world;
}

type Result = { exitCode: number; accounts: { account: string; exitCode: number; problem: { code: string } | null; usage: UsageReport | null }[] };

/** Runs `usage -o json` with what is given. */
async function usage(...argv: string[]): Promise<{ exit: number | 'crashed'; result: Result }> {
  const exit = await type(operator, ['usage', '-o', 'json', ...argv]);
  const result: Result = JSON.parse(operator.result);
  expect(result.exitCode).toBe(exit);
  return { exit, result };
}

async function reportOf(...argv: string[]): Promise<{ exit: number | 'crashed'; report: UsageReport }> {
  const { exit, result } = await usage(...argv);
  const report = result.accounts[0]?.usage ?? null;
  if (report === null) throw new Error(operator.output);
  return { exit, report };
}

const groupOf = (report: UsageReport, text: string): UsageReport['groups'][number] | undefined => report.groups.find(({ owner }) => owner.text.includes(text));

describe('an account that many hands have used', () => {
  it('shows every class of caller, and guesses who they are', async () => {
    await open('many-hands');
    const { exit, report } = await reportOf();
    expect(exit).toBe(0);
    expect(report.totals.classes).toMatchObject({ 'root-key': expect.any(Number), 'console': 1, 'aws-login': 1, 'assumed-root': 1, 'aws-service': 1, 'sign-in': 1 });
    expect(report.totals.denied).toBe(1);
    expect(groupOf(report, 'infrastructure as code: Terraform 1.9 from 10.2.0.0/16, weekdays 09–17 UTC')).toMatchObject({ rhythm: expect.stringContaining('on weekdays'), dependsOnKey: true });
    expect(groupOf(report, 'a scheduled job: Boto3 1.26 from 10.20.0.0/16')).toMatchObject({ rhythm: 'nightly', nextExpectedAt: expect.stringMatching(/^2026-11-25T02:1/), policy: { document: { Statement: [{ Action: ['s3:ListAllMyBuckets'] }] } } });
    expect(groupOf(report, 'a person in the console')).toMatchObject({ dependsOnKey: false, policy: null });
    expect(report.gaps).toEqual([]);
  });

  it('knows of a key that Event history says nothing of, and that no waiting proves it unused', async () => {
    await open('many-hands');
    const { report } = await reportOf();
    expect(report.agreements[0]).toMatchObject({ subject: SECOND_KEY, state: 'newer-than-events', seenAt: null });
    expect(report.soak.unseen).toEqual([SECOND_KEY]);
    expect(report.groups.some(({ accessKeyId }) => accessKeyId === SECOND_KEY)).toBe(false);
  });

  it('is complete with the log files of a trail that records data events', async () => {
    const world = await open('many-hands');
    writeTrailLogs(world, logs);
    const { exit, report } = await reportOf('--logs', logs);
    expect(exit, operator.output).toBe(0);
    expect(report.sources.map(({ source, dataEvents }) => [source, dataEvents])).toEqual([['event-history', 'never'], ['log-files', 'seen']]);
    expect(groupOf(report, 'rclone')).toMatchObject({ accessKeyId: SECOND_KEY, cadence: { kind: 'daily' }, policy: { isComplete: true, document: { Statement: [{ Action: ['s3:GetObject'] }] } } });
    expect(report.soak.unseen).toEqual([]);
    // An event that both sources have counts once.
    const { report: alone } = await reportOf();
    expect(groupOf(report, 'Boto3')?.count).toBe(groupOf(alone, 'Boto3')?.count);
    expect(operator.world.effects).toEqual([]);
  });
});

describe('log files', () => {
  it('reach back for years: a quarterly job is no mystery any more', async () => {
    await open('flagged-account');
    for (const [index, time] of ['2025-02-03', '2025-05-05', '2025-08-04', '2025-11-03', '2026-02-02', '2026-05-04'].entries()) {
      writeFile(logPath(logs, FLAGGED_ACCOUNT, 'us-east-1', `${time}T06:00:00Z`, `q${index}`), renderLog([rootRecord({ eventID: `q-${index}`, eventTime: `${time}T06:00:00Z`, awsRegion: 'us-east-1', userAgent: 'aws-sdk-go/1.44', eventSource: 'ce.amazonaws.com', eventName: 'GetCostAndUsage' })]));
    }
    const { exit, report } = await reportOf('--logs', logs);
    expect(exit).toBe(0);
    expect(groupOf(report, 'aws-sdk-go')).toMatchObject({ cadence: { kind: 'quarterly' }, rhythm: 'every 91 days', firstSeenAt: '2025-02-03T06:00:00.000Z' });
    expect(report.soak.requiredMs).toBeGreaterThan(91 * 24 * 3_600_000);
  });

  it('that are damaged are said, and end with 2: their silence is no proof', async () => {
    const world = await open('flagged-account');
    const [first = ''] = writeTrailLogs(world, logs);
    truncateSync(first, 60);
    const { exit, report } = await reportOf('--logs', logs);
    expect(exit).toBe(2);
    expect(report.gaps).toEqual([expect.stringMatching(/^1 log file of \d+ could not be read in full$/)]);
    expect(report.sources[1]?.files?.faults).toMatchObject([{ path: first, kind: 'truncated' }]);
  });

  it('that are not there are the operator\'s affair', async () => {
    await open('flagged-account');
    expect(await type(operator, ['usage', '--logs', join(logs, 'nowhere')])).toBe(3);
    expect(lastProblem(operator)).toBe('input/unreadable-file');
    expect((await usage('--logs', logs)).exit).toBe(2);
  });
});

describe('what cannot be read', () => {
  it('is a gap, and never "no use"', async () => {
    await open('denied-reader');
    expect(await type(operator, ['usage'])).toBe(2);
    expect(operator.result).toContain('is not known: nothing could be read');
    expect(operator.result).not.toContain('No use');
  });

  it('in one Region is named, and the rest is read', async () => {
    const world = await open('flagged-account');
    world.accounts[FLAGGED_ACCOUNT]?.unreadableTrailRegions.push('eu-west-1');
    const { exit, report } = await reportOf();
    expect(exit).toBe(2);
    expect(report.gaps).toEqual(['Event history of eu-west-1 could not be read']);
    expect(report.agreements[0]).toMatchObject({ state: 'newer-than-events', meaning: expect.stringContaining('a Region that was not read (eu-west-1)') });
    expect(groupOf(report, 'AWS CLI')).toMatchObject({ count: 1 });
  });

  it('without a root session are the key ids; they come from the events, and their last use all the same', async () => {
    const world = await open('flagged-account');
    delete world.profiles['root'];
    const { exit, report } = await reportOf();
    expect(exit).toBe(0);
    expect(report.agreements.find(({ subject }) => subject === KEY)).toMatchObject({ source: 'iam:GetAccessKeyLastUsed', state: 'agrees' });
  });
});

describe('a suspected compromise', () => {
  it('lists what root did by kind, with times and the end of sessions', async () => {
    await open('compromised');
    const { report } = await reportOf('--suspected-compromise');
    expect(report.intrusion?.deeds.map(({ group, call }) => `${group} ${call}`)).toEqual([
      'users iam:CreateUser', 'users iam:AttachUserPolicy', 'keys iam:CreateAccessKey', 'trails cloudtrail:StopLogging', 'other ec2:RunInstances', 'sessions sts:GetSessionToken', 'sessions sts:GetSessionToken',
    ]);
    expect(report.intrusion).toMatchObject({ newRegions: ['ap-southeast-1'], minted: [{ at: '2026-11-22T12:10:00.000Z', endsBy: '2026-11-22T13:10:00.000Z' }, { endsBy: '2026-11-24T12:35:00.000Z' }] });
    await type(operator, ['usage', '--suspected-compromise']);
    expect(operator.result).toContain('rootzero runbook suspected-compromise');
    expect(operator.result).not.toContain('A role instead');
  });
});

describe('one account after another', () => {
  const MEMBERS = '222233334444,333344445555,444455556666';

  it('each has its own result; one that cannot be entered is part of the whole', async () => {
    const world = await open('management-account');
    const member = world.accounts['444455556666'];
    member?.root.keys.push({ id: SECOND_KEY, status: 'Active', createdAt: 0 });
    const call = { accountId: '444455556666', accessKeyId: SECOND_KEY, service: 's3', operation: 'ListBuckets', region: 'eu-west-1', sourceIp: '10.9.8.7', userAgent: 'Boto3/1.26', isReadOnly: true };
    world.agenda.push({ kind: 'root-call', at: NOON - 24 * 3_600_000, call });
    playAgenda(world, NOON);
    const { exit, result } = await usage('--accounts', `${FLAGGED_ACCOUNT},${MEMBERS}`, '--role', 'SecurityAudit');
    expect(exit).toBe(2);
    expect(result.accounts.map(({ account, exitCode, problem, usage: report }) => [account, exitCode, problem?.code ?? null, report?.totals.events ?? null])).toEqual([
      [FLAGGED_ACCOUNT, 0, null, 9], ['222233334444', 0, null, 0], ['333344445555', 2, 'member/role-refused', null], ['444455556666', 0, null, 1],
    ]);
    expect(world.effects).toEqual([]);
  });

  it('from a file, with remarks in it; the table ends with the count', async () => {
    await open('management-account');
    const file = join(logs, 'accounts.txt');
    writeFileSync(file, `# sandboxes\n222233334444  # one\n\n222233334444\n444455556666\n`);
    expect(await type(operator, ['usage', '--accounts', file, '--role', 'SecurityAudit'])).toBe(0);
    expect(operator.result).toContain('✔ 2 accounts: 2 read in full, 0 in part, 0 not at all');
  });

  it('as lines of JSON, a message for each', async () => {
    await open('management-account');
    expect(await type(operator, ['usage', '-o', 'ndjson', '--accounts', MEMBERS, '--role', 'SecurityAudit'])).toBe(2);
    const codes = operator.result.trimEnd().split('\n').map((line): { code: string } => JSON.parse(line)).map(({ code }) => code).filter((code) => code.startsWith('usage'));
    expect(codes).toEqual(['usage', 'usage/failed', 'usage', 'usage/accounts']);
  });

  it.each<[string, string[], string]>([
    ['a role is needed', ['--accounts', MEMBERS], '--role'], ['a role needs accounts', ['--role', 'x'], '--accounts'], ['a role has a name', ['--accounts', MEMBERS, '--role', 'a b'], 'not the name of a role'],
    ['accounts are twelve digits', ['--accounts', '/dev/null', '--role', 'x'], 'no account'], ['days end', ['--days', '91'], '90 days'],
  ])('%s', async (_, argv, text) => {
    await open('management-account');
    expect(await type(operator, ['usage', ...argv])).toBe(3);
    expect(operator.output).toContain(text);
  });
});

it('--out writes everything to a file, beside what is shown', async () => {
  await open('flagged-account');
  const path = join(logs, 'usage.json');
  expect(await type(operator, ['usage', '--out', path])).toBe(0);
  expect(operator.result).toContain('Who used root of 111122223333');
});

it('user agents and addresses written to drive a terminal are inert in every format', async () => {
  const world = await open('flagged-account');
  const [template] = world.events;
  if (template === undefined) throw new Error('no event');
  for (const [index, [, text]] of HOSTILE.entries()) {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    world.events.push({ ...template, id, detail: { ...template.detail, eventID: id, userAgent: text, sourceIPAddress: text, eventName: `List${text}`, errorCode: text } });
  }
  for (const format of ['table', 'json', 'ndjson']) {
    expect(await type(operator, ['usage', '--suspected-compromise', '-o', format])).toBe(0);
    const lines = operator.result.split('\n');
    expect(lines.length).toBeGreaterThan(format === 'ndjson' ? 1 : HOSTILE.length);
    for (const line of lines) expect(line).not.toMatch(OBEYED);
  }
});

describe('a plan with log files', () => {
  it('asks for callers that Event history does not have, and waits for their rhythm; applying it needs no files', async () => {
    await open('flagged-account');
    for (const [index, time] of ['2025-05-05', '2025-08-04', '2025-11-03', '2026-02-02', '2026-05-04'].entries()) {
      writeFile(logPath(logs, FLAGGED_ACCOUNT, 'us-east-1', `${time}T06:00:00Z`, `q${index}`), renderLog([rootRecord({ eventID: `q-${index}`, eventTime: `${time}T06:00:00Z`, awsRegion: 'us-east-1', userAgent: 'aws-sdk-go/1.44', eventSource: 'ce.amazonaws.com', eventName: 'GetCostAndUsage' })]));
    }
    const known = await acknowledgeAll(operator);
    expect((await makePlan(operator, ...known)).exit).toBe(0);
    const asked = await makePlan(operator, ...known, '--logs', logs);
    expect(asked.exit).toBe(6);
    const quarterly = asked.plan.callers.find(({ userAgent }) => userAgent.includes('aws-sdk-go'));
    expect(quarterly).toMatchObject({ count: 5 });
    const { exit, plan, path } = await makePlan(operator, ...known, '--acknowledge', `${quarterly?.fingerprint}=moves to a role`, '--logs', logs);
    expect([exit, plan.soak.requiredMs > 91 * 24 * 3_600_000]).toEqual([0, true]);
    expect(await type(operator, ['apply', path, '--approve', plan.digest], { isWaiting: false })).toBe(75);
  });

  it('says what of them could not be read, and takes none where nobody looks back first', async () => {
    await open('flagged-account');
    writeFile(logPath(logs, FLAGGED_ACCOUNT, 'us-east-1', '2026-05-04T06:00:00Z', 'broken'), 'no gzip');
    await type(operator, ['plan', '--logs', logs]);
    expect(operator.output.replaceAll(/\s+/g, ' ')).toContain('What the log files lack is no proof of anything: 1 log file of 1 could not be read in full.');
    expect([await type(operator, ['plan', '--suspected-compromise', '--logs', logs]), lastProblem(operator)]).toEqual([3, 'input/usage']);
  });
});
