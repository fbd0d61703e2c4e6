/** The metric filter is word for word the one that Security Hub looks for; any other text fails its control. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('is the text of AWS Security Hub User Guide, CloudWatch.1', () => {
  const text = readFileSync('policies/cloudwatch/root-use/filter-pattern.txt', 'utf8');
  expect(text).toBe('{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}\n');
});
