/** A terminal for tests: what the program writes is read as a person sees it, and keys are pressed as a person presses them. No time of the wall. */
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import type { Streams } from '../../src/terminal/streams.ts';
import { assessSurface, openTerminal, type Environment, type Input, type Output } from '../../src/terminal/terminal.ts';

const KEYS = {
  up: '\u001b[A', down: '\u001b[B', right: '\u001b[C', left: '\u001b[D', enter: '\r', escape: '\u001b', space: ' ', backspace: '\u007f', tab: '\t',
  'ctrl-c': '\u0003', 'ctrl-d': '\u0004', 'ctrl-z': '\u001a',
} as const;
export type KeyName = keyof typeof KEYS;

export type ScreenSize = { columns: number; rows: number };
export type Screen = {
  streams: Streams;
  /** What a person sees, without trailing spaces and empty lines at the end. */
  text: () => string;
  lines: () => string[];
  /** Everything that scrolled by as well. */
  history: () => string[];
  /** Resolves as soon as the text is on the screen. */
  waitFor: (text: string | RegExp) => Promise<void>;
  /** Named keys, or characters as they are typed. */
  press: (...keys: string[]) => Promise<void>;
  /** Types letter by letter; no Enter. */
  type: (text: string) => Promise<void>;
  resize: (size: ScreenSize) => Promise<void>;
  /** Nobody will type any more. */
  close: () => Promise<void>;
  /** Lets the board's clock tick. */
  tick: (times?: number) => Promise<void>;
  /** Whether a text on the screen has a colour or is bold or dim; false where the text is not there. */
  isColouredAt: (text: string) => boolean;
  isCursorShown: () => boolean;
  isRaw: () => boolean;
  /** Whether Ctrl-Z was handed on. */
  suspensions: () => number;
  /** Everything that was written, byte by byte. */
  raw: () => string;
  /** The screen as data: for recordings. */
  cells: () => Cell[][];
};
export type Cell = { text: string; width: number; colour: number | null; isBold: boolean; isDim: boolean };

const isKeyName = (key: string): key is KeyName => Object.hasOwn(KEYS, key);

const WHOLE: Environment = { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' };

/** After so long without the text the screen is shown instead of a mere timeout; nothing is measured by it. */
const PATIENCE_MS = 30_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function openScreen({ columns, rows }: ScreenSize = { columns: 80, rows: 24 }, environment: Environment = WHOLE): Screen {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5_000, convertEol: true });
  let written = '';
  let suspensions = 0;
  const write = (text: string): void => {
    written += text;
    emulator.write(text);
  };
  const openOutput = (): Output => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => write(chunk.toString('utf8')));
    return Object.defineProperties(stream, {
      isTTY: { value: true }, columns: { get: () => emulator.cols }, rows: { get: () => emulator.rows },
      // Synchronous, as the streams of a terminal are.
      write: { value: (chunk: string) => { write(chunk); return true; } },
    });
  };
  const keys = new PassThrough();
  const input: Input = Object.assign(keys, { isTTY: true, isRaw: false, setRawMode: (isRaw: boolean) => { input.isRaw = isRaw; } });
  const output = openOutput();
  const ticks = new Set<() => void>();
  const terminal = openTerminal({
    input,
    output,
    every: (_ms, callback) => {
      ticks.add(callback);
      return () => void ticks.delete(callback);
    },
    nextTurn: turn,
    suspend: () => { suspensions += 1; },
  }, environment, 'linux');
  const streams: Streams = {
    result: (text) => terminal.print(text), progress: (text) => terminal.print(text), page: assessSurface(output, environment, 'linux'), terminal, isInteractive: terminal.isInteractive,
  };

  const rowsFrom = (from: number): string[] => {
    const { buffer } = emulator;
    const found: string[] = [];
    for (let row = from; row < buffer.active.length; row += 1) found.push(buffer.active.getLine(row)?.translateToString(true) ?? '');
    while (found.at(-1) === '') found.pop();
    return found;
  };
  const lines = (): string[] => rowsFrom(emulator.buffer.active.baseY);
  const settle = async (): Promise<void> => {
    await turn();
    await new Promise<void>((resolve) => emulator.write('', resolve));
  };
  const cellsOf = (row: number): Cell[] => {
    const line = emulator.buffer.active.getLine(row);
    return Array.from({ length: emulator.cols }, (_, column) => line?.getCell(column)).filter((cell) => cell !== undefined && cell.getWidth() > 0).map((cell) => ({
      text: cell?.getChars() || ' ', width: cell?.getWidth() ?? 1, colour: cell?.isFgDefault() === false ? cell.getFgColor() : null, isBold: cell?.isBold() !== 0, isDim: cell?.isDim() !== 0,
    }));
  };
  const cells = (): Cell[][] => Array.from({ length: emulator.rows }, (_, row) => cellsOf(emulator.buffer.active.baseY + row));
  const isThere = (text: string | RegExp): boolean => (typeof text === 'string' ? lines().join('\n').includes(text) : text.test(lines().join('\n')));
  /** As the line discipline does: unless a program took the keys raw, they are echoed, Enter is a line feed, and Ctrl-C and Ctrl-Z are signals. */
  const push = async (bytes: string): Promise<void> => {
    if (input.isRaw === true) keys.write(bytes);
    else if (bytes === KEYS['ctrl-c']) terminal.interrupt();
    else if (bytes === KEYS['ctrl-z']) terminal.suspend();
    else {
      const line = bytes.replaceAll('\r', '\n');
      write(line.replaceAll(/[^\P{Cc}\n]/gu, '^'));
      keys.write(line);
    }
    await settle();
  };

  return {
    streams,
    lines,
    text: () => lines().join('\n'),
    history: () => rowsFrom(0),
    waitFor: async (text) => {
      const since = Date.now();
      while (!isThere(text)) {
        if (Date.now() - since > PATIENCE_MS) throw new Error(`${String(text)} is not on the screen:\n${lines().join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    press: async (...names) => {
      for (const name of names) await push(isKeyName(name) ? KEYS[name] : name);
    },
    type: async (text) => {
      for (const letter of text) await push(letter);
    },
    close: async () => {
      keys.end();
      await settle();
    },
    resize: async (size) => {
      await settle();
      emulator.resize(size.columns, size.rows);
      terminal.announce('resized');
      await settle();
    },
    tick: async (times = 1) => {
      for (let count = 0; count < times; count += 1) for (const callback of ticks) callback();
      await settle();
    },
    isColouredAt: (text) => cells().some((row) => {
      const at = row.map((cell) => cell.text).join('').indexOf(text);
      return at >= 0 && row.slice(at, at + text.length).some((cell) => cell.colour !== null || cell.isBold || cell.isDim);
    }),
    isCursorShown: () => written.lastIndexOf('\u001b[?25h') >= written.lastIndexOf('\u001b[?25l'),
    isRaw: () => input.isRaw === true,
    suspensions: () => suspensions,
    raw: () => written,
    cells,
  };
}
