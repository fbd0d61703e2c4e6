/** Work in progress as lines that are drawn again and again: a task of board-task.ts whose output we set, in a frame that keeps to our streams, our timer and our signals. */
import type { BoardTask } from './board-task.ts';
import { openFrame, type Frame } from './frame.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

export type Board = {
  start: (title: string) => void;
  /** All lines, not the new ones alone; the first are the most important: the others are summed up where the screen is too low. */
  update: (lines: readonly string[]) => void;
  /** Leaves these lines on the screen instead of the board. Printed at once: what is said next comes below. */
  finish: (lines: readonly string[]) => void;
};

const TICK_MS = 100;
const SPINNER = { unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], ascii: ['-', '\\', '|', '/'] };
/** Rows that are not the board's: its title, what was said before, and one that stays free. */
const OTHER_ROWS = 4;

/** As many lines as fit, the number of the others in the last. */
function capLines(lines: readonly string[], room: number, { colours }: Style): readonly string[] {
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), colours.dim(`  … ${lines.length - room + 1} more`)];
}

/** A board on the terminal. Without redrawing (plain mode, pipes) only title and last lines are printed, each once. */
export function openBoard(terminal: Terminal, style: Style): Board {
  let task: BoardTask | null = null;
  let pending: readonly string[] = [];
  let frame: Frame | null = null;
  let stop: () => void = () => undefined;
  const print = (lines: readonly string[]): void => terminal.print(lines.map((line) => `${style.line(line)}\n`).join(''));

  return {
    start: (title) => {
      pending = [];
      if (terminal.isPlain) return print(style.wrap(title));
      const opened = openFrame(terminal, style);
      frame = opened;
      let tick = 0;
      let shown: readonly string[] = [];
      const spinner = style.isUnicode ? SPINNER.unicode : SPINNER.ascii;
      const draw = (): void => opened.draw([`${style.colours.cyan(spinner[tick % spinner.length] ?? '')} ${title}`, ...capLines(shown, terminal.rows() - OTHER_ROWS, style)]);
      stop = terminal.every(TICK_MS, () => {
        tick += 1;
        draw();
      });
      draw();
      // The first frame does not wait for the library.
      void import('./board-task.ts').then(({ openBoardTask }) => {
        if (frame !== opened) return;
        task = openBoardTask(title, (lines) => {
          shown = lines;
          if (frame === opened) draw();
        });
        task.put(pending);
      });
    },
    update: (lines) => {
      pending = lines.map(style.line);
      task?.put(pending);
    },
    finish: (lines) => {
      stop();
      if (frame === null) print(lines);
      else frame.close(lines);
      frame = null;
      task?.end();
      task = null;
    },
  };
}
