/** What becomes of one account in a plan over an organization: retired, left out with a reason and a next step, or clean. Pure. */
import { findGuard, type OrganizationFacts } from '../guard-preflight.ts';
import { SCP_QUOTAS_AS_OF, SCP_SLOTS_PER_TARGET } from '../guardrail.ts';
import { maskKeyId, type AccountId } from '../identifiers.ts';
import type { Instant } from '../instant.ts';
import type { Acknowledgement } from '../plan.ts';
import { levelsOn, type openNatures } from '../scp-chain.ts';
import { isOpening } from '../seal.ts';
import { isAcknowledged, listToAcknowledge, requiredSoak, type MemberUsage, type ToAcknowledge } from './member-evidence.ts';
import type { AccountAction, CredentialKind, NotCovered, PlannedAccount, PlannedMemberKey } from './organization-plan.ts';
import type { Reach } from './organization-reach.ts';
import type { SurveyedAccount } from './survey.ts';

/** Root's credentials besides its keys, read only where the plan is about them. */
export type OtherCredentials = { certificates: string[]; hasPassword: boolean; mfaDevices: string[] };

export type AccountInput = {
  surveyed: SurveyedAccount;
  /** Why they could not be read, or null where nobody asked. */
  others: OtherCredentials | { because: string } | null;
  usage: MemberUsage | null;
  facts: OrganizationFacts;
  credentials: readonly CredentialKind[];
  quarantineName: string;
  /** Whether the quarantine comes off this account at the end. */
  isReleased: boolean;
  soakMs: number | null;
  acknowledgements: readonly Acknowledgement[];
  now: Instant;
  natureOf: ReturnType<typeof openNatures>;
  reachOf: (account: AccountId) => Reach;
};

/** `asked`: what of the account can be acknowledged, given or not; `missing`: what of it would bring the account into the plan. */
export type AccountResult =
  | { kind: 'clean' }
  | { kind: 'not-covered'; notCovered: NotCovered; asked: string[]; missing: ToAcknowledge[] }
  | { kind: 'planned'; planned: PlannedAccount; asked: string[]; warning: string | null };

type Wanted = { keys: PlannedMemberKey[]; certificates: string[]; hasPassword: boolean | null; mfaDevices: string[] };
type Reason = { because: string; next: string };

const isReason = (value: Wanted | Reason): value is Reason => 'because' in value;

/** How a person goes on with one account by itself. */
const planOne = (account: AccountId): string => `rootzero plan --org --account ${account}`;

/** What there is to retire; a reason where that cannot be told. */
function listCredentials({ surveyed: { account, posture }, others, credentials }: AccountInput): Wanted | Reason {
  if (posture.kind === 'unknown') return { because: posture.detail, next: posture.remedy };
  const { keys, lastUses, summary } = posture.facts;
  const mayHaveKeys = posture.verdict.state !== 'absent';
  if (!keys.known && mayHaveKeys) return { because: 'Its root keys could not be listed, only that there may be one.', next: 'rootzero runbook retire-root-keys' };
  const listed = keys.known ? keys.value : [];
  const unread = listed.find(({ keyId }) => lastUses[keyId]?.known !== true);
  if (unread !== undefined) return { because: `When key ${maskKeyId(unread.keyId)} was last used could not be read.`, next: planOne(account) };
  const plannedKeys = listed.map((key): PlannedMemberKey => {
    const use = lastUses[key.keyId];
    return { ...key, lastUse: use?.known === true ? use.value : null };
  });
  const isWanted = (kind: CredentialKind): boolean => credentials.includes(kind);
  const onlyKeys = { keys: plannedKeys, certificates: [], hasPassword: null, mfaDevices: [] };
  if (credentials.every((kind) => kind === 'keys')) return onlyKeys;
  if (others === null) {
    // The survey's summary says that there is nothing else, so nobody asked further.
    const isBare = summary.known && !(isWanted('password') && summary.value.passwordPresent) && !(isWanted('certificates') && summary.value.certificatesPresent) && !(isWanted('mfa') && summary.value.mfaEnabled);
    return isBare ? { ...onlyKeys, hasPassword: summary.value.passwordPresent } : { because: 'Its password, certificates and MFA devices were not read.', next: planOne(account) };
  }
  if ('because' in others) return { because: `Its password, certificates and MFA devices could not be read: ${others.because}`, next: `${planOne(account)} --credentials keys` };
  const isAfterKeys = (isWanted('password') && others.hasPassword) || (isWanted('mfa') && others.mfaDevices.length > 0);
  if (isAfterKeys && !isWanted('keys') && plannedKeys.length > 0) {
    return { because: 'Its root password and MFA come after its root keys, and they are not part of this plan.', next: `${planOne(account)} --credentials ${['keys', ...credentials].join(',')}` };
  }
  return {
    keys: plannedKeys,
    certificates: isWanted('certificates') ? others.certificates : [],
    hasPassword: others.hasPassword,
    mfaDevices: isWanted('mfa') ? others.mfaDevices : [],
  };
}

/** Why no root session removes anything there, whatever the policies say. */
function unreachable({ surveyed: { account, by, isManagement, state }, facts: { partition, policies, tree } }: AccountInput): Reason | null {
  if (isManagement) return { because: 'The management account: no root session can be opened in it, and no service control policy binds it.', next: 'rootzero runbook management-account' };
  if (partition === 'aws-us-gov') return { because: 'AWS GovCloud (US): root credentials are not managed centrally; a root key is deleted with the key itself.', next: 'rootzero runbook retire-root-keys' };
  if (state !== 'active') return { because: `The account is ${state}; nothing is attached and no session opened there.`, next: `Once it is active: ${planOne(account)}` };
  if (by === 'own') return { because: 'The delegated administrator itself: root sessions are opened from it, not in it.', next: `${planOne(account)} --org-profile MANAGEMENT, with a profile of management account ${tree.managementAccount}` };
  const opening = policies.find((policy) => isOpening(policy, account) && policy.targetIds.length > 0);
  if (opening !== undefined) return { because: `Break-glass is open for it (${opening.name}); a quarantine would close it.`, next: 'rootzero breakglass close' };
  return by === 'root-session' ? null : { because: 'No root session was opened there; a role can read it, and remove nothing.', next: 'rootzero doctor' };
}

function assembleActions({ surveyed: { account }, credentials, isReleased }: AccountInput, wanted: Wanted, seal: ReturnType<typeof findGuard>, soakMs: number): AccountAction[] {
  const id = (name: string): string => `${account}/${name}`;
  const keys = credentials.includes('keys') ? wanted.keys : [];
  const contain: AccountAction = seal === null
    ? { id: id('quarantine'), kind: 'quarantine', effect: 'reversible' }
    : { id: id('find-sealed'), kind: 'find-sealed', effect: 'none', policyId: seal.policy.id, targetId: seal.at };
  return [
    ...(keys.length === 0 ? [] : [contain, { id: id('soak'), kind: 'soak', effect: 'wait', durationMs: soakMs } satisfies AccountAction]),
    ...keys.map(({ keyId }): AccountAction => ({ id: id(`delete-${keyId}`), kind: 'delete-key', effect: 'irreversible', keyId })),
    ...wanted.certificates.map((certificateId): AccountAction => ({ id: id(`delete-${certificateId}`), kind: 'delete-certificate', effect: 'irreversible', certificateId })),
    ...(credentials.includes('password') && wanted.hasPassword === true ? [{ id: id('delete-password'), kind: 'delete-password', effect: 'irreversible' } satisfies AccountAction] : []),
    ...wanted.mfaDevices.map((serialNumber, index): AccountAction => ({ id: id(`deactivate-mfa-${index + 1}`), kind: 'deactivate-mfa', effect: 'irreversible', serialNumber })),
    { id: id('verify'), kind: 'verify', effect: 'none' },
    ...(keys.length > 0 && seal === null && isReleased ? [{ id: id('release'), kind: 'release', effect: 'reversible' } satisfies AccountAction] : []),
  ];
}

/** How the reason of an account begins that a word of the operator would bring in. */
export const ASKS_FIRST = 'Needs an acknowledgement: ';

const UNREAD = 'no --member-role, no --logs';

/** Everything that stands in an account's way is known before anything is attached there. */
export function planAccount(input: AccountInput): AccountResult {
  const { surveyed: { account, name, path }, facts, credentials, acknowledgements, quarantineName, soakMs, natureOf, reachOf, now } = input;
  const wanted = listCredentials(input);
  const keys = isReason(wanted) || !credentials.includes('keys') ? [] : wanted.keys;
  const usage: MemberUsage = input.usage ?? { account, seen: null, coverage: { account, readable: false, because: UNREAD, gaps: [], logs: null } };
  const toAcknowledge = listToAcknowledge(keys, usage, now);
  const asked = toAcknowledge.map((one) => one.name);
  const leaveOut = (reason: Reason, lacking: ToAcknowledge[] = []): AccountResult => ({ kind: 'not-covered', notCovered: { account, name, path, ...reason }, asked, missing: lacking });
  if (!isReason(wanted) && keys.length + wanted.certificates.length + wanted.mfaDevices.length === 0 && !(credentials.includes('password') && wanted.hasPassword === true)) return { kind: 'clean' };
  const because = unreachable(input);
  if (because !== null) return leaveOut(because);
  if (isReason(wanted)) return leaveOut(wanted);
  const reach = reachOf(account);
  if (reach.kind === 'barred') return leaveOut({ because: reach.text, next: `Change that policy, then: ${planOne(account)}` });
  const seal = keys.length === 0 ? null : findGuard(facts, account, natureOf);
  const slots = levelsOn(facts.tree, facts.policies, account).at(-1)?.policies.length ?? 0;
  if (keys.length > 0 && seal === null && slots >= SCP_SLOTS_PER_TARGET) {
    return leaveOut({ because: `${slots} of ${SCP_SLOTS_PER_TARGET} slots of the account are taken (quota as of ${SCP_QUOTAS_AS_OF}), so ${quarantineName} finds no room.`, next: `Detach one, then: ${planOne(account)}` });
  }
  const missing = toAcknowledge.filter((one) => !isAcknowledged(acknowledgements, one));
  if (missing.length > 0) {
    return leaveOut({ because: `${ASKS_FIRST}${missing.map(({ text }) => text).join('; ')}.`, next: `Find out who it is, then plan again with: ${missing.map((one) => `--acknowledge ${one.name}=REASON`).join(' ')}` }, missing);
  }
  const { requiredMs, because: soakBecause } = keys.length === 0 ? { requiredMs: 0, because: 'no key is removed here; nothing else has a soak' } : requiredSoak(keys, usage);
  const plannedMs = keys.length === 0 ? 0 : soakMs ?? requiredMs;
  const planned: PlannedAccount = {
    account, name, path, ...wanted,
    usage: input.usage === null ? null : { coverage: usage.coverage, callers: usage.seen?.usage.callers ?? [] },
    soak: { requiredMs, plannedMs, because: soakBecause },
    actions: assembleActions(input, wanted, seal, plannedMs),
  };
  return { kind: 'planned', planned, asked, warning: reach.kind === 'doubtful' ? reach.text : null };
}
