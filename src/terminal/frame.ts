/** Lines that are drawn again in their place: what has to be erased, also after the terminal was made narrower. */
import type { Output, Terminal } from './terminal.ts';
import type { Style } from './style.ts';

const ERASE_LINE = '\u001b[2K';
const UP = '\u001b[1A';

/** How many rows lines take on a terminal that breaks them at so many columns. */
export const countRows = (lines: readonly string[], columns: number, { measure }: Pick<Style, 'measure'>): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(measure(line) / columns)), 0);

/** Takes so many rows away, from the cursor's own upwards, and leaves the cursor where the first of them began. */
export const eraseRows = (count: number): string => `\r${ERASE_LINE}${`${UP}${ERASE_LINE}`.repeat(Math.max(0, count - 1))}`;

export type Frame = {
  draw: (lines: readonly string[]) => void;
  /** Leaves these lines instead, all of them. */
  close: (lines: readonly string[]) => void;
};

/** Takes the live place of the terminal until it is closed. The cursor rests below the lines. */
export function openFrame(terminal: Terminal, style: Style): Frame {
  const output: Output = terminal.output;
  let shown: readonly string[] | null = null;
  let wanted: readonly string[] = [];
  let isPaused = false;
  let letGo = terminal.holdKeys();

  const erase = (): string => (shown === null ? '' : eraseRows(countRows(shown, terminal.columns(), style) + 1));
  const show = (lines: readonly string[]): string => {
    // One column stays free: a full row would wrap by itself on some terminals.
    shown = lines.slice(0, terminal.rows() - 2).map((line) => style.cut(style.line(line), terminal.columns() - 1));
    return shown.map((line) => `${line}\n`).join('');
  };
  const draw = (lines: readonly string[]): void => {
    wanted = lines;
    if (isPaused) return;
    output.write(`${erase()}${show(lines)}`);
  };
  const live = {
    pause: () => {
      isPaused = true;
      letGo();
      output.write(erase());
      shown = null;
      terminal.showCursor(true);
    },
    resume: () => {
      isPaused = false;
      letGo = terminal.holdKeys();
      terminal.showCursor(false);
      draw(wanted);
    },
  };
  const forget = terminal.onChange((how) => {
    if (how === 'continued') shown = null;
    if (!isPaused) terminal.showCursor(false);
    draw(wanted);
  });
  terminal.live = live;
  terminal.showCursor(false);
  return {
    draw,
    close: (lines) => {
      forget();
      if (!isPaused) letGo();
      output.write(`${erase()}${lines.map((line) => `${style.line(line)}\n`).join('')}`);
      terminal.live = null;
      terminal.showCursor(true);
    },
  };
}
