/** JSON for people and programs alike: whatever text from outside it holds, no terminal and no CI runner is driven by it. Knows no stream. */

/**
 * What JSON leaves as it is and somebody may obey: DEL, C1 controls, format characters (bidirectional, zero-width), line and paragraph
 * separators for a terminal; `##[…]` and `##vso[…]` for a runner that reads its job's log (no line of JSON begins with `::`).
 */
const DANGEROUS = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]|#(?=#\w*\[)/gu;

const escapeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join('');

/** The same value as JSON.stringify writes, with dangerous characters escaped; ends with a line end. */
export const printableJson = (value: unknown, isPretty: boolean): string =>
  `${JSON.stringify(value, null, isPretty ? 2 : undefined).replace(DANGEROUS, escapeUnits)}\n`;
