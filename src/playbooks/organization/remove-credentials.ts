/** Removal in one member account, kind by kind in their fixed order, each read back in the session that removed; and the proof by a second one. */
import type { Json } from '../../domain/canonical-json.ts';
import type { AccessKeyId } from '../../domain/identifiers.ts';
import type { AccountAction, CredentialKind, PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { asProblem, problem } from '../../domain/problem.ts';
import type { RootKey } from '../../domain/root-user.ts';
import { executeStep } from '../../engine/executor.ts';
import type { Observation } from '../../engine/step.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { mayHaveHappened } from '../guard-run.ts';
import { IAM_PROPAGATION_MS, stateOf, WRITE_RETRY } from '../run.ts';
import { isAttached, openPolicyId } from '../scp-steps.ts';
import { nowOf } from '../session.ts';
import { requireSealed } from './contain-account.ts';
import { actionOf, dueAt, openRootSession, requireIdentities, type OrganizationRecord, type OrganizationRun } from './organization-run.ts';

export type Removal = Extract<AccountAction, { effect: 'irreversible' }>;

const KIND_OF: Record<Removal['kind'], CredentialKind> = { 'delete-key': 'keys', 'delete-certificate': 'certificates', 'delete-password': 'password', 'deactivate-mfa': 'mfa' };

/** What the plan removes of one kind in an account. */
export const removalsOf = (planned: PlannedAccount, kind: CredentialKind): Removal[] =>
  planned.actions.filter((action): action is Removal => action.effect === 'irreversible' && KIND_OF[action.kind] === kind);

export const removeStep = ({ id }: Removal): string => `${id}/remove`;

export const isRemoved = (run: OrganizationRecord, removal: Removal): boolean => stateOf(run).steps.get(removeStep(removal))?.state === 'succeeded';
/** It was removed, or may have been: the step itself has to look. */
export const mayBeRemoved = (run: OrganizationRun, removal: Removal): boolean => mayHaveHappened(run, removeStep(removal));

/** Somebody who makes a key there meanwhile still uses root, so nothing more is taken from them. Returns root's keys. @throws Problem `soak/new-key` */
async function requireNoStranger({ account, keys }: PlannedAccount, { reader }: Cloud): Promise<RootKey[]> {
  const listed = await reader.readRootKeys();
  const stranger = listed.find(({ keyId }) => !keys.some((named) => named.keyId === keyId));
  if (stranger !== undefined) throw problem('soak/new-key', { detail: `Key ${stranger.keyId} of ${account} is not in the plan.` });
  return listed;
}

/** Promises 1 and 2, asked of the account right before a key is deleted. */
async function requireDeletable(run: OrganizationRun, planned: PlannedAccount, keyId: AccessKeyId, listed: readonly RootKey[], quarantineId: () => Promise<string>): Promise<void> {
  const { account } = planned;
  if (!listed.some((key) => key.keyId === keyId)) throw problem('plan/stale', { detail: `Key ${keyId} of ${account} is gone; somebody else deleted it.` });
  const sealed = actionOf(planned, 'find-sealed');
  const due = dueAt(run, planned);
  if (due === null) throw problem('soak/key-not-contained', { detail: `Account ${account} is not contained.` });
  if (due > nowOf(run.session)) throw problem('soak/too-short', { detail: `Account ${account} soaks until ${due}.` });
  if (sealed !== undefined) return requireSealed(run, account, sealed);
  if (!(await isAttached(run, await quarantineId(), account))) throw problem('soak/key-not-contained', { detail: `Policy ${run.plan.quarantine.name} is not on ${account}.` });
}

type Doing = {
  /** Whether it is there still, by the session that removes. */
  isThere: (session: Cloud) => Promise<boolean>;
  /** @param listed root's keys, none of which is unknown to the plan */
  require: (session: Cloud, listed: readonly RootKey[]) => Promise<void>;
  act: (session: Cloud) => Promise<void>;
};

const isGone = (what: string): (() => Promise<never>) => async () => {
  throw problem('plan/stale', { detail: `${what} is gone; somebody else removed it.` });
};

function doingOf(run: OrganizationRun, planned: PlannedAccount, removal: Removal, quarantineId: () => Promise<string>): Doing {
  const { account } = planned;
  switch (removal.kind) {
    case 'delete-key': return {
      isThere: async ({ reader }) => (await reader.readRootKeys()).some(({ keyId }) => keyId === removal.keyId),
      require: (_, listed) => requireDeletable(run, planned, removal.keyId, listed, quarantineId),
      act: ({ writer }) => writer.deleteRootKey(removal.keyId),
    };
    case 'delete-certificate': return {
      isThere: async ({ reader }) => (await reader.readSigningCertificates()).some(({ id }) => id === removal.certificateId),
      require: isGone(`Certificate ${removal.certificateId} of ${account}`),
      act: ({ writer }) => writer.deleteSigningCertificate(removal.certificateId),
    };
    case 'delete-password': return {
      isThere: ({ reader }) => reader.hasRootPassword(),
      require: isGone(`The root password of ${account}`),
      act: ({ writer }) => writer.deleteRootPassword(),
    };
    case 'deactivate-mfa': return {
      isThere: async ({ reader }) => (await reader.readMfaDevices()).includes(removal.serialNumber),
      // MFA guards the password: it goes only once a read says that there is none.
      require: async ({ reader }) => {
        if (await reader.hasRootPassword()) throw problem('delete/password-there', { detail: `Account ${account}.` });
        if (!(await reader.readMfaDevices()).includes(removal.serialNumber)) await isGone(`MFA device ${removal.serialNumber} of ${account}`)();
      },
      act: ({ writer }) => writer.deactivateMfaDevice(removal.serialNumber),
    };
  }
}

/** The sessions that remove, one for each account; the same one reads back. */
export type RemovalSessions = (planned: PlannedAccount) => Cloud;

export function openRemovalSessions(run: OrganizationRun): RemovalSessions {
  const open = new Map<string, Cloud>();
  return ({ account }) => {
    const session = open.get(account) ?? openRootSession(run, account, 'delete-credentials');
    open.set(account, session);
    return session;
  };
}

/**
 * Removes what the plan names of one kind. The soak must have been proved, and the word of a person given, by this process before.
 * @throws Problem of whatever stops it in this account
 */
export function openRemoval(run: OrganizationRun, kind: CredentialKind, sessionOf: RemovalSessions): (planned: PlannedAccount) => Promise<void> {
  const quarantineId = openPolicyId(run, run.plan.quarantine);
  return async (planned) => {
    for (const removal of removalsOf(planned, kind)) {
      const session = sessionOf(planned);
      const { isThere, require, act } = doingOf(run, planned, removal, quarantineId);
      await executeStep<Json>(run.engine, {
        key: removeStep(removal),
        require: async () => {
          await requireIdentities(run);
          const listed = await requireNoStranger(planned, session);
          if (removal.kind === 'deactivate-mfa' || removal.kind === 'delete-key' || !(await isThere(session))) await require(session, listed);
        },
        observe: async (): Promise<Observation<Json>> => ((await isThere(session)) ? { state: 'not-done' } : { state: 'done', result: null }),
        act: async () => {
          await act(session);
          return null;
        },
        retry: WRITE_RETRY,
        propagationMs: IAM_PROPAGATION_MS,
        isConfirmedBy: 'observe',
      });
    }
  };
}

/** What of the planned kinds is still there, by one session. */
async function listLeft(planned: PlannedAccount, { reader }: Cloud): Promise<string[]> {
  const kinds = new Set(planned.actions.flatMap((action) => (action.effect === 'irreversible' ? [KIND_OF[action.kind]] : [])));
  const certificates = kinds.has('certificates') ? (await reader.readSigningCertificates()).map(({ id }) => `certificate ${id}`) : [];
  const password = kinds.has('password') && (await reader.hasRootPassword()) ? ['the password'] : [];
  const mfa = kinds.has('mfa') ? (await reader.readMfaDevices()).map((serial) => `MFA device ${serial}`) : [];
  const keys = kinds.has('keys') ? (await reader.readRootKeys()).map(({ keyId }) => `key ${keyId}`) : [];
  return [...keys, ...certificates, ...password, ...mfa];
}

/**
 * Two reads that agree that nothing of what was planned is left: by the session that removed, and by a fresh audit session. Only then is it called removed.
 * @throws Problem `verify/keys-left`, `verify/credentials-left`; `verify/not-verified` where a session could not look
 */
export async function verifyRemoved(run: OrganizationRun, planned: PlannedAccount, sessionOf: RemovalSessions): Promise<void> {
  const { clock, signal } = run.session;
  const until = clock.now() + 4 * IAM_PROPAGATION_MS;
  for (const session of [sessionOf(planned), openRootSession(run, planned.account, 'audit-credentials')]) {
    for (;;) {
      const left = await listLeft(planned, session).catch((thrown: unknown) => {
        const because = asProblem(thrown);
        if (because.fault === 'tool' || /^(?:run|credentials|identity|endpoint)\//.test(because.code)) throw because;
        throw problem('verify/not-verified', { detail: `Account ${planned.account}: ${because.message}`, nextStep: 'rootzero resume' });
      });
      if (left.length === 0) break;
      if (clock.now() > until) throw problem(left.some((what) => what.startsWith('key ')) ? 'verify/keys-left' : 'verify/credentials-left', { detail: `Account ${planned.account}: ${left.join(', ')}.` });
      await clock.sleep(2_000, signal);
    }
  }
}
