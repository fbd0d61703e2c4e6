/** CloudTrail Event history, page by page, root's events only. The records themselves are read in trail-event.ts. */
import { msOf } from '../domain/instant.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { CloudReader, EventQuery, Lane } from '../ports/cloud.ts';
import { parsePresent } from './aws-errors.ts';
import { readPages, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { parseRootEvent } from './trail-event.ts';

export const LOOKUP_EVENTS = 'cloudtrail:LookupEvents';
/** CloudTrail API reference, LookupEvents: two requests per second, account and Region; at most 50 events each. */
export const LOOKUPS_PER_SECOND = 2;
const PAGE_SIZE = 50;

export function openTrailReader(clients: Clients, calls: Calls): Pick<CloudReader, 'readRootEvents'> {
  async function* readRootEvents(query: EventQuery): AsyncGenerator<RootEvent[]> {
    const { client, sdk } = await clients.cloudTrail(query.region);
    const lane: Lane = { name: `cloudtrail:${query.region}`, perSecond: LOOKUPS_PER_SECOND };
    const input = {
      LookupAttributes: [{ AttributeKey: query.attribute, AttributeValue: query.value }],
      StartTime: new Date(msOf(query.from)),
      EndTime: new Date(msOf(query.to)),
      MaxResults: PAGE_SIZE,
    };
    const pages = readPages(LOOKUP_EVENTS, async (token) => {
      const page = await calls.read(lane, LOOKUP_EVENTS, () => client.send(new sdk.LookupEventsCommand({ ...input, NextToken: token })));
      return { items: parsePresent(page.Events, LOOKUP_EVENTS, 'Events'), next: page.NextToken };
    });
    for await (const events of pages) {
      yield events.flatMap((event) => parseRootEvent(parsePresent(event.CloudTrailEvent, LOOKUP_EVENTS, 'CloudTrailEvent'), query.region) ?? []);
    }
  }
  return { readRootEvents };
}
