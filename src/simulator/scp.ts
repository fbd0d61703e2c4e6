/** What service control policies decide over a request: an evaluator of its own. Knows policy texts and context, not who sent the request. */
import { isActionMatch, isConditionMet, isWildcardMatch } from './policy-match.ts';

export type ScpRequest = {
  /** `iam:CreateAccessKey` */
  action: string;
  resource: string;
  /** Condition keys such as `aws:PrincipalArn`, in any case. */
  context: Record<string, string>;
};

export type ScpDecision = 'allowed' | 'explicitly-denied' | 'implicitly-denied';

/**
 * Decides over the chain from the organization's root down to the account: a deny anywhere wins, and every level must
 * allow (Organizations user guide, "SCP evaluation").
 * @param chain policy texts by level
 * @throws Error for a policy that is not JSON or uses a condition operator that is not modelled
 */
export function evaluateScps(chain: string[][], request: ScpRequest): ScpDecision {
  const context = new Map(Object.entries(request.context).map(([key, value]) => [key.toLowerCase(), value]));
  const levels = chain.map((texts) => {
    return texts.flatMap(parseStatements).filter((statement) => isStatementMet(statement, request, context));
  });
  if (levels.flat().some((statement) => statement.Effect === 'Deny')) return 'explicitly-denied';
  const isAllowed = levels.every((statements) => statements.some((statement) => statement.Effect === 'Allow'));
  return isAllowed ? 'allowed' : 'implicitly-denied';
}

/**
 * Policies bind every principal of a member account, root included; nobody in the management account, and no service-linked role
 * (Organizations user guide, "Service control policies").
 */
export function isBound(principalArn: string, accountId: string, managementAccountId: string): boolean {
  return accountId !== managementAccountId && !/:role\/aws-service-role\//.test(principalArn);
}

type Statement = Record<string, unknown>;

/** A policy is met by every call of every account below it, and there are few of them. */
const statementsOf = new Map<string, readonly Statement[]>();

function parseStatements(text: string): readonly Statement[] {
  const known = statementsOf.get(text);
  if (known !== undefined) return known;
  const document: unknown = JSON.parse(text);
  const statements = isRecord(document) ? document['Statement'] : undefined;
  const parsed = (Array.isArray(statements) ? statements : [statements]).filter(isRecord);
  statementsOf.set(text, parsed);
  return parsed;
}

function isStatementMet(statement: Statement, request: ScpRequest, context: Map<string, string>): boolean {
  return isElementMet(statement, 'Action', (pattern) => isActionMatch(pattern, request.action))
    && isElementMet(statement, 'Resource', (pattern) => isWildcardMatch(pattern, request.resource))
    && areConditionsMet(statement['Condition'], context);
}

/** `Action` or `NotAction`, `Resource` or `NotResource`; a statement with neither matches nothing. */
function isElementMet(statement: Statement, element: 'Action' | 'Resource', matches: (pattern: string) => boolean): boolean {
  if (statement[element] !== undefined) return stringsOf(statement[element]).some(matches);
  const excluded = statement[`Not${element}`];
  return excluded !== undefined && !stringsOf(excluded).some(matches);
}

function areConditionsMet(condition: unknown, context: Map<string, string>): boolean {
  if (!isRecord(condition)) return true;
  return Object.entries(condition).every(([operator, keys]) => {
    return isRecord(keys) && Object.entries(keys).every(([key, expected]) => {
      return isConditionMet(operator, stringsOf(expected), context.get(key.toLowerCase()));
    });
  });
}

function stringsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
