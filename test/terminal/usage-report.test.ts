/** The report on a screen: it fits 80 and 60 columns, has an ASCII form, and hostile text in it drives neither terminals nor the logs of pipelines. */
import { describe, expect, it } from 'vitest';
import type { SourceCoverage } from '../../src/domain/evidence.ts';
import { DAY_MS, HOUR_MS, plusMs } from '../../src/domain/instant.ts';
import { known } from '../../src/domain/observed.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { assembleUsageReport, type UsageReport } from '../../src/domain/usage-report.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import { renderHeatMap, renderTimeline } from '../../src/terminal/charts.ts';
import { openStyle } from '../../src/terminal/style.ts';
import { renderUsageReport } from '../../src/terminal/usage-report-lines.ts';
import { factsOf, FIRST_KEY } from '../domain/plan-examples.ts';
import { at, EVERYTHING_READ, rootEvent, sha256, visitsAt } from '../domain/root-event-examples.ts';
import { HOSTILE, OBEYED } from './hostile-text.ts';

const NOW = at('2026-11-24T00:00:00Z');
const styleOf = (columns: number, isUnicode = true): ReturnType<typeof openStyle> => openStyle({ columns: () => columns, isColoured: false, isUnicode, program: 'rootzero' });
const HISTORY: SourceCoverage = { source: 'event-history', coverage: EVERYTHING_READ, dataEvents: 'never', files: null };

function reportOf(events: RootEvent[], sources = [HISTORY], facts = factsOf()): UsageReport {
  return assembleUsageReport({ now: NOW, facts, otherLastUses: {}, usage: assembleUsage(events, EVERYTHING_READ, NOW, sha256), sources, kept: null });
}

const nightly = visitsAt(Array.from({ length: 80 }, (_, day) => plusMs(at('2026-09-04T02:10:00Z'), day * DAY_MS)), { accessKeyId: FIRST_KEY });
const pipeline = Array.from({ length: 60 }, (_, day) => rootEvent({
  id: `p-${day}`, at: plusMs(at('2026-09-07T09:30:00Z'), (day + 2 * Math.floor(day / 5)) * DAY_MS), accessKeyId: FIRST_KEY, sourceIp: `10.2.0.${day}`, userAgent: 'Terraform/1.9.8 aws-sdk-go-v2/1.32', source: 'ec2.amazonaws.com', name: 'DescribeInstances',
}));
/** Commands may be longer than the screen: they are to be copied. */
const isCommand = (line: string): boolean => /^\s*(sudo|grep|gh|glab|git|aws|docker|kubectl|terraform) /.test(line);

describe.each([80, 60])('on %i columns', (columns) => {
  it.each([true, false])('every line fits, with Unicode: %s', (isUnicode) => {
    const lines = renderUsageReport(reportOf([...nightly, ...pipeline]), NOW, styleOf(columns, isUnicode));
    for (const line of lines.filter((text) => !isCommand(text))) expect(line.length, line).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeGreaterThan(40);
  });
});

it('without Unicode there is nothing but ASCII, and the pictures are there all the same', () => {
  const style = styleOf(80, false);
  const lines = renderUsageReport(reportOf([...nightly, ...pipeline]), NOW, style).map(style.line);
  expect(lines.join('\n')).not.toMatch(/\P{ASCII}/u);
  expect(lines.filter((line) => /^ {2}(A|B) +[._#=-]{40,}$/.test(line))).toHaveLength(2);
  expect(lines.filter((line) => /^ {2}(Mon|Tue|Wed|Thu|Fri|Sat|Sun) {2}/.test(line))).toHaveLength(7);
});

describe('the timeline', () => {
  it('has a mark for two of ninety days, where somebody called and where nobody did', () => {
    const [, row] = renderTimeline([{ name: 'A', byDay: [{ day: '2026-08-26', count: 1 }, { day: '2026-11-23', count: 9 }] }], EVERYTHING_READ.from, EVERYTHING_READ.to, styleOf(80));
    expect(row).toMatch(/^ {2}A {4}▃\.{43}█\.?$/);
  });

  it('covers years in the same room', () => {
    const rows = renderTimeline([{ name: 'A', byDay: [{ day: '2024-01-01', count: 5 }, { day: '2026-11-23', count: 5 }] }], at('2024-01-01T00:00:00Z'), NOW, styleOf(60));
    expect(rows[1]).toMatch(/^ {2}A {4}█\.+█\.*$/);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(60);
    expect(rows.at(-1)).toContain('each mark 24 days');
  });
});

it('the heat map has the hour of the day and the day of the week in UTC', () => {
  const lines = renderHeatMap([{ weekday: 1, hour: 2, count: 7 }], styleOf(60));
  expect(lines.find((line) => line.startsWith('  Tue'))).toBe(`  Tue  . . █ ${'. '.repeat(21)}`.trimEnd());
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
});

describe('what is said', () => {
  const textOf = (report: UsageReport): string => renderUsageReport(report, NOW, styleOf(80)).join('\n').replaceAll(/\n\s+/g, ' ');

  it('"no use" never stands without what was read', () => {
    expect(textOf(reportOf([]))).toMatch(/^No use of root of 111122223333 seen in what was read[^]*Event history: 1 of 1 Regions, 2026-08-26 to 2026-11-24; data events .* are never in it/);
  });

  it('nothing is known where nothing could be read', () => {
    const closed: SourceCoverage = { ...HISTORY, coverage: { ...EVERYTHING_READ, regions: [{ region: 'us-east-1', readable: false, because: 'aws/access-denied' }] } };
    const text = textOf(reportOf([], [closed]));
    expect(text).toMatch(/^Who used root of 111122223333 is not known: nothing could be read/);
    expect(text).not.toContain('No use');
    expect(text).toContain('at least 1h');
    expect(text).toContain('not known: Event history of us-east-1 could not be read');
  });

  it('a key that leaves no events is no key that nobody uses', () => {
    const facts = factsOf({ lastUses: { [FIRST_KEY]: known({ at: at('2026-11-20T00:00:00Z'), service: 's3', region: 'eu-west-1' }, NOW, 'iam:GetAccessKeyLastUsed') } });
    expect(textOf(reportOf([], [HISTORY], facts))).toMatch(/Used, and no event shows it: data events[^]*cannot be proved by waiting: key …LE01 is used/);
  });

  it('who, since when, how often, and when next', () => {
    expect(textOf(reportOf(nightly))).toMatch(/a script around a command line: AWS CLI 2\.15 from 198\.51\.100\.0\/24, 02–03 UTC key …LE01 · nightly · 80 calls · last [^)]*\) next expected 2026-11-24 02:10Z/);
  });
});

it('hostile text in every place is inert, however the lines break', () => {
  for (const [, text] of HOSTILE) {
    for (const evil of [text, `${'word '.repeat(17)}${text}`, `${'x'.repeat(55)}${text}`]) {
      const report = reportOf(
        visitsAt([NOW, plusMs(NOW, -HOUR_MS)], { userAgent: evil, sourceIp: evil, region: evil, source: `${evil}.amazonaws.com`, name: evil, errorCode: evil }),
        [{ ...HISTORY, coverage: { ...EVERYTHING_READ, regions: [{ region: evil, readable: false, because: evil }] } }],
      );
      for (const columns of [60, 80]) {
        const style = styleOf(columns);
        for (const line of renderUsageReport(report, NOW, style)) expect(style.line(line)).not.toMatch(OBEYED);
      }
    }
  }
});
