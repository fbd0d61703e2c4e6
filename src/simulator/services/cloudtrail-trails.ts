/** Trails: which there are, whether they log, and what (CloudTrail API reference). Makes none, and knows no event. */
import type * as Sdk from '@aws-sdk/client-cloudtrail';
import { trailsOver } from '../alerting.ts';
import { accountInRegion } from '../regions.ts';
import { ServiceError, type Call } from '../service.ts';
import type { Trail } from '../world-alerting.ts';

export function describeTrails(input: Sdk.DescribeTrailsRequest, call: Call): Sdk.DescribeTrailsResponse {
  const shown = trailsOf(call).filter(({ homeRegion }) => input.includeShadowTrails !== false || homeRegion === call.region);
  return {
    trailList: shown.map(({ name, arn, homeRegion, isMultiRegion, isOrganizationTrail }) => ({
      Name: name, TrailARN: arn, HomeRegion: homeRegion, IsMultiRegionTrail: isMultiRegion, IsOrganizationTrail: isOrganizationTrail, IncludeGlobalServiceEvents: isMultiRegion,
    })),
  };
}

export function getTrailStatus(input: Sdk.GetTrailStatusRequest, call: Call): Sdk.GetTrailStatusResponse {
  return { IsLogging: requireTrail(call, input.Name).isLogging };
}

export function getEventSelectors(input: Sdk.GetEventSelectorsRequest, call: Call): Sdk.GetEventSelectorsResponse {
  const { arn, managementEvents } = requireTrail(call, input.TrailName);
  const isIncluded = managementEvents !== 'none';
  return { TrailARN: arn, EventSelectors: [{ ReadWriteType: isIncluded ? managementEvents : 'All', IncludeManagementEvents: isIncluded, DataResources: [] }] };
}

const trailsOf = (call: Call): Trail[] => trailsOver(call.world, accountInRegion(call).id, call.region);

/** By ARN, or by name in the trail's own Region. */
function requireTrail(call: Call, wanted: string | undefined): Trail {
  const found = trailsOf(call).find(({ arn, name, homeRegion }) => arn === wanted || (name === wanted && homeRegion === call.region));
  if (found === undefined) throw new ServiceError('TrailNotFoundException', `Unknown trail: ${wanted ?? ''}`);
  return found;
}
