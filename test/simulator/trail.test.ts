/** The trail: which calls leave an event, where, and in what form. */
import { IAMClient, ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, account, ADMIN, clientOptions, LOGIN, open, ROOT_KEY, smallWorld } from './small-world.ts';

describe('a recorded call', () => {
  it('of a root key has no session context, and says what was changed', async () => {
    const simulator = open();
    const iam = new IAMClient(clientOptions(simulator, ROOT_KEY, 'eu-west-1'));
    await iam.send(new UpdateAccessKeyCommand({ AccessKeyId: ROOT_KEY, Status: 'Inactive' }));
    const [event] = simulator.world.events;
    expect(event).toMatchObject({ region: 'us-east-1', username: 'root', accessKeyId: ROOT_KEY, isReadOnly: false, resources: expect.arrayContaining([{ type: 'AWS::IAM::AccessKey', name: ROOT_KEY }]) });
    expect(event?.detail).toMatchObject({
      userIdentity: { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT, accessKeyId: ROOT_KEY },
      eventSource: 'iam.amazonaws.com', eventName: 'UpdateAccessKey', eventType: 'AwsApiCall', readOnly: false, managementEvent: true,
      requestParameters: { accessKeyId: ROOT_KEY, status: 'Inactive' }, responseElements: null, recipientAccountId: ACCOUNT,
    });
    expect(event?.detail['userIdentity']).not.toHaveProperty('sessionContext');
  });

  it('of a sign-in session names the session, and of the console says so', async () => {
    const simulator = open();
    await new IAMClient(clientOptions(simulator, LOGIN)).send(new ListAccessKeysCommand({}));
    expect(simulator.world.events[0]?.detail).toMatchObject({
      userIdentity: { type: 'Root', sessionContext: { attributes: { mfaAuthenticated: 'true' }, signInSessionArn: expect.stringContaining(':signin:') } },
    });
  });

  it('that mints a session names the new key id, and no secret', async () => {
    const simulator = open();
    const answer = await new STSClient(clientOptions(simulator, ROOT_KEY, 'eu-west-1')).send(new GetSessionTokenCommand({}));
    const [event] = simulator.world.events;
    expect(event?.region).toBe('eu-west-1');
    expect(event?.detail['responseElements']).toMatchObject({ credentials: { accessKeyId: answer.Credentials?.AccessKeyId } });
    const text = JSON.stringify(simulator.world.events);
    expect(text).not.toContain(answer.Credentials?.SecretAccessKey);
    expect(text).not.toContain(answer.Credentials?.SessionToken);
  });

  it('that was denied tells the error', async () => {
    const world = smallWorld({ faults: [{ kind: 'access-denied', operation: 'iam:ListAccessKeys', skip: 0, remaining: 1 }] });
    const simulator = open(world);
    await expect(new IAMClient(clientOptions(simulator, LOGIN)).send(new ListAccessKeysCommand({}))).rejects.toThrow();
    expect(world.events[0]?.detail).toMatchObject({ errorCode: 'AccessDenied', responseElements: null });
  });

  it('carries the alias instead of root where the account has one', async () => {
    const world = smallWorld({ accounts: { [ACCOUNT]: { ...account(ACCOUNT, ROOT_KEY), alias: 'acme' } } });
    await new STSClient(clientOptions(open(world), ROOT_KEY)).send(new GetCallerIdentityCommand({}));
    expect(world.events).toMatchObject([{ username: 'acme', detail: { userIdentity: { type: 'Root', userName: 'acme' } } }]);
  });

  it('is left out for reads by a role, and for callers that AWS does not know', async () => {
    const simulator = open();
    await new STSClient(clientOptions(simulator, ADMIN)).send(new GetCallerIdentityCommand({}));
    await expect(new STSClient(clientOptions(simulator, 'AKIANOBODYKNOWSTHIS1')).send(new GetCallerIdentityCommand({}))).rejects.toThrow();
    expect(simulator.world.events).toEqual([]);
  });
});
