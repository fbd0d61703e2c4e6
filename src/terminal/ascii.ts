/** Our own characters for terminals without UTF-8. What is not of ours is shown as an escape. */

const REPLACEMENTS: Readonly<Record<string, string>> = {
  '●': '*', '○': 'o', '◐': '~', '✔': '+', '✖': 'x', '⚠': '!',
  '–': '-', '—': '-', '…': '...', '·': '-', '›': '>', '×': 'x', '→': '->', '≥': '>=', '≤': '<=',
  '↑': '^', '↓': 'v', '─': '-', '│': '|', '█': '#', '░': '.',
  '▁': '_', '▂': '_', '▃': '-', '▄': '-', '▅': '=', '▆': '=', '▇': '#',
};

/** The same text in ASCII. Escape sequences, which are ASCII, stay. */
export const renderAscii = (text: string): string =>
  text.replaceAll(/\P{ASCII}/gu, (character) => REPLACEMENTS[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
