/** Root's events in CloudTrail: which they are, of which kind, what they changed, and that none is lost silently. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRootEvent } from '../../src/aws/trail-event.ts';
import { instantOf } from '../../src/domain/instant.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { jsonAnswer, jsonError } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

type Members = Record<string, unknown>;

const record = (members: Members = {}, identity: Members = {}): Members => ({
  eventVersion: '1.11',
  eventID: 'e-1',
  eventTime: '2026-11-10T02:10:00Z',
  eventName: 'ListBuckets',
  eventSource: 's3.amazonaws.com',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '10.20.4.7',
  userAgent: 'Boto3/1.34',
  readOnly: true,
  requestParameters: null,
  responseElements: null,
  ...members,
  userIdentity: { type: 'Root', principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root', accountId: '111122223333', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', ...identity },
});

function read(members: Members = {}, identity: Members = {}): RootEvent {
  const event = parseRootEvent(JSON.stringify(record(members, identity)), 'eu-west-1');
  if (event === null) throw new Error('not an event of root');
  return event;
}

describe('an event', () => {
  it('keeps what a person needs to know', () => {
    expect(read()).toEqual({
      id: 'e-1', at: '2026-11-10T02:10:00.000Z', region: 'eu-west-1', name: 'ListBuckets', source: 's3.amazonaws.com', kind: 'root-key', signedInBy: null, isDataEvent: false, accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      sourceIp: '10.20.4.7', userAgent: 'Boto3/1.34', isReadOnly: true, errorCode: null, keyChange: null, subject: null,
    });
    expect(read({ errorCode: 'AccessDenied', readOnly: 'false', sourceIPAddress: null, userAgent: '' })).toMatchObject({
      errorCode: 'AccessDenied', isReadOnly: false, sourceIp: 'unknown', userAgent: 'unknown',
    });
  });

  it('of a sign-in that failed is no sign-in', () => {
    const signIn = (ConsoleLogin: string): RootEvent => read({ eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', responseElements: { ConsoleLogin } }, { accessKeyId: '' });
    expect(signIn('Success').errorCode).toBeNull();
    expect(signIn('Failure').errorCode).toBe('FailedAuthentication');
  });

  const session = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionContext: { attributes: { creationDate: '2026-11-10T02:00:00Z', mfaAuthenticated: 'false' } } };
  const withContext = (context: Members): Members => ({ ...session, sessionContext: { ...session.sessionContext, ...context } });

  const SIGN_IN = 'arn:aws:signin:us-east-1:111122223333:session/x';

  it.each<[string, Members, Members, RootEvent['kind'], RootEvent['signedInBy']?]>([
    ['a long-term key', {}, {}, 'root-key'],
    ['a session of unknown origin', {}, session, 'minted-session'],
    ['a session in the console', { sessionCredentialFromConsole: 'true' }, session, 'sign-in-session', 'console'],
    ['the same, told inside the session', {}, withContext({ sessionCredentialFromConsole: 'true' }), 'sign-in-session', 'console'],
    ['the same, with its sign-in', { sessionCredentialFromConsole: 'true' }, withContext({ signInSessionArn: SIGN_IN }), 'sign-in-session', 'console'],
    ['a session of aws login', {}, withContext({ signInSessionArn: SIGN_IN }), 'sign-in-session', 'aws-login'],
    ['an AssumeRoot session', {}, withContext({ assumedRoot: 'true' }), 'assumed-root'],
    ['an AssumeRoot session, as a flag', {}, withContext({ assumedRoot: true }), 'assumed-root'],
    ['not an AssumeRoot session', {}, withContext({ assumedRoot: 'false' }), 'minted-session'],
    ['an AWS service', {}, { ...session, invokedBy: 'cloudformation.amazonaws.com' }, 'aws-service'],
    ['a sign-in', { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin' }, { accessKeyId: '' }, 'sign-in'],
    ['a sign-in without a key id', { eventSource: 'signin.amazonaws.com', eventName: 'PasswordRecoveryRequested' }, { accessKeyId: undefined }, 'sign-in'],
    ['a call that says nothing of its credentials', {}, { accessKeyId: undefined }, 'minted-session'],
  ])('of %s', (_, members, identity, kind, signedInBy = null) => {
    expect(read(members, identity)).toMatchObject({ kind, signedInBy });
  });

  const iam = (eventName: string, requestParameters: Members, responseElements: Members | null = null, more: Members = {}): Members => ({
    eventName, eventSource: 'iam.amazonaws.com', readOnly: false, requestParameters, responseElements, ...more,
  });
  const created = { accessKey: { accessKeyId: 'AKIANEW0000000000001', status: 'Active' } };

  it.each<[string, Members, RootEvent['keyChange'], string | null]>([
    ['creates a key', iam('CreateAccessKey', {}, created), { keyId: 'AKIANEW0000000000001', change: 'created' }, 'AKIANEW0000000000001'],
    ['creates a user\'s key, which is not root\'s', iam('CreateAccessKey', { userName: 'mallory' }, created), null, 'mallory'],
    ['activates one', iam('UpdateAccessKey', { accessKeyId: 'AKIAOLD', status: 'Active' }), { keyId: 'AKIAOLD', change: 'activated' }, 'AKIAOLD'],
    ['deactivates one', iam('UpdateAccessKey', { accessKeyId: 'AKIAOLD', status: 'Inactive' }), { keyId: 'AKIAOLD', change: 'deactivated' }, 'AKIAOLD'],
    ['switches one to something unknown', iam('UpdateAccessKey', { accessKeyId: 'AKIAOLD' }), { keyId: 'AKIAOLD', change: 'activated' }, 'AKIAOLD'],
    ['deletes one', iam('DeleteAccessKey', { accessKeyId: 'AKIAOLD' }), { keyId: 'AKIAOLD', change: 'deleted' }, 'AKIAOLD'],
    ['tried to', iam('DeleteAccessKey', { accessKeyId: 'AKIAOLD' }, null, { errorCode: 'AccessDenied' }), null, 'AKIAOLD'],
    ['creates a user', iam('CreateUser', { userName: 'mallory', path: '/' }), null, 'mallory'],
    ['attaches a policy', iam('AttachUserPolicy', { userName: 'mallory', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }), null, 'mallory'],
    ['stops a trail', { eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com', requestParameters: { name: 'org-trail' } }, null, 'org-trail'],
    ['names nothing in text', iam('CreateUser', { userName: { nested: true } }), null, null],
  ])('that %s', (_, members, keyChange, subject) => {
    expect(read(members)).toMatchObject({ keyChange, subject });
  });

  it.each(['IAMUser', 'AssumedRole', 'AWSService', 'root', undefined, null])('of a %s is not root\'s, whatever its name', (type) => {
    expect(parseRootEvent(JSON.stringify(record({}, { type, userName: 'root' })), 'eu-west-1')).toBeNull();
  });

  it.each([
    '', '{', 'null', '[]', '"text"', '<html>',
    JSON.stringify({ ...record(), eventID: undefined }),
    JSON.stringify({ ...record(), eventTime: 'yesterday' }),
    JSON.stringify({ ...record(), eventName: 7 }),
    JSON.stringify({ ...record(), requestParameters: 'text' }),
  ])('such as %j is not passed over', (text) => {
    expect(() => parseRootEvent(text, 'eu-west-1')).toThrow(expect.objectContaining({ code: 'aws/unreadable-answer' }));
  });
});

describe('whatever a record holds', () => {
  const anyRecord = fc.record(Object.fromEntries([
    'eventID', 'eventTime', 'eventName', 'eventSource', 'awsRegion', 'sourceIPAddress', 'userAgent', 'readOnly', 'errorCode', 'eventCategory', 'requestParameters', 'responseElements', 'recipientAccountId',
  ].map((name) => [name, fc.oneof(fc.constant(record()[name]), fc.jsonValue())])), { requiredKeys: [] });
  const anyIdentity = fc.record({ type: fc.oneof(fc.constantFrom('Root', 'IAMUser'), fc.jsonValue()), accessKeyId: fc.jsonValue(), sessionContext: fc.jsonValue(), invokedBy: fc.jsonValue(), accountId: fc.jsonValue() }, { requiredKeys: [] });

  it('root\'s is an event or a problem, never nothing and never a crash', () => {
    fc.assert(fc.property(anyRecord, anyIdentity, (members, userIdentity) => {
      const text = JSON.stringify({ ...members, userIdentity });
      let event: RootEvent | null;
      try {
        event = parseRootEvent(text, 'eu-west-1');
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'Problem', code: 'aws/unreadable-answer' });
        return;
      }
      if (userIdentity.type === 'Root') expect(event).toMatchObject({ region: 'eu-west-1', id: expect.any(String) });
      else expect(event).toBeNull();
    }), { numRuns: 5_000 });
  });

  it('as text of any kind is a problem, never a crash', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map((text) => text.slice(0, -1))), (text) => {
      try {
        expect(parseRootEvent(text, 'eu-west-1')).toBeNull();
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'Problem', code: 'aws/unreadable-answer' });
      }
    }), { numRuns: 2_000 });
  });

  it.each(['+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00Z', '2026-13-45', ''])('the time %j is none', (eventTime) => {
    expect(() => read({ eventTime })).toThrow(expect.objectContaining({ code: 'aws/unreadable-answer' }));
  });
});

describe('looking up', () => {
  const query = {
    region: 'ap-south-1', attribute: 'Username', value: 'root', from: instantOf(Date.parse('2026-08-26T00:00:00Z')), to: instantOf(Date.parse('2026-11-24T00:00:00Z')),
  } as const;
  const entry = (id: string, identity: Members = {}): Members => ({ EventId: id, Username: 'root', CloudTrailEvent: JSON.stringify(record({ eventID: id }, identity)) });

  async function lookUp(cloud: ReturnType<typeof openScriptedCloud>['cloud']): Promise<string[][]> {
    const pages: string[][] = [];
    for await (const page of cloud.reader.readRootEvents(query)) pages.push(page.map((event) => event.id));
    return pages;
  }

  it('asks with one attribute in the Region, page by page, two requests a second, and keeps root\'s events only', async () => {
    const { cloud, handler, lanes } = openScriptedCloud(({ body }) =>
      body.includes('NextToken') ? jsonAnswer({ Events: [entry('e-3')] }) : jsonAnswer({ Events: [entry('e-1'), entry('e-2', { type: 'IAMUser', userName: 'root' })], NextToken: 'more' }),
    );
    expect(await lookUp(cloud)).toEqual([['e-1'], ['e-3']]);
    expect(handler.seen.map(({ host, region }) => [host, region])).toEqual([['cloudtrail.ap-south-1.amazonaws.com', 'ap-south-1'], ['cloudtrail.ap-south-1.amazonaws.com', 'ap-south-1']]);
    const [first] = handler.seen.map(({ body }): unknown => JSON.parse(body));
    expect(first).toEqual({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'root' }], StartTime: 1_787_702_400, EndTime: 1_795_478_400, MaxResults: 50 });
    expect(lanes).toEqual(Array.from({ length: 2 }, () => ({ name: 'cloudtrail:ap-south-1', perSecond: 2, effect: 'read' })));
  });

  it('does not take a garbled event, an event without its record or a missing list for none', async () => {
    for (const answer of [{ Events: [entry('e-1'), { EventId: 'e-2', CloudTrailEvent: '{"userIden' }] }, { Events: [{ EventId: 'e-2' }] }, {}]) {
      await expect(lookUp(openScriptedCloud(() => jsonAnswer(answer)).cloud)).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    }
  });

  it('says when the Region is closed to this identity', async () => {
    await expect(lookUp(openScriptedCloud(() => jsonError('AccessDeniedException', 'no')).cloud)).rejects.toMatchObject({ code: 'aws/access-denied' });
  });
});
