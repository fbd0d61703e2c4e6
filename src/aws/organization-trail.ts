/** Changes of an organization in CloudTrail of its management account, which is where its events land. Knows the record format and no other look-up. */
import * as z from 'zod';
import { msOf, parseInstant } from '../domain/instant.ts';
import { LIFTING_CALLS, type OrganizationChange } from '../domain/organization-change.ts';
import type { CloudReader, Lane } from '../ports/cloud.ts';
import { parseAnswer, parsePresent } from './aws-errors.ts';
import { readPages, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { LOOKUP_EVENTS, LOOKUPS_PER_SECOND } from './trail-lookup.ts';

const text = z.string().nullish().transform((value) => value ?? null);

const record = z.object({
  eventID: z.string().min(1),
  eventTime: z.string(),
  eventName: z.string(),
  eventSource: z.string(),
  errorCode: text,
  sourceIPAddress: text,
  userIdentity: z.object({ arn: text, principalId: text, invokedBy: text }),
  requestParameters: z.object({ policyId: text, targetId: text, accountId: text }).nullish(),
  recipientAccountId: text,
  serviceEventDetails: z.unknown().optional(),
});

/** Null for a call that failed, or of another service. @throws Problem `aws/unreadable-answer`: what cannot be read is not the same as no change */
function parseChange(recordText: string): OrganizationChange | null {
  const parsed = parseAnswer(LOOKUP_EVENTS, () => record.parse(JSON.parse(recordText)));
  if (parsed.errorCode !== null || !parsed.eventSource.startsWith('organizations.')) return null;
  const { recipientAccountId, requestParameters, serviceEventDetails, userIdentity } = parsed;
  // AWS's own events have details in place of parameters; the management account is in each of them.
  const [named] = (JSON.stringify(serviceEventDetails ?? null).match(/(?<!\d)\d{12}(?!\d)/g) ?? []).filter((id) => id !== recipientAccountId);
  return {
    id: parsed.eventID,
    at: parsePresent(parseInstant(parsed.eventTime), LOOKUP_EVENTS, 'eventTime'),
    call: parsed.eventName,
    policyId: requestParameters?.policyId ?? null,
    targetId: requestParameters?.targetId ?? null,
    accountId: requestParameters?.accountId ?? named ?? null,
    by: userIdentity.arn ?? userIdentity.invokedBy ?? userIdentity.principalId ?? 'unknown',
    sourceIp: parsed.sourceIPAddress ?? 'unknown',
  };
}

export function openOrganizationTrailReader(clients: Clients, calls: Calls): Pick<CloudReader, 'readOrganizationChanges'> {
  return {
    readOrganizationChanges: async ({ region, from, to }) => {
      const { client, sdk } = await clients.cloudTrail(region);
      const lane: Lane = { name: `cloudtrail:${region}`, perSecond: LOOKUPS_PER_SECOND };
      const changes: OrganizationChange[] = [];
      for (const value of LIFTING_CALLS) {
        const input = { LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: value }], StartTime: new Date(msOf(from)), EndTime: new Date(msOf(to)), MaxResults: 50 };
        const pages = readPages(LOOKUP_EVENTS, async (token) => {
          const page = await calls.read(lane, LOOKUP_EVENTS, () => client.send(new sdk.LookupEventsCommand({ ...input, NextToken: token })));
          return { items: parsePresent(page.Events, LOOKUP_EVENTS, 'Events'), next: page.NextToken };
        });
        for await (const events of pages) changes.push(...events.flatMap((event) => parseChange(parsePresent(event.CloudTrailEvent, LOOKUP_EVENTS, 'CloudTrailEvent')) ?? []));
      }
      return changes;
    },
  };
}
