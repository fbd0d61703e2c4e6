/** What every drawn question does with its terminal besides asking: redraw after a change of size, survive Ctrl-Z, end with its input. */
import { Writable } from 'node:stream';
import { useEffect, useRef, useState, type useKeypress } from '@inquirer/core';
import { countRows } from './frame.ts';
import type { Style } from './style.ts';
import type { Output, Terminal } from './terminal.ts';

type Readline = Parameters<Parameters<typeof useKeypress>[0]>[1];

const ERASE_AND_UP = '\u001b[2K\u001b[1A';

/** inquirer ends the stream that it writes to, so each question has its own, with the terminal's size of the moment. */
export function openPromptOutput({ output, columns, rows }: Terminal): Output {
  const own = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      output.write(typeof chunk === 'string' ? chunk : String(chunk));
      done();
    },
  });
  return Object.defineProperties(own, { isTTY: { value: true }, columns: { get: columns }, rows: { get: rows } });
}

/** Keeps what is drawn right. Hand it the lines of each render. */
export function useTerminal(terminal: Terminal, style: Style): { drawn: { current: readonly string[] } } {
  const drawn = useRef<readonly string[]>([]);
  const [, redraw] = useState(0);
  useEffect((rl: Readline) => {
    let times = 0;
    const stop = terminal.onChange((how) => {
      const lines = drawn.current;
      // inquirer erases as many rows as it wrote: a narrower terminal has more of them, and a shell has written over ours.
      if (how === 'resized') terminal.output.write(ERASE_AND_UP.repeat(Math.max(0, countRows(lines, terminal.columns(), style) - lines.length)));
      else {
        terminal.output.write('\n'.repeat(Math.max(0, lines.length - 1)));
        terminal.showCursor(false);
        rl.pause();
        rl.resume();
      }
      times += 1;
      redraw(times);
    });
    const onSuspend = (): void => terminal.suspend();
    // Ctrl-D, or a terminal that is gone: there is nobody to ask any more.
    const onClose = (): void => terminal.interrupt();
    rl.on('SIGTSTP', onSuspend);
    rl.on('close', onClose);
    return () => {
      stop();
      rl.removeListener('SIGTSTP', onSuspend);
      rl.removeListener('close', onClose);
    };
  }, []);
  return { drawn };
}
