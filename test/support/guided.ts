/** A person at a terminal in the guided session: reads the screen, presses keys. What is asked is known by its code, so that nobody guesses when. */
import { removalPhrase } from '../../src/domain/organization/removal-phrase.ts';
import type { AccessKeyId } from '../../src/domain/identifiers.ts';
import type { Ask, QuestionCode, Questions } from '../../src/ports/questions.ts';
import type { Ui } from '../../src/ports/ui.ts';
import { perform, type Circumstances, type Stage } from '../recovery/stage.ts';
import type { Screen } from './screen.ts';

/** What a question is answered with: the label of a choice, or what is typed. */
export type Reply = { choose: string } | { type: string } | { press: string };
export type Asked = { [Code in QuestionCode]: { code: Code; about: Questions[Code]['about'] } }[QuestionCode];
/** Answers one question; `nth` counts from 1. The screen is read before. */
export type Person = (asked: Asked, nth: number) => Reply;

/** Called when a question stands on the screen, before it is answered. */
export type Look = (screen: Screen) => void;

/** The last line of a question: drawn, or the prompt of plain mode. */
const FOOTER = /^ {2}(↑↓|\^v|Enter)|^(Number, 1 to|Answer).*: ?$(?![\s\S])/m;
const MOST_CHOICES = 40;

const activeLine = (screen: Screen): string => screen.lines().findLast((line) => /^ {2}[›>] /.test(line)) ?? '';

async function choose(screen: Screen, label: string): Promise<void> {
  if (screen.streams.terminal.isPlain) {
    const number = screen.lines().findLast((line) => /^ {2}\d+\. /.test(line) && line.includes(label))?.trim().split('.', 1)[0];
    return screen.press(number ?? label, 'enter');
  }
  for (let pressed = 0; pressed < MOST_CHOICES; pressed += 1) {
    if (activeLine(screen).includes(label)) return screen.press('enter');
    await screen.press('down');
  }
  throw new Error(`There is no choice ${JSON.stringify(label)}:\n${screen.text()}`);
}

async function reply(screen: Screen, answer: Reply, look: Look): Promise<void> {
  await screen.waitFor(FOOTER);
  look(screen);
  if ('choose' in answer) return choose(screen, answer.choose);
  if ('press' in answer) return screen.press(answer.press);
  await screen.type(answer.type);
  return screen.press('enter');
}

export type Walk = { exit: number; asked: Asked[] };

/** Walks through one command line of the guided session. What the person saw is on the screen, and in its history. */
export async function walk(stage: Stage, argv: readonly string[], screen: Screen, person: Person, circumstances: Circumstances & { look?: Look } = {}): Promise<Walk> {
  const asked: Asked[] = [];
  const attend = (ui: Ui): Ui => {
    const { ask } = ui;
    if (ask === null) return ui;
    const attended: Ask = async (code, about) => {
      const question = { code, about } as Asked;
      asked.push(question);
      const [answer] = await Promise.all([ask(code, about), reply(screen, person(question, asked.length), circumstances.look ?? (() => undefined))]);
      return answer;
    };
    return { emit: (message) => ui.emit(message), ask: attended };
  };
  const exit = await perform(stage, argv, { ...circumstances, streams: screen.streams, attend });
  // The last words are on the screen too.
  await screen.tick(0);
  return { exit, asked };
}

export const lastFour = (keyId: AccessKeyId): string => keyId.slice(-4);

/** Somebody who wants the job done, knows every caller, and reads before typing. */
export const careful: Person = ({ code, about }) => {
  switch (code) {
    case 'begin': return { choose: about.access === 'session' ? 'look, then retire' : about.access === 'signing-key' ? 'delete it directly' : 'do it in the console' };
    case 'caller': return { choose: 'known, has moved' };
    case 'reason': return { type: 'no other session of root can be had' };
    case 'scp-target': return { type: 'ou-ex4m-sandbox1' };
    case 'sign-in-possible': return { choose: 'yes, all of it' };
    case 'contain': return { choose: 'yes' };
    case 'delete': return { type: lastFour(about.keyId) };
    case 'signed-in': return { choose: 'leave' };
    case 'sign-in-again': return { choose: 'stop here' };
    case 'menu': return { choose: 'retire the root access keys' };
    case 'member-role': return { type: 'SecurityAudit' };
    case 'guard/caller': return { choose: 'known, and it may be denied' };
    case 'guard/carry-out': return { choose: 'yes' };
    case 'guard/denied': return { choose: 'stop here' };
    case 'organization/caller': return { choose: 'known, has moved' };
    case 'organization/carry-out': return { choose: 'yes' };
    case 'organization/remove': return { type: removalPhrase(about.kind, about.count) };
    case 'drill': return { choose: 'leave' };
  }
};
