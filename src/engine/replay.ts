/** The state of a run, folded from its journal, each line once. */
import type { Json } from '../domain/canonical-json.ts';
import type { Instant } from '../domain/instant.ts';
import { Chronicle } from './chronicle.ts';
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
  steps: ReadonlyMap<StepKey, StepState>;
  /** The first deadline of each wait stands for ever. */
  waits: ReadonlyMap<StepKey, Instant>;
  /** When a person was first told to do what a step looks for. */
  told: ReadonlyMap<StepKey, Instant>;
  /** The wait that the run ended in last; null once anything else happened. */
  waiting: { step: StepKey; until: Instant | null } | null;
  observed: ReadonlyMap<string, { at: Instant; value: Json }[]>;
  /** The whole plan was approved by its digest, when the run began or later. */
  isApproved: boolean;
  /** The last answer to each question. */
  answers: ReadonlyMap<string, { answer: string; at: Instant }>;
  lastStop: { code: string; message: string } | null;
  isInterrupted: boolean;
  isMoved: boolean;
  outcome: RunOutcome | null;
};

const unbegun = (): StepState => ({ state: 'failed', attempts: 0, intendedAt: null, succeededAt: null, result: null });

type Folded = Omit<RunState, 'steps' | 'waits' | 'told' | 'observed' | 'answers'> & {
  steps: Chronicle<StepKey, StepState>;
  waits: Chronicle<StepKey, Instant>;
  told: Chronicle<StepKey, Instant>;
  observed: Chronicle<string, { at: Instant; value: Json }>;
  answers: Chronicle<string, { answer: string; at: Instant }>;
};

const unopened = (): Folded => ({
  runId: '', account: '', world: '', tool: '', planDigest: '', startedAt: null,
  steps: new Chronicle(), waits: new Chronicle(), told: new Chronicle(), waiting: null, observed: new Chronicle(), isApproved: false, answers: new Chronicle(),
  lastStop: null, isInterrupted: false, isMoved: false, outcome: null,
});

/** What has been folded of a list of lines, which only grows: a run of hundreds of accounts asks after each of its thousands of steps. */
const folds = new WeakMap<readonly JournalLine[], { run: Folded; count: number }>();

/** The state after all lines that there are now; it stays as it is when lines are added. */
export function replay(lines: readonly JournalLine[]): RunState {
  const fold = folds.get(lines) ?? { run: unopened(), count: 0 };
  folds.set(lines, fold);
  for (const line of lines.slice(fold.count)) take(fold.run, line);
  fold.count = lines.length;
  const { run } = fold;
  return { ...run, steps: run.steps.latest(), waits: run.waits.latest(), told: run.told.latest(), observed: run.observed.lists(), answers: run.answers.latest() };
}

function take(run: Folded, { at, entry }: JournalLine): void {
  if (entry.kind !== 'stopped') run.lastStop = null;
  if (entry.kind !== 'moved') run.isInterrupted = entry.kind === 'interrupted';
  switch (entry.kind) {
    case 'run-started': {
      Object.assign(run, { runId: entry.runId, account: entry.account, world: entry.world, tool: entry.tool, planDigest: entry.planDigest, startedAt: at, isApproved: entry.isApproved === true });
      break;
    }
    case 'intent': {
      const step = run.steps.get(entry.step) ?? unbegun();
      run.steps.add(entry.step, { ...step, state: 'intended', attempts: entry.attempt, intendedAt: at });
      run.waiting = null;
      break;
    }
    case 'succeeded': {
      const step = run.steps.get(entry.step) ?? unbegun();
      run.steps.add(entry.step, { ...step, state: 'succeeded', succeededAt: at, result: entry.result });
      if (run.waiting?.step === entry.step) run.waiting = null;
      break;
    }
    case 'attempt-failed': {
      const step = run.steps.get(entry.step) ?? unbegun();
      run.steps.add(entry.step, { ...step, state: entry.isOutcomeUnknown ? 'intended' : 'failed' });
      break;
    }
    case 'waiting': {
      if (entry.until === null) run.told.add(entry.step, run.told.get(entry.step) ?? at);
      else run.waits.add(entry.step, run.waits.get(entry.step) ?? entry.until);
      run.waiting = { step: entry.step, until: run.waits.get(entry.step) ?? null };
      break;
    }
    case 'observed': {
      run.observed.add(entry.what, { at, value: entry.value });
      break;
    }
    case 'answered': {
      run.answers.add(entry.question, { answer: entry.answer, at });
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
