/** Undoing what a person did in the console: told and watched as the doing was. Never takes a click that does not show yet for one that was not made. */
import { seenSince } from '../domain/attended-plan.ts';
import { isAccessKeyId, type AccessKeyId } from '../domain/identifiers.ts';
import { msBetween, plusMs, type Instant } from '../domain/instant.ts';
import { assessKeyHistory, type SeenKey } from '../domain/key-history.ts';
import { EVENT_LATENCY_MS } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { waitUntil } from '../engine/executor.ts';
import { attend, readKeyChanges } from './console.ts';
import { DEACTIVATION_STEP, deactivationIn } from './contain.ts';
import { stateOf, type Run } from './run.ts';
import { nowOf } from './session.ts';

const ACTIVATION_STEP = 'rollback/console-activate';

/** Who was told to click may have clicked a moment ago: that shows only after the latency of events. */
async function waitForEvents(run: Run): Promise<void> {
  const startedAt: Instant = stateOf(run).observed.get('rollback-started')?.[0]?.at ?? nowOf(run.session);
  const until = plusMs(startedAt, EVENT_LATENCY_MS);
  while (!(await waitUntil(run.engine, 'rollback/events', until))) {
    const detail = `Whether a key was switched off in the console shows by ${until}.`;
    run.session.ui.emit({ code: 'note', text: `${detail} Then: rootzero resume ${run.id}` });
    if (!run.isWaiting) throw problem('console/waiting', { detail, nextStep: `rootzero resume ${run.id}` });
    await run.session.clock.sleep(Math.max(1, msBetween(nowOf(run.session), until)), run.session.signal);
  }
}

/**
 * Has every key switched on again that was switched off in the console since the plan was made. Keys that were off before stay off.
 * @throws Problem `console/waiting`, `rollback/key-gone`
 */
export async function activateAtConsole(run: Run): Promise<void> {
  const { plan, session } = run;
  const state = stateOf(run);
  if (!state.told.has(DEACTIVATION_STEP) && deactivationIn(state) === null) return;
  if (deactivationIn(state)?.basis !== 'event') await waitForEvents(run);
  const wereOff = new Set(plan.keys.filter((key) => key.status === 'inactive').map((key) => key.keyId));
  const switchedOff = (await readKeyChanges(run, seenSince(plan))).flatMap(({ keyChange }) => (keyChange?.change === 'deactivated' && isAccessKeyId(keyChange.keyId) ? [keyChange.keyId] : []));
  const keyIds = [...new Set(switchedOff)].filter((keyId) => !wereOff.has(keyId));
  if (keyIds.length === 0) return;
  await attend(run, ACTIVATION_STEP, 'activate', keyIds, async () => {
    const history = assessKeyHistory(await readKeyChanges(run, seenSince(plan)));
    const stateOfKey = (keyId: AccessKeyId): SeenKey['state'] | undefined => history.find((key) => key.keyId === keyId)?.state;
    const gone = keyIds.filter((keyId) => stateOfKey(keyId) === 'deleted');
    if (gone.length > 0) throw problem('rollback/key-gone', { detail: gone.join(', ') });
    return keyIds.every((keyId) => stateOfKey(keyId) === 'active') ? { state: 'done', result: { keys: keyIds } } : { state: 'not-done' };
  });
  session.ui.emit({ code: 'console/seen', account: plan.boundTo.account, task: 'activate', keyIds, at: nowOf(session), basis: 'event', by: [] });
}
