/** Centralized root access of the caller's organization: which features are on, and who may switch them. */
import type { ListOrganizationsFeaturesResponse } from '@aws-sdk/client-iam';
import { appendEffect } from '../effects.ts';
import type { Call } from '../service.ts';
import { ServiceError } from '../service.ts';
import type { Organization } from '../world.ts';

const IAM_PRINCIPAL = 'iam.amazonaws.com';
const FEATURES = ['RootCredentialsManagement', 'RootSessions'] as const;
type Feature = (typeof FEATURES)[number];
type FeatureList = { OrganizationId: string; EnabledFeatures: Feature[] };

/** For the management account and IAM's delegated administrator (IAM API reference, ListOrganizationsFeatures). */
export function listOrganizationsFeatures(_input: object, call: Call): ListOrganizationsFeaturesResponse {
  return featuresOf(requireFeatures(call));
}

/** The management account only (captured calls). Once more changes nothing. */
export function enableFeature(feature: Feature): (input: object, call: Call) => FeatureList {
  return (_input, call) => {
    const organization = requireFeatures(call);
    if (call.caller.accountId !== organization.managementAccountId) {
      throw new ServiceError('CallerIsNotManagementAccountException', 'The request was rejected because the caller is not the management account.');
    }
    if (!organization.rootFeatures.includes(feature)) {
      organization.rootFeatures.push(feature);
      appendEffect(call, feature);
    }
    return featuresOf(organization);
  };
}

/** A delegated administrator may do this too (captured calls). */
export function disableFeature(feature: Feature): (input: object, call: Call) => FeatureList {
  return (_input, call) => {
    const organization = requireFeatures(call);
    if (organization.rootFeatures.includes(feature)) {
      organization.rootFeatures = organization.rootFeatures.filter((other) => other !== feature);
      appendEffect(call, feature);
    }
    return featuresOf(organization);
  };
}

function featuresOf({ id, rootFeatures }: Organization): FeatureList {
  return { OrganizationId: id, EnabledFeatures: FEATURES.filter((feature) => rootFeatures.includes(feature)) };
}

/** @throws ServiceError for accounts and organizations that have no say over these features */
function requireFeatures({ caller, world }: Call): Organization {
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
  return organization;
}
