/** Does what has to go on working still work? A root session in a member account, and an ordinary role there, each tried with a read. */
import type { AccountId } from '../domain/identifiers.ts';
import { asProblem, problem, type Problem } from '../domain/problem.ts';
import type { GuardRun } from './guard-run.ts';
import { managerOf } from './session.ts';

/** Switching centralized root access on takes effect within minutes, as switching it off does (observed, not documented). */
const ACCESS_PATIENCE_MS = 180_000;
const ACCESS_PAUSE_MS = 10_000;

/** `refused`: AWS said no, which is an answer. Anything else that goes wrong is thrown. */
export type ProbeResult = 'works' | { refused: Problem };

const REFUSALS: ReadonlySet<string> = new Set(['aws/access-denied', 'credentials/root-session-unusable', 'member/root-refused', 'member/role-refused']);

/**
 * Whether a policy on the account can be the cause. Opening a session is decided where the caller is, which no policy of the member binds; and
 * where AWS names another kind of policy, it was that one (IAM User Guide, "Troubleshoot access denied error messages").
 */
export const isByMemberPolicy = (refused: Problem): boolean =>
  !refused.code.startsWith('member/') && !/identity-based policy|permissions boundary|session policy|resource-based policy/.test(refused.detail ?? '');

export async function tryRead(work: () => Promise<unknown>): Promise<ProbeResult> {
  try {
    await work();
    return 'works';
  } catch (thrown) {
    const because = asProblem(thrown);
    if (REFUSALS.has(because.code)) return { refused: because };
    throw because;
  }
}

/** Opens an audit session of the member's root user and lists its keys: what removing credentials needs first. */
export async function probeRoot(run: GuardRun, account: AccountId): Promise<ProbeResult> {
  const { clock, signal } = run.session;
  const isJustOn = run.plan.actions.some((action) => action.kind === 'enable-root-feature');
  const until = clock.now() + ACCESS_PATIENCE_MS;
  for (;;) {
    try {
      return await tryRead(() => managerOf(run.session).inRootSession(account, 'audit-credentials').reader.readRootKeys());
    } catch (thrown) {
      const because = asProblem(thrown);
      if (because.code !== 'member/root-access-off' || !isJustOn || clock.now() >= until) throw because;
    }
    await clock.sleep(ACCESS_PAUSE_MS, signal);
  }
}

/** Null where the plan names no role. */
export async function probeRole(run: GuardRun, account: AccountId): Promise<ProbeResult | null> {
  const { memberRole } = run.plan;
  if (memberRole === null) return null;
  return tryRead(() => managerOf(run.session).inAccount(account, memberRole).reader.readAccountSummary());
}

/** What worked before. Put on record, so that a process that goes on after a crash still knows. */
export type Baseline = { role: boolean };

/** Before anything is attached: a root session has to work, else nobody could tell what the policy does to it. @throws Problem `rollout/refused-before` */
export async function probeBefore(run: GuardRun, account: AccountId): Promise<Baseline> {
  const root = await probeRoot(run, account);
  if (root !== 'works') throw problem('rollout/refused-before', { detail: `Account ${account}: ${root.refused.detail ?? root.refused.summary}` });
  const role = await probeRole(run, account);
  if (role !== null && role !== 'works') {
    run.session.ui.emit({ code: 'warning', text: `Role ${run.plan.memberRole} of ${account} could not be tried: ${role.refused.detail ?? role.refused.summary}` });
  }
  return { role: role === 'works' };
}

/**
 * What worked before and is refused now by a policy on the account; null where all still works.
 * @throws Problem of a refusal that has another cause
 */
export async function probeAfter(run: GuardRun, account: AccountId, before: Baseline): Promise<string | null> {
  const tried = [
    { what: `A root session of ${account}`, result: await probeRoot(run, account) },
    { what: `Role ${run.plan.memberRole} of ${account}`, result: before.role ? await probeRole(run, account) : null },
  ];
  for (const { what, result } of tried) {
    if (result === null || result === 'works') continue;
    if (!isByMemberPolicy(result.refused)) throw result.refused;
    return `${what} is refused: ${result.refused.detail ?? result.refused.summary}`;
  }
  return null;
}
