/** CloudTrail Event history, page by page, root's events only. The records themselves are read in trail-event.ts. */
import { msOf } from '../domain/instant.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { CloudReader, EventQuery, Lane } from '../ports/cloud.ts';
import { parsePresent } from './aws-errors.ts';
import { readPages, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { parseRootEvent } from './trail-event.ts';

const OPERATION = 'cloudtrail:LookupEvents';
/** CloudTrail API reference, LookupEvents: two requests per second, account and Region; at most 50 events each. */
const REQUESTS_PER_SECOND = 2;
const PAGE_SIZE = 50;

export function openTrailReader(clients: Clients, calls: Calls): Pick<CloudReader, 'readRootEvents'> {
  async function* readRootEvents(query: EventQuery): AsyncGenerator<RootEvent[]> {
    const { client, sdk } = await clients.cloudTrail(query.region);
    const lane: Lane = { name: `cloudtrail:${query.region}`, perSecond: REQUESTS_PER_SECOND };
    const input = {
      LookupAttributes: [{ AttributeKey: query.attribute, AttributeValue: query.value }],
      StartTime: new Date(msOf(query.from)),
      EndTime: new Date(msOf(query.to)),
      MaxResults: PAGE_SIZE,
    };
    const pages = readPages(OPERATION, async (token) => {
      const page = await calls.read(lane, OPERATION, () => client.send(new sdk.LookupEventsCommand({ ...input, NextToken: token })));
      return { items: parsePresent(page.Events, OPERATION, 'Events'), next: page.NextToken };
    });
    for await (const events of pages) {
      yield events.flatMap((event) => parseRootEvent(parsePresent(event.CloudTrailEvent, OPERATION, 'CloudTrailEvent'), query.region) ?? []);
    }
  }
  return { readRootEvents };
}
