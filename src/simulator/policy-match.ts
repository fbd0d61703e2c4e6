/** How IAM's policy language compares: wildcards, ARNs, condition operators. Knows no statement, no principal and no service. */

/** `*` stands for any run of characters, `?` for one. Case counts. */
export function isWildcardMatch(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^]*').replaceAll('?', '[^]');
  return new RegExp(`^${source}$`).test(text);
}

/** Actions are compared without regard to case (IAM user guide, "IAM JSON policy elements: Action"). */
export function isActionMatch(pattern: string, action: string): boolean {
  return isWildcardMatch(pattern.toLowerCase(), action.toLowerCase());
}

type Comparison = { matches: (expected: string, actual: string) => boolean; isNegated: boolean };

/** ArnEquals and ArnLike behave the same (IAM user guide, "IAM JSON policy elements: Condition operators"). */
const COMPARISONS: Record<string, Comparison> = {
  StringEquals: { matches: (expected, actual) => expected === actual, isNegated: false },
  StringNotEquals: { matches: (expected, actual) => expected === actual, isNegated: true },
  StringEqualsIgnoreCase: { matches: isSameIgnoringCase, isNegated: false },
  StringNotEqualsIgnoreCase: { matches: isSameIgnoringCase, isNegated: true },
  StringLike: { matches: isWildcardMatch, isNegated: false },
  StringNotLike: { matches: isWildcardMatch, isNegated: true },
  ArnEquals: { matches: isArnMatch, isNegated: false },
  ArnNotEquals: { matches: isArnMatch, isNegated: true },
  ArnLike: { matches: isArnMatch, isNegated: false },
  ArnNotLike: { matches: isArnMatch, isNegated: true },
  Bool: { matches: isSameIgnoringCase, isNegated: false },
  DateEquals: { matches: comparingTimes((given, wanted) => given === wanted), isNegated: false },
  DateNotEquals: { matches: comparingTimes((given, wanted) => given === wanted), isNegated: true },
  DateLessThan: { matches: comparingTimes((given, wanted) => given < wanted), isNegated: false },
  DateLessThanEquals: { matches: comparingTimes((given, wanted) => given <= wanted), isNegated: false },
  DateGreaterThan: { matches: comparingTimes((given, wanted) => given > wanted), isNegated: false },
  DateGreaterThanEquals: { matches: comparingTimes((given, wanted) => given >= wanted), isNegated: false },
};

/**
 * Whether one condition holds: any expected value for a positive operator, none of them for a negated one. A key that
 * the request lacks fails a positive operator and passes a negated one; with `IfExists` it always passes.
 * @param operator `ArnLike`, `BoolIfExists`, `Null`
 * @param actual the request's value; undefined when the key is absent
 * @throws Error for an operator that is not modelled, and for a pattern that is no ARN where one is compared
 */
export function isConditionMet(operator: string, expected: string[], actual: string | undefined): boolean {
  if (operator === 'Null') return expected.some((value) => isSameIgnoringCase(value, String(actual === undefined)));
  const name = operator.replace(/IfExists$/, '');
  const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (comparison === undefined) throw new Error(`The condition operator ${operator} is not modelled.`);
  if (actual === undefined) return comparison.isNegated || operator !== name;
  return expected.some((value) => comparison.matches(value, actual)) !== comparison.isNegated;
}

/** Times in ISO 8601. */
function comparingTimes(holds: (given: number, wanted: number) => boolean): Comparison['matches'] {
  return (expected, actual) => holds(Date.parse(actual), Date.parse(expected));
}

/** Each of the six parts of an ARN is compared on its own, so that a wildcard does not reach over a colon. */
function isArnMatch(pattern: string, arn: string): boolean {
  const wanted = splitArn(pattern);
  const given = splitArn(arn);
  if (wanted.length !== 6 || given.length !== 6) throw new Error(`The comparison of ${arn} with ${pattern} is not modelled: both have to be ARNs.`);
  return wanted.every((part, index) => isWildcardMatch(part, given[index] ?? ''));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
}

function isSameIgnoringCase(expected: string, actual: string): boolean {
  return expected.toLowerCase() === actual.toLowerCase();
}
