/** The topic policy lets EventBridge publish, and nothing more: its cases through the independent implementation. */
import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, it } from 'vitest';
import * as z from 'zod';

const FOLDER = 'policies/sns/publish-from-eventbridge';
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:root-page';
const read = (name: string): unknown => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8').replaceAll('TOPIC_ARN', TOPIC));

const cases = z.array(z.strictObject({
  name: z.string(), request: z.strictObject({ service: z.string(), action: z.string(), resource: z.string() }), decision: z.enum(['allowed', 'not-allowed']),
})).parse(read('cases.json'));

it.each(cases)('$name: $decision', async ({ request: { service, action, resource }, decision }) => {
  const result = await runSimulation({
    identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy: read('policy.json'),
    request: { principal: service, action, resource: { resource, accountId: '111122223333' }, contextVariables: {} },
  }, {});
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  expect(result.overallResult === 'Allowed' ? 'allowed' : 'not-allowed').toBe(decision);
});

it('has no condition, which EventBridge would not meet', () => {
  expect(JSON.stringify(read('policy.json'))).not.toContain('Condition');
});
