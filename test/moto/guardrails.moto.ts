/** The guardrail commands and adapters against moto, an AWS that others wrote: what it can do works, and what it lacks is listed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { ConfigServiceClient, PutConfigurationRecorderCommand, PutDeliveryChannelCommand, StartConfigurationRecorderCommand } from '@aws-sdk/client-config-service';
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateOrganizationalUnitCommand, CreateOrganizationCommand, EnablePolicyTypeCommand, ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openCloud } from '../../src/aws/aws-cloud.ts';
import { SERVICES } from '../../src/aws/endpoint.ts';
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME } from '../../src/domain/guardrail.ts';
import { Problem } from '../../src/domain/problem.ts';
import { withPublishStatement } from '../../src/domain/resource-policy.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { PACE_VARIABLE } from '../../src/wall-clock.ts';
import { runRootzero, type Ended } from '../support/cli.ts';

declare module 'vitest' {
  interface ProvidedContext {
    moto: string;
  }
}

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
const CREDENTIALS = { accessKeyId: 'AKIATESTING000000000', secretAccessKey: 'testing' };
const endpoint = inject('moto');
const options = { region: REGION, endpoint, credentials: CREDENTIALS };

const folder = mkdtempSync(join(tmpdir(), 'rootzero-moto-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The built program as a person has it, with moto in AWS's place, and waits that are a hundredth as long. */
const rootzero = (...argv: string[]): Promise<Ended> => runRootzero({
  folder,
  environment: {
    PATH: process.env['PATH'] ?? '', HOME: folder, XDG_STATE_HOME: folder, AWS_REGION: REGION, AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey, [PACE_VARIABLE]: `${Date.now()}:${Date.now()}:100`,
  },
}, ...argv);

function openMoto(): Cloud {
  const settings = { name: 'moto', profile: null, region: REGION, endpoints: Object.fromEntries(SERVICES.map((service) => [service, endpoint])), endpoint, signInCommand: null, files: {} };
  const transport = { kind: 'rehearsal', requestHandler: new NodeHttpHandler(), credentials: CREDENTIALS } as const;
  return openCloud(settings, { transport, policy: { run: (_lane, _effect, call) => call() }, clock: { now: Date.now, sleep: () => Promise.resolve() }, runId: null });
}

const cloud = openMoto();
let sandbox = '';

beforeAll(async () => {
  await fetch(`${endpoint}/trail-bucket`, { method: 'PUT' });
  const trails = new CloudTrailClient(options);
  await trails.send(new CreateTrailCommand({ Name: 'all', S3BucketName: 'trail-bucket', IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true }));
  await trails.send(new StartLoggingCommand({ Name: 'all' }));
  const config = new ConfigServiceClient(options);
  await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN: `arn:aws:iam::${ACCOUNT}:role/config`, recordingGroup: { allSupported: true } } }));
  await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: 'trail-bucket' } }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
  const organizations = new OrganizationsClient(options);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const root = (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id;
  await organizations.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  sandbox = (await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: 'sandbox' }))).OrganizationalUnit?.Id ?? '';
});

describe('alerts', () => {
  const only = ['--alert-region', REGION];

  it('are made, seen live, left alone the second time, and rolled back', async () => {
    const made = await rootzero('guard', 'alerts', 'apply', ...only, '--page-to', 'oncall@example.com', '--note-to', 'sec@example.com');
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/Run [0-9a-f-]+ is done: 14 changes/);
    const status = await rootzero('guard', 'alerts', 'status', ...only);
    expect([status.exitCode, status.stdout.match(/ {2}✔ live/g)?.length], status.stdout).toEqual([0, 7]);
    const again = await rootzero('guard', 'alerts', 'apply', ...only, '--page-to', 'oncall@example.com', '--note-to', 'sec@example.com');
    expect([again.exitCode, again.stdout.includes('nothing to do')]).toEqual([0, true]);
    const runId = /Run ([0-9a-f-]+) for the alerts of account/.exec(made.stdout)?.[1] ?? '';
    expect((await rootzero('rollback', runId)).exitCode).toBe(0);
    const gone = await rootzero('guard', 'alerts', 'status', ...only);
    expect([gone.exitCode, gone.stdout.match(/missing/g)?.length]).toEqual([1, 7]);
  });

  it('of the same name and other content are shown and left alone', async () => {
    const client = new EventBridgeClient(options);
    await client.send(new PutRuleCommand({ Name: 'rootzero-root-key-page', EventPattern: '{"source":["aws.s3"]}' }));
    const refused = await rootzero('guard', 'alerts', 'apply', ...only);
    expect([refused.exitCode, refused.stderr.includes('guardrail/alert-differs')]).toEqual([6, true]);
    await cloud.writer.deleteEventRule(REGION, 'rootzero-root-key-page');
  });
});

it('the Config rule of the account is put and removed', async () => {
  const put = await rootzero('guard', 'config', 'apply', '--config-region', REGION);
  expect(put.exitCode, put.stderr).toBe(0);
  expect((await cloud.reader.findConfigRules(REGION, CONFIG_RULE_NAME, CONFIG_RULE_IDENTIFIER)).map(({ name }) => name)).toEqual([CONFIG_RULE_NAME]);
  expect((await rootzero('guard', 'config', 'remove', '--config-region', REGION)).exitCode).toBe(0);
  expect(await cloud.reader.findConfigRules(REGION, CONFIG_RULE_NAME, CONFIG_RULE_IDENTIFIER)).toEqual([]);
});

it('a service control policy is created, attached, detached and deleted', async () => {
  const { reader, writer } = cloud;
  const content = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
  expect(await reader.isScpEnabled()).toBe(true);
  expect(await reader.readOrganizationTarget(sandbox)).toMatchObject({ kind: 'organizational-unit', name: 'sandbox' });
  const policyId = await writer.createServiceControlPolicy('rootzero-moto', 'tried on moto', content);
  await writer.attachPolicy(policyId, sandbox);
  expect((await reader.readAttachedPolicies(sandbox)).map(({ name }) => name)).toContain('rootzero-moto');
  expect(await reader.findServiceControlPolicy('rootzero-moto')).toMatchObject({ id: policyId, content, isAwsManaged: false });
  await writer.detachPolicy(policyId, sandbox);
  expect((await reader.readAttachedPolicies(sandbox)).map(({ name }) => name)).not.toContain('rootzero-moto');
  await writer.deleteServiceControlPolicy(policyId);
  expect(await reader.findServiceControlPolicy('rootzero-moto')).toBeNull();
});

/** Operations of ours that this version of moto does not have. One that it has learnt by its next version belongs to the tests above. */
const LACKING = [
  'account:ListRegions',
  'config:DescribeComplianceByConfigRule',
  'config:DescribeOrganizationConfigRules',
  'config:DescribeOrganizationConfigRuleStatuses',
  'config:PutOrganizationConfigRule',
  'config:StartConfigRulesEvaluation',
  // It fails on a rule that sends to a topic.
  'events:PutEvents',
  'events:TestEventPattern',
];

it('every operation of the guardrails is answered, or listed as lacking', async () => {
  const { reader, writer } = cloud;
  const topic = await writer.createTopic(REGION, 'tried');
  const rule = { pattern: '{"source":["rootzero.trial"]}', state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', description: 'tried' } as const;
  const target = { id: 'tried', arn: topic, roleArn: null };
  const configRule = { name: 'tried', sourceOwner: 'AWS', sourceIdentifier: CONFIG_RULE_IDENTIFIER, description: null, maximumExecutionFrequency: null, inputParameters: null, createdBy: null };
  const key = await new KMSClient(options).send(new CreateKeyCommand({}));
  const sample = '{"id":"1","account":"1","source":"x","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail-type":"x","detail":{}}';
  const calls: [string, () => Promise<unknown>][] = [
    ['cloudtrail:DescribeTrails', () => reader.readTrails(REGION)],
    ['sns:SetTopicAttributes', async () => writer.setTopicPolicy(topic, withPublishStatement((await reader.findTopic(topic))?.policy ?? '', topic) ?? '')],
    ['sns:Subscribe', () => writer.subscribe(topic, 'email', 'tried@example.com')],
    ['events:PutRule', () => writer.putEventRule(REGION, 'tried', rule)],
    ['events:PutTargets', () => writer.putRuleTarget(REGION, 'tried', target)],
    ['events:DescribeRule', () => reader.findEventRule(REGION, 'tried')],
    ['events:TestEventPattern', () => reader.isEventMatch(REGION, rule.pattern, sample)],
    ['events:PutEvents', () => writer.putCustomEvent(REGION, 'rootzero.trial', 'trial', '{}')],
    ['events:RemoveTargets', () => writer.removeRuleTarget(REGION, 'tried', 'tried')],
    ['events:DeleteRule', () => writer.deleteEventRule(REGION, 'tried')],
    ['sns:DeleteTopic', () => writer.deleteTopic(topic)],
    ['kms:GetKeyPolicy', () => reader.findKey(REGION, key.KeyMetadata?.KeyId ?? '')],
    ['config:DescribeConfigurationRecorders', () => reader.readConfigRecorder(REGION)],
    ['config:PutConfigRule', () => writer.putConfigRule(REGION, configRule)],
    ['config:DescribeComplianceByConfigRule', () => reader.readConfigCompliance(REGION, 'tried')],
    ['config:StartConfigRulesEvaluation', () => writer.startConfigEvaluation(REGION, 'tried')],
    ['config:DeleteConfigRule', () => writer.deleteConfigRule(REGION, 'tried')],
    ['config:DescribeOrganizationConfigRules', () => reader.listOrganizationRules(REGION)],
    ['config:DescribeOrganizationConfigRuleStatuses', () => reader.readOrganizationRuleSpread(REGION, 'tried')],
    ['config:PutOrganizationConfigRule', () => writer.putOrganizationRule(REGION, { name: 'tried', identifier: CONFIG_RULE_IDENTIFIER, description: null, maximumExecutionFrequency: null, excludedAccounts: [] })],
    ['account:ListRegions', async () => { if (!(await reader.readEnabledRegions()).isComplete) throw new Problem('aws/unreadable-answer'); }],
  ];
  const lacking: string[] = [];
  for (const [operation, call] of calls) {
    try {
      await call();
    } catch (thrown) {
      if (!(thrown instanceof Problem) || !['aws/server-error', 'aws/unreadable-answer'].includes(thrown.code)) throw new Error(`${operation}: ${String(thrown)}`, { cause: thrown });
      lacking.push(operation);
    }
  }
  console.log(`moto answers ${calls.length - lacking.length} of ${calls.length} operations; it lacks ${lacking.sort().join(', ')}`);
  expect(lacking.sort()).toEqual([...LACKING].sort());
});
