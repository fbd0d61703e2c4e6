/** A Config rule of the organization as a document, its progress account by account, and which rules of others do the same job. Pure. */
import { CONFIG_RULE_IDENTIFIER, type ConfigRuleDocument } from './guardrail.ts';

export type OrganizationRuleDocument = {
  name: string;
  identifier: string;
  description: string | null;
  maximumExecutionFrequency: string | null;
  /** Account ids, sorted. */
  excludedAccounts: string[];
};

export type SpreadState = 'successful' | 'in-progress' | 'failed';
export type AccountSpread = { account: string; state: SpreadState; because: string | null };
/** `change`: what is being done to the accounts. */
export type OrganizationRuleSpread = { change: 'create' | 'update' | 'delete'; state: SpreadState; accounts: AccountSpread[] };

/** How a rule that AWS or another product put here calls itself to people. */
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/^securityhub\.amazonaws\.com$/, 'AWS Security Hub'],
  [/^controltower\.amazonaws\.com$/, 'AWS Control Tower'],
  [/^config-multiaccountsetup\.amazonaws\.com$/, 'an organization rule'],
  [/^config-conforms\.amazonaws\.com$/, 'a conformance pack'],
];
/** Some products leave `CreatedBy` empty, and are told by the names that they give. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^securityhub-/, 'AWS Security Hub'],
  [/^AWSControlTower_/, 'AWS Control Tower'],
  [/^OrgConfigRule-/, 'an organization rule'],
  [/-conformance-pack-/, 'a conformance pack'],
];

/** Who put the rule there, where it is not the account's own; null for one of its own. */
export function ruleOwner({ createdBy, name }: ConfigRuleDocument): string | null {
  if (createdBy !== null) return OWNERS.find(([pattern]) => pattern.test(createdBy))?.[1] ?? createdBy;
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Whether the rule does the job already, whatever its name and whoever put it there. */
export const isEquivalentRule = (rule: ConfigRuleDocument): boolean => rule.sourceOwner === 'AWS' && rule.sourceIdentifier === CONFIG_RULE_IDENTIFIER;

/** AWS may show its default of 24 hours where nothing was put. */
const frequencyOf = (rule: OrganizationRuleDocument): string => rule.maximumExecutionFrequency ?? 'TwentyFour_Hours';

/** What the rule has other than wanted, one line each: `there → wanted`. */
export function organizationRuleDifferences(wanted: OrganizationRuleDocument, found: OrganizationRuleDocument): string[] {
  const pairs: [string, string, string][] = [
    ['identifier', found.identifier, wanted.identifier],
    ['frequency', frequencyOf(found), frequencyOf(wanted)],
    ['excluded accounts', [...found.excludedAccounts].sort().join(', ') || 'none', [...wanted.excludedAccounts].sort().join(', ') || 'none'],
  ];
  return pairs.filter(([, there, here]) => there !== here).map(([what, there, here]) => `${what}: ${there} → ${here}`);
}
