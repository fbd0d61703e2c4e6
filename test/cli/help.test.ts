/** The help of every command fits a terminal of 80 columns, and shows how the command is used. */
import { describe, expect, it } from 'vitest';
import { commandsIn, listCommands, readHelp } from '../support/help.ts';

const COMMANDS = listCommands();

it('all commands are found', () => {
  expect(COMMANDS.map((command) => command.join(' '))).toEqual(expect.arrayContaining(['', 'check', 'plan', 'run export', 'completion']));
});

describe.each(COMMANDS.map((command) => [command.join(' '), command] as const))('rootzero %s --help', (_name, command) => {
  const text = readHelp(...command);

  it('fits 80 columns', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has an example, unless it only leads to others', () => {
    if (commandsIn(text).length === 0) expect(text).toMatch(/^Examples?:\n {2}(source <\()?rootzero /m);
    else expect(text).toMatch(/rootzero /);
  });
});
