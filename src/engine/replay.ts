/** The state of a run, folded from its journal. Pure. */
import type { Json } from '../domain/canonical-json.ts';
import type { Instant } from '../domain/instant.ts';
import type { JournalLine, RunOutcome, StepKey } from './journal.ts';

/** `intended`: an attempt may have had its effect, and nobody has looked yet. */
export type StepState = {
  state: 'intended' | 'failed' | 'succeeded';
  attempts: number;
  intendedAt: Instant | null;
  succeededAt: Instant | null;
  result: Json;
};

export type RunState = {
  runId: string;
  account: string;
  world: string;
  tool: string;
  planDigest: string;
  startedAt: Instant | null;
  steps: Map<StepKey, StepState>;
  /** The first deadline of each wait stands for ever. */
  waits: Map<StepKey, Instant>;
  /** When a person was first told to do what a step looks for. */
  told: Map<StepKey, Instant>;
  /** The wait that the run ended in last; null once anything else happened. */
  waiting: { step: StepKey; until: Instant | null } | null;
  observed: Map<string, { at: Instant; value: Json }[]>;
  /** The whole plan was approved by its digest, when the run began or later. */
  isApproved: boolean;
  /** The last answer to each question. */
  answers: Map<string, { answer: string; at: Instant }>;
  lastStop: { code: string; message: string } | null;
  isInterrupted: boolean;
  isMoved: boolean;
  outcome: RunOutcome | null;
};

const unbegun = (): StepState => ({ state: 'failed', attempts: 0, intendedAt: null, succeededAt: null, result: null });

const unstarted = (): RunState => ({
  runId: '', account: '', world: '', tool: '', planDigest: '', startedAt: null,
  steps: new Map(), waits: new Map(), told: new Map(), waiting: null, observed: new Map(), isApproved: false, answers: new Map(), lastStop: null, isInterrupted: false, isMoved: false, outcome: null,
});

/** How far each journal is folded: a run over thousands of accounts asks for its state at every step. */
const folded = new WeakMap<readonly JournalLine[], { run: RunState; count: number }>();

/** The state after all lines. A journal that grows has one state, which grows with it. */
export function replay(lines: readonly JournalLine[]): RunState {
  const known = folded.get(lines);
  const fold = known !== undefined && known.count <= lines.length ? known : { run: unstarted(), count: 0 };
  const { run } = fold;
  const fresh = lines.slice(fold.count);
  folded.set(lines, fold);
  fold.count = lines.length;
  for (const { at, entry } of fresh) {
    if (entry.kind !== 'stopped') run.lastStop = null;
    if (entry.kind !== 'moved') run.isInterrupted = entry.kind === 'interrupted';
    switch (entry.kind) {
      case 'run-started': {
        Object.assign(run, { runId: entry.runId, account: entry.account, world: entry.world, tool: entry.tool, planDigest: entry.planDigest, startedAt: at, isApproved: entry.isApproved === true });
        break;
      }
      case 'intent': {
        const step = run.steps.get(entry.step) ?? unbegun();
        run.steps.set(entry.step, { ...step, state: 'intended', attempts: entry.attempt, intendedAt: at });
        run.waiting = null;
        break;
      }
      case 'succeeded': {
        const step = run.steps.get(entry.step) ?? unbegun();
        run.steps.set(entry.step, { ...step, state: 'succeeded', succeededAt: at, result: entry.result });
        if (run.waiting?.step === entry.step) run.waiting = null;
        break;
      }
      case 'attempt-failed': {
        const step = run.steps.get(entry.step) ?? unbegun();
        run.steps.set(entry.step, { ...step, state: entry.isOutcomeUnknown ? 'intended' : 'failed' });
        break;
      }
      case 'waiting': {
        if (entry.until === null) run.told.set(entry.step, run.told.get(entry.step) ?? at);
        else run.waits.set(entry.step, run.waits.get(entry.step) ?? entry.until);
        run.waiting = { step: entry.step, until: run.waits.get(entry.step) ?? null };
        break;
      }
      case 'observed': {
        const before = run.observed.get(entry.what);
        if (before === undefined) run.observed.set(entry.what, [{ at, value: entry.value }]);
        else before.push({ at, value: entry.value });
        break;
      }
      case 'answered': {
        run.answers.set(entry.question, { answer: entry.answer, at });
        if (entry.by === 'approval') run.isApproved = true;
        break;
      }
      case 'stopped': {
        run.lastStop = entry.problem;
        break;
      }
      case 'moved': {
        run.isMoved = true;
        break;
      }
      case 'run-ended': {
        run.outcome = entry.outcome;
        run.waiting = null;
        break;
      }
      case 'interrupted': break;
    }
    if (entry.kind !== 'moved') run.isMoved = false;
  }
  return run;
}
