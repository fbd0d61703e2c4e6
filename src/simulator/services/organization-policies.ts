/** The service control policies of an organization and where they are attached (Organizations API reference). */
import type * as Sdk from '@aws-sdk/client-organizations';
import { appendEffect } from '../effects.ts';
import { nextRequestId } from '../sequence.ts';
import { ServiceError, type Call } from '../service.ts';
import type { Organization, Policy } from '../world.ts';
import { constraintViolation, findTarget, invalidInput, organizationForReading, organizationForWriting, openListing, pageOf } from './organization-access.ts';
import { asPolicy, asPolicySummary, checkPolicyContent } from './organization-policy-document.ts';

/** Organizations user guide, "Quotas": attached directly to one root, unit or account; inherited ones do not count. */
const MAX_POLICIES_PER_TARGET = 10;
const SCP = 'SERVICE_CONTROL_POLICY';

const targetsOf = openListing<string>();

export function listPolicies(input: Sdk.ListPoliciesRequest, call: Call): Sdk.ListPoliciesResponse {
  const organization = organizationForReading(call);
  const { page, ...rest } = pageOf(isScp(input.Filter) ? organization.policies : [], input);
  return { Policies: page.map((policy) => asPolicySummary(call, organization, policy)), ...rest };
}

export function listPoliciesForTarget(input: Sdk.ListPoliciesForTargetRequest, call: Call): Sdk.ListPoliciesForTargetResponse {
  const organization = organizationForReading(call);
  const attached = attachedTo(organization, requireTarget(call, organization, input.TargetId));
  const policies = isScp(input.Filter) ? organization.policies.filter(({ id }) => attached.includes(id)) : [];
  const { page, ...rest } = pageOf(policies, input);
  return { Policies: page.map((policy) => asPolicySummary(call, organization, policy)), ...rest };
}

export function listTargetsForPolicy(input: Sdk.ListTargetsForPolicyRequest, call: Call): Sdk.ListTargetsForPolicyResponse {
  const organization = organizationForReading(call);
  const policy = requirePolicy(organization, input.PolicyId);
  const { page, ...rest } = pageOf(targetsOf(policy, input, () => targetIdsOf(organization, policy)), input);
  return {
    Targets: page.flatMap((id) => {
      const target = findTarget(call, organization, id);
      return target === undefined ? [] : [{ TargetId: id, Arn: target.arn, Name: target.name, Type: target.type }];
    }),
    ...rest,
  };
}

export function describePolicy(input: Sdk.DescribePolicyRequest, call: Call): Sdk.DescribePolicyResponse {
  const organization = organizationForReading(call);
  return { Policy: asPolicy(call, organization, requirePolicy(organization, input.PolicyId)) };
}

export function createPolicy(input: Sdk.CreatePolicyRequest, call: Call): Sdk.CreatePolicyResponse {
  const organization = organizationForWriting(call);
  if (!isScp(input.Type)) {
    throw new ServiceError('PolicyTypeNotAvailableForOrganizationException', "You can't use the specified policy type.");
  }
  const [name, content] = [input.Name ?? '', input.Content ?? ''];
  if (name === '') throw invalidInput('INPUT_REQUIRED', 'A policy name is required.');
  checkPolicyContent(content);
  if (organization.policies.some((policy) => policy.name === name)) throw duplicateName();
  const id = `p-${nextRequestId(call.world).slice(-12)}`;
  const policy: Policy = { id, name, description: input.Description ?? '', content, isAwsManaged: false };
  organization.policies.push(policy);
  if (input.Tags !== undefined && input.Tags.length > 0) {
    organization.tags[policy.id] = Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  }
  appendEffect(call, policy.id);
  return { Policy: asPolicy(call, organization, policy) };
}

export function updatePolicy(input: Sdk.UpdatePolicyRequest, call: Call): Sdk.UpdatePolicyResponse {
  const organization = organizationForWriting(call);
  const policy = requireOwnPolicy(organization, input.PolicyId);
  const { name, description, content } = policy;
  const changed = { name: input.Name ?? name, description: input.Description ?? description, content: input.Content ?? content };
  checkPolicyContent(changed.content);
  if (organization.policies.some((other) => other !== policy && other.name === changed.name)) throw duplicateName();
  const isSame = changed.name === name && changed.description === description && changed.content === content;
  Object.assign(policy, changed);
  if (!isSame) appendEffect(call, policy.id);
  return { Policy: asPolicy(call, organization, policy) };
}

export function deletePolicy(input: Sdk.DeletePolicyRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const policy = requireOwnPolicy(organization, input.PolicyId);
  if (targetIdsOf(organization, policy).length > 0) {
    throw new ServiceError('PolicyInUseException', 'The policy is attached to one or more entities.');
  }
  organization.policies = organization.policies.filter((other) => other !== policy);
  delete organization.tags[policy.id];
  appendEffect(call, policy.id);
  return {};
}

export function attachPolicy(input: Sdk.AttachPolicyRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const policy = requirePolicy(organization, input.PolicyId);
  const targetId = requireTarget(call, organization, input.TargetId);
  if (!organization.isScpEnabled) {
    throw new ServiceError('PolicyTypeNotEnabledException', "The specified policy type isn't currently enabled in this root.");
  }
  const attached = attachedTo(organization, targetId);
  if (attached.includes(policy.id)) {
    throw new ServiceError('DuplicatePolicyAttachmentException', 'The selected policy is already attached to the specified target.');
  }
  if (attached.length >= MAX_POLICIES_PER_TARGET) {
    throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', 'The target has as many policies of this type as it may have.');
  }
  organization.attachments[targetId] = [...attached, policy.id];
  appendEffect(call, `${policy.id}@${targetId}`);
  return {};
}

export function detachPolicy(input: Sdk.DetachPolicyRequest, call: Call): object {
  const organization = organizationForWriting(call);
  const policy = requirePolicy(organization, input.PolicyId);
  const targetId = requireTarget(call, organization, input.TargetId);
  const attached = attachedTo(organization, targetId);
  if (!attached.includes(policy.id)) {
    throw new ServiceError('PolicyNotAttachedException', "The policy isn't attached to the specified target in the specified root.");
  }
  if (attached.length === 1) {
    throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', 'You must keep at least one policy of this type attached.');
  }
  organization.attachments[targetId] = attached.filter((id) => id !== policy.id);
  appendEffect(call, `${policy.id}@${targetId}`);
  return {};
}

/** Takes effect at once here; AWS does it in the background. */
export function enablePolicyType(input: Sdk.EnablePolicyTypeRequest, call: Call): Sdk.EnablePolicyTypeResponse {
  const organization = organizationForWriting(call);
  if (input.RootId !== organization.rootId) throw new ServiceError('RootNotFoundException', "You specified a root that doesn't exist.");
  if (!isScp(input.PolicyType)) {
    throw new ServiceError('PolicyTypeNotAvailableForOrganizationException', "You can't use the specified policy type.");
  }
  if (organization.isScpEnabled) {
    throw new ServiceError('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled in the specified root.');
  }
  organization.isScpEnabled = true;
  appendEffect(call, organization.rootId);
  return { Root: { Id: organization.rootId, Name: 'Root', PolicyTypes: [{ Type: SCP, Status: 'ENABLED' }] } };
}

export function listTagsForResource(input: Sdk.ListTagsForResourceRequest, call: Call): Sdk.ListTagsForResourceResponse {
  const organization = organizationForReading(call);
  const id = input.ResourceId ?? '';
  if (findTarget(call, organization, id) === undefined && !organization.policies.some((policy) => policy.id === id)) {
    throw new ServiceError('TargetNotFoundException', "You specified a target that doesn't exist.");
  }
  return { Tags: Object.entries(organization.tags[id] ?? {}).map(([Key, Value]) => ({ Key, Value })) };
}

function isScp(type: string | undefined): boolean {
  return type === SCP;
}

function requirePolicy(organization: Organization, policyId: string | undefined): Policy {
  const policy = organization.policies.find(({ id }) => id === policyId);
  if (policy === undefined) throw new ServiceError('PolicyNotFoundException', "You specified a policy that doesn't exist.");
  return policy;
}

function requireOwnPolicy(organization: Organization, policyId: string | undefined): Policy {
  const policy = requirePolicy(organization, policyId);
  if (policy.isAwsManaged) throw invalidInput('IMMUTABLE_POLICY', 'You specified a policy that is managed by AWS and cannot be modified.');
  return policy;
}

function requireTarget(call: Call, organization: Organization, targetId: string | undefined): string {
  if (targetId === undefined || findTarget(call, organization, targetId) === undefined) {
    throw new ServiceError('TargetNotFoundException', "You specified a target that doesn't exist.");
  }
  return targetId;
}

function attachedTo(organization: Organization, targetId: string): string[] {
  return organization.attachments[targetId] ?? [];
}

function targetIdsOf(organization: Organization, policy: Policy): string[] {
  return Object.entries(organization.attachments).flatMap(([targetId, policyIds]) => (policyIds.includes(policy.id) ? [targetId] : []));
}

function duplicateName(): ServiceError {
  return new ServiceError('DuplicatePolicyException', 'A policy with the same name already exists.');
}
