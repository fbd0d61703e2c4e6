/** Our two evaluators under one question. They share no code; this file only translates their answers. */
import { assessScpEffect, isBoundByScps } from '../../src/domain/scp-effect.ts';
import { evaluateScps, isBound } from '../../src/simulator/scp.ts';
import { contextOf, MANAGEMENT_ACCOUNT, type AccessRequest } from './access-requests.ts';
import type { Decision } from './oracle.ts';

type Own = Decision | 'undecided';

const BY_EFFECT: Record<ReturnType<typeof assessScpEffect>, Own> = { 'denies': 'ExplicitlyDenied', 'allows': 'Allowed', 'no-statement': 'ImplicitlyDenied', 'undecided': 'undecided' };
const BY_DECISION: Record<ReturnType<typeof evaluateScps>, Decision> = { 'explicitly-denied': 'ExplicitlyDenied', 'allowed': 'Allowed', 'implicitly-denied': 'ImplicitlyDenied' };

/** By domain/scp-effect, which is told only the context that is given: other keys are unknown to it, not absent. */
export function decideByDomain(policyText: string, request: AccessRequest, context: Record<string, string>): Own {
  const { action, resource, principalArn, assumedRoot } = request;
  if (!isBoundByScps(principalArn, request.account === MANAGEMENT_ACCOUNT)) return 'Allowed';
  const isAssumedRoot = assumedRoot === 'absent' ? 'absent' : assumedRoot === 'true';
  return BY_EFFECT[assessScpEffect(policyText, { action, resource, principalArn, isAssumedRoot, context })];
}

/** By the embedded AWS. */
export function decideBySimulator(policyText: string, request: AccessRequest, moreContext: Record<string, string> = {}): Decision {
  const { action, resource, principalArn, account } = request;
  if (!isBound(principalArn, account, MANAGEMENT_ACCOUNT)) return 'Allowed';
  return BY_DECISION[evaluateScps([[policyText]], { action, resource, context: { ...contextOf(request), ...moreContext } })];
}
