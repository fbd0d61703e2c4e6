/** How lines look on a surface: width, colours, characters. Renderers write in Unicode and never count columns; colour never carries meaning alone. */
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import picocolors from 'picocolors';
import type { AccessKeyId } from '../domain/identifiers.ts';
import { maskKeyId } from '../domain/identifiers.ts';
import { renderAscii } from './ascii.ts';
import { escapeDangerous, sanitize } from './sanitize.ts';
import type { Surface } from './terminal.ts';

/** The sixteen colours that every terminal has; none where the surface has none. */
export type Colours = Pick<ReturnType<typeof picocolors.createColors>, 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan'>;
export type Mark = '●' | '○' | '◐' | '✔' | '✖' | '⚠' | '?' | '–' | '…';

export type Style = {
  /** Columns of a line at most; read anew at each use, since terminals are resized. */
  readonly width: number;
  colours: Colours;
  isUnicode: boolean;
  /** A mark in its colour. Unknown is as visible as active. */
  mark: (mark: Mark) => string;
  /** A key id as the screen shows it. */
  key: (keyId: AccessKeyId) => string;
  /** Text from outside, inert, in characters that the surface has. */
  text: (text: string) => string;
  /** A rendered line, with nothing left in it that a terminal obeys but our own colours. */
  line: (line: string) => string;
  /** How many columns a text takes. */
  measure: (text: string) => number;
  /** The text in so many columns at most, with an ellipsis where it was cut. */
  cut: (text: string, columns?: number) => string;
  /** The text, filled up with spaces to so many columns; longer text stays. */
  pad: (text: string, columns: number) => string;
  /** Text as lines that fit, the first after `lead`, the others hanging under its end. */
  wrap: (text: string, lead?: string) => string[];
  /** Parts with ` · ` between them as lines that fit; lines break between parts where they can. */
  flow: (parts: readonly string[], lead?: string) => string[];
  /** Two columns, the second at its place or as near as it fits, else below. */
  columns: (left: string, right: string, lead?: string) => string[];
  /** What is to be copied (a command, a digest, a path) after its label, never broken: where it does not fit, on a line by itself. */
  copyable: (label: string, text: string) => string[];
  /** How to go on: a command as it is to be copied, or a sentence. */
  next: (step: string, lead?: string) => string[];
  /** Text that names commands, with each as it can be pasted here. */
  command: (text: string) => string;
  rule: () => string;
  /** A title with a remark at the right end, and a rule below. */
  heading: (title: string, remark: string) => string[];
};

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;
/** Where the right column begins: it has room for the longest remark of a plan. */
const REMARK = 28;
const SEPARATOR = ' · ';

const colourOf = (colours: Colours, mark: Mark): ((text: string) => string) => {
  switch (mark) {
    case '✔': return colours.green;
    case '✖': case '●': return colours.red;
    case '⚠': case '◐': return colours.yellow;
    case '?': return (text) => colours.bold(colours.magenta(text));
    case '○': case '–': case '…': return colours.dim;
  }
};

const DAY_BEFORE_TIME = /(\d{4}-\d\d-\d\d) (?=\d\d:\d\dZ)/g;
const ESCAPE = '\u001b';
/** The commands that work on a world, and so differ in a rehearsal. */
const COMMAND = /\brootzero (?=(?:resume|rollback|status|plan|apply|usage|run (?:export|import)|guard (?:preview|apply|status|remove)|breakglass)\b)/g;

const OWN_COLOURS = new RegExp(`(${ESCAPE}\\[(?:[0-2]|22|3[1-6]|39)m)`);

export function openStyle(surface: Surface): Style {
  const { isUnicode } = surface;
  const colours = picocolors.createColors(surface.isColoured);
  const fit = (text: string): string => (isUnicode ? text : renderAscii(text));
  const measure = (text: string): number => stringWidth(fit(text));
  const style: Style = {
    get width() {
      return Math.min(WIDEST, surface.columns());
    },
    colours,
    isUnicode,
    mark: (mark) => fit(colourOf(colours, mark)(mark)),
    key: (keyId) => fit(maskKeyId(keyId)),
    text: (text) => fit(sanitize(text)),
    line: (line) => fit(line.split(OWN_COLOURS).map((piece, index) => (index % 2 === 1 ? (surface.isColoured ? piece : '') : escapeDangerous(piece))).join('')),
    measure,
    cut: (text, columns = style.width) => {
      // Enough for any width, so that nothing endless is measured.
      const [whole, ellipsis] = [fit(text), fit('…')];
      const fitting = whole.slice(0, columns * 10);
      if (whole.length === fitting.length && measure(fitting) <= columns) return fitting;
      const [first = ''] = wrapAnsi(fitting, Math.max(1, columns - ellipsis.length), { hard: true, wordWrap: false, trim: false }).split('\n', 1);
      return `${first}${ellipsis}`;
    },
    pad: (text, columns) => `${fit(text)}${' '.repeat(Math.max(0, columns - measure(text)))}`,
    wrap: (text, lead = '') => {
      const indent = measure(lead);
      if (indent > style.width / 2) return [...style.wrap(lead), ...style.wrap(text, '    ')];
      // Day and time stay together; afterwards the space between them is one again.
      const lines = wrapAnsi(fit(text).replaceAll(DAY_BEFORE_TIME, '$1\u00a0'), style.width - indent, { hard: true, wordWrap: true, trim: true }).replaceAll('\u00a0', ' ').split('\n');
      return lines.map((line, index) => (index === 0 ? `${fit(lead)}${line}` : `${' '.repeat(indent)}${line}`.trimEnd()));
    },
    flow: (parts, lead = '') => {
      const room = style.width - measure(lead);
      const rows: string[] = [];
      for (const part of parts.filter((text) => text !== '')) {
        const row = rows.at(-1);
        if (row !== undefined && measure(row) + measure(part) + 3 <= room) rows[rows.length - 1] = `${row}${SEPARATOR}${part}`;
        else rows.push(part);
      }
      const indent = ' '.repeat(measure(lead));
      return rows.length === 0 ? [fit(lead).trimEnd()] : rows.flatMap((row, index) => style.wrap(row, index === 0 ? lead : indent));
    },
    columns: (left, right, lead = '') => {
      const [whole, at] = [`${lead}${left}`, Math.max(REMARK, style.width - REMARK)];
      if (right === '') return style.wrap(left, lead);
      if (measure(whole) < at && at + measure(right) <= style.width) return [`${style.pad(whole, at)}${fit(right)}`];
      if (measure(whole) + measure(right) < style.width) return [`${style.pad(whole, style.width - measure(right))}${fit(right)}`];
      return [...style.wrap(left, lead), ...style.wrap(right, ' '.repeat(measure(lead)))];
    },
    copyable: (label, text) => (measure(label) + measure(text) <= style.width ? [`${fit(label)}${fit(text)}`] : [fit(label).trimEnd(), fit(text)]),
    next: (step, lead = '  next  ') => {
      const text = style.command(style.text(step));
      return /^rootzero [^,;:]*$/.test(text) ? style.copyable(lead, text) : style.wrap(text, lead);
    },
    command: (text) => text.replaceAll(COMMAND, () => `${surface.program} `),
    rule: () => colours.dim(fit('─').repeat(style.width)),
    heading: (title, remark) => [...style.columns(colours.bold(title), remark), style.rule()],
  };
  return style;
}
