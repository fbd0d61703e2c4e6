/** The trails that cover a Region: whether each logs, and which management events it records. Events themselves are trail-lookup.ts. */
import type { GetEventSelectorsCommandOutput, Trail } from '@aws-sdk/client-cloudtrail';
import type { FoundTrail } from '../domain/alert.ts';
import type { AlertReader } from '../ports/alerts.ts';
import { parsePresent } from './aws-errors.ts';
import type { Calls } from './calls.ts';
import type { Clients } from './clients.ts';

type Kinds = FoundTrail['managementEvents'];

const combine = (kinds: readonly Kinds[]): Kinds => {
  const [writes, reads] = [kinds.some((kind) => kind === 'all' || kind === 'write-only'), kinds.some((kind) => kind === 'all' || kind === 'read-only')];
  if (writes && reads) return 'all';
  return writes ? 'write-only' : reads ? 'read-only' : 'none';
};

/**
 * Which management events the selectors let through (CloudTrail API reference, EventSelector and AdvancedFieldSelector); without any selector, all of them
 * (PutEventSelectors). An advanced selector that narrows them by anything but `readOnly` counts as none: it would miss events.
 */
function parseKinds({ EventSelectors = [], AdvancedEventSelectors = [] }: GetEventSelectorsCommandOutput): Kinds {
  const basic = EventSelectors.map(({ IncludeManagementEvents = true, ReadWriteType = 'All' }): Kinds => {
    if (!IncludeManagementEvents) return 'none';
    return ReadWriteType === 'WriteOnly' ? 'write-only' : ReadWriteType === 'ReadOnly' ? 'read-only' : 'all';
  });
  const advanced = AdvancedEventSelectors.map(({ FieldSelectors = [] }): Kinds => {
    const valuesOf = (field: string): string[] | undefined => FieldSelectors.find(({ Field }) => Field === field)?.Equals;
    if (!(valuesOf('eventCategory') ?? []).includes('Management')) return 'none';
    if (FieldSelectors.some(({ Field }) => Field !== 'eventCategory' && Field !== 'readOnly')) return 'none';
    const readOnly = valuesOf('readOnly');
    return readOnly === undefined ? 'all' : readOnly.includes('true') ? 'read-only' : 'write-only';
  });
  return EventSelectors.length + AdvancedEventSelectors.length === 0 ? 'all' : combine([...basic, ...advanced]);
}

export function openTrailStateReader(clients: Clients, calls: Calls): Pick<AlertReader, 'readTrails'> {
  const readTrail = async (region: string, { TrailARN }: Trail): Promise<FoundTrail> => {
    const { client, sdk } = await clients.cloudTrail(region);
    const lane = { name: `cloudtrail-trails:${region}` };
    const arn = parsePresent(TrailARN, 'cloudtrail:DescribeTrails', 'TrailARN');
    const status = await calls.read(lane, 'cloudtrail:GetTrailStatus', () => client.send(new sdk.GetTrailStatusCommand({ Name: arn })));
    const isLogging = parsePresent(status.IsLogging, 'cloudtrail:GetTrailStatus', 'IsLogging');
    if (!isLogging) return { arn, isLogging, managementEvents: 'none' };
    const selectors = await calls.read(lane, 'cloudtrail:GetEventSelectors', () => client.send(new sdk.GetEventSelectorsCommand({ TrailName: arn })));
    return { arn, isLogging, managementEvents: parseKinds(selectors) };
  };

  return {
    readTrails: async (region) => {
      const { client, sdk } = await clients.cloudTrail(region);
      const operation = 'cloudtrail:DescribeTrails';
      const { trailList } = await calls.read({ name: `cloudtrail-trails:${region}` }, operation, () => client.send(new sdk.DescribeTrailsCommand({ includeShadowTrails: true })));
      return Promise.all(parsePresent(trailList, operation, 'trailList').map((trail) => readTrail(region, trail)));
    },
  };
}
