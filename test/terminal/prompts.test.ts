/** Questions as a person meets them: keys pressed, screen read. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/domain/problem.ts';
import { askChoice, askMfaCode, askPhrase, askText, type ChoiceQuestion, type PhraseQuestion } from '../../src/terminal/prompts.ts';
import { openStyle } from '../../src/terminal/style.ts';
import { openScreen, type Screen } from '../support/screen.ts';
import { openTestStreams } from '../support/streams.ts';
import { HOSTILE, OBEYED } from './hostile-text.ts';

type Answer = 'no' | 'yes' | 'later';
const QUESTION: ChoiceQuestion<Answer> = {
  title: 'Deactivate …7QXA now?',
  choices: [
    { value: 'no', label: 'no', hint: 'leave everything as it is' },
    { value: 'yes', label: 'yes, deactivate it', hint: 'can be undone while the key exists' },
    { value: 'later', label: 'later' },
  ],
  default: 'no',
  help: ['Deactivating a key can be undone with rootzero rollback.', 'Whoever uses it is refused from then on.'],
};
const PHRASE: PhraseQuestion = { title: 'Type the last four characters of the key id to delete it:', expected: '7QXA', help: ['Enter alone leaves the key as it is.'] };

const styleOf = ({ streams }: Screen): ReturnType<typeof openStyle> => openStyle(streams.terminal);
const choose = (screen: Screen, question: Partial<ChoiceQuestion<Answer>> = {}): Promise<Answer> => askChoice(screen.streams.terminal, styleOf(screen), { ...QUESTION, ...question });
const confirm = (screen: Screen): Promise<boolean> => askPhrase(screen.streams.terminal, styleOf(screen), PHRASE);
const codeOf = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'answered', (thrown: unknown) => (thrown instanceof Problem ? thrown.code : String(thrown)));

const PLAIN = { TERM: 'xterm', LANG: 'C.UTF-8', ROOTZERO_PLAIN: '1' };

describe('a choice', () => {
  it('takes the safe one on Enter alone, and leaves question and answer behind', async () => {
    const screen = openScreen();
    const answer = choose(screen);
    await screen.waitFor('Enter');
    await screen.press('enter');
    expect(await answer).toBe('no');
    expect(screen.text()).toBe('? Deactivate …7QXA now?  no');
    expect(screen.isCursorShown()).toBe(true);
    expect(screen.isRaw()).toBe(false);
  });

  it.each([
    [['down', 'enter'], 'yes'], [['up', 'enter'], 'later'], [['j', 'j', 'enter'], 'later'], [['j', 'k', 'enter'], 'no'], [['2', 'enter'], 'yes'], [['9', 'enter'], 'no'], [['x', '3', 'enter'], 'later'],
  ] as const)('%j is %s', async (keys, expected) => {
    const screen = openScreen();
    const answer = choose(screen);
    await screen.waitFor('Enter');
    await screen.press(...keys);
    expect(await answer).toBe(expected);
  });

  it('begins at the default, wherever it stands', async () => {
    const screen = openScreen();
    const answer = choose(screen, { default: 'later' });
    await screen.waitFor('Enter');
    expect(screen.lines().find((line) => line.includes('›'))).toContain('later');
    await screen.press('enter');
    expect(await answer).toBe('later');
  });

  it('helps on ?, and takes help away again', async () => {
    const screen = openScreen();
    const answer = choose(screen);
    await screen.waitFor('? help');
    await screen.press('?');
    expect(screen.text()).toContain('Whoever uses it is refused from then on.');
    await screen.press('?');
    expect(screen.text()).not.toContain('Whoever uses it');
    await screen.press('enter');
    expect(await answer).toBe('no');
  });

  it('shows details page by page; Enter among them chooses nothing', async () => {
    const screen = openScreen({ columns: 80, rows: 10 });
    const details = (): string[] => Array.from({ length: 20 }, (_, index) => `event ${index + 1}`);
    const answer = choose(screen, { default: 'yes', details });
    await screen.waitFor('d details');
    await screen.press('d');
    expect(screen.lines()).toEqual([...Array.from({ length: 7 }, (_, index) => `event ${index + 1}`), 'page 1 of 3 · space: next · b: back · d closes']);
    await screen.press('space', 'space', 'space');
    expect(screen.text()).toContain('event 20');
    await screen.press('b');
    expect(screen.lines()[0]).toBe('event 8');
    await screen.press('enter');
    expect(screen.text()).toContain('Deactivate …7QXA now?');
    await screen.press('enter');
    expect(await answer).toBe('yes');
  });

  it('drops keys that were typed before it appeared', async () => {
    const screen = openScreen();
    await screen.press('2', 'enter');
    const answer = choose(screen);
    await screen.waitFor('Enter');
    await screen.press('enter');
    expect(await answer).toBe('no');
  });

  it('stays whole on a low screen: choices scroll, help is cut', async () => {
    const screen = openScreen({ columns: 60, rows: 8 });
    const choices = Array.from({ length: 15 }, (_, index) => ({ value: 'no' as const, label: `caller ${index + 1}` }));
    const answer = askChoice(screen.streams.terminal, styleOf(screen), { ...QUESTION, choices, help: Array.from({ length: 20 }, () => 'a long help') });
    await screen.waitFor('Enter');
    expect(screen.lines()[0]).toBe('? Deactivate …7QXA now?');
    expect(screen.text()).toContain('more below');
    await screen.press(...Array.from({ length: 9 }, () => 'down'));
    expect(screen.lines().find((line) => line.includes('›'))).toContain('caller 10');
    expect(screen.lines()[0]).toBe('? Deactivate …7QXA now?');
    await screen.press('?');
    expect(screen.lines()[0]).toBe('? Deactivate …7QXA now?');
    expect(screen.text()).toContain('caller 10');
    expect(screen.history()).toEqual(screen.lines());
    await screen.press('enter');
    await answer;
  });

  it('is drawn anew in its place when the terminal changes its size', async () => {
    const screen = openScreen({ columns: 80, rows: 24 });
    screen.streams.progress('before\n');
    const answer = choose(screen, { choices: [{ value: 'no', label: 'a label that is so long that it needs more than one line on a narrow terminal' }] });
    await screen.waitFor('Enter');
    for (const columns of [40, 30, 100, 60]) {
      await screen.resize({ columns, rows: 24 });
      expect(screen.history().filter((line) => line.startsWith('? Deactivate'))).toHaveLength(1);
      expect(screen.history()[0]).toBe('before');
    }
    await screen.press('enter');
    await answer;
  });

  it('hands Ctrl-Z on, and is drawn again below what the shell wrote', async () => {
    const screen = openScreen();
    const answer = choose(screen);
    await screen.waitFor('Enter');
    await screen.press('ctrl-z');
    expect(screen.suspensions()).toBe(1);
    screen.streams.terminal.output.write('\n[1]+ Stopped\n$ fg\n');
    screen.streams.terminal.announce('continued');
    await screen.waitFor(/fg\n+\? Deactivate/);
    expect(screen.text()).toContain('[1]+ Stopped');
    await screen.press('down', 'enter');
    expect(await answer).toBe('yes');
  });
});

describe('a phrase', () => {
  it('is asked again until it fits, letter for letter', async () => {
    const screen = openScreen();
    const answer = confirm(screen);
    await screen.waitFor('›');
    await screen.type('7qxa');
    await screen.press('enter');
    await screen.waitFor('That is not "7QXA"');
    await screen.type('7QXA');
    await screen.press('enter');
    expect(await answer).toBe(true);
    expect(screen.text()).toMatch(/delete it: {2}7QXA$/);
  });

  it('is a no when nothing is typed', async () => {
    const screen = openScreen();
    const answer = confirm(screen);
    await screen.waitFor('›');
    await screen.press('enter');
    expect(await answer).toBe(false);
  });

  it('helps on ? and Enter', async () => {
    const screen = openScreen();
    const answer = confirm(screen);
    await screen.waitFor('›');
    await screen.press('?', 'enter');
    await screen.waitFor('leaves the key as it is');
    await screen.press('enter');
    expect(await answer).toBe(false);
  });

  it('was not typed by whoever typed ahead', async () => {
    const screen = openScreen();
    await screen.type('7QXA');
    await screen.press('enter');
    const answer = confirm(screen);
    await screen.waitFor('›');
    await screen.press('enter');
    expect(await answer).toBe(false);
  });
});

it('a text that is needed is asked again when it is empty', async () => {
  const screen = openScreen();
  const answer = askText(screen.streams.terminal, styleOf(screen), { title: 'Why?', help: [], isRequired: true });
  await screen.waitFor('›');
  await screen.press('space', 'enter');
  await screen.waitFor('This is needed');
  await screen.type('moved to a role');
  await screen.press('enter');
  expect(await answer).toBe('moved to a role');
});

it('an MFA code has six digits', async () => {
  const screen = openScreen();
  const answer = askMfaCode(screen.streams, 'arn:aws:iam::111122223333:mfa/phone');
  await screen.waitFor('›');
  await screen.type('12a');
  await screen.press('enter');
  await screen.waitFor('Six digits.');
  await screen.type('123456');
  await screen.press('enter');
  expect(await answer).toBe('123456');
});

describe.each(['drawn', 'plain'])('interrupted, %s', (way) => {
  const open = (): Screen => openScreen(undefined, way === 'plain' ? PLAIN : undefined);
  const ready = way === 'plain' ? /Number|Answer/ : /Enter/;

  it.each(['choice', 'phrase'])('a %s ends with the terminal as it was, and everybody hears of it', async (kind) => {
    const screen = open();
    const code = codeOf(kind === 'choice' ? choose(screen) : confirm(screen));
    await screen.waitFor(ready);
    await screen.press('ctrl-c');
    expect(await code).toBe('run/interrupted');
    expect(screen.streams.terminal.signal.aborted).toBe(true);
    expect(screen.isRaw()).toBe(false);
    expect(screen.isCursorShown()).toBe(true);
  });

  it('by a signal of the process just the same', async () => {
    const screen = open();
    const code = codeOf(choose(screen));
    await screen.waitFor(ready);
    screen.streams.terminal.interrupt();
    expect(await code).toBe('run/interrupted');
  });

  it('by the end of its input as well', async () => {
    const screen = open();
    const code = codeOf(choose(screen));
    await screen.waitFor(ready);
    await screen.close();
    expect(await code).toBe('run/interrupted');
    expect(screen.streams.terminal.signal.aborted).toBe(true);
  });

  it('before it is asked: it is not asked', async () => {
    const screen = open();
    screen.streams.terminal.interrupt();
    expect(await codeOf(choose(screen))).toBe('run/interrupted');
    expect(screen.text()).toBe('');
  });
});

it('Ctrl-D ends a question as Ctrl-C does', async () => {
  const screen = openScreen();
  const code = codeOf(choose(screen));
  await screen.waitFor('Enter');
  await screen.press('ctrl-d');
  expect(await code).toBe('run/interrupted');
});

describe('plain', () => {
  it('prints everything once, moves no cursor, and takes a number, a word or Enter', async () => {
    for (const [typed, expected] of [['2', 'yes'], ['later', 'later'], ['', 'no']] as const) {
      const screen = openScreen(undefined, PLAIN);
      const answer = choose(screen);
      await screen.waitFor('Enter is 1:');
      await screen.type(typed);
      await screen.press('enter');
      expect(await answer).toBe(expected);
      expect(screen.raw()).not.toMatch(/\u001b\[(?!\d*m)/);
    }
  });

  it('says what is no choice, and asks again', async () => {
    const screen = openScreen(undefined, PLAIN);
    const answer = choose(screen);
    await screen.waitFor('Enter is 1:');
    await screen.press('7', 'enter');
    await screen.waitFor('There is no choice 7.');
    await screen.press('?', 'enter');
    await screen.waitFor('Whoever uses it');
    await screen.press('3', 'enter');
    expect(await answer).toBe('later');
  });

  it('was not answered by whoever typed ahead', async () => {
    const screen = openScreen(undefined, PLAIN);
    await screen.press('2', 'enter');
    const answer = choose(screen);
    await screen.waitFor('Enter is 1:');
    await screen.press('enter');
    expect(await answer).toBe('no');
  });

  it('takes a phrase letter for letter', async () => {
    const screen = openScreen(undefined, PLAIN);
    const answer = confirm(screen);
    await screen.waitFor('Answer');
    await screen.type('no\r');
    await screen.waitFor('That is not "7QXA"');
    await screen.type('7QXA\r');
    expect(await answer).toBe(true);
  });
});

describe('without a terminal', () => {
  const streams = openTestStreams({ result: () => undefined, progress: () => undefined });
  const style = openStyle(streams.terminal);

  it('a question is a problem that names the command to use instead', async () => {
    const asked = askChoice(streams.terminal, style, { ...QUESTION, instead: 'rootzero plan --out plan.json' });
    await expect(asked).rejects.toMatchObject({ code: 'input/no-terminal', exitCode: 3, nextStep: 'rootzero plan --out plan.json' });
  });

  it('an MFA code is one of credentials', async () => {
    expect(await codeOf(askMfaCode(streams, 'device'))).toBe('credentials/mfa-needed');
  });
});

describe('hostile text', () => {
  const evil = HOSTILE.map(([, text]) => text).join(' ');
  const long = 'x'.repeat(100_000);

  it.each(['drawn', 'plain'])('is inert in every part of a choice, %s', async (way) => {
    const screen = openScreen({ columns: 80, rows: 24 }, way === 'plain' ? PLAIN : undefined);
    const answer = choose(screen, {
      title: evil, help: [evil, long], details: () => [evil, long],
      choices: [{ value: 'no', label: evil, hint: long }, { value: 'yes', label: 'yes' }],
    });
    const enter = way === 'plain' ? 'enter' : 'enter';
    await screen.waitFor(way === 'plain' ? 'Enter is 1:' : 'Enter');
    await screen.press('?', ...(way === 'plain' ? ['enter'] : []), 'd', ...(way === 'plain' ? ['enter'] : ['d']), '2', enter);
    expect(await answer).toBe('yes');
    expect(screen.history().join('enter')).toContain(way === 'plain' ? '\\u{1b}' : 'yes');
    for (const line of screen.history()) expect(line).not.toMatch(OBEYED);
    // What is left are our own sequences: erase, move, colours, cursor.
    expect(screen.raw().replaceAll(/\u001b\[[\d;]*[A-HJKm]|\u001b\[\?25[hl]/g, '').replaceAll(/[\r\n]/g, '')).not.toMatch(OBEYED);
  });
});
