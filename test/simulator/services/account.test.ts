/** The Regions of an account. */
import { AccountClient, ListRegionsCommand, paginateListRegions } from '@aws-sdk/client-account';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, ADMIN, clientOptions, MANAGER, open, organizationWorld } from '../small-world.ts';

describe('ListRegions', () => {
  it('tells which are on by default, on and off', async () => {
    const client = new AccountClient(clientOptions(open(), ADMIN));
    expect((await client.send(new ListRegionsCommand({}))).Regions).toEqual([
      { RegionName: 'af-south-1', RegionOptStatus: 'ENABLED' },
      { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
      { RegionName: 'me-south-1', RegionOptStatus: 'DISABLED' },
      { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
    ]);
  });

  it('filters and pages', async () => {
    const client = new AccountClient(clientOptions(open(), ADMIN));
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListRegions({ client, pageSize: 2 }, { RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'] })) {
      pages.push(page.Regions?.map(({ RegionName }) => RegionName) ?? []);
    }
    expect(pages).toEqual([['af-south-1', 'eu-west-1'], ['us-east-1']]);
  });

  it('answers for another account to the management account only', async () => {
    const simulator = open(organizationWorld());
    const ask = (accessKeyId: string, AccountId: string) => {
      return new AccountClient(clientOptions(simulator, accessKeyId)).send(new ListRegionsCommand({ AccountId }));
    };
    expect((await ask(MANAGER, ACCOUNT)).Regions).toHaveLength(4);
    await expect(ask(ADMIN, '444455556666')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
