/** Trails as DescribeTrails shows them, by Region and through an organization. */
import * as sdk from '@aws-sdk/client-cloudtrail';
import { expect, it } from 'vitest';
import { alertingOf } from '../../../src/simulator/alerting.ts';
import { openAlerting, trail } from '../alerting-world.ts';
import { ACCOUNT, ADMIN, clientOptions, MANAGEMENT, organizationWorld } from '../small-world.ts';

it('shadow trails are shown in every Region, and asked for by ARN', async () => {
  const { simulator } = openAlerting([trail(), trail({ name: 'local', homeRegion: 'eu-west-1', isMultiRegion: false, isLogging: false, managementEvents: 'none' })]);
  const namesIn = async (region: string, input: sdk.DescribeTrailsRequest = {}) =>
    ((await new sdk.CloudTrailClient(clientOptions(simulator, ADMIN, region)).send(new sdk.DescribeTrailsCommand(input))).trailList ?? []).map(({ Name }) => Name);
  expect(await namesIn('us-east-1')).toEqual(['main']);
  expect(await namesIn('eu-west-1')).toEqual(['main', 'local']);
  expect(await namesIn('eu-west-1', { includeShadowTrails: false })).toEqual(['local']);
  const client = new sdk.CloudTrailClient(clientOptions(simulator, ADMIN, 'eu-west-1'));
  expect((await client.send(new sdk.GetTrailStatusCommand({ Name: trail().arn }))).IsLogging).toBe(true);
  expect((await client.send(new sdk.GetTrailStatusCommand({ Name: 'local' }))).IsLogging).toBe(false);
  await expect(client.send(new sdk.GetTrailStatusCommand({ Name: 'main' }))).rejects.toMatchObject({ name: 'TrailNotFoundException' });
  expect((await client.send(new sdk.GetEventSelectorsCommand({ TrailName: 'local' }))).EventSelectors).toMatchObject([{ IncludeManagementEvents: false }]);
});

it('a member has the trail of its organization', async () => {
  const world = organizationWorld();
  const management = world.accounts[MANAGEMENT];
  if (management === undefined) throw new Error('no management account');
  alertingOf(management).trails = [trail({ name: 'organization', isOrganizationTrail: true }), trail({ name: 'own' })];
  const { simulator } = openAlerting([], world);
  const { trailList } = await new sdk.CloudTrailClient(clientOptions(simulator, ADMIN)).send(new sdk.DescribeTrailsCommand({}));
  expect(trailList?.map(({ Name, IsOrganizationTrail }) => [Name, IsOrganizationTrail])).toEqual([['organization', true]]);
  expect(world.accounts[ACCOUNT]?.alerting?.trails).toEqual([]);
});
