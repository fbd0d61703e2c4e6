/** Assembles the plan that retires root credentials over an organization, from what was read and what the operator decided. Pure: the same input gives the same plan. */
import { assessOrganization, assessTarget, assessWantedPolicy, type GuardFinding, type OrganizationFacts } from '../guard-preflight.ts';
import type { PlannedPolicy } from '../guard-plan.ts';
import { isSamePolicy, minifyPolicy, type OrganizationTarget } from '../guardrail.ts';
import type { AccountId } from '../identifiers.ts';
import type { Instant } from '../instant.ts';
import { findTarget, pathTo } from '../organization.ts';
import type { Acknowledgement, Blocker, PlannedIdentity } from '../plan.ts';
import { problem } from '../problem.ts';
import { openNatures } from '../scp-chain.ts';
import { planAccount, type AccountInput, type AccountResult, type OtherCredentials } from './account-planner.ts';
import type { MemberUsage, ToAcknowledge } from './member-evidence.ts';
import { CREDENTIAL_KINDS, ORGANIZATION_PLAN_SCHEMA, type Afterwards, type CredentialKind, type OrganizationPlanBody, type PlannedAccount } from './organization-plan.ts';
import { openReach } from './organization-reach.ts';
import { assembleOrganizationWaves, type WaveOrder } from './organization-waves.ts';
import type { SurveyedAccount } from './survey.ts';

export type PolicyWish = { name: string; description: string; policyText: string };

export type OrganizationDecisions = {
  credentials: readonly CredentialKind[];
  quarantine: PolicyWish;
  /** `targets` are ids of units, accounts or the root. */
  afterwards: { kind: 'lift' } | { kind: 'keep' } | { kind: 'replace'; policy: PolicyWish; targets: string[] };
  canary: AccountId | null;
  waveOrder: WaveOrder;
  /** Null: as long as the callers of each account ask for. */
  soakMs: number | null;
  /** Callers by their fingerprints; keys whose use nobody can explain by their ids. */
  acknowledgements: Acknowledgement[];
  acceptShortSoak: string | null;
  acceptUnprovedSoak: string | null;
  memberRole: string | null;
};

export type OrganizationPlanInput = {
  createdAt: Instant;
  tool: string;
  world: string;
  facts: OrganizationFacts;
  surveyed: readonly SurveyedAccount[];
  others: ReadonlyMap<AccountId, OtherCredentials | { because: string }>;
  usages: ReadonlyMap<AccountId, MemberUsage>;
  reading: PlannedIdentity & { account: AccountId };
  manager: PlannedIdentity | null;
  decisions: OrganizationDecisions;
};

/** The kinds in the order in which they are removed. @throws Problem `input/usage` for kinds that would leave root with less protection than it has now */
export function orderCredentials(named: readonly CredentialKind[]): CredentialKind[] {
  const ordered = CREDENTIAL_KINDS.filter((kind) => named.includes(kind));
  if (ordered.length === 0) throw problem('input/usage', { detail: `--credentials takes one or more of ${CREDENTIAL_KINDS.join(', ')}.` });
  if (ordered.includes('mfa') && !ordered.includes('password')) throw problem('input/usage', { detail: '--credentials mfa without password: MFA guards the password, so it goes last or not at all.' });
  return ordered;
}

function planPolicy({ facts }: OrganizationPlanInput, { name, description, policyText }: PolicyWish): PlannedPolicy {
  const content = minifyPolicy(policyText);
  const same = facts.policies.find((policy) => policy.name === name && isSamePolicy(policy.content, content));
  return { name, description, content, existingId: same?.id ?? null };
}

/** @throws Problem `guardrail/target-unknown` */
function planAfterwards(input: OrganizationPlanInput): Afterwards {
  const { decisions: { afterwards }, facts } = input;
  if (afterwards.kind !== 'replace') return afterwards;
  const targets = afterwards.targets.map((id): OrganizationTarget => {
    const target = findTarget(facts.tree, id);
    if (target === null) throw problem('guardrail/target-unknown', { detail: `${JSON.stringify(id)} is not in organization ${facts.tree.id}.` });
    return target;
  });
  return { kind: 'replace', policy: planPolicy(input, afterwards.policy), targets };
}

/** Whether the quarantine comes off an account: not where it is kept, and not where the guardrail that replaces it does not reach. */
const isReleased = (afterwards: Afterwards, { tree }: OrganizationFacts, account: AccountId): boolean =>
  afterwards.kind === 'lift' || (afterwards.kind === 'replace' && afterwards.targets.some(({ id }) => pathTo(tree, account).includes(id)));

function planAccounts(input: OrganizationPlanInput, quarantine: PlannedPolicy, afterwards: Afterwards): AccountResult[] {
  const { createdAt, decisions, facts, others, usages } = input;
  const shared: Omit<AccountInput, 'surveyed' | 'others' | 'usage' | 'isReleased'> = {
    facts, credentials: decisions.credentials, quarantineName: quarantine.name, soakMs: decisions.soakMs,
    acknowledgements: decisions.acknowledgements, now: createdAt, natureOf: openNatures(), reachOf: openReach(facts, decisions.credentials),
  };
  return input.surveyed.map((surveyed) => planAccount({
    ...shared, surveyed, others: others.get(surveyed.account) ?? null, usage: usages.get(surveyed.account) ?? null, isReleased: isReleased(afterwards, facts, surveyed.account),
  }));
}

const note = (text: string): GuardFinding => ({ severity: 'note', code: null, targetId: null, text });
const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What concerns the organization and the policies as a whole. */
function assessPolicies({ facts, manager, reading }: OrganizationPlanInput, accounts: readonly PlannedAccount[], quarantine: PlannedPolicy, afterwards: Afterwards): GuardFinding[] {
  const natureOf = openNatures();
  const isQuarantining = accounts.some(({ actions }) => actions.some(({ kind }) => kind === 'quarantine'));
  const hung = facts.policies.find(({ id }) => id === quarantine.existingId)?.targetIds ?? [];
  return [
    ...(facts.centralAccess?.credentialsManagement === false && facts.partition === 'aws'
      ? [{ severity: 'blocker', code: 'member/root-access-off', targetId: null, text: 'Centralized root access is off: no root session can be opened in any member.' } satisfies GuardFinding]
      : []),
    ...(isQuarantining && manager === null && reading.account !== facts.tree.managementAccount
      ? [{ severity: 'blocker', code: 'credentials/organization-needed', targetId: null, text: `Quarantines are attached from the management account ${facts.tree.managementAccount}: --org-profile NAME.` } satisfies GuardFinding]
      : []),
    ...(isQuarantining ? [...assessOrganization(facts), ...assessWantedPolicy(quarantine, facts.policies, natureOf(quarantine.content))] : []),
    ...(hung.length === 0 ? [] : [note(`${quarantine.name} is attached to ${plural(hung.length, 'target')} already, from an earlier run; it stays on there.`)]),
    ...(afterwards.kind === 'replace' && accounts.length > 0
      ? [...assessWantedPolicy(afterwards.policy, facts.policies, natureOf(afterwards.policy.content)), ...afterwards.targets.flatMap((target) => assessTarget(facts, target, afterwards.policy, natureOf))]
      : []),
  ];
}

function assessKept(accounts: readonly PlannedAccount[], afterwards: Afterwards): GuardFinding[] {
  const kept = accounts.filter(({ actions }) => actions.some(({ kind }) => kind === 'quarantine') && !actions.some(({ kind }) => kind === 'release'));
  return afterwards.kind === 'replace' && kept.length > 0 ? [note(`${plural(kept.length, 'account')} outside the targets of the guardrail keep their quarantine.`)] : [];
}

/** @throws Problem `input/needless-override` */
function assessSoaks(accounts: readonly PlannedAccount[], { acceptShortSoak, soakMs }: OrganizationDecisions): { isShort: boolean; blockers: Blocker[] } {
  const short = accounts.filter(({ soak }) => soak.plannedMs < soak.requiredMs);
  if (acceptShortSoak !== null && short.length === 0) throw problem('input/needless-override', { detail: 'Every soak is as long as required; --accept-short-soak needs a shorter --soak.' });
  if (short.length === 0 || acceptShortSoak !== null || soakMs === null) return { isShort: short.length > 0, blockers: [] };
  const text = `The soak is shorter than required in ${plural(short.length, 'account')}: --accept-short-soak REASON, or leave --soak out.`;
  return { isShort: true, blockers: [{ code: 'plan/blocked', text }] };
}

/**
 * Which acknowledgements count. One that fits nothing is only said: the account that it was meant for may be the one that could not be read
 * this time, and that must not stop the others.
 */
function assessAcknowledgements(results: readonly AccountResult[], given: readonly Acknowledgement[]): { counting: Acknowledgement[]; findings: GuardFinding[] } {
  const asked = new Set(results.flatMap((result) => (result.kind === 'clean' ? [] : result.asked)));
  const isAsked = ({ fingerprint }: Acknowledgement): boolean => asked.has(fingerprint);
  const warn = ({ fingerprint }: Acknowledgement): GuardFinding => ({ severity: 'warning', code: 'input/acknowledgement', targetId: null, text: `--acknowledge ${fingerprint}: neither a caller nor a key that needs one; it counts for nothing.` });
  return { counting: given.filter(isAsked), findings: given.filter((one) => !isAsked(one)).map(warn) };
}

/** One thing that a person has to know of before its account can be planned. */
export type MissingWord = { account: AccountId; name: string; word: ToAcknowledge };

/**
 * What is missing of accounts that only a word of the operator keeps out of the plan, account by account.
 * @throws Problem as `assembleOrganizationPlan`
 */
export function listMissingWords(input: OrganizationPlanInput): MissingWord[] {
  return planAccounts(input, planPolicy(input, input.decisions.quarantine), planAfterwards(input)).flatMap((result): MissingWord[] => {
    if (result.kind !== 'not-covered') return [];
    const { notCovered: { account, name }, missing } = result;
    return missing.map((word) => ({ account, name, word }));
  });
}

/**
 * Every surveyed account is in a wave, in `notCovered`, or clean. What stands in the way of one account leaves that account out, never the others.
 * @throws Problem `guardrail/no-canary`, `guardrail/target-unknown`, `input/needless-override`, `input/usage` for decisions that fit nothing that was read
 */
export function assembleOrganizationPlan(input: OrganizationPlanInput): OrganizationPlanBody {
  const { decisions, facts } = input;
  const { account: _, ...reading } = input.reading;
  const credentials = orderCredentials(decisions.credentials);
  const quarantine = planPolicy(input, decisions.quarantine);
  const afterwards = planAfterwards(input);
  const results = planAccounts({ ...input, decisions: { ...decisions, credentials } }, quarantine, afterwards);
  const acknowledged = assessAcknowledgements(results, decisions.acknowledgements);
  const accounts = results.flatMap((result) => (result.kind === 'planned' ? [result.planned] : []));
  const warnings = results.flatMap((result): GuardFinding[] => (result.kind === 'planned' && result.warning !== null ? [{ severity: 'warning', code: null, targetId: result.planned.account, text: result.warning }] : []));
  const found = [...assessPolicies(input, accounts, quarantine, afterwards), ...assessKept(accounts, afterwards), ...acknowledged.findings, ...warnings];
  const findings = [...new Map(found.map((finding) => [`${finding.targetId} ${finding.text}`, finding])).values()];
  const soaks = assessSoaks(accounts, decisions);
  return {
    schema: ORGANIZATION_PLAN_SCHEMA,
    kind: 'organization',
    createdAt: input.createdAt,
    tool: input.tool,
    world: input.world,
    boundTo: { organization: facts.tree.id, account: facts.tree.managementAccount, partition: facts.partition },
    reading,
    manager: input.manager,
    memberRole: decisions.memberRole,
    credentials,
    quarantine,
    afterwards,
    accounts,
    waves: assembleOrganizationWaves(accounts, { canary: decisions.canary, order: decisions.waveOrder }),
    notCovered: results.flatMap((result) => (result.kind === 'not-covered' ? [result.notCovered] : [])),
    findings,
    acknowledgements: acknowledged.counting,
    overrides: { shortSoak: soaks.isShort ? decisions.acceptShortSoak : null, unprovedSoak: decisions.acceptUnprovedSoak },
    blockers: [...findings.flatMap(({ severity, code, text }): Blocker[] => (severity === 'blocker' && code !== null ? [{ code, text }] : [])), ...soaks.blockers],
  };
}
