/** The names that the terminal has for text made inert; the rule itself is the domain's, since reports hold to it too. */
export { escapeDangerous, printableText as sanitize } from '../domain/printable-text.ts';
