/** One run in progress: its plan, its journal, and the guard that every write passes. */
import type { AnyPlan } from '../domain/any-plan.ts';
import { problem } from '../domain/problem.ts';
import type { RunId } from '../domain/identifiers.ts';
import type { Plan } from '../domain/plan.ts';
import type { Caller } from '../domain/root-user.ts';
import type { ExecutorRun } from '../engine/executor.ts';
import type { Journal } from '../engine/journal.ts';
import { replay, type RunState } from '../engine/replay.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readCallers, requireManagement, type Session } from './session.ts';

export type Run<Kind extends AnyPlan = Plan> = {
  id: RunId;
  plan: Kind;
  session: Session;
  engine: ExecutorRun;
  store: RunStore;
  /** Stay until a soak is over instead of ending with 75. */
  isWaiting: boolean;
  /** Looks at AWS now and then while it waits. */
  isWatching: boolean;
  /** Log files that this process was given besides Event history. */
  logs: readonly EvidenceSource[];
};

/** How IAM writes are tried; lanes and the executor do the rest. */
export const WRITE_RETRY = { attempts: 4, pauseMs: 2_000 } as const;
/** IAM is eventually consistent; its reads follow a write within seconds. */
export const IAM_PROPAGATION_MS = 15_000;

/** Whatever has a journal: a run in progress, or one that is only read. */
export type Journaled = { engine: { journal: Pick<Journal, 'lines'> } };

/** The run so far, folded from its journal. */
export const stateOf = (run: Journaled): RunState => replay(run.engine.journal.lines);

/** What was gathered of each journal: a run over hundreds of accounts signs with thousands of sessions, and asks before each write. */
const gathered = new WeakMap<Journaled['engine']['journal'], { signers: Set<string>; entries: number }>();

function recordedSigners(run: Run<AnyPlan>): ReadonlySet<string> {
  const { journal } = run.engine;
  const known = gathered.get(journal) ?? { signers: new Set(), entries: 0 };
  gathered.set(journal, known);
  const entries = stateOf(run).observed.get('signed-by') ?? [];
  for (let index = known.entries; index < entries.length; index += 1) {
    const value = entries[index]?.value;
    if (Array.isArray(value)) for (const keyId of value) if (typeof keyId === 'string') known.signers.add(keyId);
  }
  known.entries = entries.length;
  return known.signers;
}

/** Key ids that this run has signed with, in any of its processes. */
export function ownKeyIds(run: Run<AnyPlan>): Set<string> {
  const { organization, reading, root } = run.session.identities;
  return new Set([...recordedSigners(run), ...[reading, root, organization].flatMap((cloud) => [...(cloud?.signedBy() ?? [])])]);
}

/** Puts the key ids that sign now on record, so that the events they leave can be told from somebody else's. */
export async function recordSigners(run: Run<AnyPlan>): Promise<void> {
  const before = recordedSigners(run);
  const { organization, reading, root } = run.session.identities;
  const now = new Set<string>();
  for (const cloud of [reading, root, organization]) for (const keyId of cloud?.signedBy() ?? []) if (!before.has(keyId)) now.add(keyId);
  if (now.size > 0) await run.engine.journal.append({ kind: 'observed', what: 'signed-by', value: [...now] });
}

function requireAccount(run: Run<AnyPlan>, caller: Caller): void {
  const { account, partition } = run.plan.boundTo;
  if (caller.account === account && caller.partition === partition) return;
  throw problem('identity/wrong-account', { detail: `The run is bound to ${account}; these credentials are of ${caller.account}.` });
}

/**
 * Asks the reading identity who it is: enough for guardrails, and all that is left once a signing key has deleted itself.
 * @throws Problem `identity/wrong-account`
 */
export async function requireReading(run: Run<AnyPlan>): Promise<Caller> {
  const caller = await run.session.identities.reading.reader.readCaller();
  requireAccount(run, caller);
  await recordSigners(run);
  return caller;
}

/**
 * Asks both identities who they are, and refuses any that are not of the run's account.
 * @throws Problem `identity/wrong-account`, `identity/two-accounts`, `credentials/not-root`, `credentials/root-session-needed`
 */
export async function requireBoth(run: Run): Promise<{ reading: Caller; root: { cloud: Cloud; caller: Caller } }> {
  const { reading, root } = await readCallers(run.session);
  requireAccount(run, reading);
  await recordSigners(run);
  if (root === null) throw problem('credentials/root-session-needed');
  return { reading, root };
}

/**
 * Whoever manages the organization, asked anew before each write.
 * @throws Problem `identity/other-organization`, `credentials/organization-needed`; as `requireReading`
 */
export async function requireOrganization(run: Run<AnyPlan>): Promise<Cloud> {
  const { organization, reading } = run.session.identities;
  const { account, partition } = run.plan.boundTo;
  const place = 'place' in run.plan.boundTo ? run.plan.boundTo.place : null;
  if (organization === null) {
    if (place?.kind === 'member') throw problem('credentials/organization-needed', { detail: `The management account is ${place.managementAccount}.` });
    await requireReading(run);
    return reading;
  }
  requireManagement({ name: organization.name, caller: await organization.reader.readCaller() }, place?.kind === 'member' ? place.managementAccount : account, partition);
  return organization;
}

/**
 * The root session for a write on a key, which must not be signed by that key unless it deletes itself.
 * @throws Problem as `requireBoth`; `credentials/reader-signed-by-planned-key`
 */
export async function requireRoot(run: Run, keyId: string, isSelfDelete = false): Promise<{ cloud: Cloud; caller: Caller }> {
  const { root, reading } = await requireBoth(run);
  if (root.caller.accessKeyId === keyId && !isSelfDelete) {
    throw problem('plan/stale', { detail: `The root session is signed by key ${keyId} itself; it could neither undo nor delete itself.` });
  }
  if (reading.accessKeyId === keyId && !isSelfDelete) throw problem('credentials/reader-signed-by-planned-key');
  return root;
}
