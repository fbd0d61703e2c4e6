/** The soak: a deadline on disk, and the proof at its end that the keys were contained the whole time. */
import { isProvedBy } from '../domain/soak-proof.ts';
import { assessSoakEvents, assessSoakKeys, type SoakViolation } from '../domain/soak-watch.ts';
import type { AccessKeyId } from '../domain/identifiers.ts';
import { HOUR_MS, latestOf, msBetween, plusMs, type Instant } from '../domain/instant.ts';
import { acknowledges, EVENT_LATENCY_MS, isShownIn, type Action } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import type { RootEvent } from '../domain/root-event.ts';
import { fingerprintOf } from '../domain/usage.ts';
import { waitUntil } from '../engine/executor.ts';
import { containedSince } from './contain.ts';
import { readRootEvents } from './look-back.ts';
import { ownKeyIds, requireBoth, stateOf, type Run } from './run.ts';
import { nowOf } from './session.ts';
import { readAlias } from './survey.ts';

/** Who stays learns of trouble within the hour, or within a share of a long soak. */
const SHORTEST_WATCH_MS = HOUR_MS;
const MOST_WATCHES = 24;

type Soak = Extract<Action, { kind: 'soak' }>;

/** When this run first came to the soak; watched keys count from here. */
async function soakStartedAt(run: Run): Promise<Instant> {
  const recorded = stateOf(run).observed.get('soak-started')?.[0];
  if (recorded !== undefined) return recorded.at;
  const line = await run.engine.journal.append({ kind: 'observed', what: 'soak-started', value: null });
  return line.at;
}

async function sinceByKey(run: Run, soak: Soak): Promise<Map<AccessKeyId, Instant>> {
  const startedAt = await soakStartedAt(run);
  const since = new Map<AccessKeyId, Instant>(soak.watched.map((keyId) => [keyId, startedAt]));
  for (const keyId of soak.contained) {
    const at = containedSince(run, keyId);
    if (at === null) throw problem('soak/too-short', { detail: `Key ${keyId} is not contained.` });
    since.set(keyId, at);
  }
  return since;
}

/** The length that stands: the planned one, or the longer one that newer use asked for when the plan was applied. */
function durationOf(run: Run, soak: Soak): number {
  const longer = stateOf(run).observed.get('soak-ms')?.[0]?.value;
  return typeof longer === 'number' ? Math.max(longer, soak.durationMs) : soak.durationMs;
}

function stopFor(violations: SoakViolation[]): void {
  const first = violations[0];
  if (first !== undefined) throw problem(first.code, { detail: violations.map((violation) => violation.text).join(' ') });
}

/**
 * Reads the whole interval back. Containment itself is proved by IAM's events, which land in one Region; root use is looked for everywhere.
 * @throws Problem `soak/key-not-contained`, `soak/root-use`, `soak/new-key`; `soak/not-proved` at the end, unless the plan overrides it
 */
async function readBack(run: Run, soak: Soak, since: Map<AccessKeyId, Instant>, isFinal: boolean): Promise<void> {
  const { root } = await requireBoth(run);
  const from = [...since.values()].sort()[0] ?? nowOf(run.session);
  const looseKeys = assessSoakKeys(run.plan, soak.contained, await root.cloud.reader.readRootKeys());
  const subject = { alias: await readAlias(run.session), partition: run.plan.boundTo.partition };
  const to = nowOf(run.session);
  const keyIds = [...soak.contained, ...soak.watched];
  const { events, coverage } = await readRootEvents(run.session, subject, keyIds, from, to);
  const fingerprint = (event: RootEvent): string => fingerprintOf(event, (text) => run.session.system.sha256(text));
  const acknowledged = (event: RootEvent): boolean => acknowledges(run.plan, fingerprint(event));
  const shown = (event: RootEvent): boolean => isShownIn(run.plan, event, fingerprint(event));
  // The list says what is wrong now, the events say who did it.
  stopFor([...looseKeys, ...assessSoakEvents({ since, contained: soak.contained, watched: soak.watched, events, ownKeyIds: ownKeyIds(run), acknowledged, shown })]);
  const proof = isProvedBy(run.plan, coverage);
  run.session.ui.emit({ code: 'soak/read-back', from, to, events: events.length, unreadable: proof.unreadable, isProved: proof.isProved, isFinal });
  const hasOverride = run.plan.overrides.some((override) => override.kind === 'unproved-soak');
  if (isFinal && !proof.isProved && !hasOverride) throw problem('soak/not-proved', { detail: `Not readable: ${proof.unreadable.join(', ')}.` });
  await run.engine.journal.append({ kind: 'observed', what: 'soak-read-back', value: { from, to, isProved: proof.isProved, unreadable: proof.unreadable } });
}

/**
 * Waits for the deadline plus the latency of events, then proves the soak. Ends with `soak/waiting` while it is not over.
 * The proof is made anew by every process that goes on to delete.
 */
export async function keepSoak(run: Run, soak: Soak): Promise<void> {
  const since = await sinceByKey(run, soak);
  const startAt = [...since.values()].reduce(latestOf);
  // A key that was found inactive may have been switched on a minute before; that shows only after the latency of events.
  const until = latestOf(plusMs(startAt, durationOf(run, soak) + EVENT_LATENCY_MS), plusMs(await soakStartedAt(run), EVENT_LATENCY_MS));
  for (;;) {
    const isOver = await waitUntil(run.engine, 'soak/wait', until);
    if (isOver) break;
    run.session.ui.emit({ code: 'soak/waiting', runId: run.id, from: startAt, until, contained: soak.contained, watched: soak.watched, isStaying: run.isWaiting });
    if (!run.isWaiting) {
      // Somebody who comes back early learns early what happened meanwhile.
      if (msBetween(startAt, nowOf(run.session)) > EVENT_LATENCY_MS) await readBack(run, soak, since, false);
      throw problem('soak/waiting', { detail: `It ends at ${until}.`, nextStep: `rootzero resume ${run.id}` });
    }
    const left = msBetween(nowOf(run.session), until);
    const lookAgainMs = run.isWatching ? Math.max(SHORTEST_WATCH_MS, msBetween(startAt, until) / MOST_WATCHES) : left;
    await run.session.clock.sleep(Math.max(1, Math.min(left, lookAgainMs)), run.session.signal);
    if (lookAgainMs < left) await readBack(run, soak, since, false);
  }
  await readBack(run, soak, since, true);
}
