/** The Regions that the account has enabled; a default list, marked incomplete, where they may not be listed. */
import { asProblem } from '../domain/problem.ts';
import type { CloudReader } from '../ports/cloud.ts';
import { parsePresent } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { DEFAULT_REGIONS, partitionOf } from './partition.ts';

const OPERATION = 'account:ListRegions';

/** @param region any Region of the identity's partition */
export function openRegionReader(clients: Clients, calls: Calls, region: string): Pick<CloudReader, 'readEnabledRegions'> {
  const listRegions = async (): Promise<string[]> => {
    const { client, sdk } = await clients.account();
    const regions = await readAll(OPERATION, async (token) => {
      const page = await calls.read({ name: 'account' }, OPERATION, () =>
        client.send(new sdk.ListRegionsCommand({ RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'], MaxResults: 50, NextToken: token })),
      );
      const items = parsePresent(page.Regions, OPERATION, 'Regions').map((entry) => parsePresent(entry.RegionName, OPERATION, 'RegionName'));
      return { items, next: page.NextToken };
    });
    parsePresent(regions[0], OPERATION, 'enabled Region');
    return regions;
  };
  return {
    readEnabledRegions: async () => {
      try {
        return { regions: await listRegions(), isComplete: true };
      } catch (error) {
        const refused = asProblem(error);
        if (!refused.code.startsWith('aws/')) throw refused;
        return { regions: [...DEFAULT_REGIONS[partitionOf(region)]], isComplete: false };
      }
    },
  };
}
