/** A terminal for tests, without a process: what the program writes is read as a person sees it, and keys are pressed as a person presses them. */
import { PassThrough } from 'node:stream';
import type { Streams } from '../../src/terminal/streams.ts';
import { assessSurface, openTerminal, type Environment, type Input, type Output } from '../../src/terminal/terminal.ts';
import { bytesOf, KEYS, openEmulator, type Emulator, type ScreenSize } from './emulator.ts';

export type { ScreenSize };
export type Screen = Omit<Emulator, 'write' | 'resize' | 'size'> & {
  streams: Streams;
  /** Named keys, or characters as they are typed. */
  press: (...keys: string[]) => Promise<void>;
  /** Types letter by letter; no Enter. */
  type: (text: string) => Promise<void>;
  resize: (size: ScreenSize) => Promise<void>;
  /** Nobody will type any more. */
  close: () => Promise<void>;
  /** Lets the board's clock tick. */
  tick: (times?: number) => Promise<void>;
  isRaw: () => boolean;
  /** How often Ctrl-Z was handed on. */
  suspensions: () => number;
};

const WHOLE: Environment = { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function openScreen(size: ScreenSize = { columns: 80, rows: 24 }, environment: Environment = WHOLE): Screen {
  const { write, resize, size: sizeNow, ...emulator } = openEmulator(size);
  let suspensions = 0;
  const output: Output = Object.defineProperties(new PassThrough(), {
    isTTY: { value: true }, columns: { get: () => sizeNow().columns }, rows: { get: () => sizeNow().rows },
    // Synchronous, as the streams of a terminal are.
    write: { value: (chunk: string) => { write(chunk); return true; } },
  });
  const keys = new PassThrough();
  const input: Input = Object.assign(keys, { isTTY: true, isRaw: false, setRawMode: (isRaw: boolean) => { input.isRaw = isRaw; } });
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
    strike: () => terminal.interrupt(),
  }, environment, 'linux');
  const streams: Streams = {
    result: (text) => terminal.print(text), progress: (text) => terminal.print(text), page: assessSurface(output, environment, 'linux'), terminal, isInteractive: terminal.isInteractive,
  };

  const settle = async (): Promise<void> => {
    await turn();
    await emulator.settle();
  };
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
    ...emulator,
    streams,
    press: async (...names) => {
      for (const name of names) await push(bytesOf(name));
    },
    type: async (text) => {
      for (const letter of text) await push(letter);
    },
    close: async () => {
      keys.end();
      await settle();
    },
    resize: async (next) => {
      await settle();
      resize(next);
      terminal.announce('resized');
      await settle();
    },
    tick: async (times = 1) => {
      for (let count = 0; count < times; count += 1) for (const callback of ticks) callback();
      await settle();
    },
    isRaw: () => input.isRaw === true,
    suspensions: () => suspensions,
  };
}
