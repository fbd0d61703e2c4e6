/** What a person sees of what a program wrote: a terminal emulator read as text. */
import xterm from '@xterm/headless';

export type ScreenSize = { columns: number; rows: number };
/** One character, with how it is drawn; `width` 2 for wide ones. `colour` is one of sixteen, null for the default. */
export type Cell = { text: string; width: number; colour: number | null; isBold: boolean; isDim: boolean };

export type Emulator = {
  write: (text: string) => void;
  resize: (size: ScreenSize) => void;
  size: () => ScreenSize;
  /** Without trailing spaces and empty lines at the end. */
  text: () => string;
  lines: () => string[];
  /** Everything that scrolled by as well. */
  history: () => string[];
  /** Resolves as soon as the text is on the screen. */
  waitFor: (text: string | RegExp) => Promise<void>;
  /** Resolves when everything that was written is on the screen. */
  settle: () => Promise<void>;
  /** Whether a text on the screen has a colour or is bold or dim; false where the text is not there. */
  isColouredAt: (text: string) => boolean;
  isCursorShown: () => boolean;
  /** Everything that was written, byte by byte. */
  raw: () => string;
  cells: () => Cell[][];
};

/** After so long without the text the screen is shown instead of a mere timeout; nothing is measured by it. */
const PATIENCE_MS = 60_000;

export function openEmulator({ columns, rows }: ScreenSize): Emulator {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5_000, convertEol: true });
  let written = '';

  const rowsFrom = (from: number): string[] => {
    const { active } = emulator.buffer;
    const found = Array.from({ length: active.length - from }, (_, row) => active.getLine(from + row)?.translateToString(true) ?? '');
    while (found.at(-1) === '') found.pop();
    return found;
  };
  const lines = (): string[] => rowsFrom(emulator.buffer.active.baseY);
  const cellsOf = (row: number): Cell[] => {
    const line = emulator.buffer.active.getLine(row);
    return Array.from({ length: emulator.cols }, (_, column) => line?.getCell(column)).filter((cell) => cell !== undefined && cell.getWidth() > 0).map((cell) => ({
      text: cell?.getChars() || ' ', width: cell?.getWidth() ?? 1, colour: cell?.isFgDefault() === false ? cell.getFgColor() : null, isBold: cell?.isBold() !== 0, isDim: cell?.isDim() !== 0,
    }));
  };
  const cells = (): Cell[][] => Array.from({ length: emulator.rows }, (_, row) => cellsOf(emulator.buffer.active.baseY + row));
  const isThere = (text: string | RegExp): boolean => (typeof text === 'string' ? lines().join('\n').includes(text) : text.test(lines().join('\n')));

  return {
    write: (text) => {
      written += text;
      emulator.write(text);
    },
    resize: (size) => emulator.resize(size.columns, size.rows),
    size: () => ({ columns: emulator.cols, rows: emulator.rows }),
    text: () => lines().join('\n'),
    lines,
    history: () => rowsFrom(0),
    waitFor: async (text) => {
      const since = Date.now();
      while (!isThere(text)) {
        if (Date.now() - since > PATIENCE_MS) throw new Error(`${String(text)} is not on the screen:\n${lines().join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    settle: () => new Promise((resolve) => emulator.write('', resolve)),
    isColouredAt: (text) => cells().some((row) => {
      const at = row.map((cell) => cell.text).join('').indexOf(text);
      return at >= 0 && row.slice(at, at + text.length).some((cell) => cell.colour !== null || cell.isBold || cell.isDim);
    }),
    isCursorShown: () => written.lastIndexOf('\u001b[?25h') >= written.lastIndexOf('\u001b[?25l'),
    raw: () => written,
    cells,
  };
}

export const KEYS = {
  up: '\u001b[A', down: '\u001b[B', right: '\u001b[C', left: '\u001b[D', enter: '\r', escape: '\u001b', space: ' ', backspace: '\u007f', tab: '\t',
  'ctrl-c': '\u0003', 'ctrl-d': '\u0004', 'ctrl-z': '\u001a',
} as const;

const isKeyName = (key: string): key is keyof typeof KEYS => Object.hasOwn(KEYS, key);
/** What a terminal sends for a key: a named one, or characters as they are. */
export const bytesOf = (key: string): string => (isKeyName(key) ? KEYS[key] : key);
