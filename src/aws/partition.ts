/** Which partition a Region belongs to, and where its global services live. Tables only. */
import type { Partition } from '../domain/identifiers.ts';

/** The partition of a Region by its prefix (AWS General Reference, "AWS service endpoints"). */
export function partitionOf(region: string): Partition {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}

/** Pseudo Regions of the AWS CLI and older SDKs that stand for the global endpoints of a partition. */
const PSEUDO_REGIONS: Readonly<Record<string, string>> = { 'aws-global': 'us-east-1', 'aws-us-gov-global': 'us-gov-west-1', 'aws-cn-global': 'cn-north-1' };

/** A Region in which STS answers: its global endpoint does not know AssumeRoot (STS API reference, AssumeRoot). */
export const regionalOf = (region: string): string => PSEUDO_REGIONS[region] ?? region;

/** The Region in which calls to services without a Region of their own are signed (IAM, Organizations and Account endpoints and quotas). */
export const HOME_REGIONS: Record<Partition, { iam: string; organizations: string; account: string }> = {
  aws: { iam: 'us-east-1', organizations: 'us-east-1', account: 'us-east-1' },
  'aws-us-gov': { iam: 'us-gov-west-1', organizations: 'us-gov-west-1', account: 'us-gov-west-1' },
  'aws-cn': { iam: 'cn-north-1', organizations: 'cn-northwest-1', account: 'cn-northwest-1' },
  'aws-eusc': { iam: 'eusc-de-east-1', organizations: 'eusc-de-east-1', account: 'eusc-de-east-1' },
};

/** Regions that every account has without opting in (AWS Account Management Reference Guide, "Regions enabled by default"). */
export const DEFAULT_REGIONS: Record<Partition, readonly string[]> = {
  aws: [
    'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1',
    'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'sa-east-1',
  ],
  'aws-us-gov': ['us-gov-west-1', 'us-gov-east-1'],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-eusc': ['eusc-de-east-1'],
};
