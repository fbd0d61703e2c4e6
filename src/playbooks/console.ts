/** The console-attended step: a person signed in as root is told the clicks; rootzero watches by the reading role and records what it saw. Never takes silence for done. */
import { reportCountsFrom, assessDeactivation, assessDeletion, type ConsoleViolation, type Deletion, type Watched } from '../domain/attended-watch.ts';
import { seenSince } from '../domain/attended-plan.ts';
import type { Json } from '../domain/canonical-json.ts';
import { parseDeactivation, type Deactivation } from '../domain/deactivation.ts';
import type { AccessKeyId } from '../domain/identifiers.ts';
import { HOUR_MS, latestOf, MINUTE_MS, type Instant } from '../domain/instant.ts';
import { KEY_CHANGES } from '../domain/key-history.ts';
import type { Action } from '../domain/plan.ts';
import { problem, Problem } from '../domain/problem.ts';
import { consoleUrl, type CredentialReport } from '../domain/root-user.ts';
import type { RootEvent } from '../domain/root-event.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import { awaitStep, recordTold } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import type { ConsoleTask } from '../ports/ui.ts';
import { containedKeys, DEACTIVATION_STEP, deactivationIn } from './contain.ts';
import { requireReading, stateOf, type Run } from './run.ts';
import { nowOf } from './session.ts';
import { REPORT_CACHE_MS } from './survey.ts';

type Attend = Extract<Action, { kind: 'attend-console' }>;

export const DELETION_STEP = 'console-delete/seen';

const FIRST_PAUSE_MS = MINUTE_MS;
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;
/** A console session of root ends after 12 hours at most (AWS Sign-In User Guide); nobody is waited for longer in one go. */
const PATIENCE_MS = 12 * HOUR_MS;

/** The changes of root's keys, by the names of their calls, where the events of IAM land. */
export async function readKeyChanges(run: Run, from: Instant): Promise<RootEvent[]> {
  const { session: { identities: { reading: { reader } } }, plan } = run;
  const region = iamEventRegion(plan.boundTo.partition);
  const events: RootEvent[] = [];
  for (const value of KEY_CHANGES) {
    for await (const page of reader.readRootEvents({ region, attribute: 'EventName', value, from, to: nowOf(run.session) })) events.push(...page);
  }
  return events;
}

const stopForConsole = (violations: readonly ConsoleViolation[]): void => {
  const first = violations[0];
  if (first !== undefined) throw problem(first.code, { detail: violations.map((violation) => violation.text).join(' ') });
};

type Form = { [name: string]: string | string[] | { [name: string]: string }[] };

function observationOf<Result>(watched: Watched<Result>, render: (result: Result) => Form): Observation<Form> {
  if (watched.state === 'wrong') stopForConsole(watched.violations);
  return watched.state === 'seen' ? { state: 'done', result: render(watched.result) } : { state: 'not-done' };
}

/** Looks again and again while somebody stays; tells what to do once, after a first look that may find it done. */
export async function attend(run: Run, step: string, task: ConsoleTask, keyIds: readonly AccessKeyId[], look: () => Promise<Observation<Form>>): Promise<Json> {
  const { clock, signal, ui } = run.session;
  const { account, partition } = run.plan.boundTo;
  const patienceUntil = clock.now() + PATIENCE_MS;
  for (let pauseMs = 0; ; pauseMs = Math.min(pauseMs * 2 || FIRST_PAUSE_MS, LONGEST_PAUSE_MS)) {
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    await requireReading(run);
    const seen = await awaitStep(run.engine, step, look);
    if (seen !== null) return seen;
    if (pauseMs === 0) {
      await recordTold(run.engine, step);
      ui.emit({ code: 'console/clicks', runId: run.id, account, task, keyIds: [...keyIds], signInUrl: consoleUrl(partition), isStaying: run.isWaiting });
    }
    if (!run.isWaiting || clock.now() >= patienceUntil) {
      throw problem('console/waiting', { detail: 'Nothing was seen so far; CloudTrail shows a click some minutes late.', nextStep: `rootzero resume ${run.id}` });
    }
  }
}

/** The credential report, now and then: AWS makes a new one after 4 hours only. Null where it cannot be read: it is the weaker source. */
function openReportReader(run: Run): () => Promise<CredentialReport | null> {
  let report: CredentialReport | null = null;
  let staleAt = 0;
  return async () => {
    if (run.session.clock.now() < staleAt) return report;
    try {
      report = await run.session.identities.reading.reader.readCredentialReport();
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.fault === 'tool' || thrown.code === 'run/interrupted') throw thrown;
      report = null;
    }
    staleAt = run.session.clock.now() + REPORT_CACHE_MS;
    return report;
  };
}

const renderDeactivation = ({ basis, since, keys, attendants }: Deactivation): Form => ({ basis, since, keys, attendants });

async function attendDeactivation(run: Run, { keyIds }: Attend): Promise<void> {
  const { plan, session } = run;
  const readReport = openReportReader(run);
  const { reader } = session.identities.reading;
  const seen = await attend(run, DEACTIVATION_STEP, 'deactivate', keyIds, async () => {
    const report = await readReport();
    const from = [seenSince(plan), ...(report === null ? [] : [reportCountsFrom(report)])].sort()[0] ?? seenSince(plan);
    const events = await readKeyChanges(run, from);
    const { keysPresent } = await reader.readAccountSummary();
    const planned = plan.keys.map((key) => key.keyId);
    return observationOf(assessDeactivation({ wanted: keyIds, planned, events, keysPresent, report, now: nowOf(session) }), renderDeactivation);
  });
  const deactivation = parseDeactivation(seen);
  if (deactivation === null) throw problem('tool/defect', { detail: `${DEACTIVATION_STEP} has a result that is none.` });
  const { basis, since, keys, attendants } = deactivation;
  session.ui.emit({ code: 'console/seen', account: plan.boundTo.account, task: 'deactivate', keyIds: keys.map((key) => key.keyId), at: since, basis, by: attendants });
}

/** What an attended run rests on: the keys by id and since when they are off. Keys that nothing names rest since the credential report. */
export type Rest = { since: Map<AccessKeyId, Instant>; from: Instant; startAt: Instant };

/** @throws Problem `soak/too-short` while nothing was seen to be off */
export function restAtConsole(run: Run): Rest {
  const state = stateOf(run);
  const since = containedKeys(run.plan, state);
  const rests = [...since.values(), ...[deactivationIn(state)?.since ?? []].flat()].sort();
  const [from, startAt] = [rests[0], rests.at(-1)];
  if (from === undefined || startAt === undefined) throw problem('soak/too-short', { detail: 'No key was seen to be contained.' });
  return { since, from, startAt };
}

/** The changes of root's keys that count: of each key since it is off, of others since the plan's look-back saw them last. CloudTrail cuts times to seconds. */
export async function readChangesAtRest(run: Run, { since, from }: Rest): Promise<RootEvent[]> {
  const others = since.size === 0 ? from : latestOf(from, seenSince(run.plan));
  const restOf = (keyId: string | undefined): Instant => [...since].find(([key]) => key === keyId)?.[1] ?? others;
  return (await readKeyChanges(run, from)).filter((event) => event.at >= restOf(event.keyChange?.keyId));
}

const renderDeletion = ({ keys, others }: Deletion): Form => ({ keys, others });

async function attendDeletion(run: Run): Promise<void> {
  const { plan, session } = run;
  const rest = restAtConsole(run);
  const contained = [...rest.since.keys()];
  await attend(run, DELETION_STEP, 'delete', contained, async () => {
    const events = await readChangesAtRest(run, rest);
    const { keysPresent } = await session.identities.reading.reader.readAccountSummary();
    return observationOf(assessDeletion({ contained, events, keysPresent, now: nowOf(session) }), renderDeletion);
  });
  session.ui.emit({ code: 'console/seen', account: plan.boundTo.account, task: 'delete', keyIds: contained, at: nowOf(session), basis: 'summary', by: [] });
}

/** Told, watched, seen. @throws Problem `console/waiting` while nothing is seen, and of whatever was done instead */
export const attendConsole = (run: Run, action: Attend): Promise<void> => (action.what === 'deactivate' ? attendDeactivation(run, action) : attendDeletion(run));

/** Whether AWS counts no root key any more. */
export async function areKeysGone(run: Run): Promise<boolean> {
  await requireReading(run);
  return !(await run.session.identities.reading.reader.readAccountSummary()).keysPresent;
}
