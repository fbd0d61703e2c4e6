/** The rules of a durable step: intent before act, look before repeating, record after. */
import { describe, expect, test } from 'vitest';
import { plusMs, instantOf, type Instant } from '../../src/domain/instant.ts';
import { problem, type Problem } from '../../src/domain/problem.ts';
import { executeStep, waitUntil, type ExecutorRun } from '../../src/engine/executor.ts';
import { NO_FAULTS, type FaultPoints } from '../../src/engine/fault-points.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { replay } from '../../src/engine/replay.ts';
import type { Observation, Step } from '../../src/engine/step.ts';
import { TestClock } from '../support/clock.ts';
import { Crash, crashAt, newDeps, newFolder, problemOf } from './engine-parts.ts';

const KEY = 'contain-k/deactivate';
const PROPAGATION_MS = 10_000;

/** A run whose journal lies in a folder; opening it again is what the next process does. */
async function openRun(folder: string, { clock = new TestClock(), faults = NO_FAULTS, signal = new AbortController().signal }: { clock?: TestClock; faults?: FaultPoints; signal?: AbortSignal } = {}) {
  const journal = await openJournal(folder, newDeps(NO_FAULTS, clock));
  const run: ExecutorRun = { journal, clock, faults, signal };
  const kinds = (): string[] => journal.lines.map(({ entry }) => entry.kind);
  return { run, clock, kinds, state: () => replay(journal.lines).steps.get(KEY)?.state };
}

/** A step that writes down every call; its effect is there once `act` was called, unless told otherwise. */
function recordingStep(parts: Partial<Step<string>> = {}) {
  const calls: string[] = [];
  const recorded = <Result>(name: string, work: () => Promise<Result>) => async (): Promise<Result> => {
    calls.push(name);
    return work();
  };
  const seen = async (): Promise<Observation<string>> => (calls.includes('act') ? { state: 'done', result: 'made' } : { state: 'not-done' });
  const step: Step<string> = {
    key: KEY,
    require: recorded('require', parts.require ?? (async () => undefined)),
    observe: recorded('observe', parts.observe ?? seen),
    act: recorded('act', parts.act ?? (async () => 'made')),
    retry: parts.retry ?? { attempts: 3, pauseMs: 100 },
    propagationMs: parts.propagationMs ?? PROPAGATION_MS,
    isConfirmedBy: parts.isConfirmedBy ?? 'observe',
  };
  return { step, calls, acts: () => calls.filter((call) => call === 'act').length };
}

/** What happens at the nth call; the last one goes on for ever. */
const inTurn = <Result>(...turns: (() => Promise<Result>)[]): (() => Promise<Result>) => {
  let turn = 0;
  return () => {
    const work = turns[Math.min(turn, turns.length - 1)];
    turn += 1;
    return work === undefined ? Promise.reject(new Error('no turn')) : work();
  };
};
const fails = (because: Problem) => (): Promise<never> => Promise.reject(because);
const answers = <Result>(result: Result) => (): Promise<Result> => Promise.resolve(result);
const NOT_DONE: Observation<string> = { state: 'not-done' };
const throttled = (): Problem => problem('aws/throttled', { retry: 'now' });
const lostReply = (): Problem => problem('aws/unreachable', { retry: 'now', isOutcomeUnknown: true });

/** A journal with an intent that has no outcome, as a crash after it leaves it. */
async function crashAfterIntent(folder: string): Promise<void> {
  const { run } = await openRun(folder, { faults: crashAt('step/before-act') });
  await expect(executeStep(run, recordingStep().step)).rejects.toThrow(Crash);
}

describe('a step that was never begun', () => {
  test('has its preconditions read, is acted on, looked at and recorded', async () => {
    const { run, kinds } = await openRun(newFolder());
    const { step, calls } = recordingStep();
    expect(await executeStep(run, step)).toBe('made');
    expect(calls).toEqual(['require', 'act', 'observe']);
    expect(kinds()).toEqual(['intent', 'succeeded']);
  });

  test('has its intent on disk before it acts', async () => {
    const folder = newFolder();
    const { run } = await openRun(folder);
    let onDisk: string[] = [];
    const act = async (): Promise<string> => {
      onDisk = (await openJournal(folder, newDeps())).lines.map(({ entry }) => entry.kind);
      return 'made';
    };
    await executeStep(run, recordingStep({ act }).step);
    expect(onDisk).toEqual(['intent']);
  });

  test('leaves no trace when a precondition does not hold', async () => {
    const { run, kinds } = await openRun(newFolder());
    const { step, acts } = recordingStep({ require: fails(problem('plan/stale')) });
    expect((await problemOf(executeStep(run, step))).code).toBe('plan/stale');
    expect([acts(), kinds()]).toEqual([0, []]);
  });

  test('is not begun after an interruption', async () => {
    const controller = new AbortController();
    controller.abort(problem('run/interrupted'));
    const { run, kinds } = await openRun(newFolder(), { signal: controller.signal });
    const { step, acts } = recordingStep();
    expect((await problemOf(executeStep(run, step))).code).toBe('run/interrupted');
    expect([acts(), kinds()]).toEqual([0, []]);
  });
});

describe('a step that succeeded', () => {
  test('gives its recorded result in the next process, and calls nothing', async () => {
    const folder = newFolder();
    await executeStep((await openRun(folder)).run, recordingStep().step);
    const { step, calls } = recordingStep();
    expect(await executeStep((await openRun(folder)).run, step)).toBe('made');
    expect(calls).toEqual([]);
  });

  test('is finished although the interruption came while it acted', async () => {
    const controller = new AbortController();
    const { run, kinds } = await openRun(newFolder(), { signal: controller.signal });
    const act = async (): Promise<string> => {
      controller.abort(problem('run/interrupted'));
      return 'made';
    };
    const observe = inTurn(answers(NOT_DONE), answers<Observation<string>>({ state: 'done', result: 'made' }));
    expect(await executeStep(run, recordingStep({ act, observe }).step)).toBe('made');
    expect(kinds()).toEqual(['intent', 'succeeded']);
  });
});

describe('an intent without an outcome', () => {
  test('is looked at first; what is done is not done again', async () => {
    const folder = newFolder();
    await crashAfterIntent(folder);
    const { run } = await openRun(folder);
    const { step, calls } = recordingStep({ observe: answers<Observation<string>>({ state: 'done', result: 'there' }) });
    expect(await executeStep(run, step)).toBe('there');
    expect(calls).toEqual(['observe']);
    expect(run.journal.lines.at(-1)?.entry).toMatchObject({ kind: 'succeeded', via: 'observe' });
  });

  test('counts as not done only when two looks, a propagation window apart, say so', async () => {
    const folder = newFolder();
    await crashAfterIntent(folder);
    const clock = new TestClock();
    const { run } = await openRun(folder, { clock });
    const lookedAt: number[] = [];
    const { step, calls } = recordingStep({
      observe: async () => {
        lookedAt.push(clock.now());
        return calls.includes('act') ? { state: 'done', result: 'made' } : NOT_DONE;
      },
    });
    await executeStep(run, step);
    expect(calls).toEqual(['observe', 'observe', 'require', 'act', 'observe']);
    expect((lookedAt[1] ?? 0) - (lookedAt[0] ?? 0)).toBeGreaterThanOrEqual(PROPAGATION_MS);
  });

  test('that shows its effect late, in the second look, is not repeated', async () => {
    const folder = newFolder();
    await crashAfterIntent(folder);
    const { run } = await openRun(folder);
    const { step, acts } = recordingStep({ observe: inTurn(answers(NOT_DONE), answers<Observation<string>>({ state: 'done', result: 'late' })) });
    expect(await executeStep(run, step)).toBe('late');
    expect(acts()).toBe(0);
  });

  test('that cannot be seen clearly stops the run, and still waits for a look', async () => {
    const folder = newFolder();
    await crashAfterIntent(folder);
    const { run, state } = await openRun(folder);
    const { step, acts } = recordingStep({ observe: answers<Observation<string>>({ state: 'unclear', why: 'two look alike' }) });
    const stopped = await problemOf(executeStep(run, step));
    expect([stopped.code, stopped.detail]).toEqual(['step/unclear', expect.stringContaining('two look alike')]);
    expect([acts(), state()]).toEqual([0, 'intended']);
  });
});

describe('an accepted write', () => {
  test('counts once a look shows it, within three propagation windows', async () => {
    const clock = new TestClock();
    const { run } = await openRun(newFolder(), { clock });
    const from = clock.now();
    const observe = async (): Promise<Observation<string>> => (clock.now() - from >= 2.5 * PROPAGATION_MS ? { state: 'done', result: 'made' } : NOT_DONE);
    const { step, acts } = recordingStep({ observe });
    expect(await executeStep(run, step)).toBe('made');
    expect(acts()).toBe(1);
  });

  test('that never shows is reported, neither repeated nor forgotten', async () => {
    const { run, state } = await openRun(newFolder());
    const { step, acts } = recordingStep({ observe: answers(NOT_DONE) });
    expect((await problemOf(executeStep(run, step))).code).toBe('step/no-effect');
    expect([acts(), state()]).toEqual([1, 'intended']);
  });

  test('whose effect cannot be read back now stays open', async () => {
    const { run, state } = await openRun(newFolder());
    const { step } = recordingStep({ observe: fails(problem('aws/access-denied')) });
    expect((await problemOf(executeStep(run, step))).code).toBe('aws/access-denied');
    expect(state()).toBe('intended');
  });

  test('that nobody can see counts by its answer', async () => {
    const { run } = await openRun(newFolder());
    const { step, calls } = recordingStep({ isConfirmedBy: 'act' });
    expect(await executeStep(run, step)).toBe('made');
    expect(calls).toEqual(['require', 'act']);
  });
});

describe('a failed attempt', () => {
  test('that surely had no effect is repeated, its preconditions read again', async () => {
    const { run, kinds } = await openRun(newFolder());
    const { step, calls } = recordingStep({ act: inTurn<string>(fails(throttled()), answers('made')) });
    expect(await executeStep(run, step)).toBe('made');
    expect(calls).toEqual(['require', 'act', 'require', 'act', 'observe']);
    expect(kinds()).toEqual(['intent', 'attempt-failed', 'intent', 'succeeded']);
  });

  test('is repeated only as often as the step allows', async () => {
    const { run, state } = await openRun(newFolder());
    const { step, acts } = recordingStep({ act: fails(throttled()) });
    expect((await problemOf(executeStep(run, step))).code).toBe('aws/throttled');
    expect([acts(), state()]).toEqual([3, 'failed']);
  });

  test('that will not mend by itself is not repeated, but is once the run is resumed', async () => {
    const folder = newFolder();
    const denied = recordingStep({ act: fails(problem('aws/access-denied')) });
    expect((await problemOf(executeStep((await openRun(folder)).run, denied.step))).code).toBe('aws/access-denied');
    expect(denied.acts()).toBe(1);
    const { step, calls } = recordingStep();
    expect(await executeStep((await openRun(folder)).run, step)).toBe('made');
    expect(calls).toEqual(['require', 'act', 'observe']);
  });

  test('whose reply was lost is looked at, and not repeated when it had its effect', async () => {
    const { run } = await openRun(newFolder());
    const { step, calls } = recordingStep({ act: fails(lostReply()) });
    expect(await executeStep(run, step)).toBe('made');
    expect(calls).toEqual(['require', 'act', 'observe']);
  });

  test('whose reply was lost is looked at also when it was the last one allowed', async () => {
    const { run } = await openRun(newFolder());
    const { step, acts } = recordingStep({ act: fails(lostReply()), retry: { attempts: 1, pauseMs: 100 } });
    expect(await executeStep(run, step)).toBe('made');
    expect(acts()).toBe(1);
  });

  test('whose answer was unreadable is looked at, and what was not done then is left to a person', async () => {
    const { run } = await openRun(newFolder());
    const { step, calls } = recordingStep({ act: fails(problem('aws/unreadable-answer', { isOutcomeUnknown: true })), observe: answers(NOT_DONE) });
    expect((await problemOf(executeStep(run, step))).code).toBe('aws/unreadable-answer');
    expect(calls).toEqual(['require', 'act', 'observe', 'observe']);
  });
});

describe('a durable wait', () => {
  const hoursFrom = (clock: TestClock, hours: number): Instant => plusMs(instantOf(clock.now()), hours * 3_600_000);

  test('is over at its deadline, not before', async () => {
    const { run, clock } = await openRun(newFolder());
    const until = hoursFrom(clock, 24);
    expect(await waitUntil(run, 'soak/wait', until)).toBe(false);
    clock.advance(24 * 3_600_000 - 1);
    expect(await waitUntil(run, 'soak/wait', until)).toBe(false);
    clock.advance(1);
    expect(await waitUntil(run, 'soak/wait', until)).toBe(true);
  });

  test('keeps its first deadline, in the next process too, and is written down once', async () => {
    const folder = newFolder();
    const clock = new TestClock();
    const first = await openRun(folder, { clock });
    await waitUntil(first.run, 'soak/wait', hoursFrom(clock, 24));
    const next = await openRun(folder, { clock });
    expect(await waitUntil(next.run, 'soak/wait', hoursFrom(clock, 0))).toBe(false);
    clock.advance(24 * 3_600_000);
    expect(await waitUntil(next.run, 'soak/wait', hoursFrom(clock, 24))).toBe(true);
    expect(next.kinds()).toEqual(['waiting']);
  });
});
