/** The one error type and what it says to people. The registry of codes stands in problem-registry.ts. */
import { PROBLEMS, type ProblemCode } from './problem-registry.ts';

export type { ProblemCode };
export type Fault = 'operator' | 'environment' | 'tool';
/** `now`: the same call may succeed at once or soon · `later`: after something else was mended · `never`. */
export type RetryAdvice = 'now' | 'later' | 'never';
/** Exit codes of the product, see README. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 70 | 75;

export type ProblemDetails = {
  /** What exactly, in a sentence; may hold text from outside (it is sanitized where it is shown). */
  detail?: string;
  /** Replaces the registry's next step, for commands that need a run id or a file name. */
  nextStep?: string;
  retry?: RetryAdvice;
  /** True when the request may have had its effect although no good answer came. */
  isOutcomeUnknown?: boolean;
  cause?: unknown;
};

/** What happened, whose fault it is, what was not changed and how to go on: everything a person or a program needs. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly fault: Fault;
  readonly exitCode: ExitCode;
  readonly summary: string;
  readonly detail: string | undefined;
  readonly nextStep: string;
  readonly retry: RetryAdvice;
  readonly isOutcomeUnknown: boolean;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    const known = PROBLEMS[code];
    super(details.detail === undefined ? known.summary : `${known.summary} ${details.detail}`, { cause: details.cause });
    this.code = code;
    this.fault = known.fault;
    this.exitCode = known.exitCode;
    this.summary = known.summary;
    this.detail = details.detail;
    this.nextStep = details.nextStep ?? known.nextStep;
    this.retry = details.retry ?? 'never';
    this.isOutcomeUnknown = details.isOutcomeUnknown ?? false;
  }

  /** The same problem, of a request that may have had its effect. */
  withUnknownOutcome(): Problem {
    const { detail, nextStep, retry } = this;
    return new Problem(this.code, { ...(detail === undefined ? {} : { detail }), nextStep, retry, isOutcomeUnknown: true, cause: this });
  }
}

/** Makes a Problem; short, since it stands behind every `throw`. */
export const problem = (code: ProblemCode, details?: ProblemDetails): Problem => new Problem(code, details);

/** Any thrown value as a Problem; what is not one is a defect of rootzero. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  return problem('tool/defect', { detail: thrown instanceof Error ? thrown.message : String(thrown), cause: thrown });
}
