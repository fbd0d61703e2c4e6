/** The comparison of transcripts is strict about words and not about where lines are broken. */
import { describe, expect, it } from 'vitest';
import { findForeignLines } from './transcript.ts';

const PRINTED = 'Root user of 111122223333\n  key 1   …7QXA  ● active    created 2019-03-04 · last used\n                             2026-11-10 (14d 3h ago)\nVerdict   ✖ 1 active root access key\n✔ Run 8d60-d26c is done\n';

describe('a transcript', () => {
  it.each([
    ['as it is printed', ['Root user of 111122223333', 'Verdict   ✖ 1 active root access key']],
    ['with other times, digits and run ids', ['  key 1   …7QXA  ● active    created 2020-01-01 · last used 2026-01-01 (3d ago)', '✔ Run 0000-1111 is done']],
    ['broken where it was not', ['  key 1   …7QXA  ● active', '    created 2019-03-04 · last used 2026-11-10 (14d 3h ago)']],
    ['with parts left out', ['Root user of …', '…', '✔ Run 8d60-d26c is done']],
  ])('fits %s', (_, transcript) => {
    expect(findForeignLines(transcript, PRINTED)).toEqual([]);
  });

  it.each([
    ['another word', ['Root user of 111122223334']],
    ['the beginning of a line alone', ['Root user of']],
    ['the end of a line alone', ['1 active root access key']],
    ['another order', ['Verdict   ✖ 1 active root access key', 'Root user of 111122223333']],
    ['something left out silently', ['Verdict   ✖ 1 active', '✔ Run 8d60-d26c is done']],
  ])('does not fit with %s', (_, transcript) => {
    expect(findForeignLines(transcript, PRINTED)).toHaveLength(1);
  });
});
