/** Holds a transcript in a document to what the program really prints. Times, digests, run ids and folders may differ; words may not. */

/** What changes from one rehearsal to the next. */
const VOLATILE: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{64}\b|\b[0-9a-f]{8}…/g, 'DIGEST'],
  [/\b[0-9a-f]{4}-[0-9a-f]{4}\b/g, 'RUN'],
  [/\d{4}-\d{2}-\d{2} \d{2}:\d{2}Z/g, 'TIME'],
  [/\d{4}-\d{2}-\d{2}/g, 'DAY'],
  [/\b\d+(?:ms|[ydhms])(?: \d+(?:ms|[dhms]))?\b/g, 'SPAN'],
  [/\S+\/(?=runs\/RUN)/g, '…/'],
  [/\S*(?=plan\.json)/g, ''],
  [/\s+/g, ' '],
];

const normalise = (line: string): string => VOLATILE.reduce((text, [pattern, name]) => text.replace(pattern, name), line).trim();

/** Lines of a transcript that `output` does not have, in that order. A line `…` stands for anything left out, and so does ` …` at the end of a line. */
export function findForeignLines(transcript: readonly string[], output: string): string[] {
  const printed = output.split('\n').map(normalise);
  let from = 0;
  return transcript.filter((line) => {
    const wanted = normalise(line);
    if (wanted === '' || wanted === '…') return false;
    const at = printed.findIndex((text, index) => index >= from && (wanted.endsWith(' …') ? text.startsWith(wanted.slice(0, -1)) : text === wanted));
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}
