/** A question with choices, drawn: arrows, j and k, digits; Enter chooses, `?` helps, `d` shows details. */
import { createPrompt, isDownKey, isEnterKey, isUpKey, useKeypress, useState } from '@inquirer/core';
import { countPages, renderAnswer, renderChoiceScreen, type ChoiceState } from './choice-screen.ts';
import { useTerminal } from './prompt-screen.ts';
import type { ChoiceQuestion } from './question.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

export type ChoiceConfig = { message: string; question: ChoiceQuestion<unknown>; start: number; terminal: Terminal; style: Style };
type Key = Parameters<Parameters<typeof useKeypress>[0]>[0];

const VIM = ['vim'] as const;

/** The character that was typed, also where the key has no name of its own. */
const characterOf = (key: Key): string => ('sequence' in key && typeof key.sequence === 'string' ? key.sequence : key.name);

/** What a key does to a question; `null` where Enter has chosen. */
export function pressKey(state: ChoiceState, key: Key, { question, rows }: { question: ChoiceQuestion<unknown>; rows: number }): ChoiceState | null {
  const { active, page, panel } = state;
  const character = characterOf(key);
  const count = question.choices.length;
  if (panel === 'details') {
    const last = countPages(question.details?.() ?? [], rows) - 1;
    if (character === ' ' || isDownKey(key, VIM)) return { ...state, page: Math.min(last, page + 1) };
    if (character === 'b' || isUpKey(key, VIM)) return { ...state, page: Math.max(0, page - 1) };
    // Enter closes: nothing is chosen while the choices are out of sight.
    return character === 'd' || character === 'q' || key.name === 'escape' || isEnterKey(key) ? { ...state, panel: 'none', page: 0 } : state;
  }
  if (isEnterKey(key)) return null;
  if (isUpKey(key, VIM)) return { ...state, active: (active + count - 1) % count };
  if (isDownKey(key, VIM)) return { ...state, active: (active + 1) % count };
  if (character === '?' && question.help.length > 0) return { ...state, panel: panel === 'help' ? 'none' : 'help' };
  if (character === 'd' && question.details !== undefined) return { ...state, panel: 'details', page: 0 };
  const digit = /^[1-9]$/.test(character) ? Number(character) : 0;
  return digit >= 1 && digit <= count ? { ...state, active: digit - 1 } : state;
}

/** Answers with the place of the choice. */
export const choicePrompt = createPrompt<number, ChoiceConfig>(({ question, start, terminal, style }, done) => {
  const [state, setState] = useState<ChoiceState>({ active: start, panel: 'none', page: 0 });
  const [isDone, setDone] = useState(false);
  const { drawn } = useTerminal(terminal, style);
  useKeypress((key, rl) => {
    // Otherwise the keys would gather in a line that nobody sees.
    rl.clearLine(0);
    const next = pressKey(state, key, { question, rows: terminal.rows() });
    if (next !== null) return setState(next);
    setDone(true);
    done(state.active);
  });
  const lines = isDone ? renderAnswer(question.title, question.choices[state.active]?.label ?? '', style) : renderChoiceScreen(question, state, terminal.rows(), style);
  drawn.current = lines;
  return lines.join('\n');
});
