/** A problem as the message that says it. */
import type { Problem } from '../domain/problem.ts';
import type { Message, ProblemNote } from '../ports/ui.ts';

export const noteOf = (value: Problem): ProblemNote =>
  ({ code: value.code, fault: value.fault, summary: value.summary, detail: value.detail ?? null, nextStep: value.nextStep, exitCode: value.exitCode });

export const problemMessage = (value: Problem): Message => ({ code: 'problem', problem: noteOf(value) });
