/** The opening of one account: sealed for everybody else all the time, and for itself again from its time on, by AWS's own clock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleOpening, isOpening, openingName } from '../../src/domain/seal.ts';
import { evaluateScps } from '../../src/simulator/scp.ts';
import { DENY_ROOT, IN_NESTED, IN_PRODUCTION } from './organization-examples.ts';
import { at } from './root-event-examples.ts';

const UNTIL = at('2026-11-24T13:00:00Z');
const OPENING = assembleOpening(DENY_ROOT, IN_NESTED, UNTIL);
const ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** What the embedded AWS, which shares no code with the domain, decides over a call of root. */
const decide = (account: string, time: string, isAssumedRoot = false): string => evaluateScps([[ALLOW_ALL, OPENING]], {
  action: 's3:PutBucketVersioning', resource: '*',
  context: { 'aws:PrincipalArn': `arn:aws:iam::${account}:root`, 'aws:PrincipalAccount': account, 'aws:CurrentTime': time, ...(isAssumedRoot ? { 'aws:AssumedRoot': 'true' } : {}) },
});

describe('an opening', () => {
  it.each([
    [IN_NESTED, '2026-11-24T12:59:59Z', 'allowed'],
    [IN_NESTED, '2026-11-24T13:00:01Z', 'explicitly-denied'],
    [IN_PRODUCTION, '2026-11-24T12:59:59Z', 'explicitly-denied'],
    [IN_PRODUCTION, '2026-11-24T13:00:01Z', 'explicitly-denied'],
  ])('root of %s at %s: %s', (account, time, expected) => {
    expect(decide(account, time)).toBe(expected);
  });

  it('spares AssumeRoot sessions as before, at any time and in any account', () => {
    fc.assert(fc.property(fc.constantFrom(IN_NESTED, IN_PRODUCTION), fc.integer({ min: -100, max: 100 }), (account, hours) =>
      decide(account, new Date(Date.parse(UNTIL) + hours * 3_600_000).toISOString(), true) === 'allowed'));
  });

  it('is known by its name', () => {
    expect(isOpening({ name: openingName(IN_NESTED) }, IN_NESTED)).toBe(true);
    expect(isOpening({ name: openingName(IN_NESTED) }, IN_PRODUCTION)).toBe(false);
    expect(isOpening({ name: openingName(IN_NESTED) }, null)).toBe(true);
    expect(isOpening({ name: 'rootzero-deny-root-user' }, null)).toBe(false);
  });

  it('of a policy with such conditions of its own is refused', () => {
    const own = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringNotEquals: { 'aws:PrincipalAccount': '999999999999' } } } });
    expect(() => assembleOpening(own, IN_NESTED, UNTIL)).toThrow('StringNotEquals on aws:PrincipalAccount');
    for (const broken of ['{', '[]', '{"Statement":["x"]}', '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":"x"}}']) expect(() => assembleOpening(broken, IN_NESTED, UNTIL)).toThrow('not a service control policy');
  });
});
