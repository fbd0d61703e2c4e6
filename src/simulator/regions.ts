/** The Regions of the simulated partitions: which exist, where global services keep their events. Knows no service. */
import { ServiceError, type Call } from './service.ts';
import type { Account, World } from './world.ts';

type Partition = World['partition'];

const HOME_REGIONS: Record<Partition, string> = { aws: 'us-east-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' };

/** Enabled in every account (Account Management guide, "Enable or disable AWS Regions"). */
const DEFAULT_REGIONS: Record<Partition, readonly string[]> = {
  aws: [
    'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1',
    'eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
    'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2',
  ],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
};

/** Where IAM and Organizations events land (CloudTrail user guide, "Global service events"). */
export function homeRegion(partition: Partition): string {
  return HOME_REGIONS[partition];
}

/**
 * The Regions of a new account.
 * @param optIns opt-in Regions by name, with whether they are on
 */
export function regionsOf(partition: Partition, optIns: Record<string, boolean> = {}): Account['regions'] {
  return [
    ...DEFAULT_REGIONS[partition].map((name) => ({ name, isEnabled: true, isOptIn: false })),
    ...Object.entries(optIns).map(([name, isEnabled]) => ({ name, isEnabled, isOptIn: true })),
  ];
}

/**
 * The caller's account, for a Regional call.
 * @throws ServiceError as a Region that is off refuses the credentials of accounts that did not opt in
 */
export function accountInRegion(call: Call): Account {
  const account = call.world.accounts[call.caller.accountId];
  if (account === undefined || !account.regions.some(({ name, isEnabled }) => name === call.region && isEnabled)) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  return account;
}
