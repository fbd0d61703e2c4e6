/** Holds a transcript in a document to what the program really prints. Times, digests, run ids and folders may differ, and so where lines are broken; words may not. */

/** What changes from one rehearsal to the next. */
const VOLATILE: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{64}\b|\b[0-9a-f]{8}…/g, 'DIGEST'],
  [/\b[0-9a-f]{4}-[0-9a-f]{4}\b/g, 'RUN'],
  [/\d{4}-\d{2}-\d{2}\s+\d{2}:\d{2}Z/g, 'TIME'],
  [/\d{4}-\d{2}-\d{2}/g, 'DAY'],
  [/\b\d+(?:ms|[ydhms])(?:\s+\d+(?:ms|[dhms]))?\b/g, 'SPAN'],
  [/\S+\/(?=runs\/RUN)/g, '…/'],
  [/\S*(?=plan\.json)/g, ''],
];

const normalise = (text: string): string => VOLATILE.reduce((changed, [pattern, name]) => changed.replaceAll(pattern, name), text);

/** The words of a line, wherever the lines between them are broken. */
const wordsOf = (line: string): string => normalise(line).trim().split(/\s+/).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join(String.raw`\s+`);

/**
 * Lines of a transcript that `output` does not have, in that order. A line begins where a printed one does or goes on where the one before it ended; it ends
 * where a printed one does. A line `…` stands for anything left out, and so does ` …` at the end of a line.
 */
export function findForeignLines(transcript: readonly string[], output: string): string[] {
  const printed = normalise(output);
  let [from, unfinished]: [number, string | null] = [0, null];
  const foreign: string[] = [];
  for (const line of transcript.filter((text) => text.trim() !== '')) {
    const [wanted, isOpen] = [line.replace(/(^| )…$/, ''), line.endsWith(' …')];
    const words = wordsOf(wanted);
    const goesOn = words === '' ? null : new RegExp(String.raw`\s*${words}`, 'y');
    if (goesOn !== null) goesOn.lastIndex = from;
    const match = from > 0 && goesOn?.exec(printed);
    if (!match && unfinished !== null) foreign.push(unfinished);
    unfinished = null;
    if (words === '') continue;
    const begins = new RegExp(String.raw`^[^\S\n]*${words}`, 'gm');
    begins.lastIndex = from;
    const found = match || begins.exec(printed);
    if (!found) {
      foreign.push(line);
      continue;
    }
    from = found.index + found[0].length;
    if (!isOpen && !/^[^\S\n]*(\n|$)/.test(printed.slice(from))) unfinished = line;
  }
  return unfinished === null ? foreign : [...foreign, unfinished];
}
