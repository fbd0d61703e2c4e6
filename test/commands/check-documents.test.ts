/** Every document that `check` can write: inert line by line, whatever AWS, a profile or a waiver says, and asked for by its name. */
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, parseAlso, renderDocument } from '../../src/commands/check-documents.ts';
import { HOSTILE_TEXTS, hostileReport, reportOf } from '../report/report-examples.ts';
import { OBEYED } from '../terminal/hostile-text.ts';

describe.each(DOCUMENTS)('%s', (format) => {
  it.each(HOSTILE_TEXTS)('is inert with %j in it', async (text) => {
    for (const line of (await renderDocument(format, hostileReport(text))).split('\n')) expect(line).not.toMatch(OBEYED);
  });

  it('ends with a line end, and is the same for the same report', async () => {
    const document = await renderDocument(format, reportOf());
    expect(document).toMatch(/[^\n]\n$/);
    expect(await renderDocument(format, reportOf())).toBe(document);
  });
});

it('JSON is the report itself', async () => {
  const report = hostileReport('agent\u001b[2J');
  expect(JSON.parse(await renderDocument('json', report))).toEqual(JSON.parse(JSON.stringify(report)));
});

describe('--also', () => {
  it.each([['sarif=root.sarif', 'sarif', 'root.sarif'], ['json=a=b.json', 'json', 'a=b.json']])('%s', (text, format, path) => expect(parseAlso(text)).toEqual({ format, path }));
  it.each(['', 'sarif', 'sarif=', '=x', 'table=x', 'html=x', 'SARIF=x'])('does not take %j', (text) => {
    expect(() => parseAlso(text)).toThrow(expect.objectContaining({ code: 'input/usage' }));
  });
});
