/** Conditions of a service control policy under partial knowledge: each holds, fails, or cannot be told. Knows nothing of statements. */
import type { Json } from './canonical-json.ts';

/** `maybe`: not enough is known, or the text is beyond this evaluator. Never read as yes or no. */
export type Truth = 'yes' | 'no' | 'maybe';

export const truthOf = (holds: boolean): Truth => (holds ? 'yes' : 'no');
export const notThat = (truth: Truth): Truth => (truth === 'maybe' ? 'maybe' : truthOf(truth === 'no'));
export const allOf = (truths: Truth[]): Truth => (truths.includes('no') ? 'no' : truths.includes('maybe') ? 'maybe' : 'yes');
export const anyOf = (truths: Truth[]): Truth => (truths.includes('yes') ? 'yes' : truths.includes('maybe') ? 'maybe' : 'no');

/** What is known of the condition keys of a request: names in lower case; `null` for a key that the request surely does not carry. */
export type KnownKeys = ReadonlyMap<string, string | null>;

/** `*` for any run of characters, `?` for exactly one; linear in both lengths, since policies come from outside. */
export function isGlobMatch(pattern: string, text: string): boolean {
  let [at, inPattern, star, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++;
      resumeAt = at;
    } else if (inPattern < pattern.length && (pattern[inPattern] === '?' || pattern[inPattern] === text[at])) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resumeAt;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(inPattern));
}

const partsOfArn = (arn: string): string[] => {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/**
 * ARNs match part by part, so that a `*` in one does not reach into the next (IAM User Guide, "ARN condition operators"). What has not
 * all six parts is no ARN, and nobody says how it is compared.
 */
const assessArn: Comparison = (pattern, arn) => {
  const [patterns, parts] = [partsOfArn(pattern), partsOfArn(arn)];
  if (patterns.length !== 6 || parts.length !== 6) return 'maybe';
  return truthOf(patterns.every((part, index) => isGlobMatch(part, parts[index] ?? '')));
};

type Comparison = (expected: string, actual: string) => Truth;

const isSameIgnoringCase = (expected: string, actual: string): boolean => expected.toLowerCase() === actual.toLowerCase();
const assessText: Comparison = (expected, actual) => truthOf(expected === actual);
const assessIgnoringCase: Comparison = (expected, actual) => truthOf(isSameIgnoringCase(expected, actual));
const assessGlob: Comparison = (pattern, actual) => truthOf(isGlobMatch(pattern, actual));

/** Operators on one value each. Set operators, numbers, dates and addresses are left undecided: root denials do without them. */
const OPERATORS: ReadonlyMap<string, { compare: Comparison; isNegated: boolean }> = new Map([
  ['stringequals', { compare: assessText, isNegated: false }],
  ['stringnotequals', { compare: assessText, isNegated: true }],
  ['stringequalsignorecase', { compare: assessIgnoringCase, isNegated: false }],
  ['stringnotequalsignorecase', { compare: assessIgnoringCase, isNegated: true }],
  ['stringlike', { compare: assessGlob, isNegated: false }],
  ['stringnotlike', { compare: assessGlob, isNegated: true }],
  ['arnequals', { compare: assessArn, isNegated: false }],
  ['arnlike', { compare: assessArn, isNegated: false }],
  ['arnnotequals', { compare: assessArn, isNegated: true }],
  ['arnnotlike', { compare: assessArn, isNegated: true }],
  ['bool', { compare: assessIgnoringCase, isNegated: false }],
]);

/** The texts of a string, a boolean or a list of them; `undefined` for anything else, and for policy variables (`${aws:username}`). */
export function textsOf(value: Json | undefined): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).map((item) => (typeof item === 'boolean' ? String(item) : item));
  const isUsable = (item: unknown): item is string => typeof item === 'string' && !item.includes('${');
  return texts.every(isUsable) ? texts : undefined;
}

const assessNull = (text: string, isMissing: boolean): Truth =>
  (/^(true|false)$/i.test(text) ? truthOf(isMissing === isSameIgnoringCase(text, 'true')) : 'maybe');

/** Where a key is missing, negated operators and `…IfExists` hold, the others fail (IAM User Guide, "Condition operators"). */
function assessCondition(operatorName: string, key: string, value: Json, known: KnownKeys): Truth {
  const expected = textsOf(value);
  const actual = known.get(key.toLowerCase());
  if (expected === undefined || actual === undefined) return 'maybe';
  const name = operatorName.toLowerCase();
  if (name === 'null') return anyOf(expected.map((text) => assessNull(text, actual === null)));
  const isIfExists = name.endsWith('ifexists');
  const operator = OPERATORS.get(isIfExists ? name.slice(0, -'ifexists'.length) : name);
  if (operator === undefined) return 'maybe';
  if (actual === null) return truthOf(isIfExists || operator.isNegated);
  const isAnyMet = anyOf(expected.map((text) => operator.compare(text, actual)));
  return operator.isNegated ? notThat(isAnyMet) : isAnyMet;
}

/** All operators, and all keys of each, must hold; the values of one key are alternatives. An absent block holds. */
export function assessConditions(block: Json | undefined, known: KnownKeys): Truth {
  if (block === undefined) return 'yes';
  if (block === null || typeof block !== 'object' || Array.isArray(block)) return 'maybe';
  return allOf(Object.entries(block).flatMap(([operator, keys]): Truth[] => {
    if (keys === null || typeof keys !== 'object' || Array.isArray(keys)) return ['maybe'];
    return Object.entries(keys).map(([key, value]) => assessCondition(operator, key, value, known));
  }));
}
