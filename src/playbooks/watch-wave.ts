/** The observation of a wave: a deadline on disk, and a tripwire over the root events of the accounts that it reached. */
import type { GuardAction } from '../domain/guard-plan.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { HOUR_MS, msBetween, parseInstant, plusMs, type Instant } from '../domain/instant.ts';
import { EVENT_LATENCY_MS } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { assessDenied, type DeniedCaller } from '../domain/tripwire.ts';
import { waitUntil } from '../engine/executor.ts';
import { isBehind, stepOf, type GuardRun } from './guard-run.ts';
import { readMemberEvents } from './member-events.ts';
import { ownKeyIds, stateOf } from './run.ts';
import { nowOf } from './session.ts';

type Observe = Extract<GuardAction, { kind: 'observe' }>;

/** Who stays learns of a knock within hours, without reading hundreds of accounts all the time. */
const SHORTEST_WATCH_MS = 4 * HOUR_MS;
const MOST_WATCHES = 6;

/** When the first policy of the wave was attached. */
function waveBegan(run: GuardRun, { wave }: Observe): Instant {
  const targets = new Set(run.plan.waves.find(({ number }) => number === wave)?.targets.map(({ id }) => id));
  const { steps } = stateOf(run);
  const attached = run.plan.actions.flatMap((action) =>
    (action.kind === 'attach-policy' && targets.has(action.target.id) ? (steps.get(stepOf(action))?.intendedAt ?? []) : []));
  return attached.sort()[0] ?? nowOf(run.session);
}

const acceptance = (fingerprint: string): string => `accept ${fingerprint}`;

/** Once each caller that was denied is known to somebody, the rollout may go on. @throws Problem `rollout/tripwire` */
async function requireWord(run: GuardRun, callers: DeniedCaller[]): Promise<void> {
  const { ask } = run.session.ui;
  run.session.ui.emit({ code: 'guard/denied', callers });
  const answer = ask === null ? 'stop' : await ask('guard/denied', { callers });
  if (answer === 'stop') throw problem('rollout/tripwire', { detail: callers.map(({ account, fingerprint, sourceIp, calls }) => `${account}: ${calls.map(({ call }) => call).join(', ')} from ${sourceIp} (${fingerprint}).`).join(' ') });
  for (const { fingerprint } of callers) await run.engine.journal.append({ kind: 'answered', question: acceptance(fingerprint), answer: 'go-on', by: 'terminal' });
}

/** Accounts and since when they are looked at. */
type Reach = { accounts: AccountId[]; since: Instant };

const watched = ({ id }: Observe): string => `${id}/watched`;

/** Until when the last look at a wave reached. */
function lookedUntil(run: GuardRun, action: Observe): Instant | null {
  const value = stateOf(run).observed.get(watched(action))?.at(-1)?.value ?? null;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['to'] === 'string' ? (parseInstant(value['to']) ?? null) : null;
}

/**
 * The accounts of the waves before, from where the last look at them ended; events may come as late as their latency allows. A wave is behind
 * only once everybody who was denied is known, so nothing that was seen and not answered is passed over.
 */
function reachBefore(run: GuardRun, { wave }: Observe): Reach | null {
  const before = run.plan.actions.filter((action): action is Observe => action.kind === 'observe' && action.wave < wave && isBehind(run, action));
  const ended = before.flatMap((action) => lookedUntil(run, action) ?? []).sort().at(-1);
  return ended === undefined ? null : { accounts: before.flatMap(({ accounts }) => accounts), since: plusMs(ended, -EVENT_LATENCY_MS) };
}

/** @throws Problem `rollout/tripwire` */
async function look(run: GuardRun, action: Observe, reaches: readonly Reach[]): Promise<void> {
  const { memberRole: role, boundTo: { partition }, accepted } = run.plan;
  const to = nowOf(run.session);
  const from = reaches.map(({ since }) => since).sort()[0] ?? to;
  if (role === null) {
    run.session.ui.emit({ code: 'guard/watched', wave: action.wave, from, to, accounts: 0, earlier: 0, unreadable: reaches.flatMap(({ accounts }) => accounts) });
    return;
  }
  const denied: DeniedCaller[] = [];
  const unreadable: AccountId[] = [];
  for (const { accounts, since } of reaches) {
    const read = await readMemberEvents(run.session, accounts, { partition, role, from: since, to });
    unreadable.push(...read.filter(({ coverage }) => !coverage.readable || coverage.regions.some(({ readable }) => !readable)).map(({ account }) => account));
    const { answers } = stateOf(run);
    denied.push(...assessDenied(read, {
      since,
      ownKeyIds: ownKeyIds(run),
      isAccepted: (fingerprint) => accepted.some((given) => given.fingerprint === fingerprint) || answers.has(acceptance(fingerprint)),
      digest: (text) => run.session.system.sha256(text),
    }));
  }
  const looked = reaches.flatMap(({ accounts }) => accounts).filter((account) => !unreadable.includes(account));
  const earlier = looked.filter((account) => !action.accounts.includes(account)).length;
  run.session.ui.emit({ code: 'guard/watched', wave: action.wave, from, to, accounts: looked.length, earlier, unreadable });
  await run.engine.journal.append({ kind: 'observed', what: watched(action), value: { to, unreadable, denied: denied.map(({ fingerprint }) => fingerprint) } });
  if (denied.length > 0) await requireWord(run, denied);
}

/**
 * Waits for the deadline plus the latency of events, and looks: at the wave now and then, at the end at every wave so far, so that the last
 * look of the last wave is at all that was reached. Ends with `rollout/waiting` while it is not over.
 * @throws Problem `rollout/tripwire`: everything stays attached
 */
export async function watchWave(run: GuardRun, action: Observe): Promise<void> {
  const own: Reach = { accounts: action.accounts, since: waveBegan(run, action) };
  const before = reachBefore(run, action);
  const all = before === null ? [own] : [before, own];
  const until = plusMs(own.since, action.durationMs + EVENT_LATENCY_MS);
  for (;;) {
    if (await waitUntil(run.engine, stepOf(action), until)) break;
    run.session.ui.emit({ code: 'guard/waiting', runId: run.id, action, until, isStaying: run.isWaiting });
    if (!run.isWaiting) {
      // Somebody who comes back early learns early what happened meanwhile.
      if (msBetween(own.since, nowOf(run.session)) > EVENT_LATENCY_MS) await look(run, action, all);
      throw problem('rollout/waiting', { detail: `It ends at ${until}.`, nextStep: `rootzero resume ${run.id}` });
    }
    const left = msBetween(nowOf(run.session), until);
    const lookAgainMs = run.isWatching ? Math.max(SHORTEST_WATCH_MS, msBetween(own.since, until) / MOST_WATCHES) : left;
    await run.session.clock.sleep(Math.max(1, Math.min(left, lookAgainMs)), run.session.signal);
    if (lookAgainMs < left) await look(run, action, [own]);
  }
  await look(run, action, all);
}
