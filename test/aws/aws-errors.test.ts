/** How answers of AWS, of proxies and of the network read as Problems, thrown by the real clients. */
import { describe, expect, it } from 'vitest';
import { toProblem } from '../../src/aws/aws-errors.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { parseAccessKeyId } from '../../src/domain/identifiers.ts';
import { Problem, problem } from '../../src/domain/problem.ts';
import { HTML_PAGE, jsonError, queryAnswer, queryError, rootIdentity, type Reply } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const KEY = parseAccessKeyId('AKIAIOSFODNN7EXAMPLE');

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

/** The Problem of a delete that is answered so. */
const afterDelete = (reply: Reply): Promise<Problem> =>
  problemOf(openScriptedCloud((request) => (request.operation === 'GetCallerIdentity' ? rootIdentity : reply)).cloud.writer.deleteRootKey(KEY));

const afterListRoots = (reply: Reply): Promise<Problem> => problemOf(openScriptedCloud(() => reply).cloud.reader.readAttachedPolicies('111122223333'));

const networkError = (code: string, extra: object = {}): Error => Object.assign(new Error(`broken: ${code}`), { code }, extra);

describe('errors of query services', () => {
  it.each([
    ['Throttling', 400, 'aws/throttled', 'now', false],
    ['ThrottlingException', 400, 'aws/throttled', 'now', false],
    ['RequestLimitExceeded', 503, 'aws/throttled', 'now', false],
    ['TooManyRequestsException', 429, 'aws/throttled', 'now', false],
    ['PriorRequestNotComplete', 400, 'aws/throttled', 'now', false],
    ['InternalFailure', 500, 'aws/server-error', 'now', true],
    ['ServiceFailure', 500, 'aws/server-error', 'now', true],
    ['ServiceUnavailable', 503, 'aws/server-error', 'now', true],
    ['AccessDenied', 403, 'aws/access-denied', 'never', false],
    ['AccessDeniedException', 400, 'aws/access-denied', 'never', false],
    ['InvalidClientTokenId', 403, 'credentials/expired', 'never', false],
    ['UnrecognizedClientException', 400, 'credentials/expired', 'never', false],
    ['ExpiredToken', 403, 'credentials/expired', 'never', false],
    ['ExpiredTokenException', 400, 'credentials/expired', 'never', false],
    ['InvalidAccessKeyId', 403, 'credentials/expired', 'never', false],
    ['AuthFailure', 401, 'credentials/expired', 'never', false],
    ['SignatureDoesNotMatch', 403, 'credentials/expired', 'never', false],
    ['NoSuchEntity', 404, 'aws/not-found', 'never', false],
    ['EntityAlreadyExists', 409, 'aws/already-exists', 'never', false],
    ['ConcurrentModification', 409, 'aws/precondition', 'now', false],
    ['LimitExceeded', 409, 'aws/precondition', 'later', false],
    ['ValidationError', 400, 'aws/rejected', 'never', false],
    ['SomethingNobodyKnows', 400, 'aws/rejected', 'never', false],
  ])('%s (%i) is %s, again %s', async (code, status, expected, retry, isOutcomeUnknown) => {
    expect(await afterDelete(queryError(code, 'as it is', status))).toMatchObject({ code: expected, retry, isOutcomeUnknown });
  });
});

describe('errors of JSON services', () => {
  it.each([
    ['TooManyRequestsException', 'aws/throttled', 'now'],
    ['PolicyChangesInProgressException', 'aws/precondition', 'now'],
    ['ConcurrentModificationException', 'aws/precondition', 'now'],
    ['ConstraintViolationException', 'aws/precondition', 'never'],
    ['LimitExceededException', 'aws/precondition', 'later'],
    ['DuplicatePolicyAttachmentException', 'aws/already-exists', 'never'],
    ['PolicyNotFoundException', 'aws/not-found', 'never'],
    ['TargetNotFoundException', 'aws/not-found', 'never'],
    ['PolicyNotAttachedException', 'aws/not-found', 'never'],
    ['NoSuchConfigRuleException', 'aws/not-found', 'never'],
    ['AWSOrganizationsNotInUseException', 'aws/not-in-organization', 'never'],
    ['NoAvailableConfigurationRecorderException', 'guardrail/no-recorder', 'never'],
    ['InvalidInputException', 'aws/rejected', 'never'],
  ])('%s is %s, again %s', async (code, expected, retry) => {
    expect(await afterListRoots(jsonError(code, 'as it is'))).toMatchObject({ code: expected, retry });
  });

  it('names the operation, the error and the message, and cuts what is endless', async () => {
    const denied = await afterListRoots(jsonError('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized'));
    expect(denied.detail).toBe('organizations:ListPoliciesForTarget: AccessDeniedException: User: arn:aws:iam::1:user/x is not authorized');
    expect((await afterListRoots(jsonError('AccessDeniedException', '\u001b[2J'.repeat(1_000)))).detail).toHaveLength(500);
  });
});

describe('answers that are not AWS\'s', () => {
  it.each([200, 204, 302, 403, 404])('a page with status %i neither succeeds nor says that the key is gone', async (status) => {
    for (const body of [HTML_PAGE, '<html><body><p>Not here</p></body></html>']) {
      const found = await afterDelete({ status, headers: { 'content-type': 'text/html' }, body });
      expect(found).toMatchObject({ code: 'aws/unreadable-answer', isOutcomeUnknown: true });
    }
  });

  it('an empty 200 is no success of a delete', async () => {
    expect(await afterDelete({ headers: {}, body: '' })).toMatchObject({ code: 'aws/unreadable-answer', isOutcomeUnknown: true });
  });

  it('a page with status 502 may be tried again', async () => {
    expect(await afterDelete({ status: 502, headers: {}, body: HTML_PAGE })).toMatchObject({ code: 'aws/server-error', retry: 'now', isOutcomeUnknown: true });
  });

  it('torn JSON is no answer', async () => {
    expect(await afterListRoots({ body: '{"Policies":[{"Id":"p-' })).toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it('torn XML is no answer', async () => {
    const torn = openScriptedCloud((request) =>
      request.operation === 'GetCallerIdentity' ? rootIdentity : { body: '<ListAccessKeysResponse><ListAccessKeysResult><IsTruncated>false</IsTrunc' },
    );
    expect(await problemOf(torn.cloud.reader.readRootKeys())).toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it.each(['', '<IsTruncated>false</IsTruncated>', '<AccessKeys><member/></AccessKeys>'])('a list without its list (%s) is not an empty list', async (result) => {
    const { cloud } = openScriptedCloud((request) => (request.operation === 'GetCallerIdentity' ? rootIdentity : queryAnswer('ListAccessKeys', result)));
    expect(await problemOf(cloud.reader.readRootKeys())).toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it('a page token that comes back again ends the reading', async () => {
    const { cloud } = openScriptedCloud(() => ({ body: '{"Events":[],"NextToken":"again"}' }));
    const query = { region: 'eu-west-1', attribute: 'Username', value: 'root', from: instantOf(0), to: instantOf(1) } as const;
    const read = async (): Promise<void> => {
      for await (const page of cloud.reader.readRootEvents(query)) expect(page).toEqual([]);
    };
    expect(await problemOf(read())).toMatchObject({ code: 'aws/unreadable-answer' });
  });
});

describe('connections that fail', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])('%s: nothing was sent', async (code) => {
    expect(await afterDelete(networkError(code))).toMatchObject({ code: 'aws/unreachable', retry: 'now', isOutcomeUnknown: false });
  });

  it.each([networkError('ECONNRESET'), networkError('EPIPE'), networkError('ETIMEDOUT'), Object.assign(new Error('slow'), { name: 'TimeoutError' })])(
    '%s: the call may have had its effect',
    async (error) => {
      expect(await afterDelete(error)).toMatchObject({ code: 'aws/unreachable', retry: 'now', isOutcomeUnknown: true });
    },
  );

  it('a certificate that is not trusted points at AWS_CA_BUNDLE and is not tried again', async () => {
    const found = await afterDelete(networkError('SELF_SIGNED_CERT_IN_CHAIN'));
    expect(found).toMatchObject({ code: 'aws/unreachable', retry: 'never' });
    expect(found.nextStep).toContain('AWS_CA_BUNDLE');
  });
});

describe('credentials', () => {
  const providerError = (message: string): Error => Object.assign(new Error(message), { name: 'CredentialsProviderError' });

  it.each([
    ['Could not load credentials from any providers', 'credentials/missing'],
    ['The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.', 'credentials/expired'],
    ['Your session has expired. Please reauthenticate.', 'credentials/expired'],
    ['Unable to refresh credentials because of a change in your password. Please reauthenticate with your new password.', 'credentials/expired'],
  ])('%s', (message, code) => {
    expect(toProblem(providerError(message), 'iam:ListAccessKeys').code).toBe(code);
  });

  it('says the command that renews them', () => {
    const found = toProblem(providerError('Token is expired.'), 'sts:GetCallerIdentity', 'aws sso login --profile audit');
    expect(found).toMatchObject({ code: 'credentials/expired', nextStep: 'aws sso login --profile audit, then run the same command again.' });
  });
});

describe('what AWS did not say', () => {
  it('keeps a Problem as it is', () => {
    const stopped = problem('run/interrupted');
    expect(toProblem(stopped, 'iam:ListAccessKeys')).toBe(stopped);
  });

  it.each([undefined, null, 'text', 7, {}, new Error('ours')])('calls %s a defect', (thrown) => {
    expect(toProblem(thrown, 'iam:ListAccessKeys').code).toBe('tool/defect');
  });
});
