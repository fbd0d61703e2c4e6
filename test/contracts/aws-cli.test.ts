/** The AWS CLI, a client that is not ours, against a served world: what it sends is understood, and it understands the answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAwsCliInstalled } from '../support/aws-cli.ts';
import { serveScenario, start, type Served } from '../support/cli.ts';

const isInstalled = isAwsCliInstalled();

const ACCOUNT = '111122223333';
const KEY = 'AKIAEXAMPLEROOT07QXA';
const SANDBOX = 'ou-ex4m-sandbox1';

describe.skipIf(!isInstalled)('the AWS CLI against `rehearse management-account --serve`', () => {
  let served: Served | null = null;
  beforeAll(async () => { served = await serveScenario('management-account', 100); });
  afterAll(async () => { await served?.stop(); });

  async function run(profile: string, ...argv: string[]) {
    if (served === null) throw new Error('Nothing is served.');
    const { endpoint, sandbox } = served;
    // --endpoint-url and not the environment: version 2.9 of the CLI ignores AWS_ENDPOINT_URL.
    return start('aws', ['--endpoint-url', endpoint, '--profile', profile, '--output', 'json', ...argv], sandbox).ended;
  }

  /** The parsed answer; undefined for an operation that answers with nothing. */
  async function aws(profile: string, ...argv: string[]) {
    const { exitCode, stdout, stderr } = await run(profile, ...argv);
    expect(exitCode, stderr).toBe(0);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  it('sts get-caller-identity', async () => {
    expect(await aws('root', 'sts', 'get-caller-identity')).toEqual({ UserId: ACCOUNT, Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` });
    expect(await aws('admin', 'sts', 'get-caller-identity')).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/SecurityAdmin/operator` });
  });

  it('iam generate-credential-report, get-credential-report', async () => {
    expect(await aws('admin', 'iam', 'generate-credential-report')).toMatchObject({ State: 'STARTED' });
    await expect.poll(() => aws('admin', 'iam', 'generate-credential-report'), { timeout: 20_000 }).toMatchObject({ State: 'COMPLETE' });
    const { Content, ReportFormat } = await aws('admin', 'iam', 'get-credential-report');
    expect(ReportFormat).toBe('text/csv');
    const [header = '', root = ''] = Buffer.from(Content, 'base64').toString('utf8').split('\n');
    const column = (name: string): string | undefined => root.split(',')[header.split(',').indexOf(name)];
    expect([column('user'), column('arn'), column('access_key_1_active'), column('access_key_2_active')]).toEqual(['<root_account>', `arn:aws:iam::${ACCOUNT}:root`, 'true', 'false']);
  });

  it('iam list-access-keys, get-account-summary, update-access-key', async () => {
    const { AccessKeyMetadata } = await aws('root', 'iam', 'list-access-keys');
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: KEY, Status: 'Active' }]);
    expect(Date.parse(AccessKeyMetadata[0].CreateDate)).toBe(Date.UTC(2019, 2, 4, 9, 12, 44));
    expect((await aws('admin', 'iam', 'get-account-summary')).SummaryMap).toMatchObject({ AccountAccessKeysPresent: 1 });
    expect(await aws('root', 'iam', 'update-access-key', '--access-key-id', KEY, '--status', 'Inactive')).toBeUndefined();
    await expect.poll(() => aws('root', 'iam', 'list-access-keys'), { timeout: 20_000 }).toMatchObject({ AccessKeyMetadata: [{ AccessKeyId: KEY, Status: 'Inactive' }] });
  });

  it('cloudtrail lookup-events: what was done is there, after a while, and who did it', async () => {
    const lookUp = () => aws('admin', 'cloudtrail', 'lookup-events', '--lookup-attributes', 'AttributeKey=EventName,AttributeValue=UpdateAccessKey');
    await expect.poll(async () => (await lookUp()).Events, { timeout: 40_000 }).toHaveLength(1);
    const { Events: [event] } = await lookUp();
    expect(event).toMatchObject({ EventName: 'UpdateAccessKey', EventSource: 'iam.amazonaws.com', ReadOnly: 'false' });
    expect(JSON.parse(event.CloudTrailEvent)).toMatchObject({ userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` }, requestParameters: { accessKeyId: KEY, status: 'Inactive' } });
  });

  it('iam delete-access-key, and again', async () => {
    expect(await aws('root', 'iam', 'delete-access-key', '--access-key-id', KEY)).toBeUndefined();
    await expect.poll(() => aws('root', 'iam', 'list-access-keys'), { timeout: 20_000 }).toEqual({ AccessKeyMetadata: [] });
    expect((await aws('admin', 'iam', 'get-account-summary')).SummaryMap).toMatchObject({ AccountAccessKeysPresent: 0 });
    const again = await run('root', 'iam', 'delete-access-key', '--access-key-id', KEY);
    expect(again.exitCode).not.toBe(0);
    expect(again.stderr).toContain('An error occurred (NoSuchEntity) when calling the DeleteAccessKey operation');
  });

  it('configservice put-config-rule, describe-config-rules', async () => {
    const rule = { ConfigRuleName: 'iam-root-access-key-check', Source: { Owner: 'AWS', SourceIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK' } };
    expect(await aws('admin', 'configservice', 'put-config-rule', '--config-rule', JSON.stringify(rule))).toBeUndefined();
    const { ConfigRules } = await aws('admin', 'configservice', 'describe-config-rules', '--config-rule-names', rule.ConfigRuleName);
    expect(ConfigRules).toMatchObject([{ ...rule, ConfigRuleState: 'ACTIVE' }]);
    expect(ConfigRules[0].ConfigRuleArn).toMatch(new RegExp(`^arn:aws:config:us-east-1:${ACCOUNT}:config-rule/config-rule-`));
  });

  it('organizations create-policy, attach-policy, list-policies-for-target', async () => {
    const content = '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}';
    const { Policy } = await aws('management', 'organizations', 'create-policy', '--name', 'deny <root> & "all"', '--description', 'ä', '--type', 'SERVICE_CONTROL_POLICY', '--content', content);
    expect(Policy).toMatchObject({ Content: content, PolicySummary: { Name: 'deny <root> & "all"', Description: 'ä', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false } });
    const { Id } = Policy.PolicySummary;
    expect(await aws('management', 'organizations', 'attach-policy', '--policy-id', Id, '--target-id', SANDBOX)).toBeUndefined();
    const { Policies } = await aws('management', 'organizations', 'list-policies-for-target', '--target-id', SANDBOX, '--filter', 'SERVICE_CONTROL_POLICY');
    expect(new Set(Policies.map((policy: { Id: string }) => policy.Id))).toEqual(new Set([Id, 'p-FullAWSAccess']));
    const again = await run('management', 'organizations', 'attach-policy', '--policy-id', Id, '--target-id', SANDBOX);
    expect(again.stderr).toContain('DuplicatePolicyAttachmentException');
  });

  it('what a role may not do is denied by name', async () => {
    const { exitCode, stderr } = await run('admin', 'iam', 'delete-access-key', '--access-key-id', KEY);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('(AccessDenied) when calling the DeleteAccessKey operation');
  });
});
