/** Carries out `rootzero completion`: what may be typed next, taken from the command line's own definition. Knows no shell. */
import type { Command, Option } from 'commander';
import { renderBash, renderFish, renderZsh, type CompletedOption, type Place, type Values } from './completion-scripts.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Values that are known by the name of the argument or option. A `rootzero` in front is the program as it was typed. */
const BY_NAME: Readonly<Record<string, Values>> = {
  plan: { kind: 'files' },
  file: { kind: 'files' },
  dir: { kind: 'files' },
  scenario: { kind: 'lines', command: 'rootzero rehearse --list' },
  id: { kind: 'lines', command: 'rootzero runbook' },
  run: { kind: 'lines', command: 'rootzero status' },
};
const PROFILES: Values = { kind: 'lines', command: 'aws configure list-profiles' };
const UNKNOWN: Values = { kind: 'unknown' };

/** Taken out before commands are parsed, so no command defines it. */
const PLAIN: CompletedOption = { names: ['--plain'], description: 'no redrawing, numbered choices', values: null };

function valuesOf({ argChoices, flags, long, optional, required }: Option): Values | null {
  if (!required && !optional) return null;
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  if (long?.endsWith('profile') === true) return PROFILES;
  const [, name = ''] = /[<[]([\w-]+)/.exec(flags) ?? [];
  // The id of an OU or an account is nobody's runbook.
  return name === 'id' ? UNKNOWN : (BY_NAME[name] ?? UNKNOWN);
}

function assemblePlaces(command: Command, at: string): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const [argument] = command.registeredArguments;
  const here: Place = {
    at,
    commands: commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: [
      ...help.visibleOptions(command).map((option) => ({
        names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
        description: option.description,
        values: valuesOf(option),
      })),
      PLAIN,
    ],
    values: argument === undefined ? UNKNOWN : argument.argChoices === undefined ? (BY_NAME[argument.name()] ?? UNKNOWN) : { kind: 'words', words: argument.argChoices },
  };
  return [here, ...commands.flatMap((child) => assemblePlaces(child, at === '' ? child.name() : `${at} ${child.name()}`))];
}

/** The script that a shell reads to complete this program's command lines. */
export function renderCompletion(program: Command, shell: Shell): string {
  const places = assemblePlaces(program, '');
  switch (shell) {
    case 'bash': return renderBash(places);
    case 'zsh': return renderZsh(places);
    case 'fish': return renderFish(places);
  }
}
