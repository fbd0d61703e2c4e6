/** The shipped service control policies: every case through two evaluators that share no code, and the limits of Organizations. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { minifyPolicy, SCP_MAX_CHARACTERS } from '../../src/domain/guardrail.ts';
import { assessScpEffect, deniesRoot, locksOutAssumedRoot } from '../../src/domain/scp-effect.ts';
import { evaluateScps } from '../../src/simulator/scp.ts';

const FOLDER = new URL('../../policies/scp/', import.meta.url);
const FULL_AWS_ACCESS = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

const CaseFile = z.array(z.strictObject({
  name: z.string(),
  request: z.strictObject({
    action: z.string(),
    resource: z.string(),
    context: z.strictObject({ 'aws:PrincipalArn': z.string(), 'aws:AssumedRoot': z.literal('true').exactOptional() }),
  }),
  decision: z.enum(['denied', 'not-denied']),
})).min(1);
type PolicyCase = z.infer<typeof CaseFile>[number];

const Policy = z.object({ Statement: z.array(z.looseObject({ Sid: z.string(), Effect: z.literal('Deny') })) });

const readText = (id: string, file: string): string => readFileSync(new URL(`${id}/${file}`, FOLDER), 'utf8');

const policies = readdirSync(FOLDER).map((id) => ({
  id,
  text: readText(id, 'policy.json'),
  about: readText(id, 'about.md'),
  cases: CaseFile.parse(JSON.parse(readText(id, 'cases.json'))),
}));
const everyCase = policies.flatMap(({ id, text, cases }) => cases.map((policyCase) => ({ id, text, policyCase, name: policyCase.name })));

function decideByOwnEvaluator(text: string, { request: { action, resource, context } }: PolicyCase): string {
  const isAssumedRoot = context['aws:AssumedRoot'] === 'true' ? true : 'absent';
  const effect = assessScpEffect(text, { action, resource, principalArn: context['aws:PrincipalArn'], isAssumedRoot, context: {} });
  return effect === 'denies' ? 'denied' : effect === 'no-statement' ? 'not-denied' : effect;
}

function decideBySimulator(text: string, { request: { action, resource, context } }: PolicyCase): string {
  const decision = evaluateScps([[FULL_AWS_ACCESS], [FULL_AWS_ACCESS, text]], { action, resource, context: { ...context } });
  return decision === 'explicitly-denied' ? 'denied' : decision === 'allowed' ? 'not-denied' : decision;
}

describe('the shipped service control policies', () => {
  it.each(everyCase)('$id: $name', ({ text, policyCase }) => {
    expect(decideByOwnEvaluator(text, policyCase), 'by domain/scp-effect').toBe(policyCase.decision);
    expect(decideBySimulator(text, policyCase), 'by simulator/scp').toBe(policyCase.decision);
  });

  it.each(policies)('$id fits Organizations when minified, and every statement names its resources', ({ text }) => {
    expect(minifyPolicy(text).length).toBeLessThanOrEqual(SCP_MAX_CHARACTERS);
    // Taking out all white space, as the README does by hand, has to be the same.
    expect(text.replaceAll(/[ \n]/g, '')).toBe(minifyPolicy(text));
    for (const statement of Policy.parse(JSON.parse(text)).Statement) expect(statement).toHaveProperty('Resource');
  });

  it.each([
    { id: 'deny-root-user', root: 'yes', lockOut: 'no' },
    { id: 'deny-root-user-except-key-removal', root: 'yes', lockOut: 'no' },
    { id: 'deny-root-user-strict', root: 'yes', lockOut: 'yes' },
    { id: 'deny-root-access-keys', root: 'no', lockOut: 'no' },
  ])('$id: denies root: $root; locks out AssumeRoot: $lockOut', ({ id, root, lockOut }) => {
    const text = readText(id, 'policy.json');
    expect([deniesRoot(text), locksOutAssumedRoot(text)]).toEqual([root, lockOut]);
  });

  it('the strict one says that rootzero never attaches it', () => {
    expect(policies.find(({ id }) => id === 'deny-root-user-strict')?.about).toContain('never attaches');
  });
});
