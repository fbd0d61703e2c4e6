/** What the organization is set up for: features, trusted services, and the way from its root to an account. Policies and targets are organizations.ts. */
import { problem } from '../domain/problem.ts';
import type { OrganizationSettingsReader } from '../ports/organization-settings.ts';
import { parsePresent } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { readLane } from './organization-lanes.ts';

/** An organizational unit is nested at most five deep (Organizations User Guide, "Quotas"); with account and root that makes seven. */
const LONGEST_PATH = 7;

export function openOrganizationSettingsReader(clients: Clients, calls: Calls): OrganizationSettingsReader {
  return {
    readOrganizationTags: async (targetId) => {
      const operation = 'organizations:ListTagsForResource';
      const { client, sdk } = await clients.organizations();
      const tags = await readAll(operation, async (token) => {
        const command = new sdk.ListTagsForResourceCommand({ ResourceId: targetId, NextToken: token });
        const page = await calls.read(readLane('ListTagsForResource'), operation, () => client.send(command));
        return { items: parsePresent(page.Tags, operation, 'Tags'), next: page.NextToken };
      });
      return Object.fromEntries(tags.map(({ Key, Value }) => [parsePresent(Key, operation, 'Key'), Value ?? '']));
    },

    hasAllFeatures: async () => {
      const operation = 'organizations:DescribeOrganization';
      const { client, sdk } = await clients.organizations();
      const answer = await calls.read(readLane('DescribeOrganization'), operation, () => client.send(new sdk.DescribeOrganizationCommand({})));
      return parsePresent(answer.Organization?.FeatureSet, operation, 'FeatureSet') === 'ALL';
    },

    readTrustedServices: async () => {
      const operation = 'organizations:ListAWSServiceAccessForOrganization';
      const { client, sdk } = await clients.organizations();
      const services = await readAll(operation, async (token) => {
        const command = new sdk.ListAWSServiceAccessForOrganizationCommand({ NextToken: token });
        const page = await calls.read(readLane('ListAWSServiceAccessForOrganization'), operation, () => client.send(command));
        return { items: parsePresent(page.EnabledServicePrincipals, operation, 'EnabledServicePrincipals'), next: page.NextToken };
      });
      return services.map(({ ServicePrincipal }) => parsePresent(ServicePrincipal, operation, 'ServicePrincipal'));
    },

    readPathTo: async (targetId) => {
      const operation = 'organizations:ListParents';
      const { client, sdk } = await clients.organizations();
      const path = [targetId];
      while (path[0] !== undefined && !path[0].startsWith('r-')) {
        if (path.length === LONGEST_PATH) throw problem('aws/unreadable-answer', { detail: `${operation}: ${targetId} has more than ${LONGEST_PATH - 1} parents.` });
        const command = new sdk.ListParentsCommand({ ChildId: path[0] });
        const { Parents: parents } = await calls.read(readLane('ListParents'), operation, () => client.send(command));
        path.unshift(parsePresent(parents?.[0]?.Id, operation, 'Id'));
      }
      return path;
    },
  };
}
