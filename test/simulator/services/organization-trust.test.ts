/** Trusted access, delegated administrators, centralized root access, and writes while somebody else writes. */
import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import type { Organization, World } from '../../../src/simulator/world.ts';
import { ACCOUNT, ADMIN, clientOptions, MANAGEMENT, MANAGER, open, organizationWorld, START } from '../small-world.ts';

const IAM = { ServicePrincipal: 'iam.amazonaws.com' };

function openClients(accessKeyId = MANAGER, furnish: (organization: Organization) => void = () => undefined) {
  const world = organizationWorld();
  world.limits.rates = {};
  const organization = organizationOf(world);
  furnish(organization);
  const options = clientOptions(open(world), accessKeyId);
  return { world, organization, organizations: new sdk.OrganizationsClient(options), iam: new iamSdk.IAMClient(options) };
}

function organizationOf({ organization }: World): Organization {
  if (organization === undefined) throw new Error('no organization');
  return organization;
}

describe('trusted access', () => {
  it('is listed, enabled and disabled, each change counted once', async () => {
    const { world, organizations } = openClients(MANAGER, (organization) => { organization.trustedServices = []; });
    const list = async () => (await organizations.send(new sdk.ListAWSServiceAccessForOrganizationCommand({}))).EnabledServicePrincipals?.map(({ ServicePrincipal }) => ServicePrincipal);
    expect(await list()).toEqual([]);
    for (let time = 0; time < 2; time += 1) await organizations.send(new sdk.EnableAWSServiceAccessCommand(IAM));
    expect(await list()).toEqual([IAM.ServicePrincipal]);
    await organizations.send(new sdk.DisableAWSServiceAccessCommand(IAM));
    expect(await list()).toEqual([]);
    expect(world.effects.map(({ operation }) => operation)).toEqual(['EnableAWSServiceAccess', 'DisableAWSServiceAccess']);
  });

  it('stays while a delegate exists', async () => {
    const { organizations } = openClients();
    const delegate = { ...IAM, AccountId: ACCOUNT };
    await organizations.send(new sdk.RegisterDelegatedAdministratorCommand(delegate));
    await expect(organizations.send(new sdk.RegisterDelegatedAdministratorCommand(delegate))).rejects.toMatchObject({ name: 'AccountAlreadyRegisteredException' });
    await expect(organizations.send(new sdk.DisableAWSServiceAccessCommand(IAM))).rejects.toMatchObject({ name: 'ConstraintViolationException', Reason: 'DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE' });
    await organizations.send(new sdk.DeregisterDelegatedAdministratorCommand(delegate));
    await expect(organizations.send(new sdk.DisableAWSServiceAccessCommand(IAM))).resolves.toBeDefined();
  });

  it('cannot be given by a member, nor delegated to the management account', async () => {
    await expect(openClients(ADMIN).organizations.send(new sdk.EnableAWSServiceAccessCommand(IAM))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(openClients().organizations.send(new sdk.RegisterDelegatedAdministratorCommand({ ...IAM, AccountId: MANAGEMENT }))).rejects.toMatchObject({ name: 'ConstraintViolationException' });
  });
});

describe('centralized root access', () => {
  it('is switched on and off by the management account, each change counted once', async () => {
    const { world, iam } = openClients(MANAGER, (organization) => { organization.rootFeatures = []; });
    for (let time = 0; time < 2; time += 1) {
      expect(await iam.send(new iamSdk.EnableOrganizationsRootCredentialsManagementCommand({}))).toMatchObject({ OrganizationId: 'o-fake', EnabledFeatures: ['RootCredentialsManagement'] });
    }
    expect((await iam.send(new iamSdk.EnableOrganizationsRootSessionsCommand({}))).EnabledFeatures).toEqual(['RootCredentialsManagement', 'RootSessions']);
    expect((await iam.send(new iamSdk.DisableOrganizationsRootCredentialsManagementCommand({}))).EnabledFeatures).toEqual(['RootSessions']);
    expect((await iam.send(new iamSdk.ListOrganizationsFeaturesCommand({}))).EnabledFeatures).toEqual(['RootSessions']);
    expect(world.effects).toHaveLength(3);
  });

  it('needs trusted access, all features, and an account with a say', async () => {
    const list = (accessKeyId: string, furnish: (organization: Organization) => void) => openClients(accessKeyId, furnish).iam.send(new iamSdk.ListOrganizationsFeaturesCommand({}));
    await expect(list(MANAGER, (organization) => { organization.trustedServices = []; })).rejects.toMatchObject({ name: 'ServiceAccessNotEnabledException' });
    await expect(list(MANAGER, (organization) => { organization.featureSet = 'CONSOLIDATED_BILLING'; })).rejects.toMatchObject({ name: 'OrganizationNotInAllFeaturesModeException' });
    await expect(list(ADMIN, () => undefined)).rejects.toMatchObject({ name: 'AccountNotManagementOrDelegatedAdministratorException' });
    const delegate = (organization: Organization) => organization.delegatedAdministrators.push({ accountId: ACCOUNT, servicePrincipal: IAM.ServicePrincipal });
    await expect(list(ADMIN, delegate)).resolves.toMatchObject({ EnabledFeatures: ['RootCredentialsManagement'] });
    await expect(openClients(ADMIN, delegate).iam.send(new iamSdk.EnableOrganizationsRootSessionsCommand({}))).rejects.toMatchObject({ name: 'CallerIsNotManagementAccountException' });
  });
});

describe('while somebody else changes the organization', () => {
  it.each(['ConcurrentModificationException', 'PolicyChangesInProgressException'] as const)('writes get %s, reads do not, and nothing is changed', async (answer) => {
    const { world, organizations } = openClients(MANAGER, (organization) => { organization.changing = { until: START + 1, answer }; });
    await expect(organizations.send(new sdk.AttachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: ACCOUNT }))).rejects.toMatchObject({ name: answer });
    await expect(organizations.send(new sdk.ListRootsCommand({}))).resolves.toBeDefined();
    expect(world.effects).toEqual([]);
  });
});
