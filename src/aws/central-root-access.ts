/** Whether the organization manages root credentials centrally, as IAM tells its management account and delegated administrator, and the switches for it. */
import { asProblem } from '../domain/problem.ts';
import type { CentralRootAccess } from '../domain/root-user.ts';
import type { CloudReader, CloudWriter, Lane } from '../ports/cloud.ts';
import { parsePresent } from './aws-errors.ts';
import type { Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const IAM: Lane = { name: 'iam' };
const OFF: CentralRootAccess = { credentialsManagement: false, rootSessions: false };

/** Without trusted access for IAM, or without all features of Organizations, no feature can be on (IAM API reference, ListOrganizationsFeatures). */
const SAYS_OFF = /^(ServiceAccessNotEnabled|OrganizationNotInAllFeaturesMode)/;

export function openCentralRootAccessReader(clients: Clients, calls: Calls): Pick<CloudReader, 'readCentralRootAccess'> {
  return {
    readCentralRootAccess: async () => {
      const operation = 'iam:ListOrganizationsFeatures';
      const { client, sdk } = await clients.iam();
      try {
        const answer = await calls.read(IAM, operation, () => client.send(new sdk.ListOrganizationsFeaturesCommand({})));
        // An organization with no feature on may be answered without the list; that reads as off, never as on.
        parsePresent(answer.OrganizationId, operation, 'OrganizationId');
        const features = answer.EnabledFeatures ?? [];
        return { credentialsManagement: features.includes('RootCredentialsManagement'), rootSessions: features.includes('RootSessions') };
      } catch (error) {
        const refused = asProblem(error);
        if (refused.cause instanceof Error && SAYS_OFF.test(refused.cause.name)) return OFF;
        throw refused;
      }
    },
  };
}

export function openCentralRootAccessWriter(clients: Clients, calls: Calls): Pick<CloudWriter, 'setRootFeature'> {
  return {
    setRootFeature: async (feature, isOn) => {
      const { client, sdk } = await clients.iam();
      const [name, command] = feature === 'credentialsManagement'
        ? ['RootCredentialsManagement', isOn ? new sdk.EnableOrganizationsRootCredentialsManagementCommand({}) : new sdk.DisableOrganizationsRootCredentialsManagementCommand({})] as const
        : ['RootSessions', isOn ? new sdk.EnableOrganizationsRootSessionsCommand({}) : new sdk.DisableOrganizationsRootSessionsCommand({})] as const;
      await calls.write(IAM, `iam:${isOn ? 'Enable' : 'Disable'}Organizations${name}`, () => client.send(command));
    },
  };
}
