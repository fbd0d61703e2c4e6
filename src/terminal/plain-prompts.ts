/** The same questions without drawing: printed once, answered by a line. For screen readers and terminals that cannot move the cursor. */
import { createInterface } from 'node:readline';
import type { ChoiceQuestion, LineQuestion } from './question.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** One line of input. @throws the reason of the terminal's signal, also at the end of input */
async function readLine(terminal: Terminal, prompt: string): Promise<string> {
  const { input, signal } = terminal;
  const reader = createInterface({ input, terminal: false });
  try {
    terminal.print(prompt);
    return await new Promise<string>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      reader.once('line', (line) => {
        signal.removeEventListener('abort', onAbort);
        resolve(line.trim());
      });
      reader.once('close', terminal.interrupt);
    });
  } finally {
    reader.off('close', terminal.interrupt);
    reader.close();
  }
}

const say = (terminal: Terminal, style: Style, lines: readonly string[]): void => terminal.print(lines.map((line) => `${style.line(line)}\n`).join(''));

/** Answers with the place of the choice: its number, the beginning of its words, or Enter for the one that is named. */
export async function askPlainChoice(terminal: Terminal, style: Style, question: ChoiceQuestion<unknown>, start: number): Promise<number> {
  const { choices, help, details } = question;
  say(terminal, style, [
    ...style.wrap(style.text(question.title)),
    ...choices.flatMap(({ label, hint }, index) => style.wrap(`${style.text(label)}${hint === undefined ? '' : ` (${style.text(hint)})`}`, `  ${index + 1}. `)),
  ]);
  const keys = [...(help.length === 0 ? [] : ['? for help']), ...(details === undefined ? [] : ['d for details'])];
  const prompt = `Number, 1 to ${choices.length}${keys.map((key) => `, ${key}`).join('')}; Enter is ${start + 1}: `;
  for (;;) {
    const answer = (await readLine(terminal, prompt)).toLowerCase();
    if (answer === '') return start;
    const named = choices.findIndex(({ label }) => label.toLowerCase() === answer);
    const chosen = named >= 0 ? named : /^\d+$/.test(answer) ? Number(answer) - 1 : -1;
    if (choices[chosen] !== undefined) return chosen;
    if (answer === '?' && help.length > 0) say(terminal, style, help.flatMap((text) => style.wrap(style.text(text), '  ')));
    else if (answer === 'd' && details !== undefined) say(terminal, style, details().map((line) => style.cut(style.line(line))));
    else say(terminal, style, [`There is no choice ${style.text(answer)}.`]);
  }
}

export async function askPlainLine(terminal: Terminal, style: Style, { title, help, complain }: LineQuestion): Promise<string> {
  say(terminal, style, style.wrap(style.text(title)));
  for (;;) {
    const answer = await readLine(terminal, help.length === 0 ? 'Answer: ' : 'Answer, ? for help: ');
    if (answer === '?' && help.length > 0) say(terminal, style, help.flatMap((text) => style.wrap(style.text(text), '  ')));
    else {
      const wrong = complain(answer);
      if (wrong === null) return answer;
      say(terminal, style, style.wrap(style.text(wrong)));
    }
  }
}
