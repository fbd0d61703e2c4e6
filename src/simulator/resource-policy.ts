/** What the policy of a resource (a topic, an encryption key) lets a service of AWS do when EventBridge asks. Knows no resource. */
import { isActionMatch, isWildcardMatch } from './policy-match.ts';

type Statement = { effect: string; principals: string[]; actions: string[]; resources: string[]; isConditional: boolean };

/**
 * Whether a service principal may do this. A statement with a condition does not count: EventBridge supports none in the policies of topics
 * (EventBridge user guide, "Amazon SNS permissions") and of their keys (SNS developer guide, "Managing Amazon SNS encryption keys and costs").
 */
export function allowsService(policyText: string, service: string, action: string, resource: string): boolean {
  const fitting = parseStatements(policyText).filter((statement) =>
    statement.principals.some((principal) => principal === '*' || principal === `Service:${service}`) &&
    statement.actions.some((pattern) => isActionMatch(pattern, action)) &&
    statement.resources.some((pattern) => isWildcardMatch(pattern, resource)));
  const isDenied = fitting.some(({ effect }) => effect === 'Deny');
  return !isDenied && fitting.some(({ effect, isConditional }) => effect === 'Allow' && !isConditional);
}

function parseStatements(text: string): Statement[] {
  const document: unknown = JSON.parse(text);
  const statements = isRecord(document) ? listOf(document['Statement']) : [];
  return statements.filter(isRecord).map((statement) => ({
    effect: String(statement['Effect']),
    principals: principalsOf(statement['Principal']),
    actions: listOf(statement['Action']).map(String),
    resources: listOf(statement['Resource']).map(String),
    isConditional: statement['Condition'] !== undefined,
  }));
}

/** `*` for everybody, `Service:events.amazonaws.com` for a service; accounts and roles are nobody that asks here. */
function principalsOf(principal: unknown): string[] {
  if (principal === '*') return ['*'];
  if (!isRecord(principal)) return [];
  const services = listOf(principal['Service']).map((service) => `Service:${String(service)}`);
  return listOf(principal['AWS']).includes('*') ? ['*', ...services] : services;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
