/** Text from outside made inert: whatever could move a cursor, set a title, turn writing around or command a CI runner is shown as an escape. Knows no stream. */

/**
 * Controls (C0, C1, DEL), format characters (bidirectional, zero-width), line and paragraph separators, lone surrogates; and what runners read
 * out of a job's log: `##[…]`, `##vso[…]` and `##teamcity[…]` anywhere in a line, `::name::` at its beginning (GitHub Actions, "Workflow commands"),
 * and so wherever a line may be broken.
 */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|#(?=#\w*\[)|(?<=^|\s):(?=:[a-z])/giu;
const LONGEST = 1_000;

/** Dangerous characters become `\u{…}`; the length is the caller's affair. */
export const escapeDangerous = (text: string): string => text.replace(DANGEROUS, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** One line of printable text, cut at 1,000 characters; dangerous characters become `\u{…}`. */
export const printableText = (text: string): string => escapeDangerous(text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text);
