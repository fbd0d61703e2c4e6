/** Which accounts act for a service in the organization, and the switches of trust. */
import { parseAccountId } from '../domain/identifiers.ts';
import type { CloudReader, CloudWriter } from '../ports/cloud.ts';
import { parseAnswer, parsePresent } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { readLane, WRITE_LANE } from './organization-lanes.ts';

export function openOrganizationTrustReader(clients: Clients, calls: Calls): Pick<CloudReader, 'readDelegatedAdministrators'> {
  return {
    readDelegatedAdministrators: async (servicePrincipal) => {
      const operation = 'organizations:ListDelegatedAdministrators';
      const { client, sdk } = await clients.organizations();
      const delegates = await readAll(operation, async (token) => {
        const command = new sdk.ListDelegatedAdministratorsCommand({ ServicePrincipal: servicePrincipal, NextToken: token });
        const page = await calls.read(readLane('ListDelegatedAdministrators'), operation, () => client.send(command));
        return { items: parsePresent(page.DelegatedAdministrators, operation, 'DelegatedAdministrators'), next: page.NextToken };
      });
      return delegates.map(({ Id }) => {
        const id = parsePresent(Id, operation, 'Id');
        return parseAnswer(operation, () => parseAccountId(id));
      });
    },
  };
}

export function openOrganizationTrustWriter(clients: Clients, calls: Calls): Pick<CloudWriter, 'setTrustedAccess' | 'setDelegatedAdministrator'> {
  return {
    setTrustedAccess: async (servicePrincipal, isOn) => {
      const { client, sdk } = await clients.organizations();
      const input = { ServicePrincipal: servicePrincipal };
      if (isOn) await calls.write(WRITE_LANE, 'organizations:EnableAWSServiceAccess', () => client.send(new sdk.EnableAWSServiceAccessCommand(input)));
      else await calls.write(WRITE_LANE, 'organizations:DisableAWSServiceAccess', () => client.send(new sdk.DisableAWSServiceAccessCommand(input)));
    },
    setDelegatedAdministrator: async (account, servicePrincipal, isOn) => {
      const { client, sdk } = await clients.organizations();
      const input = { AccountId: account, ServicePrincipal: servicePrincipal };
      if (isOn) await calls.write(WRITE_LANE, 'organizations:RegisterDelegatedAdministrator', () => client.send(new sdk.RegisterDelegatedAdministratorCommand(input)));
      else await calls.write(WRITE_LANE, 'organizations:DeregisterDelegatedAdministrator', () => client.send(new sdk.DeregisterDelegatedAdministratorCommand(input)));
    },
  };
}
