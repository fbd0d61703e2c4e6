/** CloudTrail as a service: LookupEvents over the Event history, and the table of operations (CloudTrail API reference). Records nothing itself. */
import type { Event, LookupAttribute, LookupEventsRequest, LookupEventsResponse } from '@aws-sdk/client-cloudtrail';
import { DAY_MS } from '../durations.ts';
import { accountInRegion } from '../regions.ts';
import { ServiceError, type Call, type Service } from '../service.ts';
import { eventsBefore, type TrailPosition } from '../trail-index.ts';
import type { TrailEvent } from '../world.ts';
import { describeTrails, getEventSelectors, getTrailStatus } from './cloudtrail-trails.ts';

/** "Looks up management events … within the last 90 days" (LookupEvents). */
const HISTORY_MS = 90 * DAY_MS;
const MAX_PAGE = 50;

const ATTRIBUTES: Record<string, (event: TrailEvent, value: string) => boolean> = {
  EventId: ({ id }, value) => id === value,
  EventName: ({ name }, value) => name === value,
  ReadOnly: ({ isReadOnly }, value) => String(isReadOnly) === value,
  Username: ({ username }, value) => username === value,
  ResourceType: ({ resources }, value) => resources.some(({ type }) => type === value),
  ResourceName: ({ resources }, value) => resources.some(({ name }) => name === value),
  EventSource: ({ source }, value) => source === value,
  AccessKeyId: ({ accessKeyId }, value) => accessKeyId === value,
};

function lookupEvents(input: LookupEventsRequest, call: Call): LookupEventsResponse {
  const account = accountInRegion(call);
  if (account.unreadableTrailRegions.includes(call.region)) {
    const message = `User: ${call.caller.arn} is not authorized to perform: cloudtrail:LookupEvents with an explicit deny`;
    throw new ServiceError('AccessDeniedException', message);
  }
  const isMatch = parseAttributes(input.LookupAttributes);
  const from = Math.max(input.StartTime?.getTime() ?? 0, call.at - HISTORY_MS);
  const to = input.EndTime?.getTime() ?? call.at;
  if ((input.StartTime?.getTime() ?? 0) > to) {
    throw new ServiceError('InvalidTimeRangeException', 'The start time must not be after the end time.');
  }
  const pageSize = input.MaxResults ?? MAX_PAGE;
  if (pageSize < 1 || pageSize > MAX_PAGE) {
    throw new ServiceError('InvalidMaxResultsException', `MaxResults must be between 1 and ${MAX_PAGE}.`);
  }
  // The end itself is within the range: the next millisecond is the first that is not.
  const start = input.NextToken === undefined ? { at: to + 1, id: '' } : parseToken(input.NextToken);

  const page: TrailEvent[] = [];
  for (const event of eventsBefore(call.world, account.id, call.region, start)) {
    if (event.at < from) break;
    if (event.visibleAt > call.at || event.isDataEvent === true || !isMatch(event)) continue;
    if (page.length === pageSize) return { Events: page.map(asEvent), NextToken: renderToken(page.at(-1) ?? start) };
    page.push(event);
  }
  return { Events: page.map(asEvent) };
}

function parseAttributes(attributes: LookupAttribute[] = []): (event: TrailEvent) => boolean {
  const [attribute] = attributes;
  if (attribute === undefined) return () => true;
  const isMatch = ATTRIBUTES[attribute.AttributeKey ?? ''];
  const value = attribute.AttributeValue;
  if (attributes.length > 1 || isMatch === undefined || value === undefined || value === '') {
    throw new ServiceError('InvalidLookupAttributesException', 'Specify one lookup attribute with a valid key and value.');
  }
  return (event) => isMatch(event, value);
}

function renderToken({ at, id }: TrailPosition): string {
  return `${at}/${id}`;
}

function parseToken(token: string): TrailPosition {
  const [, at, id] = /^(\d+)\/([0-9a-f-]{36})$/.exec(token) ?? [];
  if (at === undefined || id === undefined) throw new ServiceError('InvalidNextTokenException', 'The token is not valid.');
  return { at: Number(at), id };
}

function asEvent(event: TrailEvent): Event {
  return {
    EventId: event.id,
    EventName: event.name,
    ReadOnly: String(event.isReadOnly),
    AccessKeyId: event.accessKeyId,
    // Whole seconds, as in the record itself.
    EventTime: new Date(Math.floor(event.at / 1_000) * 1_000),
    EventSource: event.source,
    Username: event.username,
    Resources: event.resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: JSON.stringify(event.detail),
  };
}

export const cloudtrailService: Service = {
  signingName: 'cloudtrail',
  actionPrefix: 'cloudtrail',
  eventSource: 'cloudtrail.amazonaws.com',
  operations: {
    LookupEvents: { run: lookupEvents, trait: { isReadOnly: true } },
    DescribeTrails: { run: describeTrails, trait: { isReadOnly: true } },
    GetTrailStatus: { run: getTrailStatus, trait: { isReadOnly: true } },
    GetEventSelectors: { run: getEventSelectors, trait: { isReadOnly: true } },
  },
};
