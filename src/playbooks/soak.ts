/** The soak: a deadline on disk, and the proof at its end that the keys were contained the whole time. */
import { isProvedBy } from '../domain/soak-proof.ts';
import { assessSoakEvents, type SoakInterval } from '../domain/soak-watch.ts';
import { HOUR_MS, latestOf, msBetween, plusMs, type Instant } from '../domain/instant.ts';
import { acknowledges, EVENT_LATENCY_MS, isAttended, isShownIn, type Action, type Plan } from '../domain/plan.ts';
import { problem, type ProblemCode } from '../domain/problem.ts';
import type { RootEvent } from '../domain/root-event.ts';
import { fingerprintOf } from '../domain/usage.ts';
import { waitUntil } from '../engine/executor.ts';
import { openConsoleVigil } from './console-vigil.ts';
import { openEventHistory } from './event-history.ts';
import { openKeyVigil, soakStartedAt } from './key-vigil.ts';
import { lookBack } from './look-back.ts';
import { ownKeyIds, stateOf, type Run } from './run.ts';
import type { Rest } from '../ports/ui.ts';
import { scpContainmentOf } from './scp-containment.ts';
import { nowOf } from './session.ts';
import { readAlias } from './survey.ts';
import type { Vigil } from './vigil.ts';

/** Who stays learns of trouble within the hour, or within a share of a long soak. */
const SHORTEST_WATCH_MS = HOUR_MS;
const MOST_WATCHES = 24;

type Soak = Extract<Action, { kind: 'soak' }>;

const restOf = (plan: Plan, { contained, watched }: Vigil): Rest =>
  (scpContainmentOf(plan) !== undefined ? 'denied' : contained.length > 0 || watched.length === 0 ? 'inactive' : 'watched');

/** The length that stands: the planned one, or the longer one that newer use asked for when the plan was applied. */
function durationOf(run: Run, soak: Soak): number {
  const longer = stateOf(run).observed.get('soak-ms')?.[0]?.value;
  return typeof longer === 'number' ? Math.max(longer, soak.durationMs) : soak.durationMs;
}

/** A caller who does not stop would fill the screen. */
const MOST_TOLD = 5;

function stopFor(violations: readonly { code: ProblemCode; text: string }[]): void {
  const first = violations[0];
  if (first === undefined) return;
  const told = violations.slice(0, MOST_TOLD).map((violation) => violation.text);
  const rest = violations.length - told.length;
  throw problem(first.code, { detail: [...told, ...(rest === 0 ? [] : [`And ${rest} more.`])].join(' ') });
}

/**
 * Reads the whole interval back. Containment itself is proved by IAM's events, which land in one Region; root use is looked for everywhere.
 * @throws Problem of whatever broke the soak; `soak/not-proved` at the end, unless the plan overrides it
 */
async function readBack(run: Run, vigil: Vigil, endsAt: Instant, isFinal: boolean): Promise<void> {
  const { contained, watched, since, from } = vigil;
  const { violations, unreadable } = await vigil.look(endsAt);
  const { account, partition } = run.plan.boundTo;
  const subject = { account, partition, alias: await readAlias(run.session), keyIds: [...contained, ...watched] };
  const to = nowOf(run.session);
  const fingerprint = (event: RootEvent): string => fingerprintOf(event, (text) => run.session.system.sha256(text));
  const interval: Omit<SoakInterval, 'events'> = {
    since, from, contained, watched, ownKeyIds: ownKeyIds(run),
    acknowledged: (event) => acknowledges(run.plan, fingerprint(event)),
    excused: (event) => vigil.isExcused(event) || isShownIn(run.plan, event, fingerprint(event)),
  };
  const { kept, usage } = await lookBack(run.session, [openEventHistory(run.session.identities.reading.reader, run.session.ui)], {
    subject, from, to, keeps: (event) => assessSoakEvents({ ...interval, events: [event] }).length > 0,
  });
  // The look says what is wrong now, the events say who did it.
  stopFor([...violations, ...assessSoakEvents({ ...interval, events: kept })]);
  const covered = isProvedBy(run.plan, usage.coverage);
  const proof = { isProved: covered.isProved && unreadable.length === 0, unreadable: [...covered.unreadable, ...unreadable] };
  run.session.ui.emit({ code: 'soak/read-back', from, to, events: usage.totals.events + usage.ownCalls, unreadable: proof.unreadable, isProved: proof.isProved, isFinal });
  const hasOverride = run.plan.overrides.some((override) => override.kind === 'unproved-soak');
  if (isFinal && !proof.isProved && !hasOverride) throw problem('soak/not-proved', { detail: `Not readable: ${proof.unreadable.join(', ')}.` });
  await run.engine.journal.append({ kind: 'observed', what: 'soak-read-back', value: { from, to, isProved: proof.isProved, unreadable: proof.unreadable } });
}

/**
 * Waits for the deadline plus the latency of events, then proves the soak. Ends with `soak/waiting` while it is not over.
 * The proof is made anew by every process that goes on to delete.
 */
export async function keepSoak(run: Run, soak: Soak): Promise<void> {
  const vigil = isAttended(run.plan) ? openConsoleVigil(run) : await openKeyVigil(run, soak);
  const { startAt, contained, watched } = vigil;
  const endsAt = plusMs(startAt, durationOf(run, soak));
  // A key that was found inactive may have been switched on a minute before; that shows only after the latency of events.
  const until = plusMs(latestOf(endsAt, await soakStartedAt(run)), EVENT_LATENCY_MS);
  for (;;) {
    const isOver = await waitUntil(run.engine, 'soak/wait', until);
    if (isOver) break;
    run.session.ui.emit({ code: 'soak/waiting', runId: run.id, from: startAt, until, contained: [...contained], watched: [...watched], rests: restOf(run.plan, vigil), isStaying: run.isWaiting });
    if (!run.isWaiting) {
      // Somebody who comes back early learns early what happened meanwhile.
      if (msBetween(startAt, nowOf(run.session)) > EVENT_LATENCY_MS) await readBack(run, vigil, endsAt, false);
      throw problem('soak/waiting', { detail: `It ends at ${until}.`, nextStep: `rootzero resume ${run.id}` });
    }
    const left = msBetween(nowOf(run.session), until);
    const lookAgainMs = run.isWatching ? Math.max(SHORTEST_WATCH_MS, msBetween(startAt, until) / MOST_WATCHES) : left;
    await run.session.clock.sleep(Math.max(1, Math.min(left, lookAgainMs)), run.session.signal);
    if (lookAgainMs < left) await readBack(run, vigil, endsAt, false);
  }
  await readBack(run, vigil, endsAt, true);
}
