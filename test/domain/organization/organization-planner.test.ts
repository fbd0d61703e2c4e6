/** The plan over an organization: who is retired, in which steps, and who is left out, why and with which next step. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/domain/instant.ts';
import { orderCredentials } from '../../../src/domain/organization/organization-planner.ts';
import { DENY_REGIONS, DENY_ROOT, DENY_ROOT_STRICTLY, policy, ROOT } from '../organization-examples.ts';
import { EVERYTHING_READ, rootEvent, visitsAt } from '../root-event-examples.ts';
import { nights } from '../plan-examples.ts';
import { accountAt, bodyOf, keyOf, LATELY, LONG_AGO, MANAGEMENT, PRODUCTION, reasonOf, SANDBOX, stepsOf, usageOf } from './plan-examples.ts';

const [A, B, C] = [accountAt(1), accountAt(2), accountAt(3)];
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
  }
};
const acknowledge = (...names: string[]) => ({ acknowledgements: names.map((fingerprint) => ({ fingerprint, reason: 'known' })) });

describe('the steps of an account', () => {
  it('are quarantine, soak, deletion by key id, verification and release', () => {
    const plan = bodyOf([{ account: A, keys: [{}, { status: 'inactive' }] }]);
    expect(stepsOf(plan, A)).toBe('quarantine, soak, delete-key, delete-key, verify, release');
    expect(plan.accounts[0]?.actions.flatMap((action) => (action.kind === 'delete-key' ? [action.keyId] : []))).toEqual([keyOf(A), keyOf(A, true)]);
    expect(plan.accounts[0]?.soak).toMatchObject({ requiredMs: HOUR_MS, plannedMs: HOUR_MS });
  });

  it('keep the quarantine where that was asked for', () => {
    expect(stepsOf(bodyOf([{ account: A, keys: [{}] }], { decisions: { afterwards: { kind: 'keep' } } }), A)).toBe('quarantine, soak, delete-key, verify');
  });

  it('release only where the guardrail that replaces the quarantine reaches', () => {
    const plan = bodyOf([{ account: A, keys: [{}], parent: SANDBOX }, { account: B, keys: [{}] }], {
      decisions: { afterwards: { kind: 'replace', policy: { name: 'rootzero-deny-root-user', description: '', policyText: DENY_ROOT }, targets: [SANDBOX] } },
    });
    expect(stepsOf(plan, A)).toMatch(/release$/);
    expect(stepsOf(plan, B)).toMatch(/verify$/);
    expect(plan.findings.map(({ text }) => text).join()).toContain('1 account outside the targets of the guardrail keep their quarantine.');
  });

  it('use a seal that is there, and never take it off', () => {
    const plan = bodyOf([{ account: A, keys: [{}] }], { policies: [policy('deny-root', DENY_ROOT, PRODUCTION)] });
    expect(stepsOf(plan, A)).toBe('find-sealed, soak, delete-key, verify');
    expect(plan.accounts[0]?.actions[0]).toMatchObject({ targetId: PRODUCTION });
  });

  it('go from keys to certificates to the password to MFA, whatever the order in which they were named', () => {
    const others = new Map([[A, { certificates: ['CERTIFICATE1'], hasPassword: true, mfaDevices: [`arn:aws:iam::${A}:mfa/root`] }]]);
    const plan = bodyOf([{ account: A, keys: [{}], hasPassword: true }], { others, decisions: { credentials: ['mfa', 'password', 'keys', 'certificates'] } });
    expect(stepsOf(plan, A)).toBe('quarantine, soak, delete-key, delete-certificate, delete-password, deactivate-mfa, verify, release');
  });

  it('have no quarantine and no soak where there is no key', () => {
    const others = new Map([[A, { certificates: [], hasPassword: true, mfaDevices: [] }]]);
    const plan = bodyOf([{ account: A, hasPassword: true }], { others, decisions: { credentials: ['keys', 'password'] } });
    expect(stepsOf(plan, A)).toBe('delete-password, verify');
  });

  it('never touch the password before the keys, as a peer does that deletes "all" in that order and stops at the first error', () => {
    const others = new Map([[A, { certificates: [], hasPassword: true, mfaDevices: [] }]]);
    const plan = bodyOf([{ account: A, keys: [{}], hasPassword: true }], { others, decisions: { credentials: ['password'] } });
    expect(stepsOf(plan, A)).toBe('not planned');
    expect(reasonOf(plan, A)).toContain('come after its root keys');
  });

  it('never touch MFA before the keys either, where there is no password to go in between', () => {
    const others = new Map([[A, { certificates: [], hasPassword: false, mfaDevices: [`arn:aws:iam::${A}:mfa/root`] }]]);
    const plan = bodyOf([{ account: A, keys: [{}] }], { others, decisions: { credentials: ['password', 'mfa'] } });
    expect(stepsOf(plan, A)).toBe('not planned');
    expect(reasonOf(plan, A)).toContain('come after its root keys');
  });

  it('never take MFA without the password that it guards', () => {
    expect(codeOf(() => orderCredentials(['keys', 'mfa']))).toBe('input/usage');
    expect(codeOf(() => orderCredentials([]))).toBe('input/usage');
    expect(orderCredentials(['mfa', 'password'])).toEqual(['password', 'mfa']);
  });
});

describe('accounts that are left out', () => {
  const reasons = (...given: Parameters<typeof bodyOf>): string => reasonOf(bodyOf(...given), A);

  it('are those that no session can reach', () => {
    expect(reasonOf(bodyOf([{ account: MANAGEMENT, keys: [{}] }]), MANAGEMENT)).toContain('management account');
    expect(reasons([{ account: A, keys: [{}], state: 'suspended' }])).toContain('suspended');
    expect(reasons([{ account: A, keys: [{}], by: 'role' }])).toContain('No root session');
    expect(reasons([{ account: A, keys: [{}] }], { facts: { partition: 'aws-us-gov' } })).toContain('GovCloud');
    expect(reasons([{ account: A, keys: [{}], by: 'own' }])).toContain('delegated administrator itself');
  });

  it('are those of which nothing is known, unlike a peer that passes failed audit rows on and prints "deleted"', () => {
    const plan = bodyOf([{ account: A, isUnknown: true }, { account: B, keys: [{}] }]);
    expect(plan.notCovered).toMatchObject([{ account: A, because: 'A root session was refused.', next: 'rootzero doctor' }]);
    expect(plan.accounts.map(({ account }) => account)).toEqual([B]);
    expect(reasons([{ account: A, keys: [{ use: 'not-read' }] }])).toContain('could not be read');
  });

  it('are those whose policies deny root sessions: which, where, and what to change', () => {
    const strict = bodyOf([{ account: A, keys: [{}] }], { policies: [policy('old-deny-root', DENY_ROOT_STRICTLY, PRODUCTION)] });
    expect(reasonOf(strict, A)).toBe(`Policy old-deny-root (p-olddenyroot) on production (${PRODUCTION}) denies root sessions: exempt them: "Null": {"aws:AssumedRoot": "true"}.`);
    expect(strict.waves).toEqual([]);
    expect(reasons([{ account: A, keys: [{}] }], { policies: [policy('regions', DENY_REGIONS, ROOT)] })).toContain('exempt iam:*');
    expect(reasons([{ account: A, keys: [{}] }], { policies: [policy('aws-guardrails-AbCdEf', DENY_ROOT_STRICTLY, PRODUCTION)] })).toContain('ExemptAssumeRoot');
    const allowS3 = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    const narrow = { id: 'p-FullAWSAccess', name: 'FullAWSAccess', content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', isAwsManaged: true, targetIds: [ROOT, A] };
    expect(reasons([{ account: A, keys: [{}] }], { facts: { policies: [narrow, policy('s3-only', allowS3, PRODUCTION)] } })).toContain('allows iam:ListAccessKeys, iam:DeleteAccessKey');
  });

  it('is only the one that a policy names, not its neighbour', () => {
    const one = DENY_ROOT_STRICTLY.replace('arn:*:iam::*:root', `arn:*:iam::${A}:root`);
    const plan = bodyOf([{ account: A, keys: [{}] }, { account: B, keys: [{}] }], { policies: [policy('one', one, PRODUCTION)] });
    expect(plan.accounts.map(({ account }) => account)).toEqual([B]);
  });

  it('are those without a free slot, unless they are sealed already', () => {
    const full = Array.from({ length: 9 }, (_, index) => policy(`other-${index}`, '{"Version":"2012-10-17","Statement":[]}', A));
    expect(reasons([{ account: A, keys: [{}] }], { policies: full })).toContain('10 of 10 slots');
    expect(stepsOf(bodyOf([{ account: A, keys: [{}] }], { policies: [...full, policy('seal', DENY_ROOT, PRODUCTION)] }), A)).toContain('find-sealed');
  });

  it('are those where break-glass is open', () => {
    expect(reasons([{ account: A, keys: [{}] }], { policies: [policy(`rootzero-break-glass-${A}`, '{"Version":"2012-10-17","Statement":[]}', PRODUCTION)] })).toContain('Break-glass is open');
  });
});

describe('keys that are used', () => {
  it('need an acknowledgement each where CloudTrail was not read, by key id', () => {
    const specs = [{ account: A, keys: [{ use: LONG_AGO }, {}] }, { account: B, keys: [{}] }];
    const without = bodyOf(specs);
    expect(without.notCovered).toMatchObject([{ account: A, next: `Find out who it is, then plan again with: --acknowledge ${keyOf(A)}=REASON` }]);
    expect(without.accounts.map(({ account }) => account)).toEqual([B]);
    const given = bodyOf(specs, { decisions: acknowledge(keyOf(A)) });
    expect(given.accounts.map(({ account }) => account)).toEqual([A, B]);
    expect(given.accounts[0]?.soak.because).toContain('who uses the keys is not known');
  });

  it('need an acknowledgement of every caller where it was read, by fingerprint', () => {
    const usage = usageOf(A, visitsAt(nights(1, 23), { accessKeyId: keyOf(A) }));
    const use = { ...LATELY, at: nights(23, 23)[0] ?? LATELY.at };
    const given = { usages: new Map([[A, usage]]) };
    expect(reasonOf(bodyOf([{ account: A, keys: [{ use }] }], given), A)).toContain('198.51.100.7');
    const fingerprint = usage.seen?.usage.callers[0]?.fingerprint ?? '';
    const plan = bodyOf([{ account: A, keys: [{ use }] }], { ...given, decisions: acknowledge(fingerprint) });
    expect(plan.accounts[0]?.usage?.callers).toHaveLength(1);
    expect(plan.accounts[0]?.soak.requiredMs).toBe(26 * HOUR_MS);
  });

  it('need none where all was read and the last use was long ago', () => {
    expect(bodyOf([{ account: A, keys: [{ use: LONG_AGO }] }], { usages: new Map([[A, usageOf(A, [])]]) }).accounts).toHaveLength(1);
  });

  it('need one of the key where its use left no event, or a Region was not read', () => {
    expect(reasonOf(bodyOf([{ account: A, keys: [{ use: LATELY }] }], { usages: new Map([[A, usageOf(A, [])]]) }), A)).toContain('no event shows it');
    const read = usageOf(A, [rootEvent({ id: '1', at: LATELY.at, accessKeyId: keyOf(A) })]);
    const seen = read.seen === null ? null : { ...read.seen, sources: [{ source: 'event-history' as const, dataEvents: 'never' as const, files: null, coverage: { ...EVERYTHING_READ, regions: [...EVERYTHING_READ.regions, { region: 'eu-west-1', readable: false as const, because: 'denied' }] } }] };
    const fingerprint = read.seen?.usage.callers[0]?.fingerprint ?? '';
    expect(reasonOf(bodyOf([{ account: A, keys: [{ use: LATELY }] }], { usages: new Map([[A, { ...read, seen }]]), decisions: acknowledge(fingerprint) }), A)).toContain('eu-west-1');
  });

  it('of one account never block the others, and a stray acknowledgement is said and counts for nothing', () => {
    const plan = bodyOf([{ account: A, keys: [{ use: LATELY }] }, { account: B, keys: [{}] }, { account: C }], { decisions: acknowledge('000000000000') });
    expect(plan.blockers).toEqual([]);
    expect(plan.waves.flatMap(({ accounts }) => accounts)).toEqual([B]);
    expect(plan.acknowledgements).toEqual([]);
    expect(plan.findings.map(({ text }) => text).join()).toContain('--acknowledge 000000000000: neither');
  });
});

describe('the whole', () => {
  it('is blocked where a policy of the quarantine\'s name has other content', () => {
    expect(bodyOf([{ account: A, keys: [{}] }], { policies: [policy('rootzero-quarantine-root-user', DENY_ROOT_STRICTLY)] }).blockers).toMatchObject([{ code: 'guardrail/name-taken' }]);
    expect(bodyOf([{ account: A, keys: [{}] }], { policies: [policy('rootzero-quarantine-root-user', ` ${DENY_ROOT}`)] }).quarantine.existingId).toBe('p-rootzeroquar');
  });

  it('is blocked for a delegate without somebody in the management account, where anything is to be attached', () => {
    const delegate = { account: B, name: 'delegate', arn: '', kind: 'role' as const, keyId: null };
    expect(bodyOf([{ account: A, keys: [{}] }], { reading: delegate }).blockers).toMatchObject([{ code: 'credentials/organization-needed' }]);
    expect(bodyOf([{ account: A, keys: [{}] }], { reading: delegate, manager: { name: 'management', arn: '', kind: 'role', keyId: null } }).blockers).toEqual([]);
    expect(bodyOf([{ account: A }], { reading: delegate }).blockers).toEqual([]);
  });

  it('is blocked without centralized root access', () => {
    expect(bodyOf([{ account: A, keys: [{}] }], { facts: { centralAccess: { credentialsManagement: false, rootSessions: false } } }).blockers).toMatchObject([{ code: 'member/root-access-off' }]);
  });

  it('needs a reason for a soak shorter than required, and refuses one that is not needed', () => {
    expect(bodyOf([{ account: A, keys: [{}] }], { decisions: { soakMs: HOUR_MS / 2 } }).blockers).toMatchObject([{ code: 'plan/blocked' }]);
    const accepted = bodyOf([{ account: A, keys: [{}] }], { decisions: { soakMs: HOUR_MS / 2, acceptShortSoak: 'test' } });
    expect(accepted).toMatchObject({ blockers: [], overrides: { shortSoak: 'test' } });
    expect(codeOf(() => bodyOf([{ account: A, keys: [{}] }], { decisions: { acceptShortSoak: 'test' } }))).toBe('input/needless-override');
  });

  it('is empty where nothing is left to retire', () => {
    expect(bodyOf([{ account: A }, { account: B }])).toMatchObject({ accounts: [], waves: [], notCovered: [], blockers: [] });
  });
});
