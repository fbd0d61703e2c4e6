/** Event patterns: reading them, and whether an event matches (EventBridge user guide, "Event pattern syntax" and "Comparison operators"). Knows no rule. */
import { isWildcardMatch } from './policy-match.ts';
import { ServiceError } from './service.ts';

export type EventPattern = Record<string, unknown>;

/** @throws ServiceError InvalidEventPatternException for what is no pattern */
export function parseEventPattern(text: string): EventPattern {
  const value = parseJson(text);
  if (!isRecord(value) || Object.keys(value).length === 0) throw invalidPattern('Filter is not an object');
  requirePattern(value);
  return value;
}

/** Fields that the pattern names must match, each in the same nesting; all others are ignored. */
export function isPatternMatch(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or' && Array.isArray(wanted)) return wanted.some((alternative) => isRecord(alternative) && isPatternMatch(alternative, event));
    const actual = isRecord(event) ? event[name] : undefined;
    if (Array.isArray(wanted)) return isLeafMatch(wanted, actual);
    if (!isRecord(wanted)) return false;
    return Array.isArray(actual) ? actual.some((item) => isPatternMatch(wanted, item)) : isPatternMatch(wanted, actual);
  });
}

function requirePattern(pattern: EventPattern): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name === '$or' && Array.isArray(wanted) && wanted.every(isRecord)) wanted.forEach(requirePattern);
    else if (Array.isArray(wanted) && wanted.length > 0) wanted.forEach(requireMatcher);
    else if (isRecord(wanted) && Object.keys(wanted).length > 0) requirePattern(wanted);
    else throw invalidPattern(`"${name}" must be an object or an array`);
  }
}

function requireMatcher(matcher: unknown): void {
  if (!isRecord(matcher)) return;
  const [operator = '', ...others] = Object.keys(matcher);
  if (others.length > 0 || !Object.hasOwn(OPERATORS, operator)) throw invalidPattern(`Unrecognized match type ${operator}`);
}

function isLeafMatch(matchers: unknown[], actual: unknown): boolean {
  return matchers.some((matcher) => {
    if (isRecord(matcher) && 'exists' in matcher) return matcher['exists'] === (actual !== undefined);
    const values: unknown[] = Array.isArray(actual) ? actual : [actual];
    return actual !== undefined && values.some((value) => isValueMatch(matcher, value));
  });
}

function isValueMatch(matcher: unknown, value: unknown): boolean {
  if (!isRecord(matcher)) return matcher === value;
  return Object.entries(matcher).every(([operator, operand]) => OPERATORS[operator]?.(operand, value) === true);
}

const onText = (matches: (operand: string, value: string) => boolean) => (operand: unknown, value: unknown): boolean => {
  if (typeof value !== 'string') return false;
  const folded = isRecord(operand) ? operand['equals-ignore-case'] : undefined;
  if (typeof folded === 'string') return matches(folded.toLowerCase(), value.toLowerCase());
  return typeof operand === 'string' && matches(operand, value);
};

const NUMERIC: Record<string, (value: number, operand: number) => boolean> = {
  '=': (value, operand) => value === operand,
  '<': (value, operand) => value < operand,
  '<=': (value, operand) => value <= operand,
  '>': (value, operand) => value > operand,
  '>=': (value, operand) => value >= operand,
};

function isInRange(range: unknown, value: unknown): boolean {
  if (!Array.isArray(range) || typeof value !== 'number') return false;
  const terms: unknown[] = range;
  return terms.every((term, index) => index % 2 === 1 || NUMERIC[String(term)]?.(value, Number(terms[index + 1])) === true);
}

/** Ranges of addresses (`cidr`) are the one operator that is not modelled. */
const OPERATORS: Record<string, (operand: unknown, value: unknown) => boolean> = {
  'prefix': onText((operand, value) => value.startsWith(operand)),
  'suffix': onText((operand, value) => value.endsWith(operand)),
  'equals-ignore-case': onText((operand, value) => value.toLowerCase() === operand.toLowerCase()),
  'wildcard': onText(isWildcardMatch),
  'anything-but': (operand, value) => (Array.isArray(operand) ? operand : [operand]).every((unwanted) => !isValueMatch(unwanted, value)),
  'numeric': isInRange,
  'exists': () => true,
};

function invalidPattern(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
