/** Text from outside made inert: whatever could move a cursor, set a title or turn writing around is shown as an escape instead. */

/** C0 and C1 controls, DEL, bidirectional controls, zero-width and line-separating characters, and lone surrogates. */
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const LONGEST = 1_000;

/** One line of printable text, cut at 1,000 characters; dangerous characters become `\u{…}`. */
export function sanitize(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
  return cut.replace(DANGEROUS, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
