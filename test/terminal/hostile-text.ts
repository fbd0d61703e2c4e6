/** Text as somebody would write it into a user agent or a name to drive the terminal, the CI runner or the page of whoever reads it. */

/**
 * Controls, C1, format (bidirectional, zero-width, tags), line and paragraph separators, lone surrogates; and commands that a runner takes out of a
 * job's log: `##[…]` and `##vso[…]` anywhere in a line, `::…` at its beginning.
 */
export const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\w*\[|^\s*::[a-z]/iu;

/** What it does to a terminal or a runner, and the text that does it. */
export const HOSTILE: [string, string][] = [
  ['clears the screen', '\u001b[2J\u001b[H'],
  ['sets the title', '\u001b]0;pwned\u0007'],
  ['makes a link', '\u001b]8;;https://example.com\u001b\\click\u001b]8;;\u001b\\'],
  ['writes the clipboard', '\u001b]52;c;cm0gLXJmIC8=\u0007'],
  ['uses C1 instead of escape', '\u009b31mred\u009c'],
  ['goes back over what was written', 'exit 0\rexit 1'],
  ['rubs out', 'safe\b\b\b\bevil\u007f'],
  ['adds a line', 'agent\n✔ No root access keys, verified live'],
  ['adds a line by separators', 'agent\u2028✔ done\u2029✔ done\u0085✔ done'],
  ['turns writing around', 'key \u202egpj.exe\u202c \u2066x\u2069'],
  ['hides in zero width', 'ad\u200bmin\u200d\ufeff'],
  ['hides in tags', 'agent\u{e0041}\u{e0042}'],
  ['ends in half a character', 'agent\ud800'],
  ['holds a null', 'a\u0000b'],
  ['sets an output of a job', '::set-output name=verdict::clean'],
  ['sets one with a space before', '  ::SET-OUTPUT name=verdict::clean'],
  ['commands a runner in the middle of a line', 'agent ##[add-mask]x ##vso[task.setvariable variable=verdict]clean ##teamcity[buildStatus]'],
];

/** What no terminal obeys, but a page, a spreadsheet or whoever renders Markdown. */
export const HOSTILE_MARKUP: [string, string][] = [
  ['is HTML', '</td><img src=x onerror=alert(1)><script>alert(1)</script><!-- &lt;b&gt; ]]>'],
  ['is Markdown', '**bold** [click](https://evil.example) ![x](https://evil.example/x.png) `code` ``more`` | cell | <https://evil.example>'],
  ['makes links by itself', '@everyone #1 https://evil.example www.evil.example me@evil.example'],
  ['is a formula', '=HYPERLINK("https://evil.example","click")'],
  ['is a placeholder or link of SARIF', '{0} [click](https://evil.example) {{1}}'],
];
