/** The policy that lifts the seal for one account and a while: the sealing policy with one account spared until a time that AWS itself watches. Pure. */
import { parseJson, type Json } from './canonical-json.ts';
import type { ServiceControlPolicy } from './guardrail.ts';
import type { AccountId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import { problem } from './problem.ts';

const PREFIX = 'rootzero-break-glass-';

export const openingName = (account: AccountId): string => `${PREFIX}${account}`;

/** Whether a policy is an opening for that node, or for anybody where it is null. */
export const isOpening = ({ name }: Pick<ServiceControlPolicy, 'name'>, nodeId: string | null): boolean =>
  nodeId === null ? name.startsWith(PREFIX) : name === `${PREFIX}${nodeId}`;

type Statement = { [name: string]: Json };

const isObject = (value: Json | undefined): value is Statement => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The statement under one more condition. @throws Problem where it already has that operator on that key */
function narrowed(statement: Statement, operator: string, key: string, value: string): Statement {
  const conditions = statement['Condition'] === undefined ? {} : statement['Condition'];
  if (!isObject(conditions)) throw problem('guardrail/malformed-policy', { detail: 'A Condition is no object.' });
  const keys = conditions[operator] === undefined ? {} : conditions[operator];
  if (!isObject(keys) || keys[key] !== undefined) throw problem('breakglass/not-liftable', { detail: `The policy has a condition ${operator} on ${key} of its own.` });
  return { ...statement, Condition: { ...conditions, [operator]: { ...keys, [key]: value } } };
}

/**
 * Every denial twice: for all other accounts as it was, and for this one only from `until` on. `aws:PrincipalAccount` and `aws:CurrentTime` are
 * in every request (IAM User Guide, "AWS global condition context keys"), so the seal closes by itself.
 * @throws Problem `breakglass/not-liftable`, `guardrail/malformed-policy`
 */
export function assembleOpening(content: string, account: AccountId, until: Instant): string {
  const policy = parseJson(content);
  if (!isObject(policy)) throw problem('guardrail/malformed-policy');
  const written = policy['Statement'];
  const statements = Array.isArray(written) ? written : [written];
  if (!statements.every(isObject)) throw problem('guardrail/malformed-policy');
  const opened = statements.flatMap((statement, index): Statement[] => {
    if (statement['Effect'] !== 'Deny') return [statement];
    const { Sid: _, ...rest } = statement;
    const others = { Sid: `Others${index}`, ...narrowed(rest, 'StringNotEquals', 'aws:PrincipalAccount', account) };
    const afterwards = { Sid: `Afterwards${index}`, ...narrowed(narrowed(rest, 'StringEquals', 'aws:PrincipalAccount', account), 'DateGreaterThan', 'aws:CurrentTime', `${until.slice(0, 19)}Z`) };
    return [others, afterwards];
  });
  return JSON.stringify({ ...policy, Statement: opened });
}

