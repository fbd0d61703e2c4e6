/** A service control policy as a document: what Organizations accepts and how it shows it. Knows no attachment. */
import type * as Sdk from '@aws-sdk/client-organizations';
import { ServiceError, type Call } from '../service.ts';
import type { Organization, Policy } from '../world.ts';
import { constraintViolation, organizationArn } from './organization-access.ts';

/** Organizations user guide, "Quotas": characters as stored, white space included. */
const MAX_POLICY_CHARACTERS = 10_240;

/** @throws ServiceError for a policy that is too long or that is not a service control policy */
export function checkPolicyContent(content: string): void {
  if (content.length > MAX_POLICY_CHARACTERS) {
    throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED', 'You attempted to create a policy that is larger than the maximum size.');
  }
  if (!isPolicyDocument(parseJson(content))) {
    throw new ServiceError('MalformedPolicyDocumentException', 'The provided policy document does not meet the requirements of its type.');
  }
}

export function asPolicySummary(call: Call, organization: Organization, policy: Policy): Sdk.PolicySummary {
  const arn = policy.isAwsManaged
    ? `arn:${call.world.partition}:organizations::aws:policy/service_control_policy/${policy.id}`
    : organizationArn(call, organization, 'policy', `service_control_policy/${policy.id}`);
  return {
    Id: policy.id,
    Arn: arn,
    Name: policy.name,
    Description: policy.description,
    Type: 'SERVICE_CONTROL_POLICY',
    AwsManaged: policy.isAwsManaged,
  };
}

export function asPolicy(call: Call, organization: Organization, policy: Policy): Sdk.Policy {
  return { PolicySummary: asPolicySummary(call, organization, policy), Content: policy.content };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Organizations user guide, "SCP syntax": every statement has Effect, Action or NotAction, Resource or NotResource, and no principal. */
function isPolicyDocument(document: unknown): boolean {
  if (!isRecord(document)) return false;
  const { Version: version, Statement: statement } = document;
  const statements: unknown[] = Array.isArray(statement) ? statement : [statement];
  return (version === '2012-10-17' || version === '2008-10-17') && statements.length > 0 && statements.every(isStatement);
}

function isStatement(statement: unknown): boolean {
  if (!isRecord(statement)) return false;
  const hasOneOf = (first: string, second: string) => (first in statement) !== (second in statement);
  return (
    (statement['Effect'] === 'Allow' || statement['Effect'] === 'Deny') &&
    hasOneOf('Action', 'NotAction') &&
    hasOneOf('Resource', 'NotResource') &&
    !('Principal' in statement) &&
    !('NotPrincipal' in statement)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
