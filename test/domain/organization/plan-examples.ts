/** Input of the planner over an organization for the tests of the domain: what a survey found, account by account, with little to write for each. */
import type { OrganizationFacts } from '../../../src/domain/guard-preflight.ts';
import { parseAccessKeyId, parseAccountId, type AccountId } from '../../../src/domain/identifiers.ts';
import { known } from '../../../src/domain/observed.ts';
import { pathTo, findTarget, type OrganizationTree } from '../../../src/domain/organization.ts';
import type { MemberUsage } from '../../../src/domain/organization/member-evidence.ts';
import type { OrganizationPlan, OrganizationPlanBody } from '../../../src/domain/organization/organization-plan.ts';
import { assembleOrganizationPlan, type OrganizationDecisions, type OrganizationPlanInput } from '../../../src/domain/organization/organization-planner.ts';
import type { SurveyedAccount } from '../../../src/domain/organization/survey.ts';
import { digestOf } from '../../../src/domain/plan.ts';
import type { LastUse, RootKey } from '../../../src/domain/root-user.ts';
import type { RootEvent } from '../../../src/domain/root-event.ts';
import { assembleUsage } from '../../../src/domain/usage-tally.ts';
import { assessVerdict } from '../../../src/domain/verdict.ts';
import { DENY_ROOT, facts, MANAGEMENT, PRODUCTION, SANDBOX, tree } from '../organization-examples.ts';
import { at, EVERYTHING_READ, sha256 } from '../root-event-examples.ts';
import { listed, READ_AT, rootUserFacts, seen, summarized } from '../root-user-examples.ts';

export const CREATED_AT = at('2026-11-24T12:00:00Z');
export const QUARANTINE = { name: 'rootzero-quarantine-root-user', description: 'about', policyText: DENY_ROOT };
export const accountAt = (number: number): AccountId => parseAccountId(String(500_000_000_000 + number));
/** The only key of an account, or its second. */
export const keyOf = (account: string, second = false): RootKey['keyId'] => parseAccessKeyId(`AKIA${account}${second ? 'EX02' : 'EX01'}`);
export const LONG_AGO: LastUse = { at: at('2024-01-01T00:00:00Z'), service: 's3', region: 'us-east-1' };
export const LATELY: LastUse = { at: at('2026-11-20T02:10:00Z'), service: 's3', region: 'us-east-1' };

export type Spec = {
  account: AccountId;
  name?: string;
  parent?: string;
  keys?: { use?: LastUse | null | 'not-read'; status?: RootKey['status'] }[];
  state?: SurveyedAccount['state'];
  by?: SurveyedAccount['by'];
  isUnknown?: boolean;
  hasPassword?: boolean;
};

/** An organization of these accounts, in the units of the example tree; production unless a parent is named. */
export function treeOf(specs: readonly Spec[]): OrganizationTree {
  const base = tree();
  const management = base.accounts.filter(({ id }) => id === MANAGEMENT);
  return { ...base, accounts: [...management, ...specs.filter(({ account }) => account !== MANAGEMENT).map(({ account, name, parent, state }) => ({ id: account, name: name ?? `account ${account}`, parentId: parent ?? PRODUCTION, state: state ?? 'active' as const }))] };
}

export function surveyed(of: OrganizationTree, { account, keys = [], isUnknown = false, hasPassword = false, by = 'root-session' }: Spec): SurveyedAccount {
  const ids = pathTo(of, account).slice(0, -1);
  const found = of.accounts.find(({ id }) => id === account);
  const rootKeys = keys.map(({ status }, index): RootKey => ({ keyId: keyOf(account, index === 1), status: status ?? 'active', createdAt: at('2019-03-01T00:00:00Z') }));
  const lastUses = Object.fromEntries(keys.flatMap(({ use = null }, index) => (use === 'not-read' ? [] : [[keyOf(account, index === 1), known(use, READ_AT, 'iam:GetAccessKeyLastUsed')]])));
  const rootFacts = rootUserFacts({ account, keys: listed(...rootKeys), lastUses, summary: summarized({ keysPresent: keys.length > 0, passwordPresent: hasPassword, mfaEnabled: hasPassword }), mfa: seen('virtual', 'iam:ListMFADevices') });
  return {
    account, name: found?.name ?? '', path: { ids, names: ids.map((id) => findTarget(of, id)?.name ?? '') }, state: found?.state ?? 'active', isManagement: account === MANAGEMENT, by: account === MANAGEMENT ? 'own' : by, at: READ_AT,
    posture: isUnknown
      ? { kind: 'unknown', because: 'member/root-refused', detail: 'A root session was refused.', remedy: 'rootzero doctor' }
      : { kind: 'read', facts: rootFacts, verdict: assessVerdict(rootFacts), findings: [] },
  };
}

/** What CloudTrail of an account shows, all of it read. */
export function usageOf(account: AccountId, events: readonly RootEvent[]): MemberUsage {
  return {
    account,
    coverage: { account, readable: true, regions: EVERYTHING_READ.regions, gaps: [], logs: null },
    seen: { usage: assembleUsage(events, EVERYTHING_READ, CREATED_AT, sha256), sources: [{ source: 'event-history', coverage: EVERYTHING_READ, dataEvents: 'never', files: null }] },
  };
}

const DECISIONS: OrganizationDecisions = {
  credentials: ['keys'], quarantine: QUARANTINE, afterwards: { kind: 'lift' }, canary: null, waveOrder: 'ou', soakMs: null, acknowledgements: [],
  acceptShortSoak: null, acceptUnprovedSoak: null, memberRole: null,
};

export type Given = Omit<Partial<OrganizationPlanInput>, 'decisions' | 'facts'> & { decisions?: Partial<OrganizationDecisions>; policies?: OrganizationFacts['policies']; facts?: Partial<OrganizationFacts> };

export function planInput(specs: readonly Spec[], { decisions = {}, policies = [], facts: more = {}, ...given }: Given = {}): OrganizationPlanInput {
  const of = treeOf(specs);
  return {
    createdAt: CREATED_AT, tool: 'rootzero/test', world: 'live',
    facts: facts(policies, { tree: of, centralAccess: { credentialsManagement: true, rootSessions: false }, isIamTrusted: true, ...more }),
    surveyed: specs.map((spec) => surveyed(of, spec)),
    others: new Map(), usages: new Map(),
    reading: { account: MANAGEMENT, name: 'admin', arn: `arn:aws:sts::${MANAGEMENT}:assumed-role/Admin/me`, kind: 'role', keyId: null },
    manager: null,
    ...given,
    decisions: { ...DECISIONS, ...decisions },
  };
}

export const bodyOf = (specs: readonly Spec[], given: Given = {}): OrganizationPlanBody => assembleOrganizationPlan(planInput(specs, given));

export function planOf(specs: readonly Spec[], given: Given = {}): OrganizationPlan {
  const body = bodyOf(specs, given);
  return { ...body, digest: digestOf(body, sha256) };
}

/** The steps of an account, `quarantine, soak, delete-key`. */
export const stepsOf = ({ accounts }: OrganizationPlanBody, account: AccountId): string =>
  accounts.find((planned) => planned.account === account)?.actions.map(({ kind }) => kind).join(', ') ?? 'not planned';

export const reasonOf = ({ notCovered }: OrganizationPlanBody, account: AccountId): string => notCovered.find((one) => one.account === account)?.because ?? 'covered';

export { MANAGEMENT, PRODUCTION, SANDBOX };
