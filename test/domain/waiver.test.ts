/** Waivers: whom they help, until when, and what they never do. */
import { describe, expect, it } from 'vitest';
import { assessFindings } from '../../src/domain/findings.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { parseDay, type Day } from '../../src/domain/instant.ts';
import type { RootUserFacts } from '../../src/domain/root-user.ts';
import { assessVerdict } from '../../src/domain/verdict.ts';
import { assessWaivers, describeWaiver, type JudgedFinding, type Waiver } from '../../src/domain/waiver.ts';
import { at } from './root-event-examples.ts';
import { listed, rootKey, rootUserFacts, seen, summarized } from './root-user-examples.ts';

function day(text: string): Day {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new RangeError(text);
  return parsed;
}

const waiver = (given: Partial<Waiver> = {}): Waiver =>
  ({ account: parseAccountId('111122223333'), finding: 'root-mfa', reason: 'token on order', owner: 'platform', expires: day('2026-12-31'), line: 2, ...given });

const WITHOUT_MFA: Partial<RootUserFacts> = { keys: listed(rootKey(1, 'active')), summary: summarized({ mfaEnabled: false }), mfa: seen('none', 'iam:ListVirtualMFADevices') };

function judge(facts: Partial<RootUserFacts>, waivers: Waiver[], when = '2026-11-24T12:00:00Z'): (id: JudgedFinding['id']) => JudgedFinding['waiver'] {
  const all = rootUserFacts(facts);
  const judged = assessWaivers(assessFindings(all, assessVerdict(all)), waivers, all.account, at(when));
  return (id) => judged.find((finding) => finding.id === id)?.waiver ?? null;
}

describe('a waiver', () => {
  it('accepts the failure that it names, and no other', () => {
    const found = judge(WITHOUT_MFA, [waiver()]);
    expect(found('root-mfa')).toMatchObject({ effect: 'waived', owner: 'platform', reason: 'token on order', line: 2 });
    expect(found('root-access-key')).toBeNull();
  });

  it('is of one account', () => {
    expect(judge(WITHOUT_MFA, [waiver({ account: parseAccountId('999988887777') })])('root-mfa')).toBeNull();
  });

  it.each([
    ['2026-12-31T23:59:59.999Z', 'waived'],
    ['2027-01-01T00:00:00.000Z', 'expired'],
    ['2031-01-01T00:00:00.000Z', 'expired'],
  ])('until 2026-12-31 is at %s %s', (when, effect) => {
    expect(judge(WITHOUT_MFA, [waiver()], when)('root-mfa')?.effect).toBe(effect);
  });

  it('never turns unknown into anything', () => {
    for (const id of ['root-access-key', 'root-mfa', 'root-password', 'root-signing-certificates', 'central-root-access'] as const) {
      expect(judge({}, [waiver({ finding: id })])(id)?.effect).toBe('not-for-unknown');
    }
  });

  it('is not needed where nothing fails', () => {
    expect(judge({ ...WITHOUT_MFA, summary: summarized({}), mfa: seen('hardware', 'iam:ListVirtualMFADevices') }, [waiver()])('root-mfa')?.effect).toBe('not-needed');
    expect(judge({ ...WITHOUT_MFA, summary: summarized({ passwordPresent: false }) }, [waiver()])('root-mfa')?.effect).toBe('not-needed');
  });

  it('says in a sentence what it did, without a word of its owner', () => {
    const facts = rootUserFacts(WITHOUT_MFA);
    const sentenceAt = (when: string): string | null => {
      const judged = assessWaivers(assessFindings(facts, assessVerdict(facts)), [waiver({ owner: 'EVIL', reason: 'EVIL' })], facts.account, at(when));
      return judged.map(describeWaiver).find((sentence) => sentence !== null) ?? null;
    };
    expect(sentenceAt('2026-11-24T12:00:00Z')).toBe('Waived until 2026-12-31.');
    expect(sentenceAt('2027-11-24T12:00:00Z')).toBe('Its waiver expired on 2026-12-31.');
  });
});

describe('a day', () => {
  it.each(['2026-12-31', '2028-02-29', '0001-01-01'])('is %s', (text) => expect(parseDay(text)).toBe(text));
  it.each(['', 'soon', '2026-1-1', '2026-13-01', '2026-02-30', '2027-02-29', '2026-12-31T00:00:00Z', '31.12.2026', ' 2026-12-31', '2026-12-31\n', '+002026-12-31', '20261231'])('is not %j', (text) => {
    expect(parseDay(text)).toBeUndefined();
  });
});
