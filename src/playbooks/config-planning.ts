/** Which change brings the Config rule about, in the account or the organization, and which takes ours off again. Read-only. */
import { CONFIG_RULE_NAME, type ConfigRuleDocument } from '../domain/guardrail.ts';
import type { GuardChange } from '../domain/change-plan.ts';
import { isEquivalentRule, organizationRuleDifferences, ruleOwner, type OrganizationRuleDocument } from '../domain/organization-rule.ts';
import { problem } from '../domain/problem.ts';
import type { PlannedChanges } from './alert-planning.ts';
import { chooseConfigRegion, findEquivalent, surveyConfig, type SurveyedConfig } from './config-survey.ts';
import { isSameRule } from './guardrails.ts';
import type { Session } from './session.ts';

export type ConfigRequest = {
  rule: ConfigRuleDocument;
  region: string | null;
  /** Null for a rule of this account alone. */
  organization: { excludedAccounts: string[] } | null;
};
export type PlannedConfig = PlannedChanges & { surveyed: SurveyedConfig; region: string; because: string };

const rulesThere = ({ regions }: SurveyedConfig, region: string): ConfigRuleDocument[] => {
  const rules = regions.find((entry) => entry.region === region)?.rules;
  if (rules?.known === true) return rules.value;
  throw problem(rules?.because ?? 'facts/not-read', rules?.detail === undefined ? {} : { detail: rules.detail });
};

function planAccountRule(surveyed: SurveyedConfig, region: string, rule: ConfigRuleDocument): PlannedChanges {
  const equivalent = findEquivalent(surveyed);
  if (equivalent !== null) {
    const owner = ruleOwner(equivalent.rule);
    return { changes: [], notDone: [{ what: `Config rule ${rule.name}`, because: `already in place in ${equivalent.region} as ${equivalent.rule.name}${owner === null ? '' : `, by ${owner}`}` }] };
  }
  const named = rulesThere(surveyed, region).find(({ name }) => name === rule.name);
  if (named !== undefined && !isSameRule(named, rule)) {
    throw problem('guardrail/config-differs', { detail: `${rule.name} in ${region}: ${named.sourceOwner}/${named.sourceIdentifier} → ${rule.sourceOwner}/${rule.sourceIdentifier}.` });
  }
  return { changes: [{ id: `config-rule/${region}`, kind: 'config-rule', region, before: null, after: rule }], notDone: [] };
}

const documentOf = (rule: ConfigRuleDocument, excludedAccounts: string[]): OrganizationRuleDocument => ({
  name: rule.name, identifier: rule.sourceIdentifier, description: rule.description, maximumExecutionFrequency: rule.maximumExecutionFrequency, excludedAccounts: [...excludedAccounts].sort(),
});

async function planOrganizationRule(session: Session, region: string, wanted: OrganizationRuleDocument): Promise<PlannedChanges> {
  const there = await session.identities.reading.reader.listOrganizationRules(region);
  const same = there.find(({ identifier }) => identifier === wanted.identifier);
  const named = there.find(({ name }) => name === wanted.name);
  if (named !== undefined && named.identifier !== wanted.identifier) throw problem('guardrail/config-differs', { detail: `${wanted.name} in ${region}: ${named.identifier} → ${wanted.identifier}.` });
  if (same !== undefined && same.name !== wanted.name) return { changes: [], notDone: [{ what: `organization rule ${wanted.name}`, because: `already in place in ${region} as ${same.name}` }] };
  if (named !== undefined && organizationRuleDifferences(wanted, named).length === 0) return { changes: [], notDone: [{ what: `organization rule ${wanted.name}`, because: `already in place in ${region}` }] };
  return { changes: [{ id: `organization-rule/${region}`, kind: 'organization-rule', region, before: named ?? null, after: wanted }], notDone: [] };
}

/**
 * Plans the rule for the one Region that suits.
 * @throws Problem `guardrail/no-recorder`, `guardrail/config-region`, `guardrail/config-differs`, `guardrail/not-config-administrator`
 */
export async function planConfig(session: Session, { rule, region: named, organization }: ConfigRequest): Promise<PlannedConfig> {
  const surveyed = await surveyConfig(session, named);
  const { region, because } = chooseConfigRegion(surveyed, named);
  const planned = organization === null
    ? planAccountRule(surveyed, region, rule)
    : await planOrganizationRule(session, region, documentOf(rule, organization.excludedAccounts));
  return { ...planned, surveyed, region, because };
}

/** Takes off rules of our name with our content; what another service put is its own to keep. */
export async function planConfigRemoval(session: Session, rule: ConfigRuleDocument, isOrganization: boolean, named: string | null): Promise<PlannedChanges> {
  const surveyed = await surveyConfig(session, named);
  if (isOrganization) {
    const found = await Promise.all(surveyed.regions.map(async ({ region }) =>
      ({ region, rules: await session.identities.reading.reader.listOrganizationRules(region) })));
    const ours = found.flatMap(({ region, rules }) => rules.filter(({ name, identifier }) => name === rule.name && identifier === rule.sourceIdentifier).map((before) => ({ region, before })));
    return { changes: ours.map(({ region, before }): GuardChange => ({ id: `organization-rule/${region}`, kind: 'organization-rule', region, before, after: null })), notDone: [] };
  }
  const changes: GuardChange[] = [];
  const notDone: PlannedChanges['notDone'] = [];
  for (const { region, rules } of surveyed.regions) {
    for (const there of rules.known ? rules.value : []) {
      const owner = ruleOwner(there);
      if (owner !== null) notDone.push({ what: `Config rule ${there.name} in ${region}`, because: `left alone: it is by ${owner}` });
      else if (there.name === CONFIG_RULE_NAME && isSameRule(there, rule)) changes.push({ id: `config-rule/${region}`, kind: 'config-rule', region, before: there, after: null });
      else if (isEquivalentRule(there)) notDone.push({ what: `Config rule ${there.name} in ${region}`, because: 'left alone: rootzero did not name it' });
    }
    if (!rules.known) notDone.push({ what: `rules in ${region}`, because: `not readable (${rules.because})` });
  }
  return { changes, notDone };
}
