/** rootzero live against a served world, over HTTP and with a fast clock: the whole job, and real SIGKILLs in the middle of it. */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { ConfigServiceClient, DescribeConfigRulesCommand } from '@aws-sdk/client-config-service';
import { GetAccountSummaryCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import { listKept, makePlan, runRootzero, serveScenario, startRootzero, type Ended, type Run, type Running, type Served } from '../support/cli.ts';

/** So fast that a soak of a day takes seconds, and a root session's hour still some tenths of one. */
const SPEED = 20_000;
const IDENTITIES = ['--profile', 'admin', '--root-profile', 'root'];

let served: Served | null = null;
afterEach(async () => {
  await served?.stop();
  served = null;
});

async function serve(scenario: string, speed: number): Promise<Served> {
  served = await serveScenario(scenario, speed);
  return served;
}

const runIn = ({ sandbox }: Served): Run => (...argv) => runRootzero(sandbox, ...argv, ...IDENTITIES);

/** SDK options of a profile of the served world. */
function clientOf({ endpoint, sandbox }: Served, profile: string) {
  const file = readFileSync(sandbox.environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '', 'utf8');
  const [, section = ''] = new RegExp(String.raw`\[${profile}\]\n([^[]*)`).exec(file) ?? [];
  const value = (name: string): string => new RegExp(`^${name} = (.*)$`, 'm').exec(section)?.[1] ?? '';
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key'), sessionToken: value('aws_session_token') },
  };
}

/** What is true in the world, and which changes led there, asked through the AWS API. */
async function askWorld(world: Served) {
  const [root, admin] = [clientOf(world, 'root'), clientOf(world, 'admin')];
  const { AccessKeyMetadata } = await new IAMClient(root).send(new ListAccessKeysCommand({}));
  const { SummaryMap } = await new IAMClient(admin).send(new GetAccountSummaryCommand({}));
  const { ConfigRules } = await new ConfigServiceClient(admin).send(new DescribeConfigRulesCommand({}));
  // Event history is late by minutes: the world's, not ours.
  await pause((30 * 60_000) / SPEED);
  const changes: string[] = [];
  for (const name of ['UpdateAccessKey', 'DeleteAccessKey', 'PutConfigRule']) {
    const { Events } = await new CloudTrailClient(admin).send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }] }));
    for (const event of Events ?? []) if (!JSON.parse(event.CloudTrailEvent ?? '{}').errorCode) changes.push(name);
  }
  return { keys: AccessKeyMetadata?.map(({ Status }) => Status), present: SummaryMap?.['AccountAccessKeysPresent'], rules: ConfigRules?.map(({ ConfigRuleName }) => ConfigRuleName), changes };
}

/** The end of the job, with each change made once. */
const DONE = { keys: [], present: 0, rules: ['iam-root-access-key-check'], changes: ['UpdateAccessKey', 'DeleteAccessKey', 'PutConfigRule'] };

const journalIn = (stateDir: string): string => {
  const runs = join(stateDir, 'runs');
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const path = join(runs, run ?? '', 'journal.ndjson');
  return run !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '';
};

describe('the job over HTTP', () => {
  it('plan, apply (75), resume --wait (0); the endpoint is named, and no secret is written', async () => {
    const world = await serve('flagged-account', SPEED);
    const planFile = world.sandbox.path('plan.json');
    const { digest, ended: planned } = await makePlan(runIn(world), planFile);
    expect(planned.exitCode, planned.stderr).toBe(0);
    expect(planned.stderr).toContain(`${world.endpoint}, not AWS itself`);
    const applied = await runIn(world)('apply', planFile, '--approve', digest);
    expect(applied.exitCode, applied.stderr).toBe(75);
    const resumed = await runIn(world)('resume', '--wait');
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(await askWorld(world)).toEqual(DONE);
    const checked = await runIn(world)('check');
    expect(checked.exitCode, checked.stderr).toBe(0);

    const written = [planned, applied, resumed, checked].map(({ stdout, stderr }) => `${stdout}${stderr}`).concat(listKept(world.sandbox.path('state')).map(({ text }) => text), readFileSync(planFile, 'utf8')).join('\n');
    expect(written).not.toMatch(/simulated-(secret|token)/);
    expect(readFileSync(world.sandbox.environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '', 'utf8')).toMatch(/simulated-secret-of-.*\n.*simulated-token-of/);
  });

  it('one writer: a second process is sent away while a first one waits; SIGTERM ends the first with 75', async () => {
    const world = await serve('flagged-account', 2000);
    const planFile = world.sandbox.path('plan.json');
    const { digest } = await makePlan(runIn(world), planFile);
    const waiting = startRootzero(world.sandbox, 'apply', planFile, '--approve', digest, '--wait', ...IDENTITIES);
    const stateDir = world.sandbox.path('state', 'rootzero');
    await until(waiting, () => journalIn(stateDir).includes('"waiting"'));
    const journal = journalIn(stateDir);
    const second = await runIn(world)('resume', '--wait');
    expect(second.exitCode).toBe(6);
    expect(second.stderr).toContain('run/locked');
    expect(journalIn(stateDir)).toBe(journal);
    waiting.process.kill('SIGTERM');
    const { exitCode, stderr } = await waiting.ended;
    expect(exitCode, stderr).toBe(75);
    expect(stderr).toContain('run/interrupted');
    expect((await runIn(world)('rollback')).exitCode).toBe(0);
  });
});

/** Waits for a moment in the life of a process; false when it ended before. */
async function until(running: Running, isReached: () => boolean): Promise<boolean> {
  while (running.process.exitCode === null && running.process.signalCode === null) {
    if (isReached()) return true;
    await pause(1);
  }
  return false;
}

/** Moments of a run in their order, as its journal shows them. */
const MOMENTS = [
  '"run-started"', '"signed-by"', '"intent","step":"contain-', '"succeeded","step":"contain-', '"soak-started"', '"waiting"',
  '"soak-read-back"', '"intent","step":"delete-', '"succeeded","step":"delete-', '"verified"', '"intent","step":"config-rule', '"succeeded","step":"config-rule',
];

describe('SIGKILL', () => {
  it.each([0, 12])(`at ${MOMENTS.length} moments of one run, %i ms after each: the same end, no change twice`, async (delayMs) => {
    const world = await serve('flagged-account', SPEED);
    const planFile = world.sandbox.path('plan.json');
    const { digest } = await makePlan(runIn(world), planFile);
    const stateDir = world.sandbox.path('state', 'rootzero');
    const goOn = (): Running => journalIn(stateDir) === ''
      ? startRootzero(world.sandbox, 'apply', planFile, '--approve', digest, '--wait', ...IDENTITIES)
      : startRootzero(world.sandbox, 'resume', '--wait', ...IDENTITIES);
    let [kills, last]: [number, Ended | null] = [0, null];
    for (const moment of MOMENTS) {
      const running = goOn();
      if (await until(running, () => journalIn(stateDir).includes(moment))) {
        if (delayMs > 0) await pause(delayMs);
        running.process.kill('SIGKILL');
      }
      last = await running.ended;
      if (last.signal !== 'SIGKILL') break;
      kills += 1;
    }
    if (last?.signal === 'SIGKILL') last = await goOn().ended;
    expect(last?.exitCode, last?.stderr).toBe(0);
    expect(await askWorld(world)).toEqual(DONE);
    expect(kills).toBeGreaterThanOrEqual(8);
    expect(journalIn(stateDir)).toContain('"outcome":"done"');
    console.log(`${kills} SIGKILLs, ${delayMs} ms after a journal line: the same end`);
  });
});

describe('the server', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s with 0', async (signal) => {
    const world = await serve('clean', 1);
    expect(await world.stop(signal)).toMatchObject({ exitCode: 0, signal: null });
    served = null;
    await expect(ask(world.endpoint, '127.0.0.1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('answers loopback names and no others', async () => {
    const world = await serve('clean', 1);
    const refusal = 'Only requests to a loopback host are answered.\n';
    expect(await ask(world.endpoint, new URL(world.endpoint).host)).not.toBe(refusal);
    expect(await ask(world.endpoint, 'localhost')).not.toBe(refusal);
    expect(await ask(world.endpoint, 'attacker.example')).toBe(refusal);
    expect(await ask(world.endpoint, '127.0.0.1.attacker.example')).toBe(refusal);
  });

  it('keeps its credentials to its owner, and its lines are one write with the endpoint last', async () => {
    const world = await serve('clean', 1);
    expect(listKept(world.sandbox.path('server')).map(({ path, mode }) => `${mode} ${path}`)).toEqual(['700 rehearsal', '600 rehearsal/aws-config', '600 rehearsal/aws-credentials']);
    expect(world.printed.trimEnd().split('\n').at(-1)).toBe(`export AWS_ENDPOINT_URL=${world.endpoint}`);
    expect(world.sandbox.environment).toMatchObject({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_PROFILE: 'admin' });
  });
});

async function ask(endpoint: string, host: string): Promise<string> {
  const sent = request(endpoint, { method: 'POST', headers: { host } }).end('Action=GetCallerIdentity&Version=2011-06-15');
  const [answer] = await once(sent, 'response');
  return text(answer);
}
