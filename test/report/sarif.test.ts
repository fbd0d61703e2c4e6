/** SARIF: valid by the published schema, a place in a file for every result, controls by framework and version, and no text from outside that is rendered. */
import { existsSync } from 'node:fs';
import * as fc from 'fast-check';
import type { Log, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/report/check-report.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { OBEYED } from '../terminal/hostile-text.ts';
import { judgeSarif } from '../support/published-schemas.ts';
import { anyReport, day, HOSTILE_TEXTS, hostileReport, reportOf, waiver, WORST } from './report-examples.ts';

function runOf(report: CheckReport): Run {
  const log = JSON.parse(renderSarif(report)) as Log;
  const [run] = log.runs;
  if (run === undefined) throw new Error('no run');
  return run;
}
const resultsOf = (report: CheckReport) => runOf(report).results ?? [];
const placeOf = (result: ReturnType<typeof resultsOf>[number] | undefined) => result?.locations?.[0]?.physicalLocation;

describe('SARIF', () => {
  it('is valid for any account', () => {
    fc.assert(fc.property(anyReport, (report) => {
      expect(judgeSarif(renderSarif(report))).toEqual([]);
    }), { numRuns: 200 });
  });

  it('is told from what is invalid', () => {
    const log = JSON.parse(renderSarif(reportOf({ facts: WORST }))) as Log;
    expect(judgeSarif(JSON.stringify({ ...log, version: '2.0.0' }))).not.toEqual([]);
    expect(judgeSarif(JSON.stringify({ ...log, runs: [{ ...log.runs[0], results: [{ level: 'bad', message: {} }] }] }))).not.toEqual([]);
  });

  it('has a result for what fails and for what could not be told, and none for the rest', () => {
    expect(resultsOf(reportOf({ facts: WORST })).map(({ ruleId, kind, level }) => [ruleId, kind, level])).toEqual([
      ['root-access-key', 'fail', 'error'], ['root-mfa', 'fail', 'error'], ['root-password', 'fail', 'note'], ['root-signing-certificates', 'fail', 'error'], ['central-root-access', 'open', 'none'],
    ]);
    fc.assert(fc.property(anyReport, (report) => {
      const wanted = report.findings.filter(({ state }) => state === 'fail' || state === 'unknown').map(({ id }) => id);
      expect(resultsOf(report).map(({ ruleId }) => ruleId)).toEqual(wanted);
    }), { numRuns: 100 });
  });

  it('gives every result a line in a file: the policy that ships, or the waivers file', () => {
    for (const result of resultsOf(reportOf({ facts: WORST }))) {
      expect(existsSync(placeOf(result)?.artifactLocation?.uri ?? ''), result.ruleId).toBe(true);
      expect(placeOf(result)?.region?.startLine).toBe(1);
    }
    const waived = resultsOf(reportOf({ facts: WORST, waiversFile: './ci/waivers.yml', waivers: [waiver({ line: 17 })] }));
    expect(waived.map((result) => [placeOf(result)?.artifactLocation?.uri, placeOf(result)?.region?.startLine])).toEqual([['ci/waivers.yml', 1], ['ci/waivers.yml', 17], ['ci/waivers.yml', 1], ['ci/waivers.yml', 1], ['ci/waivers.yml', 1]]);
  });

  it.each([['a b/wäivers.yml', 'a%20b/w%C3%A4ivers.yml'], ['/etc/rootzero/w.json', 'file:///etc/rootzero/w.json'], [String.raw`ci\w.yml`, 'ci/w.yml']])('writes the path %s as %s', (path, uri) => {
    expect(placeOf(resultsOf(reportOf({ facts: WORST, waiversFile: path }))[0])?.artifactLocation?.uri).toBe(uri);
  });

  it('shows a waived result as suppressed, with who answers for it, and an expired one as failing', () => {
    const [, suppressed] = resultsOf(reportOf({ facts: WORST, waivers: [waiver()] }));
    expect(suppressed).toMatchObject({ ruleId: 'root-mfa', suppressions: [{ kind: 'external', status: 'accepted', justification: 'platform, until 2026-12-31: token on order' }], message: { text: expect.stringContaining('Waived until 2026-12-31.') } });
    const [, expired] = resultsOf(reportOf({ facts: WORST, waivers: [waiver({ expires: day('2026-11-23') })] }));
    expect(expired).not.toHaveProperty('suppressions');
    expect(expired?.message.text).toContain('Its waiver expired on 2026-11-23.');
  });

  it('names the controls of every rule and result by framework and version', () => {
    const run = runOf(reportOf({ facts: WORST }));
    const named = (taxa: typeof run.results extends (infer R)[] | undefined ? R extends { taxa?: infer T } ? T : never : never): string[] =>
      (taxa ?? []).map(({ id, toolComponent }) => {
        const component = run.taxonomies?.[toolComponent?.index ?? -1];
        expect(component?.name).toBe(toolComponent?.name);
        expect(component?.taxa?.map((taxon) => taxon.id)).toContain(id);
        return [component?.name, component?.version, id].filter((part) => part !== undefined).join(' ');
      });
    expect(named(run.results?.[0]?.taxa)).toEqual(expect.arrayContaining(['CIS AWS Foundations Benchmark 7.0 2.4', 'CIS AWS Foundations Benchmark 5.0 1.3', 'AWS Security Hub IAM.4', 'NIST 800-53 r5 AC-6', 'PCI DSS 3.2.1 2.1']));
    for (const result of run.results ?? []) expect(named(result.taxa).length, result.ruleId).toBeGreaterThan(0);
    for (const rule of run.tool.driver.rules ?? []) expect(named(rule.relationships?.map(({ target }) => target)).length, rule.id).toBeGreaterThan(0);
  });

  it('keeps accounts apart', () => {
    expect(runOf(reportOf()).automationDetails?.id).toBe('rootzero-check/111122223333/');
    expect(resultsOf(reportOf({ facts: WORST }))[0]?.partialFingerprints).toEqual({ 'rootzeroFinding/v1': '111122223333/root-access-key' });
  });

  it('says in the invocation how the check ended and what was not read', () => {
    expect(runOf(reportOf()).invocations?.[0]).toMatchObject({ exitCode: 2, executionSuccessful: false });
    expect(runOf(reportOf()).invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual(['iam:ListAccessKeys was not read.', 'iam:GetAccountSummary was not read.', 'iam:GetCredentialReport was not read.']);
    expect(runOf(reportOf({ facts: WORST })).invocations?.[0]).toMatchObject({ exitCode: 1, executionSuccessful: true });
  });

  it.each(HOSTILE_TEXTS)('is valid and inert with %j in it, and renders none of it', (text) => {
    const report = hostileReport(text);
    const document = renderSarif(report);
    expect(judgeSarif(document)).toEqual([]);
    for (const line of document.split('\n')) expect(line).not.toMatch(OBEYED);
    const run = runOf(report);
    const rendered = [...(run.results ?? []).map(({ message }) => message.text), ...(run.tool.driver.rules ?? []).flatMap(({ help, shortDescription, fullDescription }) => [help?.text, shortDescription?.text, fullDescription?.text]), ...(run.invocations?.[0]?.toolExecutionNotifications ?? []).map(({ message }) => message.text)];
    for (const sentence of rendered) expect(sentence).toMatch(/^[\w\s.,:;()"'/-]+$/);
  });
});
