/** A line to be typed, drawn: what is wrong with it is said below, and it is asked again. */
import { createPrompt, isEnterKey, useKeypress, useState } from '@inquirer/core';
import { renderAnswer } from './choice-screen.ts';
import { useTerminal } from './prompt-screen.ts';
import type { LineQuestion } from './question.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

export type LineConfig = { message: string; question: LineQuestion; terminal: Terminal; style: Style };

export const linePrompt = createPrompt<string, LineConfig>(({ question, terminal, style }, done) => {
  const [value, setValue] = useState('');
  const [complaint, setComplaint] = useState<string | null>(null);
  const [isHelping, setHelping] = useState(false);
  const [isDone, setDone] = useState(false);
  const { drawn } = useTerminal(terminal, style);
  useKeypress((key, rl) => {
    if (!isEnterKey(key)) {
      setValue(rl.line);
      setComplaint(null);
      return;
    }
    const answer = value.trim();
    if (answer === '?' && question.help.length > 0) setHelping(!isHelping);
    else {
      const wrong = question.complain(answer);
      setComplaint(wrong);
      if (wrong === null) {
        setDone(true);
        return done(answer);
      }
    }
    rl.clearLine(0);
    setValue('');
  });
  const { bold, cyan, dim } = style.colours;
  if (isDone) return renderAnswer(question.title, value.trim(), style).join('\n');
  const above = [
    ...style.wrap(bold(style.text(question.title)), `${cyan('?')} `),
    ...(isHelping ? question.help.flatMap((text) => style.wrap(style.text(text), '    ')) : []),
  ].map(style.line);
  const below = complaint !== null ? style.wrap(style.text(complaint), `  ${style.mark('✖')} `) : [dim(question.help.length === 0 ? '  Enter' : '  Enter · ? and Enter: help')];
  const lines = [...above, `  ${cyan('›')} ${value}`].map(style.line);
  drawn.current = lines;
  return [lines.join('\n'), below.map(style.line).join('\n')];
});
