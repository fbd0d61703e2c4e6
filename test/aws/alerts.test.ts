/** Trails, event rules, topics, keys and organization rules as the adapters read and write them: what AWS says in part, in other words, or not at all. */
import { describe, expect, it } from 'vitest';
import { jsonAnswer, jsonError, queryAnswer, queryError, type Reply, type SeenRequest } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const REGION = 'eu-west-1';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:page';
const by = (answers: Record<string, Reply>) => (request: SeenRequest): Reply => answers[request.operation] ?? jsonError('UnknownOperationException', request.operation);
const bodyOf = (request: SeenRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');

describe('a trail', () => {
  const readWith = async (selectors: object, isLogging = true) => {
    const { cloud, handler } = openScriptedCloud(by({
      DescribeTrails: jsonAnswer({ trailList: [{ Name: 't', TrailARN: 'arn:t' }] }), GetTrailStatus: jsonAnswer({ IsLogging: isLogging }), GetEventSelectors: jsonAnswer(selectors),
    }));
    const [trail] = await cloud.reader.readTrails(REGION);
    return { kinds: trail?.managementEvents, handler };
  };
  const management = (...more: object[]) => ({ AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...more] }] });

  it.each([
    ['no selector', {}, 'all'],
    ['a basic selector', { EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }] }, 'write-only'],
    ['a basic selector without management events', { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] }, 'none'],
    ['two basic selectors', { EventSelectors: [{ ReadWriteType: 'WriteOnly' }, { ReadWriteType: 'ReadOnly' }] }, 'all'],
    ['an advanced selector', management(), 'all'],
    ['an advanced selector of writes', management({ Field: 'readOnly', Equals: ['false'] }), 'write-only'],
    ['an advanced selector of reads', management({ Field: 'readOnly', Equals: ['true'] }), 'read-only'],
    ['an advanced selector that leaves something out', management({ Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }), 'none'],
    ['an advanced selector of data events', { AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }] }, 'none'],
  ])('with %s', async (_, selectors, expected) => {
    expect((await readWith(selectors)).kinds).toBe(expected);
  });

  it('is asked for by ARN, shadow trails included, and its selectors only while it logs', async () => {
    const { handler } = await readWith({}, false);
    expect(handler.seen.map(({ operation }) => operation)).toEqual(['DescribeTrails', 'GetTrailStatus']);
    expect(handler.seen.map(bodyOf)).toEqual([{ includeShadowTrails: true }, { Name: 'arn:t' }]);
  });

  it('that may not be looked at is no trail that does not log', async () => {
    const { cloud } = openScriptedCloud(by({ DescribeTrails: jsonAnswer({ trailList: [{ TrailARN: 'arn:t' }] }), GetTrailStatus: jsonError('AccessDeniedException', 'no') }));
    await expect(cloud.reader.readTrails(REGION)).rejects.toMatchObject({ code: 'aws/access-denied' });
  });
});

describe('an event rule', () => {
  it('is read with all its targets, page by page', async () => {
    let page = 0;
    const { cloud } = openScriptedCloud((request) => {
      if (request.operation === 'DescribeRule') return jsonAnswer({ Name: 'r', State: 'ENABLED', EventPattern: '{}', ManagedBy: 'x.amazonaws.com' });
      page += 1;
      return jsonAnswer(page === 1 ? { Targets: [{ Id: 'a', Arn: 'arn:a' }], NextToken: 'n' } : { Targets: [{ Id: 'b', Arn: 'arn:b', RoleArn: 'arn:r' }] });
    });
    expect(await cloud.reader.findEventRule(REGION, 'r')).toEqual({
      pattern: '{}', state: 'ENABLED', description: '', managedBy: 'x.amazonaws.com', targets: [{ id: 'a', arn: 'arn:a', roleArn: null }, { id: 'b', arn: 'arn:b', roleArn: 'arn:r' }],
    });
  });

  it('that is not there is null, and one of an unknown state is not understood', async () => {
    expect(await openScriptedCloud(() => jsonError('ResourceNotFoundException', 'no')).cloud.reader.findEventRule(REGION, 'r')).toBeNull();
    await expect(openScriptedCloud(() => jsonAnswer({ Name: 'r', State: 'SLEEPING' })).cloud.reader.findEventRule(REGION, 'r')).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it.each([
    ['ConcurrentModificationException', { code: 'aws/precondition', retry: 'now', isOutcomeUnknown: false }],
    ['ThrottlingException', { code: 'aws/precondition', retry: 'now' }],
    ['ResourceNotFoundException', { code: 'aws/rejected', retry: 'never' }],
  ])('whose target is refused with %s in an answer of 200 was not targeted', async (ErrorCode, expected) => {
    const { cloud } = openScriptedCloud(() => jsonAnswer({ FailedEntryCount: 1, FailedEntries: [{ TargetId: 't', ErrorCode, ErrorMessage: 'why' }] }));
    await expect(cloud.writer.putRuleTarget(REGION, 'r', { id: 't', arn: TOPIC, roleArn: null })).rejects.toMatchObject(expected);
    await expect(cloud.writer.removeRuleTarget(REGION, 'r', 't')).rejects.toMatchObject(expected);
  });

  it('is not taken for matched, targeted or sent by an answer that does not say so', async () => {
    const { cloud } = openScriptedCloud(() => jsonAnswer({}));
    await expect(cloud.reader.isEventMatch(REGION, '{}', '{}')).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    await expect(cloud.writer.putRuleTarget(REGION, 'r', { id: 't', arn: TOPIC, roleArn: null })).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    await expect(cloud.writer.putCustomEvent(REGION, 's', 't', '{}')).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });
});

describe('a topic', () => {
  const attributes = (entries: Record<string, string>): string =>
    `<Attributes>${Object.entries(entries).map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`).join('')}</Attributes>`;

  it('is read in its own Region, with who listens and who has not confirmed', async () => {
    const { cloud, handler } = openScriptedCloud(by({
      GetTopicAttributes: queryAnswer('GetTopicAttributes', attributes({ Policy: '{}', KmsMasterKeyId: 'alias/k' })),
      ListSubscriptionsByTopic: queryAnswer('ListSubscriptionsByTopic', `<Subscriptions><member><Protocol>email</Protocol><Endpoint>a@example.com</Endpoint><SubscriptionArn>PendingConfirmation</SubscriptionArn></member><member><Protocol>sqs</Protocol><Endpoint>q</Endpoint><SubscriptionArn>${TOPIC}:1</SubscriptionArn></member></Subscriptions>`),
    }));
    expect(await cloud.reader.findTopic(TOPIC)).toEqual({
      arn: TOPIC, policy: '{}', kmsKeyId: 'alias/k', subscriptions: [{ protocol: 'email', endpoint: 'a@example.com', isConfirmed: false }, { protocol: 'sqs', endpoint: 'q', isConfirmed: true }],
    });
    expect(new Set(handler.seen.map(({ region }) => region))).toEqual(new Set([REGION]));
  });

  it('that is not there is null; one that may not be read is refused, in the word that SNS has for it', async () => {
    expect(await openScriptedCloud(() => queryError('NotFound', 'Topic does not exist', 404)).cloud.reader.findTopic(TOPIC)).toBeNull();
    await expect(openScriptedCloud(() => queryError('AuthorizationError', 'no', 403)).cloud.reader.findTopic(TOPIC)).rejects.toMatchObject({ code: 'aws/access-denied' });
  });
});

it('the policy of a key is read by its ARN, also where an alias was given', async () => {
  const { cloud, handler } = openScriptedCloud(by({ DescribeKey: jsonAnswer({ KeyMetadata: { Arn: 'arn:key', KeyManager: 'AWS' } }), GetKeyPolicy: jsonAnswer({ Policy: '{}' }) }));
  expect(await cloud.reader.findKey(REGION, 'alias/aws/sns')).toEqual({ arn: 'arn:key', isAwsManaged: true, policy: '{}' });
  expect(bodyOf(handler.seen.at(-1))).toMatchObject({ KeyId: 'arn:key' });
  expect(await openScriptedCloud(() => jsonError('NotFoundException', 'no')).cloud.reader.findKey(REGION, 'alias/x')).toBeNull();
});

describe('an organization rule', () => {
  it.each(['OrganizationAccessDeniedException', 'AccessDeniedException', 'NoAvailableOrganizationException'])('%s: this account may not put any', async (code) => {
    await expect(openScriptedCloud(() => jsonError(code, 'no')).cloud.reader.listOrganizationRules(REGION)).rejects.toMatchObject({ code: 'guardrail/not-config-administrator' });
  });

  it('is read account by account, and an unknown status is not understood', async () => {
    const answers = (status: string) => by({
      DescribeOrganizationConfigRuleStatuses: jsonAnswer({ OrganizationConfigRuleStatuses: [{ OrganizationConfigRuleName: 'r', OrganizationRuleStatus: 'UPDATE_IN_PROGRESS' }] }),
      GetOrganizationConfigRuleDetailedStatus: jsonAnswer({ OrganizationConfigRuleDetailedStatus: [{ AccountId: '1', ConfigRuleName: 'r', MemberAccountRuleStatus: status, ErrorCode: 'X', ErrorMessage: 'why' }] }),
    });
    expect(await openScriptedCloud(answers('CREATE_FAILED')).cloud.reader.readOrganizationRuleSpread(REGION, 'r')).toEqual({
      change: 'update', state: 'in-progress', accounts: [{ account: '1', state: 'failed', because: 'X: why' }],
    });
    await expect(openScriptedCloud(answers('CREATE_DREAMT')).cloud.reader.readOrganizationRuleSpread(REGION, 'r')).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    expect(await openScriptedCloud(() => jsonError('NoSuchOrganizationConfigRuleException', 'no')).cloud.reader.readOrganizationRuleSpread(REGION, 'r')).toBeNull();
  });
});
