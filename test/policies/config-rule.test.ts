/** The shipped Config rule is the managed rule that rootzero knows by name, in all its forms. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME } from '../../src/domain/guardrail.ts';

const read = (name: string): string => readFileSync(`policies/config/${CONFIG_RULE_NAME}${name}`, 'utf8');
const Description = 'The root user has no access keys.';
const MaximumExecutionFrequency = 'TwentyFour_Hours';
const Source = { Owner: 'AWS', SourceIdentifier: CONFIG_RULE_IDENTIFIER };

it('is the input of PutConfigRule for the managed rule, once a day', () => {
  expect(JSON.parse(read('.json'))).toEqual({ ConfigRuleName: CONFIG_RULE_NAME, Description, Source, MaximumExecutionFrequency });
});

it('is the same rule as the input of PutOrganizationConfigRule', () => {
  expect(JSON.parse(read('-organization.json'))).toEqual({
    OrganizationConfigRuleName: CONFIG_RULE_NAME,
    OrganizationManagedRuleMetadata: { Description, RuleIdentifier: CONFIG_RULE_IDENTIFIER, MaximumExecutionFrequency },
    ExcludedAccounts: [],
  });
});

it('is the same rule as a conformance pack', () => {
  expect(parse(read('-conformance-pack.yaml'))).toEqual({
    Resources: { IamRootAccessKeyCheck: { Type: 'AWS::Config::ConfigRule', Properties: { ConfigRuleName: CONFIG_RULE_NAME, Description, Source, MaximumExecutionFrequency } } },
  });
});
