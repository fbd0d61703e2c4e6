/** Config rules of an organization, in domain words. Region by Region; every method may throw a Problem. */
import type { OrganizationRuleDocument, OrganizationRuleSpread } from '../domain/organization-rule.ts';

export interface OrganizationRuleReader {
  /** AWS Config DescribeOrganizationConfigRules: what this account put. @throws Problem `guardrail/not-config-administrator` for any but the management account and its delegate */
  listOrganizationRules(region: string): Promise<OrganizationRuleDocument[]>;
  /** How far it has come, account by account; null for a rule that is not there. */
  readOrganizationRuleSpread(region: string, name: string): Promise<OrganizationRuleSpread | null>;
}

export interface OrganizationRuleWriter {
  /** AWS Config PutOrganizationConfigRule: creates, or updates the rule of that name; refused while a change is under way. */
  putOrganizationRule(region: string, rule: OrganizationRuleDocument): Promise<void>;
  deleteOrganizationRule(region: string, name: string): Promise<void>;
}
