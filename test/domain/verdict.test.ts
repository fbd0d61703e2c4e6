/** The verdict: its whole truth table, and what it says of its sources. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknown, type Observed } from '../../src/domain/observed.ts';
import { PROBLEMS, type ProblemCode } from '../../src/domain/problem-registry.ts';
import type { AccountSummary, CredentialReport, LastUse, RootKey, RootUserFacts } from '../../src/domain/root-user.ts';
import { assessVerdict, type AccountState, type Slot, type Verdict } from '../../src/domain/verdict.ts';
import { at } from './root-event-examples.ts';
import { listed, READ_AT, REPORTED_AT, reported, rootKey, rootUserFacts, seen, summarized } from './root-user-examples.ts';

/*
 * Rows: the live list (unread, or A active and I inactive keys) and the flag AccountAccessKeysPresent. Columns: the report's two slots.
 * Cells: the account (A active, I inactive, P present, N absent, U unknown), then both slots (p: present, status unknown).
 */
const TRUTH_TABLE = `
  list    summary | unread  ff    tf    ft    tt
  unread  unread  | U:uu    U:uu  A:au  A:ua  A:aa
  unread  0       | N:nn    N:nn  N:nn  N:nn  N:nn
  unread  1       | P:pu    P:pu  A:au  A:ua  A:aa
  []      unread  | N:nn    N:nn  N:nn  N:nn  N:nn
  []      0       | N:nn    N:nn  N:nn  N:nn  N:nn
  []      1       | N:nn    N:nn  N:nn  N:nn  N:nn
  [A]     unread  | A:an    A:an  A:an  A:an  A:an
  [A]     0       | A:an    A:an  A:an  A:an  A:an
  [A]     1       | A:an    A:an  A:an  A:an  A:an
  [I]     unread  | I:in    I:in  I:in  I:in  I:in
  [I]     0       | I:in    I:in  I:in  I:in  I:in
  [I]     1       | I:in    I:in  I:in  I:in  I:in
  [A,A]   unread  | A:aa    A:aa  A:aa  A:aa  A:aa
  [A,A]   0       | A:aa    A:aa  A:aa  A:aa  A:aa
  [A,A]   1       | A:aa    A:aa  A:aa  A:aa  A:aa
  [A,I]   unread  | A:ai    A:ai  A:ai  A:ai  A:ai
  [A,I]   0       | A:ai    A:ai  A:ai  A:ai  A:ai
  [A,I]   1       | A:ai    A:ai  A:ai  A:ai  A:ai
  [I,I]   unread  | I:ii    I:ii  I:ii  I:ii  I:ii
  [I,I]   0       | I:ii    I:ii  I:ii  I:ii  I:ii
  [I,I]   1       | I:ii    I:ii  I:ii  I:ii  I:ii
`;

const unread = rootUserFacts();
const LISTS: Record<string, Observed<RootKey[]>> = {
  'unread': unread.keys,
  '[]': listed(),
  '[A]': listed(rootKey(1, 'active')),
  '[I]': listed(rootKey(1, 'inactive')),
  '[A,A]': listed(rootKey(1, 'active'), rootKey(2, 'active')),
  '[A,I]': listed(rootKey(1, 'active'), rootKey(2, 'inactive')),
  '[I,I]': listed(rootKey(1, 'inactive'), rootKey(2, 'inactive')),
};
const SUMMARIES: Record<string, Observed<AccountSummary>> = {
  'unread': unread.summary,
  '0': summarized({ keysPresent: false }),
  '1': summarized({ keysPresent: true }),
};
const REPORTS: Record<string, Observed<CredentialReport>> = {
  unread: unread.report, ff: reported(false, false), tf: reported(true, false), ft: reported(false, true), tt: reported(true, true),
};

const STATE_LETTERS: Record<AccountState, string> = { active: 'A', inactive: 'I', present: 'P', absent: 'N', unknown: 'U' };

function slotLetter({ isPresent, state }: Slot): string {
  switch (state) {
    case 'active': return isPresent ? 'a' : '!';
    case 'inactive': return isPresent ? 'i' : '!';
    case 'absent': return isPresent ? '!' : 'n';
    case 'unknown': return isPresent ? 'p' : 'u';
  }
}

const inLetters = ({ slots, state }: Verdict): string => `${STATE_LETTERS[state]}:${slots.map(slotLetter).join('')}`;

const [heading = '', ...rows] = TRUTH_TABLE.trim().split('\n');
const columns = heading.split('|')[1]?.trim().split(/\s+/) ?? [];
const cells = rows.flatMap((row) => {
  const [sources = '', values = ''] = row.split('|');
  const [list = '', summary = ''] = sources.trim().split(/\s+/);
  return values.trim().split(/\s+/).map((expected, index) => ({ list, summary, report: columns[index] ?? '', expected }));
});

function factsOf({ list, summary, report }: (typeof cells)[number]): RootUserFacts {
  const [keys, flags, slots] = [LISTS[list], SUMMARIES[summary], REPORTS[report]];
  if (keys === undefined || flags === undefined || slots === undefined) throw new RangeError(`no such row or column: ${list} ${summary} ${report}`);
  return rootUserFacts({ keys, summary: flags, report: slots });
}

const noteOn = (verdict: Verdict, source: string): string => verdict.sources.find((note) => note.source === source)?.note ?? '';

describe('the verdict', () => {
  it('has a truth table with every combination of list, summary and report, each once', () => {
    expect(new Set(cells.map(({ list, summary, report }) => `${list} ${summary} ${report}`)).size).toBe(7 * 3 * 5);
    expect(cells).toHaveLength(7 * 3 * 5);
  });

  it.each(cells)('is $expected for list $list, summary $summary, report $report', (cell) => {
    expect(inLetters(assessVerdict(factsOf(cell)))).toBe(cell.expected);
  });

  it('names the keys of a live list, and no keys otherwise', () => {
    const live = assessVerdict(rootUserFacts({ keys: listed(rootKey(1, 'active'), rootKey(2, 'inactive')) }));
    expect(live.slots.map((slot) => slot.keyId)).toEqual(['AKIAROOTKEYEXAMPLE01', 'AKIAROOTKEYEXAMPLE02']);
    expect(assessVerdict(rootUserFacts({ report: reported(true, true) })).slots.map((slot) => slot.keyId)).toEqual([null, null]);
  });

  it('names every refused source and why', () => {
    const { sources } = assessVerdict(rootUserFacts());
    expect(sources.map((note) => note.source)).toEqual(['iam:ListAccessKeys', 'iam:GetAccountSummary', 'iam:GetCredentialReport']);
    for (const note of sources) expect(note).toMatchObject({ at: null, note: 'AWS denied the call.' });
  });

  it('says when each source was true, and always what the report cannot tell', () => {
    const verdict = assessVerdict(rootUserFacts({ keys: listed(), summary: summarized({}), report: reported(false, false) }));
    expect(verdict.sources.map((note) => note.at)).toEqual([READ_AT, READ_AT, REPORTED_AT]);
    expect(noteOn(verdict, 'iam:GetCredentialReport')).toMatch(/caches .* up to 4 h.*cannot tell an inactive key from a deleted one/);
    expect(noteOn(verdict, 'iam:ListAccessKeys')).toBe('');
    expect(noteOn(verdict, 'iam:GetAccountSummary')).toBe('');
  });

  it('says that the report is older than a key', () => {
    const young = { ...rootKey(1, 'active'), createdAt: at('2026-11-24T09:00:00Z') };
    expect(noteOn(assessVerdict(rootUserFacts({ keys: listed(young), report: reported(false, false) })), 'iam:GetCredentialReport'))
      .toContain('older than key …LE01');
    expect(noteOn(assessVerdict(rootUserFacts({ keys: listed(rootKey(1, 'active')), report: reported(true, false) })), 'iam:GetCredentialReport'))
      .not.toContain('older');
  });

  it.each([
    { what: 'an empty list and a present flag', facts: { keys: listed(), summary: summarized({ keysPresent: true }) }, source: 'iam:GetAccountSummary', says: 'a key is present, unlike the live list' },
    { what: 'a listed key and an absent flag', facts: { keys: listed(rootKey(1, 'active')), summary: summarized({}) }, source: 'iam:GetAccountSummary', says: 'no key is present, unlike the live list' },
    { what: 'an empty list and a reported key', facts: { keys: listed(), report: reported(true, false) }, source: 'iam:GetCredentialReport', says: '1 active key, unlike the live list' },
    { what: 'an absent flag and a reported key', facts: { summary: summarized({}), report: reported(true, false) }, source: 'iam:GetCredentialReport', says: 'still shows an active key' },
    { what: 'a present flag and no reported key', facts: { summary: summarized({ keysPresent: true }), report: reported(false, false) }, source: 'iam:GetCredentialReport', says: 'inactive or newer than the report' },
  ])('notes the disagreement of $what', ({ facts, source, says }) => {
    expect(noteOn(assessVerdict(rootUserFacts(facts)), source)).toContain(says);
  });

  it('takes root for keyless in China where nothing can be read, and believes what can be read', () => {
    const china = assessVerdict(rootUserFacts({ partition: 'aws-cn' }));
    expect(inLetters(china)).toBe('N:nn');
    expect(china.sources.at(-1)?.note).toContain('no root user credentials');
    expect(assessVerdict(rootUserFacts({ partition: 'aws-cn', keys: listed(rootKey(1, 'active')) })).state).toBe('active');
    expect(assessVerdict(rootUserFacts({ partition: 'aws-us-gov' })).state).toBe('unknown');
  });

  it('is the same whatever was used when, and whatever refused the sources that could not be read', () => {
    const use = (when: string): LastUse => ({ at: at(when), service: 's3', region: 'eu-west-1' });
    const uses = fc.constantFrom(null, use('2019-03-04T00:00:00Z'), use('2026-11-24T09:59:00Z'));
    const reasons = fc.constantFrom<ProblemCode>('aws/access-denied', 'aws/throttled', 'aws/unreachable', 'aws/server-error', 'aws/unreadable-answer', 'report/absent', 'report/not-ready', 'report/unreadable', 'credentials/root-session-unusable', 'facts/not-root-caller');
    const because = <Value>(fact: Observed<Value>, reason: ProblemCode): Observed<Value> => (fact.known ? fact : unknown(reason, fact.source));
    fc.assert(fc.property(fc.constantFrom(...cells), fc.tuple(uses, uses, uses), reasons, reasons, fc.boolean(), (cell, [first, second, password], one, other, isUseRead) => {
      const facts = factsOf(cell);
      const verdict = assessVerdict({
        ...facts,
        keys: because(facts.keys, one),
        summary: because(facts.summary, other),
        report: facts.report.known
          ? { ...facts.report, value: { ...facts.report.value, passwordLastUsedAt: password?.at ?? null, keys: [{ ...facts.report.value.keys[0], lastUse: first }, { ...facts.report.value.keys[1], lastUse: second }] } }
          : because(facts.report, one),
        lastUses: facts.keys.known ? Object.fromEntries(facts.keys.value.map(({ keyId }) => [keyId, isUseRead ? seen(first, 'iam:GetAccessKeyLastUsed') : unknown(one, 'iam:GetAccessKeyLastUsed')])) : {},
      });
      expect(inLetters(verdict)).toBe(cell.expected);
      for (const source of verdict.sources.filter((note) => note.at === null)) expect([PROBLEMS[one].summary, PROBLEMS[other].summary]).toContain(source.note);
    }), { numRuns: 2_000 });
  });
});
