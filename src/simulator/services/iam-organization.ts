/** What IAM tells of centralized root access in the caller's organization. Reads only. */
import type { ListOrganizationsFeaturesResponse } from '@aws-sdk/client-iam';
import type { Call } from '../service.ts';
import { ServiceError } from '../service.ts';

const IAM_PRINCIPAL = 'iam.amazonaws.com';
const FEATURES = ['RootCredentialsManagement', 'RootSessions'] as const;

/** For the management account and IAM's delegated administrator (IAM API reference, ListOrganizationsFeatures). */
export function listOrganizationsFeatures(_input: object, { caller, world }: Call): ListOrganizationsFeaturesResponse {
  const { organization } = world;
  if (organization === undefined || organization.parents[caller.accountId] === undefined) {
    throw new ServiceError('OrganizationNotFoundException', 'Organization not found.');
  }
  if (organization.featureSet !== 'ALL') {
    throw new ServiceError('OrganizationNotInAllFeaturesModeException', 'Your organization does not have all features enabled.');
  }
  const isDelegate = organization.delegatedAdministrators.some(({ accountId, servicePrincipal }) => accountId === caller.accountId && servicePrincipal === IAM_PRINCIPAL);
  if (caller.accountId !== organization.managementAccountId && !isDelegate) {
    throw new ServiceError('AccountNotManagementOrDelegatedAdministratorException', 'The account is not the management account or a delegated administrator for IAM.');
  }
  if (!organization.trustedServices.includes(IAM_PRINCIPAL)) {
    throw new ServiceError('ServiceAccessNotEnabledException', 'Trusted access for IAM is not enabled in your organization.');
  }
  return { OrganizationId: organization.id, EnabledFeatures: FEATURES.filter((feature) => organization.rootFeatures.includes(feature)) };
}
