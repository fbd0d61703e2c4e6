/** Which AWS services an organization trusts, and which accounts act for them (Organizations API reference). */
import type * as Sdk from '@aws-sdk/client-organizations';
import { appendEffect } from '../effects.ts';
import { ServiceError, type Call } from '../service.ts';
import { constraintViolation, findMember, organizationForReading, organizationForWriting, pageOf } from './organization-access.ts';

export function listAWSServiceAccessForOrganization(
  input: Sdk.ListAWSServiceAccessForOrganizationRequest,
  call: Call,
): Sdk.ListAWSServiceAccessForOrganizationResponse {
  const { page, ...rest } = pageOf(organizationForReading(call).trustedServices, input);
  return { EnabledServicePrincipals: page.map((ServicePrincipal) => ({ ServicePrincipal })), ...rest };
}

/** Once more changes nothing. */
export function enableAWSServiceAccess(input: Sdk.EnableAWSServiceAccessRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const principal = input.ServicePrincipal ?? '';
  if (!organization.trustedServices.includes(principal)) {
    organization.trustedServices.push(principal);
    appendEffect(call, principal);
  }
  return {};
}

export function disableAWSServiceAccess(input: Sdk.DisableAWSServiceAccessRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const principal = input.ServicePrincipal ?? '';
  if (organization.delegatedAdministrators.some(({ servicePrincipal }) => servicePrincipal === principal)) {
    throw constraintViolation('DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE', 'A delegated administrator is registered for this service.');
  }
  if (organization.trustedServices.includes(principal)) {
    organization.trustedServices = organization.trustedServices.filter((other) => other !== principal);
    appendEffect(call, principal);
  }
  return {};
}

export function registerDelegatedAdministrator(input: Sdk.RegisterDelegatedAdministratorRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const { AccountId: accountId = '', ServicePrincipal: servicePrincipal = '' } = input;
  if (findMember(call, organization, accountId) === undefined) {
    throw new ServiceError('AccountNotFoundException', "You specified an account that doesn't exist.");
  }
  if (accountId === organization.managementAccountId) {
    throw constraintViolation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR', "You can't register the management account.");
  }
  if (!organization.trustedServices.includes(servicePrincipal)) {
    throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED', 'Trusted access for this service is not enabled.');
  }
  if (isDelegate(organization.delegatedAdministrators, accountId, servicePrincipal)) {
    throw new ServiceError('AccountAlreadyRegisteredException', 'The specified account is already a delegated administrator for this AWS service.');
  }
  organization.delegatedAdministrators.push({ accountId, servicePrincipal });
  appendEffect(call, `${servicePrincipal}@${accountId}`);
  return {};
}

export function deregisterDelegatedAdministrator(input: Sdk.DeregisterDelegatedAdministratorRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const { AccountId: accountId = '', ServicePrincipal: servicePrincipal = '' } = input;
  if (!isDelegate(organization.delegatedAdministrators, accountId, servicePrincipal)) {
    throw new ServiceError('AccountNotRegisteredException', 'The specified account is not a delegated administrator for this AWS service.');
  }
  organization.delegatedAdministrators = organization.delegatedAdministrators
    .filter((delegate) => delegate.accountId !== accountId || delegate.servicePrincipal !== servicePrincipal);
  appendEffect(call, `${servicePrincipal}@${accountId}`);
  return {};
}

function isDelegate(delegates: { accountId: string; servicePrincipal: string }[], accountId: string, servicePrincipal: string): boolean {
  return delegates.some((delegate) => delegate.accountId === accountId && delegate.servicePrincipal === servicePrincipal);
}
