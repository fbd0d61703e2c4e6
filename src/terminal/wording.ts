/** How a question becomes a screen: lines that say what is known and what it means, then the question itself. Words nothing. */
import type { Instant } from '../domain/instant.ts';
import type { QuestionCode, Questions } from '../ports/questions.ts';
import { askChoice, askPhrase, askText } from './prompts.ts';
import type { ChoiceQuestion, PhraseQuestion, TextQuestion } from './question.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

export type Wording<Answer> = { lines: string[]; put: (terminal: Terminal, style: Style) => Promise<Answer> };
export type Wordings = { [Code in QuestionCode]: (about: Questions[Code]['about'], style: Style, now: Instant) => Wording<Questions[Code]['answer']> };

export const choice = <Value>(lines: string[], question: ChoiceQuestion<Value>): Wording<Value> => ({ lines, put: (terminal, style) => askChoice(terminal, style, question) });
export const phrase = (lines: string[], question: PhraseQuestion): Wording<boolean> => ({ lines, put: (terminal, style) => askPhrase(terminal, style, question) });
export const text = (lines: string[], question: TextQuestion): Wording<string> => ({ lines, put: (terminal, style) => askText(terminal, style, question) });
