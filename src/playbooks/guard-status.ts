/** Looks at every guardrail that the caller may see: the seal over the organization, the Config rule account by account, the alerts. What is refused is unknown. */
import { assessAccountRule, isReached, type FoundRules, type SpreadRule } from '../domain/account-rules.ts';
import type { AlertId } from '../domain/alert.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import { assembleOrganizationStatus, type GuardStatus, type StatusFacts } from '../domain/guard-status.ts';
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME } from '../domain/guardrail.ts';
import type { AccountId } from '../domain/identifiers.ts';
import type { Observed } from '../domain/observed.ts';
import { asProblem, problem } from '../domain/problem.ts';
import type { AccountPlace, Caller } from '../domain/root-user.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { surveyDeployedAlerts } from './alert-survey.ts';
import { assessSpread } from './config-evaluation.ts';
import { assessConfig, surveyConfig } from './config-survey.ts';
import { hasCentralAccess, IAM_PRINCIPAL } from './observe-organization.ts';
import { managerOf, type Session } from './session.ts';
import { observe } from './survey.ts';

export type StatusRequest = {
  /** The policy that rootzero attaches, as it ships. */
  expected: { name: string; content: string };
  patterns: Record<AlertId, string>;
  hasConfig: boolean;
  hasAlerts: boolean;
  /** Looks into members that no rule of the organization reaches; null where nobody may. */
  memberRole: string | null;
};

/** Accounts have quotas of their own. */
const ACCOUNTS_AT_A_TIME = 8;

/** What was not known, as sentences. */
type Unread = string[];

function valueOf<Value>(observed: Observed<Value>, unread: Unread): Value | null {
  if (observed.known) return observed.value;
  unread.push(`${observed.source}: ${observed.because}${observed.detail === undefined ? '' : `, ${observed.detail}`}`);
  return null;
}

async function readStatusFacts(session: Session, caller: Caller, unread: Unread): Promise<StatusFacts | null> {
  const { reader } = managerOf(session);
  const tree = valueOf(await observe(session, 'organizations:ListAccountsForParent', () => reader.readOrganizationTree()), unread);
  if (tree === null) return null;
  session.ui.emit({ code: 'guard/organization', organization: tree.id, units: tree.units.length, accounts: tree.accounts.length });
  const isBare = !tree.hasAllFeatures || !tree.isScpEnabled;
  const trusted = valueOf(await observe(session, 'organizations:ListAWSServiceAccessForOrganization', () => reader.readTrustedServices()), unread);
  return {
    tree,
    policies: isBare ? [] : valueOf(await observe(session, 'organizations:ListPolicies', () => reader.readServiceControlPolicies()), unread),
    isIamTrusted: trusted === null ? null : trusted.includes(IAM_PRINCIPAL),
    centralAccess: hasCentralAccess(caller) ? valueOf(await observe(session, 'iam:ListOrganizationsFeatures', () => reader.readCentralRootAccess()), unread) : null,
    delegates: valueOf(await observe(session, 'organizations:ListDelegatedAdministrators', () => reader.readDelegatedAdministrators()), unread) ?? [],
  };
}

const readOwn = async (session: Session): Promise<GuardPart[]> => assessConfig(session, await surveyConfig(session, null));

/** The rules of the organization on root keys, in every Region. Null where they may not be read in any one. */
async function readOrganizationRules(session: Session, unread: Unread): Promise<SpreadRule[] | null> {
  const { reader } = managerOf(session);
  const { regions } = await surveyConfig({ ...session, identities: { ...session.identities, reading: managerOf(session) } }, null);
  const rules: SpreadRule[] = [];
  for (const { region } of regions) {
    const listed = valueOf(await observe(session, `config:DescribeOrganizationConfigRules in ${region}`, () => reader.listOrganizationRules(region)), unread);
    if (listed === null) return null;
    for (const { name, excludedAccounts } of listed.filter(({ identifier }) => identifier === CONFIG_RULE_IDENTIFIER)) {
      rules.push({ name, region, excludedAccounts, spread: valueOf(await observe(session, `config:GetOrganizationConfigRuleDetailedStatus of ${name}`, () => reader.readOrganizationRuleSpread(region, name)), unread) });
    }
  }
  return rules;
}

/** A role that may not enter is one account that is not known. */
async function readMemberRules(session: Session, account: AccountId, role: string): Promise<GuardPart[]> {
  session.signal.throwIfAborted();
  const inside: Session = { ...session, identities: { reading: managerOf(session).inAccount(account, role), root: null, organization: null }, ui: { emit: () => undefined, ask: null } };
  try {
    return await readOwn(inside);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted' || because.code.startsWith('credentials/')) throw because;
    return [{ kind: 'config-rule', region: '', name: CONFIG_RULE_NAME, state: 'unknown', because: [because.summary.replace(/\.$/, '')] }];
  }
}

async function readRules(session: Session, { tree }: StatusFacts, asking: AccountId, memberRole: string | null, unread: Unread): Promise<FoundRules> {
  const organization = await readOrganizationRules(session, unread);
  const loose = tree.accounts.filter(({ id, state }) => state === 'active' && !isReached(id, { organization })).map(({ id }) => id);
  const entered = loose.filter((id) => id === asking || memberRole !== null);
  const own = await sideBySide(entered, ACCOUNTS_AT_A_TIME, async (id): Promise<[AccountId, GuardPart[]]> => [id, id === asking || memberRole === null ? await readOwn(session) : await readMemberRules(session, id, memberRole)]);
  return { organization, own: new Map(own) };
}

/**
 * Looks at everything, each part on its own. An account that stands alone has no seal, which is no fault.
 * @throws Problem `facts/asked-elsewhere` in a member without an identity of its management account; where the credentials are no good at all
 */
export async function surveyGuardrails(session: Session, { expected, patterns, hasConfig, hasAlerts, memberRole }: StatusRequest): Promise<GuardStatus> {
  const caller = await session.identities.reading.reader.readCaller();
  const manager = await managerOf(session).reader.readCaller();
  const unread: Unread = [];
  const place = valueOf(await observe<AccountPlace>(session, 'organizations:DescribeOrganization', () => managerOf(session).reader.readPlace()), unread);
  if (place?.kind === 'member') throw problem('facts/asked-elsewhere', { detail: `${manager.account} is a member; the management account is ${place.managementAccount}.` });
  const facts = place?.kind === 'management' ? await readStatusFacts(session, manager, unread) : null;
  const alerts = hasAlerts ? (await surveyDeployedAlerts(session, patterns, null)).parts : null;
  if (facts === null) return { account: caller.account, organization: null, config: hasConfig ? await readOwn(session) : null, alerts, unread };
  const rules = hasConfig ? await readRules(session, facts, caller.account, memberRole, unread) : null;
  return {
    account: caller.account,
    organization: assembleOrganizationStatus(facts, expected, rules === null ? null : (account) => assessAccountRule(account, rules)),
    config: rules === null ? null : (rules.organization ?? []).flatMap(({ region, name, spread }) => (spread === null ? [] : assessSpread(region, name, spread).filter(({ kind }) => kind === 'organization-rule'))),
    alerts,
    unread,
  };
}
