/** The organization, AWS Config and Regions as the adapters read and write them. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { jsonAnswer, jsonError, queryAnswer, rootIdentity, type Reply, type SeenRequest } from '../support/scripted-handler.ts';
import { IDENTITY, openScriptedCloud } from './scripted-cloud.ts';

const withCaller = (reply: (request: SeenRequest) => Reply) => (request: SeenRequest) => (request.operation === 'GetCallerIdentity' ? rootIdentity : reply(request));
const bodyOf = (request: SeenRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');

describe('the place of the account', () => {
  const organization = (MasterAccountId: string): Reply => jsonAnswer({ Organization: { Id: 'o-exampleorg1', MasterAccountId } });
  it.each<[string, Reply, object]>([
    ['standalone', jsonError('AWSOrganizationsNotInUseException', 'not in use'), { kind: 'standalone' }],
    ['management', organization('111122223333'), { kind: 'management', organization: 'o-exampleorg1' }],
    ['member', organization('999999999999'), { kind: 'member', organization: 'o-exampleorg1', managementAccount: '999999999999' }],
  ])('%s', async (_, reply, expected) => {
    expect(await openScriptedCloud(withCaller(() => reply)).cloud.reader.readPlace()).toEqual(expected);
  });

  it('is not taken for standalone when it may not be read or is garbled', async () => {
    await expect(openScriptedCloud(withCaller(() => jsonError('AccessDeniedException', 'no'))).cloud.reader.readPlace()).rejects.toMatchObject({ code: 'aws/access-denied' });
    for (const broken of [jsonAnswer({}), organization('x'), jsonAnswer({ Organization: { Id: 'o', MasterAccountId: '999999999999' } })]) {
      await expect(openScriptedCloud(withCaller(() => broken)).cloud.reader.readPlace()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    }
  });
});

describe('targets and policies', () => {
  it.each([
    ['r-ab12', 'ListRoots', { Roots: [{ Id: 'r-ab12', Name: 'Root' }] }, { kind: 'root', id: 'r-ab12', name: 'Root' }],
    ['ou-ab12-abcdefgh', 'DescribeOrganizationalUnit', { OrganizationalUnit: { Name: 'sandbox' } }, { kind: 'organizational-unit', id: 'ou-ab12-abcdefgh', name: 'sandbox' }],
    ['222233334444', 'DescribeAccount', { Account: { Name: 'Sandbox A' } }, { kind: 'account', id: '222233334444', name: 'Sandbox A' }],
  ])('%s is found by %s', async (id, operation, answer, expected) => {
    const { cloud, handler } = openScriptedCloud(() => jsonAnswer(answer));
    expect(await cloud.reader.readOrganizationTarget(id)).toEqual(expected);
    expect(handler.seen.map((request) => request.operation)).toEqual([operation]);
  });

  it.each<[string, Reply]>([
    ['sandbox', jsonAnswer({})],
    ['o-exampleorg1', jsonAnswer({})],
    ['r-ab12', jsonAnswer({ Roots: [{ Id: 'r-zz99', Name: 'Root' }] })],
    ['ou-ab12-abcdefgh', jsonError('OrganizationalUnitNotFoundException', 'no')],
    ['222233334444', jsonError('AccountNotFoundException', 'no')],
    ['222233334444', jsonError('InvalidInputException', 'no')],
  ])('%s is no target of this organization', async (id, reply) => {
    await expect(openScriptedCloud(() => reply).cloud.reader.readOrganizationTarget(id)).rejects.toMatchObject({ code: 'guardrail/target-unknown', exitCode: 3 });
  });

  it.each<[Reply, boolean]>([
    [jsonAnswer({ Roots: [{ Id: 'r-ab12', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }] }), true],
    [jsonAnswer({ Roots: [{ Id: 'r-ab12', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'PENDING_ENABLE' }] }] }), false],
    [jsonAnswer({ Roots: [{ Id: 'r-ab12', PolicyTypes: [{ Type: 'TAG_POLICY', Status: 'ENABLED' }] }] }), false],
    [jsonAnswer({ Roots: [{ Id: 'r-ab12', PolicyTypes: [] }] }), false],
  ])('service control policies enabled: %#', async (reply, expected) => {
    expect(await openScriptedCloud(() => reply).cloud.reader.isScpEnabled()).toBe(expected);
  });

  it.each(['AccessDeniedException', 'AWSOrganizationsNotInUseException'])('%s: this identity does not manage an organization', async (code) => {
    await expect(openScriptedCloud(() => jsonError(code, 'no')).cloud.reader.isScpEnabled()).rejects.toMatchObject({ code: 'guardrail/not-management' });
  });

  const described: Record<string, object> = {
    'p-full': { PolicySummary: { Id: 'p-full', Name: 'FullAWSAccess', AwsManaged: true }, Content: '{"a":1}' },
    'p-deny': { PolicySummary: { Id: 'p-deny', Name: 'deny-root-user', AwsManaged: false }, Content: '{"b":2}' },
  };
  const summary = (id: string, name: string): object => ({ Id: id, Name: name });
  const policies = (request: SeenRequest): Reply => {
    if (request.operation === 'DescribePolicy') return jsonAnswer({ Policy: described[request.body.includes('p-full') ? 'p-full' : 'p-deny'] });
    if (request.body.includes('third')) return jsonAnswer({ Policies: [summary('p-deny', 'deny-root-user')] });
    return request.body.includes('second') ? jsonAnswer({ Policies: [], NextToken: 'third' }) : jsonAnswer({ Policies: [summary('p-full', 'FullAWSAccess')], NextToken: 'second' });
  };

  it('reads past empty pages, and the content of each policy', async () => {
    const { cloud } = openScriptedCloud(policies);
    expect(await cloud.reader.readAttachedPolicies('222233334444')).toEqual([
      { id: 'p-full', name: 'FullAWSAccess', content: '{"a":1}', isAwsManaged: true },
      { id: 'p-deny', name: 'deny-root-user', content: '{"b":2}', isAwsManaged: false },
    ]);
    expect(await cloud.reader.findServiceControlPolicy('deny-root-user')).toMatchObject({ id: 'p-deny', content: '{"b":2}' });
    expect(await cloud.reader.findServiceControlPolicy('deny-root')).toBeNull();
  });

  it('writes one at a time', async () => {
    const { cloud, handler, lanes } = openScriptedCloud(() => jsonAnswer({ Policy: { PolicySummary: { Id: 'p-new' } } }));
    expect(await cloud.writer.createServiceControlPolicy('deny-root-user', 'about', '{}')).toBe('p-new');
    await cloud.writer.attachPolicy('p-new', '222233334444');
    await cloud.writer.detachPolicy('p-new', '222233334444');
    await cloud.writer.deleteServiceControlPolicy('p-new');
    expect(handler.seen.map((request) => [request.operation, bodyOf(request)])).toEqual([
      ['CreatePolicy', { Name: 'deny-root-user', Description: 'about', Content: '{}', Type: 'SERVICE_CONTROL_POLICY' }],
      ['AttachPolicy', { PolicyId: 'p-new', TargetId: '222233334444' }],
      ['DetachPolicy', { PolicyId: 'p-new', TargetId: '222233334444' }],
      ['DeletePolicy', { PolicyId: 'p-new' }],
    ]);
    expect(lanes).toEqual(Array.from({ length: 4 }, () => ({ name: 'organizations:write', perSecond: 2, serial: true, effect: 'write' })));
    expect(handler.seen[0]).toMatchObject({ host: 'organizations.us-east-1.amazonaws.com', region: 'us-east-1' });
  });
});

describe('AWS Config', () => {
  const own = { name: 'default' };
  const linked = { name: 'AWSConfigurationRecorderForInspector_x', servicePrincipal: 'inspector2.amazonaws.com' };
  it.each<[string, object[], object[]]>([
    ['none', [], []],
    ['service-linked-only', [linked], [{ name: linked.name, recording: true }]],
    ['stopped', [own, linked], [{ name: 'default', recording: false }, { name: linked.name, recording: true }]],
    ['recording', [linked, own], [{ name: 'default', recording: true }]],
  ])('has a recorder that is %s', async (expected, ConfigurationRecorders, ConfigurationRecordersStatus) => {
    const { cloud } = openScriptedCloud(({ operation }) => jsonAnswer(operation === 'DescribeConfigurationRecorders' ? { ConfigurationRecorders } : { ConfigurationRecordersStatus }));
    expect(await cloud.reader.readConfigRecorder('us-east-1')).toBe(expected);
  });

  const rule = (name: string, identifier: string, more: object = {}): object => ({ ConfigRuleName: name, Source: { Owner: 'AWS', SourceIdentifier: identifier }, ...more });

  it('finds every rule of the name or the managed source, on every page', async () => {
    const { cloud } = openScriptedCloud(({ body }) =>
      body.includes('more')
        ? jsonAnswer({ ConfigRules: [rule('securityhub-root-key-x', 'IAM_ROOT_ACCESS_KEY_CHECK', { CreatedBy: 'securityhub.amazonaws.com' })] })
        : jsonAnswer({ ConfigRules: [rule('other', 'S3_BUCKET_X'), rule('root-key', 'SOMETHING')], NextToken: 'more' }),
    );
    expect(await cloud.reader.findConfigRules('us-east-1', 'root-key', 'IAM_ROOT_ACCESS_KEY_CHECK')).toMatchObject([
      { name: 'root-key', sourceIdentifier: 'SOMETHING', createdBy: null },
      { name: 'securityhub-root-key-x', createdBy: 'securityhub.amazonaws.com' },
    ]);
  });

  it.each([['COMPLIANT', 'COMPLIANT'], ['NON_COMPLIANT', 'NON_COMPLIANT'], ['INSUFFICIENT_DATA', null], ['NOT_APPLICABLE', null]])('%s reads as %s', async (ComplianceType, expected) => {
    const { cloud } = openScriptedCloud(() => jsonAnswer({ ComplianceByConfigRules: [{ ConfigRuleName: 'x', Compliance: { ComplianceType } }] }));
    expect(await cloud.reader.readConfigCompliance('us-east-1', 'x')).toBe(expected);
  });

  it('puts the rule that was given, and nothing that was not', async () => {
    const { cloud, handler } = openScriptedCloud(() => jsonAnswer({}));
    const document = {
      name: 'root-key', sourceOwner: 'AWS', sourceIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK', description: 'about', maximumExecutionFrequency: 'TwentyFour_Hours', inputParameters: null, createdBy: null,
    };
    await cloud.writer.putConfigRule('eu-west-1', document);
    await cloud.writer.startConfigEvaluation('eu-west-1', 'root-key');
    await cloud.writer.deleteConfigRule('eu-west-1', 'root-key');
    expect(handler.seen.map((request) => [request.operation, request.region, bodyOf(request)])).toEqual([
      ['PutConfigRule', 'eu-west-1', {
        ConfigRule: { ConfigRuleName: 'root-key', Source: { Owner: 'AWS', SourceIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, Description: 'about', MaximumExecutionFrequency: 'TwentyFour_Hours' },
      }],
      ['StartConfigRulesEvaluation', 'eu-west-1', { ConfigRuleNames: ['root-key'] }],
      ['DeleteConfigRule', 'eu-west-1', { ConfigRuleName: 'root-key' }],
    ]);
  });
});

describe('enabled Regions', () => {
  it('are those that the account has', async () => {
    const { cloud } = openScriptedCloud(({ body }) =>
      body.includes('more') ? jsonAnswer({ Regions: [{ RegionName: 'af-south-1' }] }) : jsonAnswer({ Regions: [{ RegionName: 'us-east-1' }], NextToken: 'more' }),
    );
    expect(await cloud.reader.readEnabledRegions()).toEqual({ regions: ['us-east-1', 'af-south-1'], isComplete: true });
  });

  it.each<[string, Reply]>([['denied', jsonError('AccessDeniedException', 'no', 403)], ['empty', jsonAnswer({ Regions: [] })], ['garbled', { body: '<html>' }]])(
    'are the default ones, marked incomplete, when the list is %s',
    async (_, reply) => {
      const { regions, isComplete } = await openScriptedCloud(() => reply).cloud.reader.readEnabledRegions();
      expect(isComplete).toBe(false);
      expect(regions).toHaveLength(17);
      const gov = openScriptedCloud(() => reply, 'AKIAROOTKEY000000001', { ...IDENTITY, region: 'us-gov-east-1' });
      expect((await gov.cloud.reader.readEnabledRegions()).regions).toEqual(['us-gov-west-1', 'us-gov-east-1']);
    },
  );

  it('are not guessed with credentials that are no good', async () => {
    await expect(openScriptedCloud(() => jsonError('UnrecognizedClientException', 'no', 403)).cloud.reader.readEnabledRegions()).rejects.toMatchObject({ code: 'credentials/expired' });
  });
});

describe('global services', () => {
  it.each([
    ['eu-west-1', 'iam.amazonaws.com', 'us-east-1', 'organizations.us-east-1.amazonaws.com', 'us-east-1', 'sts.eu-west-1.amazonaws.com'],
    ['us-gov-east-1', 'iam.us-gov.amazonaws.com', 'us-gov-west-1', 'organizations.us-gov-west-1.amazonaws.com', 'us-gov-west-1', 'sts.us-gov-east-1.amazonaws.com'],
    ['cn-north-1', 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1', 'organizations.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'iam.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1', 'organizations.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1', 'sts.eusc-de-east-1.amazonaws.eu'],
  ])('are at home in the partition of %s', async (region, iamHost, iamRegion, organizationsHost, organizationsRegion, stsHost) => {
    const answers: Record<string, Reply> = {
      ListAccountAliases: queryAnswer('ListAccountAliases', '<AccountAliases/>'), GetCallerIdentity: rootIdentity, ListRoots: jsonAnswer({ Roots: [{ PolicyTypes: [] }] }),
    };
    const { cloud, handler } = openScriptedCloud(({ operation }) => answers[operation] ?? new Error(operation), 'AKIAROOTKEY000000001', { ...IDENTITY, region });
    await cloud.reader.readAccountAlias();
    await cloud.reader.isScpEnabled();
    await cloud.reader.readCaller();
    expect(handler.seen.map(({ host, region: signed }) => [host, signed])).toEqual([[iamHost, iamRegion], [organizationsHost, organizationsRegion], [stsHost, region]]);
  });

  afterEach(() => vi.unstubAllEnvs());

  it('go where the identity says, not where the SDK would look by itself', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    const { cloud, handler } = openScriptedCloud(() => rootIdentity);
    await cloud.reader.readCaller();
    expect(handler.seen[0]?.host).toBe('sts.eu-west-1.amazonaws.com');
  });

  it('keep their home Region at an overridden endpoint', async () => {
    const settings = { ...IDENTITY, endpoints: { iam: 'http://127.0.0.1:4600' } };
    const { cloud, handler } = openScriptedCloud(() => queryAnswer('ListAccountAliases', '<AccountAliases/>'), 'AKIAROOTKEY000000001', settings);
    await cloud.reader.readAccountAlias();
    expect(handler.seen[0]).toMatchObject({ host: '127.0.0.1', region: 'us-east-1' });
  });
});
