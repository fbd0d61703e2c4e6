/** Markdown: read back as whoever renders it reads it. Text from outside is code and nothing else: no link, no tag, no picture, no mention, no cell. */
import * as fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { printableText } from '../../src/domain/printable-text.ts';
import type { CheckReport } from '../../src/report/check-report.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { OBEYED } from '../terminal/hostile-text.ts';
import { anyReport, day, HOSTILE_TEXTS, hostileReport, reportOf, waiver, WORST } from './report-examples.ts';

function nodesOf(report: CheckReport): Nodes[] {
  const every = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(every) : [])];
  return every(fromMarkdown(renderMarkdown(report), { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}
const valuesOf = (report: CheckReport, type: 'text' | 'inlineCode'): string[] => nodesOf(report).flatMap((node) => (node.type === type ? [node.value] : []));

const OWN = new Set<Nodes['type']>(['root', 'heading', 'paragraph', 'strong', 'text', 'inlineCode', 'list', 'listItem', 'table', 'tableRow', 'tableCell']);

describe('Markdown', () => {
  it('has a row for each finding, its waiver, and the verdict on top', () => {
    const document = renderMarkdown(reportOf({ facts: WORST, waivers: [waiver()] }));
    expect(document).toMatch(/^## Root user of 111122223333\n\n\*\*✖ active root access key\*\* · 3 failed · 1 waived · 1 unknown · 0 passed · 0 not applicable · exit 1 with --fail-on any\n/);
    expect(document).toMatch(/^\| `root-mfa` +\| ⚠ waived +\| critical +\| The root user signs in without MFA\. +\| Waived until 2026-12-31\. `platform` `token on order` +\|$/m);
    expect(renderMarkdown(reportOf({ facts: WORST, waivers: [waiver({ expires: day('2026-11-23') })] }))).toMatch(/^\| `root-mfa` +\| ✖ fail .*Its waiver expired on 2026-11-23\./m);
  });

  it('names the controls of every finding by framework and version', () => {
    const document = renderMarkdown(reportOf());
    for (const part of ['CIS AWS Foundations Benchmark 7.0: 2.4', 'CIS AWS Foundations Benchmark 7.0: 2.1.1', 'AWS Security Hub: IAM.9, IAM.6', 'NIST 800-53 r5: AC-2(1)']) expect(document).toContain(part);
  });

  it('holds no more than its own kinds of parts, for any account', () => {
    fc.assert(fc.property(anyReport, (report) => {
      expect(nodesOf(report).filter(({ type }) => !OWN.has(type))).toEqual([]);
      const tables = nodesOf(report).flatMap((node) => (node.type === 'table' ? [node] : []));
      expect(tables.map((table) => [table.children.length, ...new Set(table.children.map(({ children }) => children.length))])).toEqual([[report.findings.length + 1, 5], [report.verdict.sources.length + 1, 3]]);
      for (const line of renderMarkdown(report).split('\n')) expect(line).not.toMatch(OBEYED);
    }), { numRuns: 200 });
  });

  it.each(HOSTILE_TEXTS)('shows %j as code, whole and escaped, and nowhere else', (text) => {
    const report = hostileReport(text);
    expect(nodesOf(report).filter(({ type }) => !OWN.has(type))).toEqual([]);
    const shown = printableText(text).trim();
    expect(valuesOf(report, 'inlineCode').some((value) => value.trim() === shown)).toBe(true);
    for (const words of valuesOf(report, 'text')) expect(words).not.toContain(shown);
  });
});
