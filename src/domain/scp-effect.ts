/** Would this one service control policy deny this request? An evaluator for the policies we ship and meet; in doubt it says so. */
import { parseJson, type Json } from './canonical-json.ts';
import { PARTITIONS, type Partition } from './identifiers.ts';
import { allOf, anyOf, assessConditions, isGlobMatch, notThat, textsOf, truthOf, type KnownKeys, type Truth } from './scp-conditions.ts';

export type ScpRequest = {
  /** `iam:DeleteAccessKey` */
  action: string;
  resource: string;
  /** What `aws:PrincipalArn` holds: for root `arn:<partition>:iam::<account>:root`, for a role session the role. */
  principalArn: string;
  /** `aws:AssumedRoot` exists in AssumeRoot sessions only (IAM User Guide, "AWS global condition context keys"). */
  isAssumedRoot: boolean | 'absent';
  /** Other condition keys that the request is known to carry. A key that is not named here is not known to be missing. */
  context: Record<string, string>;
};

/** `no-statement`: the policy says nothing about the request, which is then denied unless another policy of the same level allows it. */
export type ScpEffect = 'allows' | 'denies' | 'no-statement' | 'undecided';
export type ScpAnswer = 'yes' | 'no' | 'undecided';

type Statement = { [name: string]: Json };

/** Anything else in a statement could narrow or widen it in ways that are not known here. */
const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

const isObject = (value: Json | undefined): value is Statement => typeof value === 'object' && value !== null && !Array.isArray(value);

function matchesAny(patterns: Json | undefined, text: string): Truth {
  const texts = textsOf(patterns);
  return texts === undefined ? 'maybe' : truthOf(texts.some((pattern) => isGlobMatch(pattern, text)));
}

/** One of the pair `Action` / `NotAction` or `Resource` / `NotResource`; with both or neither the statement is malformed. */
function assessElement(statement: Statement, name: 'Action' | 'Resource', matches: (patterns: Json | undefined) => Truth): Truth {
  const [plain, negated] = [statement[name], statement[`Not${name}`]];
  if ((plain === undefined) === (negated === undefined)) return 'maybe';
  return plain === undefined ? notThat(matches(negated)) : matches(plain);
}

const lowerCased = (value: Json | undefined): Json | undefined => textsOf(value)?.map((text) => text.toLowerCase());

function assessStatement(statement: Statement, request: ScpRequest, known: KnownKeys): Truth {
  if (Object.keys(statement).some((name) => !STATEMENT_ELEMENTS.has(name))) return 'maybe';
  return allOf([
    assessElement(statement, 'Action', (patterns) => matchesAny(lowerCased(patterns), request.action.toLowerCase())),
    assessElement(statement, 'Resource', (patterns) => matchesAny(patterns, request.resource)),
    assessConditions(statement['Condition'], known),
  ]);
}

function knownKeysOf(request: ScpRequest): KnownKeys {
  return new Map<string, string | null>([
    ...Object.entries(request.context).map(([key, value]): [string, string] => [key.toLowerCase(), value]),
    ['aws:principalarn', request.principalArn],
    ['aws:assumedroot', request.isAssumedRoot === 'absent' ? null : String(request.isAssumedRoot)],
  ]);
}

function parseStatements(policyText: string): Statement[] | undefined {
  const policy = parseJson(policyText);
  if (!isObject(policy)) return undefined;
  const written = policy['Statement'];
  const statements = Array.isArray(written) ? written : [written];
  return statements.every(isObject) ? statements : undefined;
}

function assessEffect(statements: Statement[] | undefined, request: ScpRequest): ScpEffect {
  if (statements === undefined) return 'undecided';
  const known = knownKeysOf(request);
  const effectOf = (effect: 'Allow' | 'Deny'): Truth =>
    anyOf(statements.filter((statement) => statement['Effect'] === effect).map((statement) => assessStatement(statement, request, known)));
  const denied = effectOf('Deny');
  if (denied === 'yes') return 'denies';
  if (denied === 'maybe' || statements.some((statement) => statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny')) return 'undecided';
  const allowed = effectOf('Allow');
  if (allowed === 'maybe') return 'undecided';
  return allowed === 'yes' ? 'allows' : 'no-statement';
}

/** What one policy does to one request; a certain deny wins over everything, and nothing uncertain is called allowed. */
export const assessScpEffect = (policyText: string, request: ScpRequest): ScpEffect => assessEffect(parseStatements(policyText), request);

/**
 * Whether service control policies act on a caller at all: not in the management account, and not on service-linked roles
 * (Organizations User Guide, "Tasks and entities not restricted by SCPs").
 * @param principalArn as `aws:PrincipalArn` holds it; a role with its path
 */
export const isBoundByScps = (principalArn: string, isManagementAccount: boolean): boolean => !isManagementAccount && !principalArn.includes(':role/aws-service-role/');

/** Where IAM answers, which is what `aws:RequestedRegion` holds for its calls. */
const IAM_REGION: Record<Partition, string> = {
  'aws': 'us-east-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1', 'aws-eusc': 'eusc-de-east-1',
};

type RootProbe = { partition: Partition; account: string };

/** The root users that a policy can be about: of the partitions and accounts that it names, and of an account that it does not. */
function rootProbesFor(policyText: string): RootProbe[] {
  const named = PARTITIONS.filter((partition) => policyText.includes(`arn:${partition}:`));
  const accounts = [...new Set(['000000000000', ...(policyText.match(/(?<!\d)\d{12}(?!\d)/g) ?? [])])];
  const partitions: readonly Partition[] = named.length === 0 ? ['aws'] : named;
  return partitions.flatMap((partition) => accounts.map((account) => ({ partition, account })));
}

/** The effects on one call by every root user that the policy can be about; for each, all effects that the policy may have. */
function effectsOnRoots(policyText: string, action: string, isAssumedRoot: true | 'absent'): ScpEffect[][] {
  const statements = parseStatements(policyText);
  return rootProbesFor(policyText).map(({ partition, account }) => {
    const principalArn = `arn:${partition}:iam::${account}:root`;
    const context: Record<string, string> = { 'aws:PrincipalAccount': account };
    if (action.startsWith('iam:')) context['aws:RequestedRegion'] = IAM_REGION[partition];
    // Which resource root's own key has in policies is not documented, so both candidates are tried.
    return [principalArn, `arn:${partition}:iam::${account}:user/root`].map((resource) =>
      assessEffect(statements, { action, resource, principalArn, isAssumedRoot, context }));
  });
}

const isEveryDenied = (effects: ScpEffect[]): boolean => effects.every((effect) => effect === 'denies');
const isAnyDoubtful = (effects: ScpEffect[]): boolean => effects.some((effect) => effect === 'denies' || effect === 'undecided');

/** Would the policy keep an AssumeRoot session from deleting a root key, in any account where it is attached? */
export function locksOutAssumedRoot(policyText: string): ScpAnswer {
  const effects = effectsOnRoots(policyText, 'iam:DeleteAccessKey', true);
  if (effects.some(isEveryDenied)) return 'yes';
  return effects.some(isAnyDoubtful) ? 'undecided' : 'no';
}

/** Calls of unlike services, two of them on keys. */
const PROBED_ACTIONS = ['iam:CreateAccessKey', 'iam:UpdateAccessKey', 's3:ListAllMyBuckets', 'ec2:RunInstances', 'sts:GetSessionToken'];

/** Does the policy deny everything to root's own credentials, in every account where it is attached? */
export function deniesRoot(policyText: string): ScpAnswer {
  const effects = PROBED_ACTIONS.flatMap((action) => effectsOnRoots(policyText, action, 'absent')).flat();
  if (isEveryDenied(effects)) return 'yes';
  return effects.includes('undecided') ? 'undecided' : 'no';
}
