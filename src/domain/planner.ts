/** Assembles the plan for one account from what was read and what the operator decided. Pure: the same input gives the same plan. */
import { assembleAttendedActions, assessAttendedBlockers, keysByEvents } from './attended-plan.ts';
import type { SeenKey } from './key-history.ts';
import { isCallerToAcknowledge } from './usage.ts';
import type { Usage } from './caller.ts';
import { maskKeyId, type AccessKeyId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import { PLAN_SCHEMA, SHORTEST_SOAK_MS, type Acknowledgement, type Action, type Blocker, type NotDone, type Override, type PlanBody, type PlannedKey, type PlannedScp } from './plan.ts';
import { problem } from './problem.ts';
import { isRoot, type Caller, type RootUserFacts } from './root-user.ts';
import { keyBehind } from './signing-key.ts';
import { iamEventRegion } from './soak-proof.ts';
import { recommendSoak } from './soak-rule.ts';
import { assessVerdict } from './verdict.ts';

export type Decisions = {
  soakMs: number | null;
  acknowledgements: Acknowledgement[];
  acceptShortSoak: string | null;
  acceptUnprovedSoak: string | null;
  deleteSigningKey: { keyId: string; reason: string } | null;
  isSuspectedCompromise: boolean;
  /** A person acts in the console, where no root session can. */
  isAttended: boolean;
  /** The policy that contains a signing key stays on once the key is gone. */
  keepsScp: boolean;
};

export type PlannerInput = {
  createdAt: Instant;
  tool: string;
  world: string;
  facts: RootUserFacts;
  reading: { name: string; caller: Caller };
  root: { name: string; caller: Caller } | null;
  /** Key ids of sessions that root minted with a root key, by the key that minted them. */
  mintedBy: Record<string, string>;
  /** Null when nothing was looked back at (suspected compromise). */
  usage: Usage | null;
  /** The keys as the look-back's events show them: since when one is inactive, and which there are at all where nobody may list them. */
  seenKeys: SeenKey[];
  guardrails: { actions: Action[]; notDone: NotDone[]; blockers: Blocker[] };
  /** The policy that can contain a key which signs, where somebody manages the organization; null where none can. */
  containment: { guardrail: PlannedScp; isFound: boolean } | null;
  decisions: Decisions;
};

function plannedKeys(input: PlannerInput): PlannedKey[] {
  const { isAttended } = input.decisions;
  if (!input.facts.keys.known) return isAttended ? keysByEvents(input.seenKeys) : [];
  const signingKey = input.root === null || isAttended ? null : keyBehind(input.root.caller, input.mintedBy);
  return input.facts.keys.value.map((key) => ({
    ...key,
    isSigning: key.keyId === signingKey,
    containedSince: key.status === 'inactive' ? (input.seenKeys.find((seen) => seen.keyId === key.keyId && seen.state === 'inactive')?.at ?? input.createdAt) : null,
  }));
}

function assessBlockers(input: PlannerInput, keys: PlannedKey[]): Blocker[] {
  const { decisions, facts, root, usage } = input;
  const blockers: Blocker[] = [];
  const isAbsent = assessVerdict(facts).state === 'absent';
  if (isAbsent) return blockers;
  if (decisions.isAttended) blockers.push(...assessAttendedBlockers(facts, input.reading, usage));
  else if (root === null || !isRoot(root.caller)) blockers.push({ code: 'credentials/root-session-needed', text: 'No root session was given: --root-profile PROFILE, or --console to be told the clicks.' });
  else if (!facts.keys.known) blockers.push({ code: facts.keys.because, text: `The root keys could not be listed (${facts.keys.source}). With --console a person is told the clicks instead.` });
  const behindReader = keyBehind(input.reading.caller, input.mintedBy);
  if (keys.some((key) => key.keyId === behindReader && !key.isSigning)) {
    blockers.push({ code: 'credentials/reader-signed-by-planned-key', text: `Profile ${input.reading.name} is signed by key ${behindReader?.slice(-4)}, which is about to be contained.` });
  }
  for (const caller of usage?.callers.filter(isCallerToAcknowledge) ?? []) {
    if (decisions.acknowledgements.some((given) => given.fingerprint === caller.fingerprint)) continue;
    blockers.push({ code: 'input/acknowledgement', text: `Caller ${caller.fingerprint} (${caller.sourceIp}, ${caller.userAgent}) is not acknowledged: --acknowledge ${caller.fingerprint}=REASON, or --suspected-compromise.` });
  }
  const home = iamEventRegion(facts.partition);
  const isHomeReadable = usage?.coverage.regions.some((region) => region.region === home && region.readable) ?? true;
  if (keys.length > 0 && !isHomeReadable && !decisions.isAttended && decisions.acceptUnprovedSoak === null) {
    blockers.push({ code: 'soak/not-proved', text: `CloudTrail in ${home} cannot be read, so nobody could prove the soak: allow cloudtrail:LookupEvents, or --accept-unproved-soak REASON.` });
  }
  const signing = keys.find((key) => key.isSigning);
  if (signing !== undefined && !decisions.isSuspectedCompromise && decisions.deleteSigningKey?.keyId !== signing.keyId) {
    blockers.push({
      code: 'plan/blocked',
      text: `Key ${maskKeyId(signing.keyId)} signs the root session; once inactive it could neither undo nor delete itself. Sign in as root with aws login, or let it be deleted directly, without undo: --delete-signing-key ${signing.keyId}=REASON.`,
    });
  }
  return blockers;
}

function checkDecisions(input: PlannerInput, keys: PlannedKey[]): void {
  const { decisions, usage } = input;
  const known = new Set(usage?.callers.map((caller) => caller.fingerprint));
  const stray = decisions.acknowledgements.find((given) => !known.has(given.fingerprint));
  if (stray !== undefined) {
    const unread = usage?.coverage.regions.filter((region) => !region.readable).map((region) => region.region) ?? [];
    throw problem('input/acknowledgement', { detail: `No caller has the fingerprint ${stray.fingerprint}.${unread.length === 0 ? '' : ` CloudTrail could not be read in ${unread.join(', ')}.`}` });
  }
  const { deleteSigningKey } = decisions;
  // Keys that could not be listed stand in the way by themselves; whether a decision fits them is not known.
  if (!input.facts.keys.known && !decisions.isAttended) return;
  if (deleteSigningKey !== null && !keys.some((key) => key.isSigning && key.keyId === deleteSigningKey.keyId)) {
    throw problem('input/needless-override', { detail: `${deleteSigningKey.keyId} is not the key that signs the root session.` });
  }
  if (decisions.keepsScp && input.facts.place.known && (input.containment === null || !keys.some((key) => key.isSigning))) {
    throw problem('input/needless-override', { detail: 'No policy contains a signing key in this plan, so there is none to keep.' });
  }
}

/** What a suspected compromise leaves open: a key that signs the session cannot be contained by it. */
const uncontainable = (input: PlannerInput, keys: PlannedKey[]): NotDone[] =>
  input.decisions.isSuspectedCompromise && input.containment === null
    ? keys
        .filter((key) => key.isSigning && key.status === 'active')
        .map((key) => ({ what: `contain ${maskKeyId(key.keyId)}`, because: 'it signs the root session; sign in as root with aws login and plan again, or deactivate it in the console' }))
    : [];

/** Why the reading identity cannot be the witness of a key that deletes itself; null where it can. */
function blindnessOf({ facts, mintedBy, reading }: PlannerInput): string | null {
  if (keyBehind(reading.caller, mintedBy) !== null) return 'no identity but the key is given: look afterwards, with a role that may call iam:GetAccountSummary';
  return facts.summary.known ? null : `profile ${reading.name} could not call iam:GetAccountSummary (${facts.summary.because}): allow it and plan again, or look afterwards`;
}

/** A deletion that nobody will be able to verify is said before it is applied. */
function unverifiable(input: PlannerInput, keys: PlannedKey[]): NotDone[] {
  const because = keys.some((key) => key.isSigning) && !input.decisions.isSuspectedCompromise ? blindnessOf(input) : null;
  return because === null ? [] : [{ what: 'verify the deletion', because }];
}

/** The soak: required by the cadence, planned by the operator; shorter only with a reason. */
function assessSoak(input: PlannerInput): { soak: PlanBody['soak']; blockers: Blocker[]; isShort: boolean } {
  const { decisions, usage } = input;
  const recommended = recommendSoak(usage);
  const requiredMs = Math.max(SHORTEST_SOAK_MS, recommended.requiredMs);
  const plannedMs = decisions.soakMs ?? requiredMs;
  const isShort = plannedMs < requiredMs;
  if (!isShort && decisions.acceptShortSoak !== null) {
    throw problem('input/needless-override', { detail: 'The soak is as long as required; --accept-short-soak needs a shorter --soak.' });
  }
  const blockers: Blocker[] = isShort && decisions.acceptShortSoak === null
    ? [{ code: 'plan/blocked', text: 'The soak is shorter than required: --accept-short-soak REASON, or leave --soak out.' }]
    : [];
  return { soak: { requiredMs, plannedMs, because: recommended.because, notProvable: recommended.notProvable }, blockers, isShort };
}

function assembleActions(input: PlannerInput, keys: PlannedKey[], soakMs: number): Action[] {
  const guards = input.guardrails.actions;
  const { isAttended, isSuspectedCompromise } = input.decisions;
  if (isAttended && assessVerdict(input.facts).state !== 'absent') return assembleAttendedActions(keys, { soakMs, guards, isSuspectedCompromise });
  const others = keys.filter((key) => !key.isSigning);
  const signing = keys.filter((key) => key.isSigning);
  const contain = others
    .filter((key) => key.status === 'active')
    .map((key): Action => ({ id: `contain-${key.keyId}`, kind: 'contain-by-deactivation', effect: 'reversible', keyId: key.keyId }));
  if (keys.length === 0) return guards;
  const by = signing.length === 0 ? 'root' : blindnessOf(input) === null ? 'witness' : 'nobody';
  const ids = (some: PlannedKey[]): AccessKeyId[] => some.map((key) => key.keyId);
  const remove = (basis: 'contained' | 'direct') => (key: PlannedKey): Action =>
    ({ id: `delete-${key.keyId}`, kind: 'delete-root-key', effect: 'irreversible', keyId: key.keyId, basis });
  const verify: Action = { id: 'verify', kind: 'verify-no-root-keys', effect: 'none', by };
  const containment = signing.length === 0 ? null : input.containment;
  const bound: Action[] = containment === null ? [] : [{ id: 'contain-scp', kind: 'contain-by-scp', effect: 'reversible', keyIds: ids(signing), ...containment }];
  const lift: Action[] = containment === null || input.decisions.keepsScp ? [] : [{ id: 'lift-scp', kind: 'lift-scp', effect: 'none', guardrail: containment.guardrail }];
  // The policy comes last: it denies root to deactivate the other key.
  if (isSuspectedCompromise) return [...contain, ...bound, { id: 'look-back', kind: 'look-back', effect: 'none' }];
  return [
    ...contain,
    ...bound,
    { id: 'soak', kind: 'soak', effect: 'wait', contained: ids(others), watched: ids(signing), durationMs: soakMs },
    ...others.map(remove('contained')),
    // Without a witness no identity is left once the signing key is gone, so the guardrails come before it.
    ...(by === 'nobody' ? guards : []),
    ...signing.map(remove('direct')),
    verify,
    ...lift,
    ...(by === 'nobody' ? [] : guards),
  ];
}

/** @throws Problem `input/acknowledgement`, `input/needless-override` for decisions that fit nothing that was read */
export function assemblePlan(input: PlannerInput): PlanBody {
  const { decisions, facts, usage } = input;
  const keys = plannedKeys(input);
  checkDecisions(input, keys);
  const { soak, blockers, isShort } = assessSoak(input);
  const keyIds = keys.map((key) => key.keyId);
  const overrides: Override[] = [];
  if (isShort && decisions.acceptShortSoak !== null) overrides.push({ kind: 'short-soak', keyIds, reason: decisions.acceptShortSoak });
  if (decisions.acceptUnprovedSoak !== null) overrides.push({ kind: 'unproved-soak', keyIds, reason: decisions.acceptUnprovedSoak });
  const signing = keys.find((key) => key.isSigning);
  if (decisions.deleteSigningKey !== null && signing !== undefined) {
    overrides.push({ kind: 'delete-signing-key', keyId: signing.keyId, reason: decisions.deleteSigningKey.reason });
  }
  const identity = (named: { name: string; caller: Caller }): NonNullable<PlanBody['root']> => ({
    name: named.name,
    arn: named.caller.arn,
    kind: named.caller.kind,
    keyId: named.caller.kind === 'root-key' ? named.caller.accessKeyId : null,
  });
  return {
    schema: PLAN_SCHEMA,
    createdAt: input.createdAt,
    tool: input.tool,
    world: input.world,
    boundTo: { account: facts.account, partition: facts.partition, place: facts.place.known ? facts.place.value : null },
    reading: identity(input.reading),
    root: input.root === null || decisions.isAttended ? null : identity(input.root),
    isSuspectedCompromise: decisions.isSuspectedCompromise,
    verdict: assessVerdict(facts),
    mfa: facts.mfa.known ? facts.mfa.value : null,
    keys,
    coverage: usage?.coverage ?? null,
    callers: usage?.callers ?? [],
    acknowledgements: decisions.acknowledgements,
    overrides,
    soak,
    actions: assembleActions(input, keys, soak.plannedMs),
    notDone: [...input.guardrails.notDone, ...uncontainable(input, keys), ...unverifiable(input, keys)],
    blockers: [...assessBlockers(input, keys), ...blockers, ...input.guardrails.blockers],
  };
}
