/** Text from outside made inert: whatever could move a cursor, set a title or turn writing around is shown as an escape instead. */

/** Controls (C0, C1, DEL), format characters (bidirectional, zero-width), line and paragraph separators, lone surrogates. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const LONGEST = 1_000;

/** Dangerous characters become `\u{…}`; the length is the caller's affair. */
export const escapeDangerous = (text: string): string => text.replace(DANGEROUS, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** One line of printable text, cut at 1,000 characters; dangerous characters become `\u{…}`. */
export const sanitize = (text: string): string => escapeDangerous(text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text);
