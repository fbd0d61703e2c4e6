/** What a plan consists of, and what stands in its way. */
import { describe, expect, it } from 'vitest';
import { parseAccessKeyId } from '../../src/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { unknown } from '../../src/domain/observed.ts';
import { Problem } from '../../src/domain/problem.ts';
import { assemblePlan } from '../../src/domain/planner.ts';
import { caller, CREATED_AT, factsOf, FIRST_KEY, fingerprints, nights, outline, planOf, plannerInput, SECOND_KEY, usageOf, type Given } from './plan-examples.ts';
import { at, EVERYTHING_READ, visitsAt } from './root-event-examples.ts';
import { listed, rootKey, summarized } from './root-user-examples.ts';

const blockerCodes = (given: Given): string[] => planOf(given).blockers.map((blocker) => blocker.code);
const signedBy = (keyId: typeof FIRST_KEY): Given => ({ root: { name: 'root', caller: caller('root-key', keyId) } });
const bothKeys = factsOf({ keys: listed(rootKey(1, 'active'), rootKey(2, 'active')) });
const deleteSigning = { deleteSigningKey: { keyId: FIRST_KEY, reason: 'nothing else signs' } };

function refusal(given: Given): string {
  try {
    assemblePlan(plannerInput(given));
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
  return 'planned';
}

describe('with an independent root session', () => {
  it('contains, soaks, deletes and verifies every key', () => {
    expect(outline(planOf({ facts: bothKeys }))).toEqual(['contain 1', 'contain 2', 'soak 1 2', 'delete 1 contained', 'delete 2 contained', 'verify by root']);
  });

  it('does not contain a key that is inactive already, and deletes it after its soak', () => {
    const facts = factsOf({ keys: listed(rootKey(1, 'inactive'), rootKey(2, 'active')) });
    expect(outline(planOf({ facts }))).toEqual(['contain 2', 'soak 1 2', 'delete 1 contained', 'delete 2 contained', 'verify by root']);
  });

  it('counts the soak of an inactive key from its last deactivation, or from now where none is readable', () => {
    const facts = factsOf({ keys: listed(rootKey(1, 'inactive')) });
    const seenKeys = [{ keyId: FIRST_KEY, state: 'inactive' as const, at: at('2026-11-20T08:00:00Z'), createdAt: null, by: null }];
    expect(planOf({ facts, seenKeys }).keys[0]?.containedSince).toBe('2026-11-20T08:00:00.000Z');
    expect(planOf({ facts }).keys[0]?.containedSince).toBe(CREATED_AT);
  });

  it('plans the guardrails last, and nothing at all where there is no key and no guardrail to put', () => {
    const guardrails = { actions: [{ id: 'config-rule', kind: 'put-config-rule' as const, effect: 'reversible' as const, region: 'us-east-1', rule: { name: 'n', sourceOwner: 'AWS', sourceIdentifier: 'I', description: null, maximumExecutionFrequency: null, inputParameters: null, createdBy: null } }], notDone: [], blockers: [] };
    expect(outline(planOf({ guardrails })).at(-1)).toBe('put-config-rule');
    const facts = factsOf({ keys: listed(), summary: summarized({ keysPresent: false }) });
    expect(outline(planOf({ facts, guardrails }))).toEqual(['put-config-rule']);
    expect(planOf({ facts }).actions).toEqual([]);
  });
});

describe('the signing key', () => {
  it('is never deactivated: it blocks the plan until its direct deletion is decided', () => {
    const plan = planOf(signedBy(FIRST_KEY));
    expect(outline(plan)).toEqual(['soak (1)', 'delete 1 direct', 'verify by witness']);
    expect(plan.blockers.map((blocker) => blocker.code)).toEqual(['plan/blocked']);
  });

  it('is deleted directly by decision, while the other key is contained, soaked and deleted in the ordinary way', () => {
    const plan = planOf({ ...signedBy(FIRST_KEY), facts: bothKeys, decisions: deleteSigning });
    expect(plan.blockers).toEqual([]);
    expect(outline(plan)).toEqual(['contain 2', 'soak 2 (1)', 'delete 2 contained', 'delete 1 direct', 'verify by witness']);
    expect(plan.overrides).toEqual([{ kind: 'delete-signing-key', keyId: FIRST_KEY, reason: 'nothing else signs' }]);
  });

  it('is found behind a session that it minted', () => {
    const root = caller('root-session');
    const plan = planOf({ root: { name: 'root', caller: root }, mintedBy: { [root.accessKeyId]: FIRST_KEY } });
    expect(plan.keys[0]?.isSigning).toBe(true);
    expect(outline(plan)).not.toContain('contain 1');
  });

  it('has no witness where the reader is the key too: then nobody verifies, and guardrails come before the last delete', () => {
    const reading = { name: 'root', caller: caller('root-key', FIRST_KEY) };
    const guardrails = { actions: [{ id: 'scp', kind: 'look-back' as const, effect: 'none' as const }], notDone: [], blockers: [] };
    const plan = planOf({ ...signedBy(FIRST_KEY), reading, guardrails, decisions: deleteSigning });
    expect(outline(plan)).toEqual(['soak (1)', 'look-back', 'delete 1 direct', 'verify by nobody']);
  });

  it('has no witness where the reader may not read the account summary: the plan says that nobody will verify, before it is applied', () => {
    const facts = factsOf({ summary: unknown('aws/access-denied', 'iam:GetAccountSummary') });
    const plan = planOf({ ...signedBy(FIRST_KEY), facts, decisions: deleteSigning });
    expect(outline(plan).at(-1)).toBe('verify by nobody');
    expect(plan.notDone).toEqual([{ what: 'verify the deletion', because: expect.stringContaining('profile admin could not call iam:GetAccountSummary') }]);
    expect(planOf({ facts }).notDone).toEqual([]);
  });

  it('may not be the one behind the reading profile when it is to be contained', () => {
    const reading = { name: 'script', caller: caller('root-key', SECOND_KEY) };
    expect(blockerCodes({ reading, facts: bothKeys })).toContain('credentials/reader-signed-by-planned-key');
    const minted = caller('root-session', parseAccessKeyId('ASIAMINTEDBYAKEYXXXX'));
    expect(blockerCodes({ reading: { name: 'script', caller: minted }, mintedBy: { [minted.accessKeyId]: SECOND_KEY }, facts: bothKeys })).toContain('credentials/reader-signed-by-planned-key');
  });

  describe('with a policy that can contain it from outside', () => {
    const guardrail = { name: 'scp', description: '', content: '{}', existingId: null, target: { kind: 'account' as const, id: '111122223333', name: 'lab' } };
    const containment = { guardrail, isFound: false };

    it('is denied, soaked, deleted by itself, and the policy lifted; the other key is deactivated before the policy denies that', () => {
      const plan = planOf({ ...signedBy(FIRST_KEY), facts: bothKeys, containment, decisions: deleteSigning });
      expect(outline(plan)).toEqual(['contain 2', 'deny 1', 'soak 2 (1)', 'delete 2 contained', 'delete 1 direct', 'verify by witness', 'lift-scp']);
      expect(plan.overrides.map(({ kind }) => kind)).toEqual(['delete-signing-key']);
    });

    it('may stay denied, where a policy is there to be kept', () => {
      expect(outline(planOf({ ...signedBy(FIRST_KEY), containment, decisions: { ...deleteSigning, keepsScp: true } }))).not.toContain('lift-scp');
      expect(refusal({ ...signedBy(FIRST_KEY), decisions: { ...deleteSigning, keepsScp: true } })).toBe('input/needless-override');
      expect(refusal({ containment, decisions: { keepsScp: true } })).toBe('input/needless-override');
    });

    it('is contained first in a suspected compromise', () => {
      const plan = planOf({ ...signedBy(FIRST_KEY), usage: null, containment, decisions: { isSuspectedCompromise: true, acknowledgements: [] } });
      expect(outline(plan)).toEqual(['deny 1', 'look-back']);
      expect(plan.notDone).toEqual([]);
    });

    it('leaves a session that no key signs to the ordinary way', () => {
      expect(outline(planOf({ containment }))).toEqual(outline(planOf()));
    });
  });

  it('takes an override for itself alone', () => {
    expect(refusal({ decisions: deleteSigning })).toBe('input/needless-override');
    expect(refusal({ ...signedBy(FIRST_KEY), facts: bothKeys, decisions: { deleteSigningKey: { keyId: SECOND_KEY, reason: 'no' } } })).toBe('input/needless-override');
  });
});

describe('with a person at the console', () => {
  const attended = { isAttended: true };
  const byEvents = (...seen: [typeof FIRST_KEY, 'active' | 'inactive' | 'deleted'][]): Given => ({
    root: null,
    facts: factsOf({ keys: unknown('facts/not-root-caller', 'iam:ListAccessKeys'), summary: summarized({ keysPresent: true, passwordPresent: true }) }),
    seenKeys: seen.map(([keyId, state]) => ({ keyId, state, at: at('2026-11-20T08:00:00Z'), createdAt: null, by: null })),
    decisions: attended,
  });

  it('tells to deactivate and to delete the keys that events show, and no deleted one', () => {
    const plan = planOf(byEvents([FIRST_KEY, 'active'], [SECOND_KEY, 'deleted']));
    expect(outline(plan)).toEqual(['console deactivate 1', 'soak 1', 'console delete 1', 'verify by witness']);
    expect(plan.blockers).toEqual([]);
    expect(plan.root).toBeNull();
  });

  it('soaks a key that was off already from its event on, and tells nothing to deactivate', () => {
    const plan = planOf(byEvents([FIRST_KEY, 'inactive']));
    expect(outline(plan)).toEqual(['soak 1', 'console delete 1', 'verify by witness']);
    expect(plan.keys[0]?.containedSince).toBe('2026-11-20T08:00:00.000Z');
  });

  it('leaves the ids open where nothing names a key', () => {
    expect(outline(planOf(byEvents()))).toEqual(['console deactivate', 'soak ', 'console delete', 'verify by witness']);
  });

  it('plans no click where no root key is', () => {
    const facts = factsOf({ keys: unknown('facts/not-root-caller', 'iam:ListAccessKeys'), summary: summarized({ keysPresent: false, passwordPresent: true }) });
    expect(planOf({ root: null, facts, decisions: attended })).toMatchObject({ actions: [], blockers: [] });
  });

  it('never signs with the key that is to go, whatever profile was given', () => {
    const plan = planOf({ ...signedBy(FIRST_KEY), facts: factsOf({ summary: summarized({ keysPresent: true, passwordPresent: true }) }), decisions: attended });
    expect(plan.keys[0]?.isSigning).toBe(false);
    expect(plan.root).toBeNull();
    expect(outline(plan)[0]).toBe('console deactivate 1');
  });

  it('takes a watcher who is not root itself', () => {
    const reading = { name: 'root', caller: caller('root-session') };
    expect(blockerCodes({ ...byEvents([FIRST_KEY, 'active']), reading })).toEqual(['console/blind']);
  });
});

describe('what stands in the way', () => {
  it('is a missing root session, and keys that cannot be listed', () => {
    expect(blockerCodes({ root: null })).toContain('credentials/root-session-needed');
    expect(blockerCodes({ root: { name: 'admin', caller: caller('role') } })).toContain('credentials/root-session-needed');
    expect(blockerCodes({ facts: factsOf({ keys: unknown('credentials/root-session-unusable', 'iam:ListAccessKeys') }) })).toEqual(['credentials/root-session-unusable']);
  });

  it('is every caller that nobody acknowledged, each by its own fingerprint', () => {
    const usage = usageOf(...visitsAt(nights(1, 20)), ...visitsAt(nights(3, 6), { sourceIp: '203.0.113.9' }));
    const [first = '', second = ''] = fingerprints(usage);
    const plan = planOf({ usage, decisions: { acknowledgements: [{ fingerprint: first, reason: 'known' }] } });
    expect(plan.blockers.map((blocker) => blocker.text)).toEqual([expect.stringContaining(second)]);
    expect(plan.blockers[0]?.text).toContain('--suspected-compromise');
    expect(refusal({ decisions: { acknowledgements: [{ fingerprint: 'ffffffffffff', reason: 'guess' }] } })).toBe('input/acknowledgement');
  });

  it('is not a sign-in or an AWS service: they do not depend on a key', () => {
    const usage = usageOf(...visitsAt(nights(1, 2), { kind: 'sign-in', accessKeyId: null }), ...visitsAt(nights(3, 4), { kind: 'aws-service', accessKeyId: null, sourceIp: 'AWS Internal' }));
    expect(planOf({ usage, decisions: { acknowledgements: [] } }).blockers).toEqual([]);
  });

  it('is a soak that nobody could prove, unless that is decided', () => {
    const coverage = { ...EVERYTHING_READ, regions: [{ region: 'us-east-1', readable: false as const, because: 'aws/access-denied' }] };
    const usage = { ...usageOf(), coverage };
    expect(blockerCodes({ usage })).toEqual(['soak/not-proved']);
    const decided = planOf({ usage, decisions: { acceptUnprovedSoak: 'CloudTrail is denied here' } });
    expect(decided.blockers).toEqual([]);
    expect(decided.overrides).toEqual([{ kind: 'unproved-soak', keyIds: [FIRST_KEY], reason: 'CloudTrail is denied here' }]);
  });

  it('is nothing where no root key is: a clean account needs no root session', () => {
    const facts = factsOf({ keys: unknown('facts/not-root-caller', 'iam:ListAccessKeys'), summary: summarized({ keysPresent: false }) });
    expect(blockerCodes({ facts, root: null })).toEqual([]);
  });
});

describe('the soak', () => {
  it('covers the next expected use with margin: about 26 hours for a nightly job, never less than one hour', () => {
    expect(planOf().soak.requiredMs).toBe(26 * HOUR_MS);
    expect(planOf({ usage: usageOf() }).soak.requiredMs).toBe(HOUR_MS);
    expect(planOf().soak.plannedMs).toBe(26 * HOUR_MS);
  });

  it('may be longer, and is shorter only with a reason that goes on record', () => {
    expect(planOf({ decisions: { soakMs: 3 * DAY_MS } }).soak.plannedMs).toBe(3 * DAY_MS);
    expect(blockerCodes({ decisions: { soakMs: 30 * MINUTE_MS } })).toEqual(['plan/blocked']);
    const plan = planOf({ decisions: { soakMs: 30 * MINUTE_MS, acceptShortSoak: 'the host is gone' } });
    expect(plan.blockers).toEqual([]);
    expect(plan.overrides).toEqual([{ kind: 'short-soak', keyIds: [FIRST_KEY], reason: 'the host is gone' }]);
    expect(plan.actions.find((action) => action.kind === 'soak')).toMatchObject({ durationMs: 30 * MINUTE_MS });
  });

  it('takes no reason that it does not need', () => {
    expect(refusal({ decisions: { acceptShortSoak: 'just in case' } })).toBe('input/needless-override');
  });

  it('says which callers no waiting proves anything about', () => {
    const usage = usageOf(...visitsAt([at('2026-11-01T09:00:00Z')]));
    expect(planOf({ usage }).soak.notProvable).toEqual(fingerprints(usage));
  });
});

describe('a suspected compromise', () => {
  const compromise = { isSuspectedCompromise: true, acknowledgements: [] };

  it('is contained first, looked back at after; nothing is deleted and nobody acknowledged', () => {
    const plan = planOf({ facts: bothKeys, usage: null, decisions: compromise });
    expect(outline(plan)).toEqual(['contain 1', 'contain 2', 'look-back']);
    expect(plan.blockers).toEqual([]);
  });

  it('cannot contain the key that signs, and says so instead of pretending', () => {
    const plan = planOf({ ...signedBy(FIRST_KEY), facts: bothKeys, usage: null, decisions: compromise });
    expect(outline(plan)).toEqual(['contain 2', 'look-back']);
    expect(plan.notDone.map((entry) => entry.what)).toEqual(['contain …LE01']);
  });
});
