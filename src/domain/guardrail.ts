/** Guardrails as documents: the service control policy and the Config rule, their limits, and whether what is there already is the same. */
import { canonicalJson, parseJson } from './canonical-json.ts';

/** Organizations quotas since 2026-05-15: characters of a policy as stored, policies per root, OU or account. */
export const SCP_MAX_CHARACTERS = 10_240;
export const SCP_SLOTS_PER_TARGET = 10;
/** AWS has raised both before, and publishes no API for them. */
export const SCP_QUOTAS_AS_OF = '2026-05-15';

export type ServiceControlPolicy = { id: string; name: string; content: string; isAwsManaged: boolean };

/** A policy with the root, units and accounts that it is attached to. */
export type AttachedPolicy = ServiceControlPolicy & { targetIds: string[] };

export type OrganizationTarget =
  | { kind: 'root'; id: string; name: string }
  | { kind: 'organizational-unit'; id: string; name: string }
  | { kind: 'account'; id: string; name: string };

export type ConfigRecorderState = 'recording' | 'stopped' | 'service-linked-only' | 'none';

export type ConfigRuleDocument = {
  name: string;
  sourceOwner: string;
  sourceIdentifier: string;
  description: string | null;
  maximumExecutionFrequency: string | null;
  inputParameters: string | null;
  /** Principal of the service that owns the rule, such as Security Hub or Control Tower; null for a rule of the account's own. */
  createdBy: string | null;
};

export const CONFIG_RULE_NAME = 'iam-root-access-key-check';
export const CONFIG_RULE_IDENTIFIER = 'IAM_ROOT_ACCESS_KEY_CHECK';

/** Regions without the managed rule (AWS Config Developer Guide, iam-root-access-key-check). */
export const CONFIG_RULE_UNSUPPORTED_REGIONS: readonly string[] = [
  'ap-southeast-6', 'ap-southeast-7', 'me-central-1', 'ap-southeast-5', 'mx-central-1',
  'il-central-1', 'ap-east-2', 'ca-west-1', 'eu-south-2', 'eu-central-2',
];

/** True when two policy texts say the same, whatever their white space and key order. */
export function isSamePolicy(first: string, second: string): boolean {
  const [left, right] = [parseJson(first), parseJson(second)];
  return left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right);
}

/** The text as it is stored: Organizations counts white space when a policy is saved by API. */
export function minifyPolicy(text: string): string {
  const value = parseJson(text);
  return value === undefined ? text : JSON.stringify(value);
}
