/** The answer scripts that more than one scenario plays itself with. Knows no world. */
import type { AnswerScript, AnswerStep } from './scenario.ts';

const KNOWN_CALLER = 'known; has moved to a role';

/**
 * The whole job: plan, contain, soak, delete, verify.
 * @param planFlags what this account's plan needs besides
 * @param identities who has to be named with every command, besides the profiles that a rehearsal names by itself
 */
export function retireKeys(planFlags: readonly string[] = [], identities: readonly string[] = []): AnswerStep[] {
  return [
    { command: ['plan', '--out', '{plan}', '{acknowledge-all}', ...identities, ...planFlags], expectExit: 0, note: 'Look, and write the plan.' },
    { command: ['apply', '{plan}', '--approve', '{digest}', ...identities], expectExit: 75, note: 'Contain; then the soak begins.' },
    { command: ['resume', ...identities], expectExit: 0, note: 'After the soak: read it back, delete, verify, guard.' },
  ];
}

export const CHECK_CLEAN: AnswerStep = { command: ['check'], expectExit: 0, note: 'No root access key is left.' };

export function defineAnswers(name: string, steps: AnswerStep[], acknowledgeReason: string = KNOWN_CALLER): AnswerScript {
  return { name, acknowledgeReason, steps };
}

/** One `check` with its answer. */
export function defineCheck(expectExit: number, note: string): AnswerScript {
  return defineAnswers('check', [{ command: ['check'], expectExit, note }]);
}
