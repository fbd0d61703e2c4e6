/** What a run is after its lines, one rule of the fold at a time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf, plusMs, type Instant } from '../../src/domain/instant.ts';
import { chainLine } from '../../src/engine/journal-codec.ts';
import type { JournalEntry, JournalLine } from '../../src/engine/journal.ts';
import { replay, type RunState } from '../../src/engine/replay.ts';
import { openTestSystem } from '../support/system.ts';

const START = instantOf(1_795_510_800_000);
const { sha256 } = openTestSystem();
/** The nth line was written n seconds after the start. */
const at = (index: number): Instant => plusMs(START, index * 1_000);
const linesOf = (...entries: JournalEntry[]): JournalLine[] =>
  entries.reduce<JournalLine[]>((lines, entry) => [...lines, chainLine(lines.at(-1), at(lines.length), entry, sha256)], []);

const intent = (attempt = 1): JournalEntry => ({ kind: 'intent', step: 'a/b', attempt });
const succeeded: JournalEntry = { kind: 'succeeded', step: 'a/b', via: 'act', result: { id: 7 } };
const failed = (isOutcomeUnknown: boolean): JournalEntry => ({ kind: 'attempt-failed', step: 'a/b', problem: { code: 'x/y', message: 'm' }, isOutcomeUnknown });
const stateAfter = (...entries: JournalEntry[]) => replay(linesOf(...entries)).steps.get('a/b');

describe('a step is', () => {
  test('unknown before its first intent', () => expect(stateAfter()).toBeUndefined());
  test('intended while nothing tells how its attempt ended', () => expect(stateAfter(intent())).toMatchObject({ state: 'intended', attempts: 1, intendedAt: at(0) }));
  test('intended after a failure that may have had its effect', () => expect(stateAfter(intent(), failed(true))?.state).toBe('intended'));
  test('failed after a failure that surely had none', () => expect(stateAfter(intent(), failed(false))?.state).toBe('failed'));
  test('intended again with the next attempt', () => expect(stateAfter(intent(), failed(false), intent(2))).toMatchObject({ state: 'intended', attempts: 2 }));
  test('succeeded with result and time', () =>
    expect(stateAfter(intent(), succeeded)).toMatchObject({ state: 'succeeded', result: { id: 7 }, intendedAt: at(0), succeededAt: at(1) }));
});

describe('a run', () => {
  const waiting = (until: Instant): JournalEntry => ({ kind: 'waiting', step: 'soak/wait', until });

  test('is what its first line says', () => {
    const started: JournalEntry = { kind: 'run-started', schema: 1, runId: '7f3a-91c2', tool: 't', planDigest: 'd', account: '111122223333', world: 'live' };
    expect(replay(linesOf(started))).toMatchObject({ runId: '7f3a-91c2', planDigest: 'd', account: '111122223333', world: 'live', startedAt: at(0), outcome: null });
  });

  test('has not started without a line', () => expect(replay([]).startedAt).toBeNull());

  test('waits until the first deadline, whatever was written later', () => {
    const state = replay(linesOf(waiting(at(90)), waiting(at(10))));
    expect(state.waiting).toEqual({ step: 'soak/wait', until: at(90) });
  });

  test('waits no more once a step is begun or the run is over', () => {
    expect(replay(linesOf(waiting(at(90)), intent())).waiting).toBeNull();
    expect(replay(linesOf(waiting(at(90)), { kind: 'run-ended', outcome: 'cancelled' }))).toMatchObject({ waiting: null, outcome: 'cancelled' });
  });

  test('keeps everything observed, in order', () => {
    const seen = (value: number): JournalEntry => ({ kind: 'observed', what: 'keys', value });
    expect(replay(linesOf(seen(2), intent(), seen(1))).observed.get('keys')).toEqual([{ at: at(0), value: 2 }, { at: at(2), value: 1 }]);
  });

  test('is moved while nothing was written after it left', () => {
    expect(replay(linesOf(intent(), { kind: 'moved' })).isMoved).toBe(true);
    expect(replay(linesOf({ kind: 'moved' }, intent())).isMoved).toBe(false);
  });

  test('was stopped while nothing was written after the stop', () => {
    const stopped: JournalEntry = { kind: 'stopped', problem: { code: 'soak/root-use', message: 'm' } };
    expect(replay(linesOf(intent(), stopped)).lastStop).toEqual({ code: 'soak/root-use', message: 'm' });
    expect(replay(linesOf(stopped, intent())).lastStop).toBeNull();
  });
});

describe('the state of a journal that grows', () => {
  const keys = fc.constantFrom('a/b', 'a/c', 'd/e');
  const until = fc.integer({ min: 0, max: 9 }).map((days) => plusMs(START, days * 86_400_000));
  const entries: fc.Arbitrary<JournalEntry> = fc.oneof(
    fc.record({ kind: fc.constant('intent' as const), step: keys, attempt: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('succeeded' as const), step: keys, via: fc.constantFrom('act' as const, 'observe' as const), result: fc.integer() }),
    fc.record({ kind: fc.constant('attempt-failed' as const), step: keys, problem: fc.constant({ code: 'x/y', message: 'm' }), isOutcomeUnknown: fc.boolean() }),
    fc.record({ kind: fc.constant('waiting' as const), step: keys, until: fc.option(until) }),
    fc.record({ kind: fc.constant('observed' as const), what: keys, value: fc.integer() }),
    fc.record({ kind: fc.constant('answered' as const), question: keys, answer: fc.string(), by: fc.constantFrom('approval' as const, 'terminal' as const) }),
    fc.constantFrom<JournalEntry>({ kind: 'stopped', problem: { code: 'x/y', message: 'm' } }, { kind: 'interrupted' }, { kind: 'moved' }, { kind: 'run-ended', outcome: 'done' }),
  );
  const sketch = (state: RunState) => ({
    ...state, steps: [...state.steps], waits: [...state.waits.entries()], told: [...state.told], observed: [...state.observed], answers: [...state.answers],
    sizes: [state.steps, state.waits, state.told, state.observed, state.answers].map(({ size }) => size),
    byKey: ['a/b', 'a/c', 'd/e', 'f/g'].map((key) => [state.steps.get(key), state.waits.get(key), state.told.has(key), state.observed.get(key), state.answers.has(key)]),
  });

  test('is at every moment that of its lines read anew, and stays what it was then', () => {
    fc.assert(fc.property(fc.array(fc.tuple(entries, fc.boolean()), { maxLength: 60 }), (added) => {
      const growing: JournalLine[] = [];
      const seen: { state: RunState; before: unknown }[] = [];
      for (const [entry, isLookedAt] of added) {
        growing.push(chainLine(growing.at(-1), at(growing.length), entry, sha256));
        if (!isLookedAt) continue;
        const state = replay(growing);
        expect(sketch(state)).toEqual(sketch(replay([...growing])));
        seen.push({ state, before: sketch(state) });
      }
      for (const { state, before } of seen) expect(sketch(state)).toEqual(before);
    }));
  });
});
