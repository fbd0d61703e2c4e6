/** A problem as the message that says it. */
import type { Problem } from '../domain/problem.ts';
import type { Ui } from '../ports/ui.ts';

export const problemMessage = (value: Problem): Parameters<Ui['emit']>[0] => ({
  code: 'problem',
  problem: { code: value.code, fault: value.fault, summary: value.summary, detail: value.detail ?? null, nextStep: value.nextStep, exitCode: value.exitCode },
});
