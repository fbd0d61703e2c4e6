/** The shipped Config rule is the managed rule that rootzero knows by name. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME } from '../../src/domain/guardrail.ts';

it('is the input of PutConfigRule for the managed rule, once a day', () => {
  const text = readFileSync(new URL('../../policies/config/iam-root-access-key-check.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toEqual({
    ConfigRuleName: CONFIG_RULE_NAME,
    Description: 'The root user has no access keys.',
    Source: { Owner: 'AWS', SourceIdentifier: CONFIG_RULE_IDENTIFIER },
    MaximumExecutionFrequency: 'TwentyFour_Hours',
  });
});
