/** OCSF: every event valid by the published schema of its class, states and severities in its own numbers, and inert. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/report/check-report.ts';
import { renderOcsf } from '../../src/report/ocsf.ts';
import { OBEYED } from '../terminal/hostile-text.ts';
import { judgeOcsf } from '../support/published-schemas.ts';
import { anyReport, HOSTILE_TEXTS, hostileReport, reportOf, waiver, WORST } from './report-examples.ts';

type Event = { class_uid: number; type_uid: number; severity_id: number; status_id: number; time: number; compliance: { control: string; status_id: number; standards: string[]; requirements: string[]; checks: { uid: string; standards: string[] }[] } };
const eventsOf = (report: CheckReport): Event[] => JSON.parse(renderOcsf(report)) as Event[];

describe('OCSF', () => {
  it('is valid for any account, one event for each finding', () => {
    fc.assert(fc.property(anyReport, (report) => {
      expect(judgeOcsf(renderOcsf(report))).toEqual([]);
      expect(eventsOf(report).map(({ compliance }) => compliance.control)).toEqual(report.findings.map(({ id }) => id));
    }), { numRuns: 200 });
  });

  it('is told from what is invalid', () => {
    const [event] = eventsOf(reportOf());
    expect(judgeOcsf(JSON.stringify([{ ...event, class_uid: 2004 }]))).not.toEqual([]);
    expect(judgeOcsf(JSON.stringify([{ ...event, made_up: true }]))).not.toEqual([]);
  });

  it('is a Compliance Finding with pass, missing information and failure as OCSF numbers them', () => {
    expect(eventsOf(reportOf({ facts: WORST }))[0]).toMatchObject({ class_uid: 2003, type_uid: 200301, severity_id: 5, status_id: 1, time: Date.parse('2026-11-24T12:00:00Z'), compliance: { status_id: 3 } });
    const states = { 'pass': 1, 'unknown': 2, 'fail': 3, 'not-applicable': 99 };
    fc.assert(fc.property(anyReport, (report) => {
      expect(eventsOf(report).map(({ compliance }) => compliance.status_id)).toEqual(report.findings.map(({ state }) => states[state]));
    }), { numRuns: 100 });
  });

  it('suppresses what is waived, and still says that it fails', () => {
    expect(eventsOf(reportOf({ facts: WORST, waivers: [waiver()] }))[1]).toMatchObject({ status_id: 3, compliance: { status_id: 3 } });
  });

  it('names the controls by framework and version', () => {
    const [{ compliance } = { compliance: null }] = eventsOf(reportOf());
    expect(compliance?.standards).toEqual(expect.arrayContaining(['CIS AWS Foundations Benchmark 7.0', 'AWS Security Hub', 'PCI DSS 3.2.1']));
    expect(compliance?.requirements).toContain('CIS AWS Foundations Benchmark 7.0 2.4');
    expect(compliance?.checks.find(({ uid }) => uid === '2.4')?.standards).toEqual(['CIS AWS Foundations Benchmark 7.0']);
  });

  it.each(HOSTILE_TEXTS)('is valid and inert with %j in it', (text) => {
    const document = renderOcsf(hostileReport(text));
    expect(judgeOcsf(document)).toEqual([]);
    for (const line of document.split('\n')) expect(line).not.toMatch(OBEYED);
  });
});
