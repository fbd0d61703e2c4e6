/** JUnit XML: valid by a published schema; failures and errors are those that make the exit code; inert. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/report/check-report.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { OBEYED } from '../terminal/hostile-text.ts';
import { judgeJunit } from '../support/published-schemas.ts';
import { anyReport, day, HOSTILE_TEXTS, hostileReport, reportOf, waiver, WORST } from './report-examples.ts';

/** The element that ends each case: `failure`, `error`, `skipped` or `system-out`. */
const endsOf = (report: CheckReport): string[] => [...renderJunit(report).matchAll(/<testcase name="([a-z-]+)"[^>]*>\s*<([a-z-]+)/g)].map(([, name, end]) => `${name}: ${end}`);
const countOf = (document: string, attribute: string): number => Number(new RegExp(`<testsuite [^>]*${attribute}="(\\d+)"`).exec(document)?.[1]);

describe('JUnit XML', () => {
  it('is valid for any account', async () => {
    const documents = fc.sample(anyReport, 40).map(renderJunit);
    for (const document of documents) expect(await judgeJunit(document)).toEqual([]);
  });

  it('is told from what is invalid', async () => {
    const document = renderJunit(reportOf());
    expect(await judgeJunit(document.replace('<testcase', '<testcase made-up="1"'))).not.toEqual([]);
    expect(await judgeJunit(document.replace('</testsuites>', ''))).not.toEqual([]);
  });

  it('has failures where the exit code is 1, and errors alone where it is 2', () => {
    fc.assert(fc.property(anyReport, (report) => {
      const document = renderJunit(report);
      expect(countOf(document, 'failures') > 0).toBe(report.exitCode === 1);
      if (report.exitCode !== 1) expect(countOf(document, 'errors') > 0).toBe(report.exitCode === 2);
      const ends = endsOf(report);
      expect(ends.filter((end) => end.endsWith('failure'))).toHaveLength(countOf(document, 'failures'));
      expect(ends.filter((end) => end.endsWith('error'))).toHaveLength(countOf(document, 'errors'));
      expect(ends.filter((end) => end.endsWith('skipped'))).toHaveLength(countOf(document, 'skipped'));
      expect(ends).toHaveLength(countOf(document, 'tests'));
    }), { numRuns: 300 });
  });

  it('skips what is not counted, and says why', () => {
    expect(endsOf(reportOf({ facts: WORST }))).toEqual(['root-access-key: failure', 'root-mfa: skipped', 'root-password: skipped', 'root-signing-certificates: skipped', 'central-root-access: skipped']);
    expect(renderJunit(reportOf({ facts: WORST }))).toContain('The root user signs in without MFA. Not counted with --fail-on any.');
    expect(endsOf(reportOf({ facts: WORST, failOn: 'posture' }))).toEqual(['root-access-key: failure', 'root-mfa: failure', 'root-password: failure', 'root-signing-certificates: failure', 'central-root-access: skipped']);
    expect(endsOf(reportOf())[0]).toBe('root-access-key: error');
  });

  it('skips what is waived with who answers for it, and fails what has expired', () => {
    const waived = { facts: WORST, failOn: 'posture', waivers: [waiver()] } as const;
    expect(endsOf(reportOf(waived))[1]).toBe('root-mfa: skipped');
    expect(renderJunit(reportOf(waived))).toContain('Waiver of platform until 2026-12-31: token on order');
    const expired = { ...waived, waivers: [waiver({ expires: day('2026-11-23') })] };
    expect(endsOf(reportOf(expired))[1]).toBe('root-mfa: failure');
    expect(renderJunit(reportOf(expired))).toContain('message="The root user signs in without MFA. Its waiver expired on 2026-11-23."');
  });

  it('names the controls of every case by framework and version, unless it passes', () => {
    expect(renderJunit(reportOf({ facts: WORST }))).toContain('CIS AWS Foundations Benchmark 7.0: 2.4\n');
    expect(renderJunit(reportOf({ facts: WORST }))).toContain('AWS Security Hub: IAM.9, IAM.6\n');
  });

  it.each(HOSTILE_TEXTS)('is valid and inert with %j in it', async (text) => {
    const document = renderJunit(hostileReport(text));
    expect(await judgeJunit(document)).toEqual([]);
    for (const line of document.split('\n')) expect(line).not.toMatch(OBEYED);
    expect(document).not.toMatch(/<(script|img|b)\b|<!--|<!\[CDATA/);
  });
});
