/** Questions as a person meets them: keys pressed, screen read. */
import { describe, expect, it } from 'vitest';
import { askChoice, type ChoiceQuestion } from '../../src/terminal/prompts.ts';
import { openStyle } from '../../src/terminal/style.ts';
import { openScreen, type Screen } from '../support/screen.ts';

const QUESTION: ChoiceQuestion<'no' | 'yes' | 'later'> = {
  title: 'Deactivate …7QXA now?',
  choices: [
    { value: 'no', label: 'no', hint: 'leave everything as it is' },
    { value: 'yes', label: 'yes, deactivate it', hint: 'can be undone while the key exists' },
    { value: 'later', label: 'later' },
  ],
  default: 'no',
  help: ['Deactivating a key can be undone with rootzero rollback.', 'Whoever uses it is refused from then on.'],
};

const choose = (screen: Screen, question: Partial<ChoiceQuestion<'no' | 'yes' | 'later'>> = {}): Promise<'no' | 'yes' | 'later'> =>
  askChoice(screen.streams.terminal, openStyle(screen.streams.terminal), { ...QUESTION, ...question });

describe('a choice', () => {
  it('takes the safe one on Enter alone', async () => {
    const screen = openScreen();
    const answer = choose(screen);
    await screen.waitFor('Enter');
    await screen.press('enter');
    expect(await answer).toBe('no');
    expect(screen.text()).toBe('? Deactivate …7QXA now?  no');
  });
});
