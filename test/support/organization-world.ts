/** A generated organization on the stage: as small as a test needs, with few Regions, so that hundreds of runs stay cheap. */
import { furnishLargeOrganization, MANAGEMENT_ACCOUNT, MEMBER_ROLE, type LargeOrganization } from '../../src/simulator/scenarios/large-organization.ts';
import { openWorld } from '../../src/simulator/world-builder.ts';
import type { Account, Organization, World } from '../../src/simulator/world.ts';
import { NOON } from '../recovery/stage.ts';

export { MANAGEMENT_ACCOUNT, MEMBER_ROLE };

const REGIONS = new Set(['us-east-1', 'eu-west-1']);

/** Twelve accounts: three in the sandbox, the rest in four units, one of them nested; a fifth holds nothing. */
const SMALL: LargeOrganization = { accounts: 12, units: 6, seed: 5 };

export type OrganizationWorld = { world: World; organization: Organization; members: Account[] };

export function openOrganizationWorld(size: LargeOrganization = SMALL): OrganizationWorld {
  const world = openWorld('organization', NOON);
  const members = furnishLargeOrganization(world, size);
  for (const account of Object.values(world.accounts)) account.regions = account.regions.filter(({ name }) => REGIONS.has(name));
  const { organization } = world;
  if (organization === undefined) throw new Error('no organization');
  return { world, organization, members };
}

/** Attaches a policy of somebody else's. */
export function addPolicy(organization: Organization, name: string, content: string, ...targets: string[]): string {
  const id = `p-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '').padEnd(8, '0')}`;
  organization.policies.push({ id, name, description: '', content, isAwsManaged: false });
  for (const target of targets) organization.attachments[target]?.push(id);
  return id;
}

/** Target → names of the policies attached there, without FullAWSAccess; targets with nothing more are left out. */
export const attachmentsOf = ({ attachments, policies }: Organization): Record<string, string[]> =>
  Object.fromEntries(Object.entries(attachments)
    .map(([target, ids]): [string, string[]] => [target, policies.filter(({ id, isAwsManaged }) => ids.includes(id) && !isAwsManaged).map(({ name }) => name).sort()])
    .filter(([, names]) => names.length > 0)
    .sort(([first], [second]) => (first < second ? -1 : 1)));
