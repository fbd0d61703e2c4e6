/** `rootzero rehearse`: the command line of the embedded AWS. What it does is handed in, since commands never see the simulator. */
import type { Command } from 'commander';
import { problem, type ExitCode } from '../../domain/problem.ts';
import { withState } from '../options.ts';

export type RehearseRequest = {
  scenario: string | null;
  isContinuing: boolean;
  isListing: boolean;
  /** The scenario's answer script plays it, also where there is a terminal. */
  isPlaying: boolean;
  serve: { port: number; speed: number } | null;
  stateDir: string | undefined;
  /** A command line of rootzero; empty is the guided session on a terminal, else the scenario's own answer script. */
  command: string[];
};
export type Rehearse = (request: RehearseRequest) => Promise<ExitCode>;

/** A person chooses a drill, where there is a terminal; else they are listed. */
export const listDrills = (): RehearseRequest => ({ scenario: null, isContinuing: false, isListing: false, isPlaying: false, serve: null, stateDir: undefined, command: [] });

type Options = { play?: true; continue?: true; list?: true; serve?: true; port: string; speed: string; stateDir?: string };

function parseNumber(option: string, text: string, isGood: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() !== '' && isGood(value)) return value;
  throw problem('input/usage', { detail: `${option} does not take ${JSON.stringify(text)}.` });
}

export const defineRehearse = (program: Command, rehearse: Rehearse, exit: (code: ExitCode) => void): void => {
  withState(program.command('rehearse').argument('[scenario]', 'scenario').argument('[command...]', 'after --, a command line of rootzero'))
    .description('the same commands against the embedded AWS; never reaches a real endpoint')
    .option('--list', 'list the scenarios')
    .option('--play', 'let the scenario answer for itself, also on a terminal')
    .option('--continue', 'go on in the world of the last rehearsal')
    .option('--serve', 'serve the scenario on 127.0.0.1 for any AWS client, until stopped')
    .option('--port <port>', 'port to serve on (0: any free one)', '0')
    .option('--speed <factor>', 'how fast the served clock runs', '1')
    .addHelpText('after', `
Examples:
  rootzero rehearse
  rootzero rehearse flagged-account
  rootzero rehearse flagged-account --play
  rootzero rehearse flagged-account -- plan --out plan.json
  rootzero rehearse --continue -- resume
  rootzero rehearse flagged-account --serve --port 4600`)
    .action(async (scenario: string | undefined, command: string[], options: Options) => {
      const isContinuing = options.continue === true;
      // With --continue there is no scenario: what comes first is the command already.
      const words = isContinuing && scenario !== undefined ? [scenario, ...command] : command;
      exit(await rehearse({
        scenario: isContinuing ? null : (scenario ?? null),
        isContinuing,
        isListing: options.list === true,
        isPlaying: options.play === true,
        serve: options.serve === true
          ? { port: parseNumber('--port', options.port, (port) => Number.isInteger(port) && port >= 0 && port < 65_536), speed: parseNumber('--speed', options.speed, (speed) => speed > 0 && speed <= 1_000_000) }
          : null,
        stateDir: options.stateDir,
        command: words,
      }));
    });
};
