/** The seal of one account, lifted: staying open until the time is up or somebody closes, and the proof that it is sealed again. */
import { listDeeds } from '../domain/deeds.ts';
import type { GuardAction } from '../domain/guard-plan.ts';
import type { Instant } from '../domain/instant.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem } from '../domain/problem.ts';
import { openNatures } from '../domain/scp-chain.ts';
import { isOpening } from '../domain/seal.ts';
import { isDenied, isOwnRead } from '../domain/usage.ts';
import { waitUntil } from '../engine/executor.ts';
import { stepOf, type GuardRun } from './guard-run.ts';
import { readMemberEvents } from './member-events.ts';
import { probeRoot } from './root-probe.ts';
import { ownKeyIds, stateOf } from './run.ts';
import { managerOf, nowOf } from './session.ts';

type StayOpen = Extract<GuardAction, { kind: 'stay-open' }>;
type Prove = Extract<GuardAction, { kind: 'prove-sealed' }>;

/** Answered by `breakglass close`. */
export const CLOSE_NOW = 'close-now';

/** AWS seals the account by itself when the time is up; this only waits to tidy up after it. @throws Problem `breakglass/open` */
export async function stayOpen(run: GuardRun, action: StayOpen): Promise<void> {
  for (;;) {
    if (stateOf(run).answers.has(CLOSE_NOW) || (await waitUntil(run.engine, stepOf(action), action.until))) return;
    run.session.ui.emit({ code: 'guard/waiting', runId: run.id, action, until: action.until, isStaying: run.isWaiting });
    if (!run.isWaiting) throw problem('breakglass/open', { detail: `${action.account} is open until ${action.until}; then AWS seals it by itself.`, nextStep: `rootzero breakglass close ${run.id}` });
    await run.session.clock.sleep(Math.max(1, Date.parse(action.until) - run.session.clock.now()), run.session.signal);
  }
}

/** Every level on the way to the account as it is now: something seals it, and nothing spares it. @throws Problem `breakglass/not-sealed` */
async function requireSealed(run: GuardRun, { account }: Prove): Promise<void> {
  const { reader } = managerOf(run.session);
  const natureOf = openNatures();
  const path = run.plan.waves[0]?.targets[0]?.path ?? [];
  const attached = [];
  for (const id of path) attached.push(...(await reader.readAttachedPolicies(id)));
  const opening = attached.find((policy) => isOpening(policy, account));
  if (opening !== undefined) throw problem('breakglass/not-sealed', { detail: `${opening.name} (${opening.id}) still spares ${account}.` });
  if (!attached.some(({ content }) => natureOf(content).deniesRoot === 'yes')) throw problem('breakglass/not-sealed', { detail: `No policy on the way to ${account} denies root.` });
}

/** From the first policy that spared the account to the last that seals it again. */
function openSpan(run: GuardRun): { from: Instant; to: Instant } | null {
  const { steps } = stateOf(run);
  const times = run.plan.actions.filter(({ kind }) => kind === 'attach-policy').flatMap((action) => steps.get(stepOf(action)) ?? []);
  const [from, to] = [times.map(({ intendedAt }) => intendedAt).filter((at) => at !== null).sort()[0], times.map(({ succeededAt }) => succeededAt).filter((at) => at !== null).sort().at(-1)];
  return from === undefined || to === undefined ? null : { from, to };
}

/** What root did while it could, for the record. Null where nobody may read it. @throws Problem `breakglass/not-sealed` for a call that went through after the end */
async function readDeeds(run: GuardRun, { account }: Prove, span: { from: Instant; to: Instant }): Promise<{ events: number; denied: number; signedInAt: Instant | null } | null> {
  const { memberRole: role, boundTo } = run.plan;
  if (role === null) return null;
  const [read] = await readMemberEvents(run.session, [account], { partition: boundTo.partition, role, from: span.from, to: nowOf(run.session) });
  if (read === undefined || !read.coverage.readable) return null;
  const own = ownKeyIds(run);
  const events = read.events.filter((event) => event.kind !== 'assumed-root' && event.kind !== 'aws-service' && !(isOwnRead(event) && event.accessKeyId !== null && own.has(event.accessKeyId)));
  const deeds = listDeeds(events);
  run.session.ui.emit({ code: 'deeds', deeds, newRegions: [], sessionsMayLiveUntil: null });
  await run.store.writeEvidence(run.id, 'deeds.json', printableJson({ coverage: read.coverage, events }, true));
  const late = events.find((event) => event.at > span.to && event.errorCode === null && event.kind !== 'sign-in');
  if (late !== undefined) throw problem('breakglass/not-sealed', { detail: `Root called ${late.name} at ${late.at}, after the seal was put back at ${span.to}.` });
  return { events: events.length, denied: events.filter(isDenied).length, signedInAt: events.find(({ kind, errorCode }) => kind === 'sign-in' && errorCode === null)?.at ?? null };
}

/**
 * Reads the policies on the whole way back, tries that a root session of ours works, and puts on record what root did.
 * @throws Problem `breakglass/not-sealed`
 */
export async function proveSealed(run: GuardRun, action: Prove): Promise<string | null> {
  await requireSealed(run, action);
  const probe = await probeRoot(run, action.account).catch(() => null);
  const span = openSpan(run);
  const deeds = span === null ? null : await readDeeds(run, action, span);
  const at = nowOf(run.session);
  run.session.ui.emit({ code: 'breakglass/sealed', account: action.account, at, openedAt: span?.from ?? null, closedAt: span?.to ?? null, deeds });
  await run.engine.journal.append({ kind: 'observed', what: 'sealed', value: { account: action.account, deeds } });
  return probe === 'works' ? 'a root session by AssumeRoot works' : 'a root session by AssumeRoot could not be tried';
}
