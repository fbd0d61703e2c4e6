/** The credential report: its states on the clock, and its text, which never reads as clean when it is not. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReportText } from '../../src/aws/report-text.ts';
import { assessFindings } from '../../src/domain/findings.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { known, unknown } from '../../src/domain/observed.ts';
import { assessOutcome, FAIL_ON } from '../../src/domain/outcome.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { RootUserFacts } from '../../src/domain/root-user.ts';
import { assessVerdict } from '../../src/domain/verdict.ts';
import { assessWaivers } from '../../src/domain/waiver.ts';
import { rootUserFacts } from '../domain/root-user-examples.ts';
import { queryAnswer, queryError, type Reply } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info';
const ROOT =
  '<root_account>,arn:aws:iam::111122223333:root,2018-01-01T00:00:00+00:00,true,no_information,2018-01-01T00:00:00+00:00,not_supported,false,true,2019-03-04T05:06:07+00:00,2026-11-10T02:10:00+00:00,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,';
const USER = ROOT.replace('<root_account>', 'alice').replace(':root', ':user/alice');
const REPORT = [HEADER, ROOT, USER].join('\n');
const AT = instantOf(Date.parse('2026-11-24T00:00:00Z'));

const read = (text: string) => parseReportText(text, AT);

describe('the text', () => {
  it('gives root\'s row', () => {
    expect(read(REPORT)).toEqual({
      generatedAt: AT,
      keys: [
        { isActive: true, lastRotatedAt: '2019-03-04T05:06:07.000Z', lastUse: { at: '2026-11-10T02:10:00.000Z', service: 's3', region: 'eu-west-1' } },
        { isActive: false, lastRotatedAt: null, lastUse: null },
      ],
      passwordEnabled: true,
      passwordLastUsedAt: null,
      mfaActive: false,
      certificatesActive: false,
    });
  });

  it('is read by header and whatever the case of its flags', () => {
    const reversed = [HEADER, USER, ROOT].map((line) => line.split(',').reverse().join(',')).join('\r\n');
    expect(read(`\uFEFF${reversed}\r\n`)).toEqual(read(REPORT));
    expect(read(REPORT.replaceAll('true', 'TRUE').replaceAll('false', 'False'))).toEqual(read(REPORT));
    expect(read(REPORT.replaceAll(/,true,no_information/g, ',not_supported,N/A')).passwordEnabled).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['only a header', HEADER],
    ['no root row', [HEADER, USER].join('\n')],
    ['two root rows', [HEADER, ROOT, ROOT].join('\n')],
    ['a page', '<html><body>Please sign in</body></html>'],
    ['a missing column', REPORT.replace('access_key_2_active', 'access_key_2_state')],
    ['a column twice', REPORT.replace('access_key_2_active', 'access_key_1_active')],
    ['a flag that is none', REPORT.replace(',false,true,2019', ',false,N/A,2019')],
    ['an empty flag', REPORT.replace(',false,true,2019', ',false,,2019')],
    ['a time that is none', REPORT.replace('2019-03-04T05:06:07+00:00', 'yesterday')],
    ['a row too short', `${HEADER}\n${ROOT.slice(0, ROOT.lastIndexOf(',', ROOT.length - 2))}`],
  ])('with %s is refused', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'report/unreadable' }));
  });

  /** The first key reads as active, or nothing reads at all. */
  const neverReadsClean = (text: string): void => {
    try {
      expect(read(text).keys[0].isActive).toBe(true);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      expect(thrown.code).toBe('report/unreadable');
    }
  };

  it('never reads clean when it is cut, or when a character is lost, added or changed', () => {
    const edit = fc.tuple(fc.nat(REPORT.length), fc.nat(1), fc.oneof(fc.constantFrom('', ',', '\n', '"', '\0', '2', 'f'), fc.string({ minLength: 1, maxLength: 1 })));
    fc.assert(
      fc.property(edit, ([at, lost, put]) => {
        neverReadsClean(REPORT.slice(0, at));
        neverReadsClean(REPORT.slice(0, at) + put + REPORT.slice(at + lost));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of any account is read as it is, whatever the order and number of its columns', () => {
    const flag = fc.boolean();
    const moment = fc.option(fc.integer({ min: Date.UTC(2006, 0), max: Date.UTC(2026, 10) }).map((ms) => `${new Date(ms).toISOString().slice(0, 19)}+00:00`));
    const accounts = fc.record({ keys: fc.tuple(flag, flag), used: fc.tuple(moment, moment), password: flag, signedIn: moment, mfa: flag, certificates: fc.tuple(flag, flag) });
    const orders = fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 });
    const strange = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,12}_new$/), { maxLength: 6 });
    const newline = fc.constantFrom('\n', '\r\n');
    fc.assert(fc.property(accounts, orders, strange, newline, fc.constantFrom<(text: string) => string>(String, (text) => text.toUpperCase()), (truth, order, added, end, spell) => {
      const slot = (index: 0 | 1): [string, string][] => {
        const name = `access_key_${index + 1}`;
        const used = truth.used[index];
        return [[`${name}_active`, spell(String(truth.keys[index]))], [`${name}_last_rotated`, 'N/A'], [`${name}_last_used_date`, used ?? 'N/A'], [`${name}_last_used_region`, used === null ? 'N/A' : 'eu-west-1'], [`${name}_last_used_service`, used === null ? 'N/A' : 's3']];
      };
      const cells: [string, string][] = [
        ['user', '<root_account>'], ['password_enabled', spell(String(truth.password))], ['password_last_used', truth.signedIn ?? 'no_information'], ['mfa_active', spell(String(truth.mfa))],
        ...slot(0), ...slot(1), ['cert_1_active', spell(String(truth.certificates[0]))], ['cert_2_active', spell(String(truth.certificates[1]))],
        ...added.map((name): [string, string] => [name, '"x, ""y"""']),
      ];
      const shuffled = cells.map((cell, index) => ({ cell, place: order[index % order.length] ?? 0 })).sort((one, other) => one.place - other.place).map(({ cell }) => cell);
      const text = [shuffled.map(([name]) => name).join(','), shuffled.map(([, value]) => value).join(',')].join(end) + end;
      expect(read(text)).toMatchObject({
        keys: truth.keys.map((isActive, index) => ({ isActive, lastUse: truth.used[index] === null ? null : { at: new Date(truth.used[index] ?? 0).toISOString() } })),
        passwordEnabled: truth.password, mfaActive: truth.mfa, certificatesActive: truth.certificates.includes(true),
        passwordLastUsedAt: truth.signedIn === null ? null : new Date(truth.signedIn).toISOString(),
      });
    }));
  });

  it('alone never makes a verdict of clean, whatever it says: at its best the verdict is unknown, and the exit code 2', () => {
    const piece = fc.oneof(fc.constantFrom(HEADER, ROOT, USER, '\n', ',', '"', 'true', 'false', 'N/A'), fc.string({ unit: 'binary', maxLength: 40 }));
    const clean = ROOT.replace(',false,true,2019-03-04T05:06:07+00:00', ',true,false,N/A');
    const texts = fc.oneof(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), fc.constant([HEADER, clean].join('\n')), fc.nat(clean.length).map((at) => [HEADER, clean.slice(0, at)].join('\n')));
    fc.assert(fc.property(texts, (text) => {
      let report: RootUserFacts['report'] = unknown('report/unreadable', 'iam:GetCredentialReport');
      try {
        report = known(read(text), AT, 'iam:GetCredentialReport');
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
      }
      const facts = rootUserFacts({ report });
      const verdict = assessVerdict(facts);
      expect(['active', 'unknown']).toContain(verdict.state);
      for (const failOn of FAIL_ON) expect(assessOutcome(verdict, assessWaivers(assessFindings(facts, verdict), [], facts.account, AT), failOn).exitCode).toBeGreaterThan(0);
    }), { numRuns: 1_000 });
  });

  it('of any text at all is read or refused, never a crash', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(HEADER, ROOT, '\n', ',', '"', '<root_account>', 'true', 'false'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          expect(read(pieces.join(''))).toMatchObject({ generatedAt: AT, keys: [{ isActive: true }, { isActive: false }] });
        } catch (thrown) {
          if (!(thrown instanceof Problem)) throw thrown;
          expect(thrown.code).toBe('report/unreadable');
        }
      }),
    );
  });
});

describe('the states', () => {
  const state = (value: string): Reply => queryAnswer('GenerateCredentialReport', `<State>${value}</State>`);
  const report: Reply = queryAnswer(
    'GetCredentialReport',
    `<Content>${Buffer.from(REPORT).toString('base64')}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-23T22:00:00Z</GeneratedTime>`,
  );
  const denied = queryError('AccessDenied', 'not authorized', 403);
  const notPresent = queryError('ReportNotPresent', 'no report', 410);

  /** Answers of Generate and of Get, in order; the last one of each stays. */
  function openWith(generate: Reply[], get: Reply[]) {
    const taken = { GenerateCredentialReport: 0, GetCredentialReport: 0 };
    const next = (replies: Reply[], operation: keyof typeof taken): Reply => replies[Math.min(taken[operation]++, replies.length - 1)] ?? new Error('no reply');
    const scripted = openScriptedCloud(({ operation }) => (operation === 'GenerateCredentialReport' ? next(generate, operation) : next(get, 'GetCredentialReport')));
    return { ...scripted, read: () => scripted.cloud.reader.readCredentialReport(), taken };
  }

  it.each<[string, Reply[], Reply[], number]>([
    ['a report that is there', [state('COMPLETE')], [report], 0],
    ['one that has to be made', [state('STARTED'), state('INPROGRESS'), state('INPROGRESS'), state('COMPLETE')], [report], 3],
    ['one that expires in between', [state('COMPLETE'), state('STARTED'), state('COMPLETE')], [queryError('ReportExpired', 'old', 410), report], 2],
    ['one that vanishes in between', [state('COMPLETE')], [notPresent, report], 1],
    ['one that is not ready after all', [state('COMPLETE')], [queryError('ReportInProgress', 'busy', 404), report], 1],
    ['one that may be read but not made', [denied], [report], 0],
    ['one asked for too often', [queryError('LimitExceeded', 'too many', 409)], [report], 0],
  ])('%s is read', async (_, generate, get, seconds) => {
    const { read: readReport, clock } = openWith(generate, get);
    expect(await readReport()).toMatchObject({ generatedAt: '2026-11-23T22:00:00.000Z', keys: [{ isActive: true }, { isActive: false }] });
    expect(clock.slept).toBe(seconds * 1_000);
  });

  it('gives up after a minute of the clock', async () => {
    const { read: readReport, clock, taken } = openWith([state('INPROGRESS')], [report]);
    await expect(readReport()).rejects.toMatchObject({ code: 'report/not-ready' });
    expect(clock.slept).toBe(60_000);
    expect(taken.GetCredentialReport).toBe(0);
  });

  it('that may not be made and is not there is absent, and says why', async () => {
    await expect(openWith([denied], [notPresent]).read()).rejects.toMatchObject({ code: 'report/absent', detail: expect.stringContaining('GenerateCredentialReport: AccessDenied') });
  });

  it('that may not be read is denied', async () => {
    await expect(openWith([state('COMPLETE')], [denied]).read()).rejects.toMatchObject({ code: 'aws/access-denied' });
  });

  it('without content, time or state is no report', async () => {
    const bare = queryAnswer('GetCredentialReport', '<ReportFormat>text/csv</ReportFormat>');
    await expect(openWith([state('COMPLETE')], [bare]).read()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    await expect(openWith([queryAnswer('GenerateCredentialReport', '')], [report]).read()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it('of garbage is unreadable', async () => {
    const garbage = queryAnswer('GetCredentialReport', `<Content>${Buffer.from([0xff, 0xfe, 0, 1]).toString('base64')}</Content><GeneratedTime>2026-11-23T22:00:00Z</GeneratedTime>`);
    await expect(openWith([state('COMPLETE')], [garbage]).read()).rejects.toMatchObject({ code: 'report/unreadable' });
  });
});
