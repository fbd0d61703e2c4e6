/** Changes of an organization, as the adapter reads them from CloudTrail: what succeeded, and accounts that left by themselves. */
import { expect, it } from 'vitest';
import { at } from '../domain/root-event-examples.ts';
import { jsonAnswer } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const MANAGEMENT = '111122223333';
const event = (eventName: string, given: object) => ({ CloudTrailEvent: JSON.stringify({
  eventID: eventName, eventTime: '2026-11-24T18:00:00Z', eventName, eventSource: 'organizations.amazonaws.com', recipientAccountId: MANAGEMENT, userIdentity: { accountId: MANAGEMENT, invokedBy: 'organizations.amazonaws.com' }, ...given,
}) });

function openTrail(events: Readonly<Record<string, object[]>>) {
  return openScriptedCloud(({ body }) => {
    const { LookupAttributes: [asked] } = JSON.parse(body) as { LookupAttributes: [{ AttributeValue: string }] };
    return jsonAnswer({ Events: events[asked.AttributeValue] ?? [] });
  });
}
const read = async (events: Readonly<Record<string, object[]>>) =>
  (await openTrail(events).cloud.reader.readOrganizationChanges({ region: 'us-east-1', from: at('2026-11-24T12:00:00Z'), to: at('2026-11-25T12:00:00Z') })).map(({ call, accountId }) => [call, accountId]);

it.each<[string, object, string | null]>([
  ['names the account in its details', { serviceEventDetails: { accountId: '222233334444', managementAccountId: MANAGEMENT, departureMethod: 'LEFT' } }, '222233334444'],
  ['names it there under another name', { serviceEventDetails: { departed: { id: '222233334444' } } }, '222233334444'],
  ['names none', {}, null],
])('an account that left: the event %s', async (_, given, accountId) => {
  expect(await read({ AccountDepartedOrganization: [event('AccountDepartedOrganization', given)] })).toEqual([['AccountDepartedOrganization', accountId]]);
});

it('a call that was refused changed nothing', async () => {
  expect(await read({ DetachPolicy: [event('DetachPolicy', { errorCode: 'AccessDenied', requestParameters: { policyId: 'p-example01', targetId: '222233334444' } })] })).toEqual([]);
});
