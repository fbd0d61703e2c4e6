/** Completion as a script for bash, zsh and fish. All three walk the words typed so far to a place, and offer what may stand there. Pure. */

/** What a value may be: one of some words, a path, or lines that a command prints, of which the first word counts. */
export type Values = { kind: 'words'; words: readonly string[] } | { kind: 'files' } | { kind: 'lines'; command: string } | { kind: 'unknown' };
export type CompletedOption = { names: string[]; description: string; values: Values | null };
/** One place in the command line, by the words that lead there: empty for the program itself, `run export`. */
export type Place = { at: string; commands: { name: string; description: string }[]; options: CompletedOption[]; values: Values };

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const keys = (place: Place): string[] => [...place.commands.map((command) => command.name), ...place.options.flatMap((option) => option.names)];

/** Every way of two words or more to a place, as patterns of a `case` over `PLACE WORD`. */
const steps = (places: readonly Place[]): string => places.filter(({ at }) => at !== '').map(({ at }) => quote(at.includes(' ') ? at : ` ${at}`)).join('|');

/** The first word of each line, where it stands alone or before a gap, and holds nothing that a shell would expand. */
const FIRST_WORDS = String.raw`2>/dev/null | sed -nE 's/^([[:alnum:]._@+-]+)(  .*)?$/\1/p'`;

type Dialect = { words: (words: string) => string; lines: (command: string) => string; files: string };

/** What offers values: `program` holds the program as it was typed. */
function offer(values: Values, { words, lines, files }: Dialect): string {
  switch (values.kind) {
    case 'words': return words(values.words.join(' '));
    case 'files': return files;
    case 'lines': return lines(`$(${values.command.replace(/^rootzero\b/, '"$program"')} ${FIRST_WORDS})`);
    case 'unknown': return ':';
  }
}

/** Values of options first, then options where one is begun, then commands or values of the argument. */
function renderCases(places: readonly Place[], dialect: Dialect): string[] {
  const offers = new Map<string, string[]>();
  for (const { at, options } of places) {
    for (const { names, values } of options) {
      if (values !== null) offers.set(offer(values, dialect), [...(offers.get(offer(values, dialect)) ?? []), ...names.map((name) => quote(`${at}:${name}`))]);
    }
  }
  const options = [...offers].map(([offered, patterns]) => `    ${patterns.join('|')}) ${offered}; return ;;`);
  const others = places.map((place) => {
    const rest = place.commands.length > 0 ? dialect.words(place.commands.map((command) => command.name).join(' ')) : offer(place.values, dialect);
    return `    ${quote(place.at)}) if [[ $current == -* ]]; then ${dialect.words(keys(place).filter((key) => key.startsWith('-')).join(' '))}; else ${rest}; fi ;;`;
  });
  return ['  case "$at:$previous" in', ...options, '  esac', '  case "$at" in', ...others, '  esac'];
}

const replyInBash = (words: string): string => `COMPREPLY=($(compgen -W "${words}" -- "$current"))`;

export const renderBash = (places: readonly Place[]): string => [
  '# Completion of rootzero for bash. In ~/.bashrc:  source <(rootzero completion bash)',
  '_rootzero() {',
  '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} program=${COMP_WORDS[0]} at= word',
  '  COMPREPLY=()',
  '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
  '    # What comes after -- is a command line of its own.',
  '    if [[ $word == -- ]]; then at=; continue; fi',
  `    case "$at $word" in ${steps(places)}) at=\${at:+$at }$word ;; esac`,
  '  done',
  ...renderCases(places, { words: replyInBash, lines: replyInBash, files: 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))' }),
  '}',
  'complete -F _rootzero rootzero',
  '',
].join('\n');

export const renderZsh = (places: readonly Place[]): string => [
  '#compdef rootzero',
  '# Completion of rootzero for zsh. In ~/.zshrc, after compinit:  source <(rootzero completion zsh)',
  '_rootzero() {',
  '  local current=${words[CURRENT]} previous=${words[CURRENT-1]} program=${words[1]} at= word',
  '  for word in "${(@)words[2,CURRENT-1]}"; do',
  '    # What comes after -- is a command line of its own.',
  '    if [[ $word == -- ]]; then at=; continue; fi',
  `    case "$at $word" in (${steps(places)}) at=\${at:+$at }$word ;; esac`,
  '  done',
  ...renderCases(places, { words: (words) => `compadd -- ${words}`, lines: (command) => `compadd -- \${(f)"${command}"}`, files: '_files' }),
  '}',
  'compdef _rootzero rootzero',
  '',
].join('\n');

/** fish has a completion for each word, with the place as its condition. */
export function renderFish(places: readonly Place[]): string {
  const list = (values: Values): string[] => {
    switch (values.kind) {
      case 'words': return ['-a', quote(values.words.join(' '))];
      case 'files': return ['-F'];
      case 'lines': return ['-a', quote(`(${values.command} ${FIRST_WORDS})`)];
      case 'unknown': return [];
    }
  };
  const complete = (at: string, ...rest: string[]): string => ['complete -c rootzero -n', quote(`__rootzero_at ${quote(at)}`), ...rest].join(' ');
  return [
    '# Completion of rootzero for fish:  rootzero completion fish > ~/.config/fish/completions/rootzero.fish',
    'function __rootzero_at',
    '  set -l at',
    '  for word in (commandline -opc)[2..]',
    '    # What comes after -- is a command line of its own.',
    '    if test "$word" = --; set at; continue; end',
    `    switch "$at $word"; case ${places.filter(({ at }) => at !== '').map(({ at }) => quote(at.includes(' ') ? at : ` ${at}`)).join(' ')}; set at (string trim "$at $word"); end`,
    '  end',
    '  test "$at" = "$argv[1]"',
    'end',
    'complete -c rootzero -f',
    ...places.flatMap(({ at, commands, options, values }) => [
      ...commands.map(({ name, description }) => complete(at, '-a', name, '-d', quote(description))),
      ...(commands.length > 0 || values.kind === 'unknown' ? [] : [complete(at, ...list(values))]),
      ...options.map(({ names, description, values: own }) => complete(
        at, ...names.flatMap((name) => (name.startsWith('--') ? ['-l', name.slice(2)] : ['-s', name.slice(1)])), '-d', quote(description), ...(own === null ? [] : [own.kind === 'files' ? '-r' : '-x', ...list(own)]),
      )),
    ]),
    '',
  ].join('\n');
}
