/** A session as a moving picture: steps of waiting, pressing and typing make frames, and frames an SVG. The same session makes the same bytes. */
import type { Cell } from './emulator.ts';
import type { Screen } from './screen.ts';

/** What is done next: wait for a text, then press keys or type letters. `holdMs` is how long the screen stands before. */
export type Step = { waitFor: string | RegExp; holdMs?: number; press?: readonly string[]; type?: string };
type Run = { column: number; width: number; text: string; style: string };
export type Frame = { lines: Run[][]; forMs: number };

const READING_MS = 2_500;
const KEY_MS = 450;
const LETTER_MS = 200;

/** Neighbours that look the same, without the spaces around them. */
function runsOf(cells: readonly Cell[], replace: (text: string) => string): Run[] {
  const runs: Run[] = [];
  let column = 0;
  for (const cell of cells) {
    const style = [cell.colour === null ? '' : `c${cell.colour}`, cell.isBold ? 'b' : '', cell.isDim ? 'd' : ''].filter((name) => name !== '').join(' ');
    const last = runs.at(-1);
    if (last !== undefined && last.style === style) {
      last.text += cell.text;
      last.width += cell.width;
    } else runs.push({ column, width: cell.width, text: cell.text, style });
    column += cell.width;
  }
  return runs.map((run) => {
    const trimmed = run.text.trimEnd();
    const text = replace(trimmed.trimStart());
    return { ...run, text, column: run.column + trimmed.length - trimmed.trimStart().length, width: run.width - (run.text.length - text.length) };
  }).filter((run) => run.text !== '');
}

/** Goes through the steps while the session runs. `replace` takes out of each line what differs from machine to machine. */
export async function record(screen: Screen, steps: readonly Step[], replace: (text: string) => string = (text) => text): Promise<Frame[]> {
  const frames: Frame[] = [];
  const take = (forMs: number): void => void frames.push({ lines: screen.cells().map((row) => runsOf(row, replace)), forMs });
  for (const { waitFor, holdMs = READING_MS, press = [], type = '' } of steps) {
    await screen.waitFor(waitFor);
    take(holdMs);
    for (const key of press.slice(0, -1)) {
      await screen.press(key);
      take(KEY_MS);
    }
    for (const letter of type) {
      await screen.type(letter);
      take(LETTER_MS);
    }
    const last = press.at(-1);
    if (last !== undefined) await screen.press(last);
  }
  return frames;
}

const [CELL_WIDTH, LINE_HEIGHT, MARGIN] = [8.4, 18, 14];
const STYLE = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}.b{font-weight:600}.d{opacity:.65}
.c1{fill:#ff7b72}.c2{fill:#56d364}.c3{fill:#e3b341}.c5{fill:#d2a8ff}.c6{fill:#56d4dd}`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
const number = (value: number): string => String(Math.round(value * 1_000) / 1_000);

const renderLine = (runs: readonly Run[]): string => runs.map(({ column, width, text, style }) =>
  `<tspan x="${number(column * CELL_WIDTH)}" textLength="${number(width * CELL_WIDTH)}"${style === '' ? '' : ` class="${style}"`}>${escape(text)}</tspan>`).join('');

/** Frames one after the other, for ever; where nothing moves, the last one. Each different line stands there once. */
export function renderSvg(frames: readonly Frame[], { columns, rows }: { columns: number; rows: number }, title: string): string {
  const known = new Map<string, string>();
  const nameOf = (line: string): string => {
    const name = known.get(line) ?? `l${known.size}`;
    known.set(line, name);
    return name;
  };
  const total = frames.reduce((sum, { forMs }) => sum + forMs, 0);
  let from = 0;
  const groups = frames.map(({ lines, forMs }, index) => {
    const [begin, end] = [from / total, (from + forMs) / total];
    from += forMs;
    const isLast = index === frames.length - 1;
    const times = [...(index === 0 ? [] : ['0']), number(begin), ...(isLast ? [] : [number(end)])].join(';');
    const values = [...(index === 0 ? [] : ['hidden']), 'visible', ...(isLast ? [] : ['hidden'])].join(';');
    const uses = lines.map((runs, row) => (runs.length === 0 ? '' : `<use href="#${nameOf(renderLine(runs))}" y="${row * LINE_HEIGHT}"/>`)).join('');
    return `<g visibility="${isLast ? 'visible' : 'hidden'}"><animate attributeName="visibility" calcMode="discrete" dur="${total / 1_000}s" repeatCount="indefinite" keyTimes="${times}" values="${values}"/>${uses}</g>`;
  });
  const [width, height] = [columns * CELL_WIDTH + 2 * MARGIN, rows * LINE_HEIGHT + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}" viewBox="0 0 ${number(width)} ${number(height)}" role="img" xml:space="preserve">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    '<defs>',
    ...[...known].map(([line, name]) => `<text id="${name}">${line}</text>`),
    '</defs>',
    `<g transform="translate(${MARGIN} ${MARGIN + 13})">`,
    ...groups,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
