/** domain/scp-effect and the simulator's evaluator against an independent one: on every shipped policy, on those that AWS publishes, and on made-up ones. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessRequests, contextOf, MANAGEMENT_ACCOUNT, requestsOnResources, type AccessRequest } from './access-requests.ts';
import { decideByDomain, decideBySimulator } from './evaluators.ts';
import { decideByOracle, decideByStrictOracle, FULL_AWS_ACCESS } from './oracle.ts';
import { PUBLISHED_POLICIES } from './published-policies.ts';
import { randomPolicies, unseenContext } from './random-policies.ts';

const CONTEXTS = 10_000;

const parse = (text: string): { Statement: object[] } => JSON.parse(text) as { Statement: object[] };
const SHIPPED = readdirSync('policies/scp').map((id) => ({ name: id, policy: parse(readFileSync(`policies/scp/${id}/policy.json`, 'utf8')) }));
/** Each beside FullAWSAccess in one document, so that what is not denied is allowed. */
const POLICIES = [...SHIPPED, ...PUBLISHED_POLICIES].map(({ name, policy }) => {
  const whole = { Version: '2012-10-17', Statement: [...FULL_AWS_ACCESS.Statement, ...policy.Statement] };
  return { name, policy, whole, text: JSON.stringify(whole) };
});

const SEEN_BY_ALL = ['aws:PrincipalAccount', 'aws:RequestedRegion'];
const knownContext = (request: AccessRequest): Record<string, string> =>
  Object.fromEntries(Object.entries(contextOf(request)).filter(([key]) => SEEN_BY_ALL.includes(key)));

describe(`the shipped policies and those that AWS publishes, over ${CONTEXTS} requests`, () => {
  it('are decided alike by all three, and none is left undecided', () => {
    const tally = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 };
    fc.assert(fc.property(accessRequests, (request) => {
      for (const { name, whole, text } of POLICIES) {
        const expected = decideByOracle([whole], request);
        const told = `${name}, ${JSON.stringify(request)}`;
        expect(decideByDomain(text, request, knownContext(request)), `domain, ${told}`).toBe(expected);
        expect(decideBySimulator(text, request), `simulator, ${told}`).toBe(expected);
        tally[expected] += 1;
      }
    }), { numRuns: CONTEXTS });
    // Both answers have to come up often, or the agreement says little.
    expect(tally.Allowed + tally.ExplicitlyDenied).toBe(CONTEXTS * POLICIES.length);
    expect(Math.min(tally.Allowed, tally.ExplicitlyDenied)).toBeGreaterThan(CONTEXTS);
  });

  it('never bind the management account or a service-linked role, and do bind root of a member', () => {
    const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
    fc.assert(fc.property(accessRequests, (request) => {
      const expected = request.account === MANAGEMENT_ACCOUNT || request.principalArn.includes('aws-service-role') ? 'Allowed' : 'ExplicitlyDenied';
      expect([decideByDomain(everything, request, {}), decideBySimulator(everything, request)]).toEqual([expected, expected]);
    }));
  });

  it('are service control policies in the other implementation’s eyes too, which validates them', async () => {
    const request: AccessRequest = {
      partition: 'aws', account: '444455556666', principal: 'arn:aws:iam::444455556666:root', principalArn: 'arn:aws:iam::444455556666:root',
      isServiceLinked: false, assumedRoot: 'absent', action: 's3:ListAllMyBuckets', resource: '*', region: 'us-east-1',
    };
    for (const { name, policy } of POLICIES) {
      expect(await decideByStrictOracle([FULL_AWS_ACCESS, policy], request), name).toBe(decideByOracle([FULL_AWS_ACCESS, policy], request));
    }
  });
});

describe('made-up policies', () => {
  it('are decided as the other implementation does, or said to be undecided; never allowed by mistake', () => {
    const tally = { decided: 0, undecided: 0 };
    fc.assert(fc.property(requestsOnResources, randomPolicies, unseenContext, (request, policy, unseen) => {
      const own = decideByDomain(JSON.stringify(policy), request, knownContext(request));
      if (own === 'undecided') tally.undecided += 1;
      else {
        tally.decided += 1;
        expect(own).toBe(decideByOracle([policy], request, unseen));
      }
    }), { numRuns: CONTEXTS });
    expect(tally.decided).toBeGreaterThan(CONTEXTS / 2);
    expect(tally.undecided).toBeGreaterThan(CONTEXTS / 50);
  });

  it('are decided by the embedded AWS as the other implementation does, or refused', () => {
    const tally = { decided: 0, refused: 0 };
    fc.assert(fc.property(requestsOnResources, randomPolicies, unseenContext, (request, policy, unseen) => {
      let own: string;
      try {
        own = decideBySimulator(JSON.stringify(policy), request, unseen);
      } catch (refusal) {
        expect(String(refusal)).toContain('not modelled');
        tally.refused += 1;
        return;
      }
      tally.decided += 1;
      expect(own).toBe(decideByOracle([policy], request, unseen));
    }), { numRuns: CONTEXTS });
    expect(tally.decided).toBeGreaterThan(CONTEXTS / 2);
    expect(tally.refused).toBeGreaterThan(CONTEXTS / 50);
  });

  it('are decided no other way by knowing less of the request', () => {
    fc.assert(fc.property(requestsOnResources, randomPolicies, (request, policy) => {
      const text = JSON.stringify(policy);
      const knowing = decideByDomain(text, request, knownContext(request));
      expect([knowing, 'undecided']).toContain(decideByDomain(text, request, {}));
    }), { numRuns: CONTEXTS });
  });
});
