/** Policies of topics and encryption keys as EventBridge meets them: does one let it in, and how to let it in without touching what is there. Pure. */
import { parseJson, type Json } from './canonical-json.ts';
import { isGlobMatch, textsOf } from './scp-conditions.ts';

export const EVENTBRIDGE = 'events.amazonaws.com';

/** `conditional`: only under a condition, which EventBridge supports in neither kind of policy. `unreadable`: not a policy as we know them. */
export type Admission = 'admitted' | 'not-admitted' | 'conditional' | 'denied' | 'unreadable';

type Statement = { [name: string]: Json };

const isObject = (value: Json | undefined): value is Statement => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseStatements(policyText: string): Statement[] | undefined {
  const policy = parseJson(policyText);
  if (!isObject(policy)) return undefined;
  const written = policy['Statement'] ?? [];
  const statements = Array.isArray(written) ? written : [written];
  return statements.every(isObject) ? statements : undefined;
}

/** `*` stands for everybody, services included. */
function isForEventBridge(principal: Json | undefined): boolean {
  if (principal === '*') return true;
  if (!isObject(principal)) return false;
  return textsOf(principal['Service'])?.includes(EVENTBRIDGE) === true || textsOf(principal['AWS'])?.includes('*') === true;
}

const covers = (patterns: Json | undefined, text: string): boolean => textsOf(patterns)?.some((pattern) => isGlobMatch(pattern.toLowerCase(), text.toLowerCase())) === true;

/**
 * Whether EventBridge may do this on the resource, by the resource's own policy. What uses `NotAction`, `NotResource` or `NotPrincipal` admits nobody
 * here, and as a deny shuts everybody out: in doubt the alert counts as broken, never as live.
 * @param action `sns:Publish`, `kms:Decrypt`
 */
export function assessAdmission(policyText: string, action: string, resource: string): Admission {
  const statements = parseStatements(policyText);
  if (statements === undefined) return 'unreadable';
  const isNegated = (statement: Statement): boolean => ['NotAction', 'NotResource', 'NotPrincipal'].some((name) => statement[name] !== undefined);
  const fits = (statement: Statement): boolean => isForEventBridge(statement['Principal']) && covers(statement['Action'], action) && covers(statement['Resource'] ?? '*', resource);
  const denies = statements.filter((statement) => statement['Effect'] === 'Deny' && (isNegated(statement) || fits(statement)));
  if (denies.some((statement) => statement['Condition'] === undefined)) return 'denied';
  const allows = statements.filter((statement) => statement['Effect'] === 'Allow' && !isNegated(statement) && fits(statement));
  if (allows.some((statement) => statement['Condition'] === undefined)) return 'admitted';
  return allows.length > 0 ? 'conditional' : 'not-admitted';
}

/** Marks the one statement in a topic's policy that is ours. */
export const PUBLISH_SID = 'RootzeroEventBridgeMayPublish';

const isOurs = (statement: Json): boolean => isObject(statement) && statement['Sid'] === PUBLISH_SID;

function withStatements(policyText: string, change: (statements: Json[]) => Json[]): string | undefined {
  const policy = parseJson(policyText);
  const statements = parseStatements(policyText);
  return isObject(policy) && statements !== undefined ? JSON.stringify({ ...policy, Statement: change(statements) }) : undefined;
}

/** The policy with our statement added, everything else as it was; undefined for what is no policy (EventBridge User Guide, "Amazon SNS permissions"). */
export const withPublishStatement = (policyText: string, topicArn: string): string | undefined =>
  withStatements(policyText, (statements) => [
    ...statements.filter((statement) => !isOurs(statement)),
    { Sid: PUBLISH_SID, Effect: 'Allow', Principal: { Service: EVENTBRIDGE }, Action: 'sns:Publish', Resource: topicArn },
  ]);

/** The policy without our statement, everything else as it is; undefined where it is not in there. */
export function withoutPublishStatement(policyText: string): string | undefined {
  if (!(parseStatements(policyText) ?? []).some(isOurs)) return undefined;
  return withStatements(policyText, (statements) => statements.filter((statement) => !isOurs(statement)));
}

/** The names of a policy's statements, in order, empty for one without; undefined for what is no policy. */
export const statementIds = (policyText: string): string[] | undefined =>
  parseStatements(policyText)?.map(({ Sid }) => (typeof Sid === 'string' ? Sid : ''));
