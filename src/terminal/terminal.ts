/** One terminal: what it can show, who is drawing on it, how to leave it as it was. Knows streams by their interface, never the process. */
import { problem } from '../domain/problem.ts';

export type Input = NodeJS.ReadableStream & { isTTY?: boolean; isRaw?: boolean; setRawMode?: (isRaw: boolean) => unknown };
export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where text goes, and what may be shown there. */
export type Surface = {
  columns: () => number;
  isColoured: boolean;
  isUnicode: boolean;
  /** How a command of rootzero is begun here: `rootzero`, or what goes on in a rehearsed world. */
  program: string;
};

/** What redraws itself on the terminal. Text that is printed meanwhile goes above it. */
export type Live = {
  /** Leaves the screen. */
  pause: () => void;
  /** Comes back. */
  resume: () => void;
};

/** What a terminal needs of the system. */
export type Device = {
  input: Input;
  output: Output;
  every: (ms: number, callback: () => void) => () => void;
  /** Resolves when what was typed so far has been read. */
  nextTurn: () => Promise<void>;
  /** Stops the process and its group, as Ctrl-Z does. */
  suspend: () => void;
  /** What Ctrl-C does where no question is open: a signal to the process. */
  strike: () => void;
};

export type Terminal = Surface & Omit<Device, 'every' | 'strike'> & {
  rows: () => number;
  /** Questions may be asked: input and output are one person's terminal. */
  isInteractive: boolean;
  /** No redrawing, no spinner, numbered choices: for screen readers and dumb terminals. `--plain` sets it. */
  isPlain: boolean;
  /** Aborted by the first Ctrl-C, wherever it is pressed, with Problem `run/interrupted` as its reason. */
  signal: AbortSignal;
  interrupt: () => void;
  /** Writes text, above whatever is live. `elsewhere` is for another stream on the same screen. */
  print: (text: string, elsewhere?: Output) => void;
  live: Live | null;
  showCursor: (isShown: boolean) => void;
  /** While something is live: keys do not show, and only Ctrl-C and Ctrl-Z mean anything. Returns how to let go. */
  holdKeys: () => () => void;
  /** Calls back at each tick until stopped; the only timer of the terminal. */
  every: (ms: number, callback: () => void) => () => void;
  /** Calls back when the size changed, or the process goes on after Ctrl-Z. Returns how to stop. */
  onChange: (callback: (how: Change) => void) => () => void;
  announce: (how: Change) => void;
  /** Cursor shown, raw mode off, colours reset. Writes nothing where nothing was changed. */
  restore: () => void;
};
export type Change = 'resized' | 'continued';

const NARROWEST = 20;
const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';
const [CTRL_C, CTRL_Z] = ['\u0003', '\u001a'];
const RESET_COLOURS = '\u001b[0m';

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/** NO_COLOR (no-color.org) and TERM=dumb say no, FORCE_COLOR says yes, else a terminal has colours. */
function hasColour(output: Output, environment: Environment): boolean {
  const forced = environment['FORCE_COLOR'];
  if (isSet(environment['NO_COLOR']) || forced === '0' || forced === 'false') return false;
  if (isSet(forced)) return true;
  return output.isTTY === true && environment['TERM'] !== 'dumb';
}

/** By the locale, in the order in which POSIX reads it; Windows by the terminals that are known to. Files and pipes are UTF-8. */
function hasUnicode(output: Output, environment: Environment, platform: string): boolean {
  if (output.isTTY !== true) return true;
  if (platform === 'win32') return isSet(environment['WT_SESSION']) || isSet(environment['TERM_PROGRAM']);
  if (environment['TERM'] === 'linux' || environment['TERM'] === 'dumb') return false;
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find(isSet);
  return locale !== undefined && /utf-?8/i.test(locale);
}

/** What can be shown on a stream; the width of what is no terminal is 80. */
export const assessSurface = (output: Output, environment: Environment, platform: string): Surface => ({
  columns: () => Math.max(NARROWEST, output.isTTY === true ? output.columns || 80 : 80),
  isColoured: hasColour(output, environment),
  isUnicode: hasUnicode(output, environment, platform),
  program: 'rootzero',
});

export function openTerminal(device: Device, environment: Environment, platform: string): Terminal {
  const { input, output } = device;
  const controller = new AbortController();
  const listeners = new Set<(how: Change) => void>();
  let isCursorHidden = false;
  const terminal: Terminal = {
    ...device,
    ...assessSurface(output, environment, platform),
    rows: () => Math.max(4, output.rows || 24),
    isInteractive: input.isTTY === true && output.isTTY === true,
    isPlain: output.isTTY !== true || environment['TERM'] === 'dumb' || isSet(environment['ROOTZERO_PLAIN']),
    signal: controller.signal,
    interrupt: () => controller.abort(problem('run/interrupted')),
    live: null,
    print: (text, elsewhere = output) => {
      terminal.live?.pause();
      elsewhere.write(text);
      terminal.live?.resume();
    },
    showCursor: (isShown) => {
      if (isShown !== isCursorHidden) return;
      isCursorHidden = !isShown;
      output.write(isShown ? SHOW_CURSOR : HIDE_CURSOR);
    },
    holdKeys: () => {
      if (!terminal.isInteractive || input.setRawMode === undefined) return () => undefined;
      const onKeys = (keys: Buffer | string): void => {
        for (const key of String(keys)) {
          if (key === CTRL_C) device.strike();
          if (key === CTRL_Z) device.suspend();
        }
      };
      input.setRawMode(true);
      input.on('data', onKeys);
      input.resume();
      return () => {
        input.off('data', onKeys);
        input.pause();
        input.setRawMode?.(false);
      };
    },
    onChange: (callback) => {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
    announce: (how) => {
      for (const listener of listeners) listener(how);
    },
    restore: () => {
      const isRaw = input.isRaw === true;
      if (isRaw) input.setRawMode?.(false);
      if (isRaw || isCursorHidden) output.write(`${SHOW_CURSOR}${RESET_COLOURS}`);
      isCursorHidden = false;
    },
  };
  return terminal;
}
