/** Questions to a person: a choice, a phrase to type, a text, an MFA code. Drawn by inquirer, or plain; without a terminal they are a problem. */
import { Problem, problem } from '../domain/problem.ts';
import { askPlainChoice, askPlainLine } from './plain-prompts.ts';
import type { ChoiceConfig } from './choice-prompt.ts';
import type { LineConfig } from './line-prompt.ts';
import type { ChoiceQuestion, LineQuestion, PhraseQuestion, TextQuestion } from './question.ts';
import { openStyle, type Style } from './style.ts';
import type { Streams } from './streams.ts';
import type { Terminal } from './terminal.ts';

export type { ChoiceQuestion, PhraseQuestion, TextQuestion } from './question.ts';

/** Turns of the event loop without a key after which none is left from before. */
const QUIET_TURNS = 3;
const CTRL_C = '\u0003';

/** Keys that were pressed before the question stood there are no answer to it. Half a line is a key too: the terminal gives it away when it is read raw. */
async function dropStaleKeys({ input, interrupt, nextTurn }: Terminal): Promise<void> {
  let quiet = 0;
  const onData = (keys: Buffer | string): void => {
    quiet = 0;
    if (keys.includes(CTRL_C)) interrupt();
  };
  input.setRawMode?.(true);
  input.on('data', onData).resume();
  while (quiet < QUIET_TURNS) {
    quiet += 1;
    await nextTurn();
  }
  input.off('data', onData).pause();
  input.setRawMode?.(false);
}

/** Asks with the screen free for the question. @throws Problem `input/no-terminal`, `run/interrupted` */
async function ask<Answer>(terminal: Terminal, { title, instead }: { title: string; instead?: string }, work: () => Promise<Answer>): Promise<Answer> {
  if (!terminal.isInteractive) throw problem('input/no-terminal', { detail: title, ...(instead === undefined ? {} : { nextStep: instead }) });
  terminal.signal.throwIfAborted();
  terminal.live?.pause();
  try {
    return await work();
  } catch (thrown) {
    // Ctrl-C reaches the question alone, since the terminal hands its keys over unread: from here it goes to everybody.
    if (thrown instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(thrown.name)) terminal.interrupt();
    if (terminal.signal.aborted && !(thrown instanceof Problem)) throw problem('run/interrupted', { cause: thrown });
    throw thrown;
  } finally {
    terminal.showCursor(true);
    terminal.live?.resume();
  }
}

/** inquirer with our two questions, on the terminal as it is now. Loaded when first asked: most commands never ask. */
async function openInquirer(terminal: Terminal) {
  const [{ default: inquirer }, { choicePrompt }, { linePrompt }, { openPromptOutput }] = await Promise.all([
    import('inquirer'), import('./choice-prompt.ts'), import('./line-prompt.ts'), import('./prompt-screen.ts'),
  ]);
  const { input, signal } = terminal;
  return inquirer.createPromptModule<{ choice: ChoiceConfig; line: LineConfig }>({ input, output: openPromptOutput(terminal), signal })
    .registerPrompt('choice', choicePrompt)
    .registerPrompt('line', linePrompt);
}

/** One of several. Returns the value of the chosen one. @throws Problem `input/no-terminal`, `run/interrupted` */
export async function askChoice<Value>(terminal: Terminal, style: Style, question: ChoiceQuestion<Value>): Promise<Value> {
  const start = Math.max(0, question.choices.findIndex(({ value }) => value === question.default));
  const place = await ask(terminal, question, async () => {
    const prompt = terminal.isPlain ? null : await openInquirer(terminal);
    await dropStaleKeys(terminal);
    if (prompt === null) return askPlainChoice(terminal, style, question, start);
    terminal.showCursor(false);
    const { answer } = await prompt<{ answer: number }>([{ type: 'choice', name: 'answer', message: question.title, question, start, terminal, style }]);
    return answer;
  });
  return question.choices[place]?.value ?? question.default;
}

/** A line that nobody complains about. */
const askLine = (terminal: Terminal, style: Style, question: LineQuestion): Promise<string> =>
  ask(terminal, question, async () => {
    const prompt = terminal.isPlain ? null : await openInquirer(terminal);
    await dropStaleKeys(terminal);
    if (prompt === null) return askPlainLine(terminal, style, question);
    const { answer } = await prompt<{ answer: string }>([{ type: 'line', name: 'answer', message: question.title, question, terminal, style }]);
    return answer;
  });

/** True when the phrase was typed, letter for letter; an empty line is a no, anything else is asked again. */
export async function askPhrase(terminal: Terminal, style: Style, question: PhraseQuestion): Promise<boolean> {
  const complain = (text: string): string | null => (text === '' || text === question.expected ? null : `That is not "${question.expected}". Enter alone is a no.`);
  return (await askLine(terminal, style, { ...question, complain })) !== '';
}

/** A text in the operator's own words; empty only where that may be. */
export const askText = (terminal: Terminal, style: Style, question: TextQuestion): Promise<string> =>
  askLine(terminal, style, { ...question, complain: (text) => (text === '' && question.isRequired ? 'This is needed; it goes on record.' : null) });

/** The code of an MFA device, for profiles with `mfa_serial`. @throws Problem `credentials/mfa-needed` where there is no terminal */
export async function askMfaCode({ terminal }: Streams, serial: string): Promise<string> {
  if (!terminal.isInteractive) throw problem('credentials/mfa-needed', { detail: `Device ${serial}.` });
  return askLine(terminal, openStyle(terminal), {
    title: `MFA code of ${serial}`,
    help: [],
    complain: (text) => (/^\d{6}$/.test(text) ? null : 'Six digits.'),
  });
}
