/** The built program's commands, as its own help names them. */
import { execFileSync } from 'node:child_process';
import { PROGRAM } from './cli.ts';

export const readHelp = (...command: string[]): string => execFileSync(process.execPath, [PROGRAM, ...command, '--help'], { encoding: 'utf8' });

/** The names under `Commands:`. */
export const commandsIn = (text: string): string[] =>
  [...(/^Commands:\n((?: {2}.*\n?)+)/m.exec(text)?.[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');

/** The program itself and every command below, each as its words. */
export const listCommands = (...at: string[]): string[][] => [at, ...commandsIn(readHelp(...at)).flatMap((name) => listCommands(...at, name))];
