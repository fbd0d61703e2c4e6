/** What changed between two surveys of an organization. Pure; what was not known on either side is never called a change, nor the same. */
import type { SealState } from '../guard-status.ts';
import { maskKeyId, type AccessKeyId, type AccountId, type OrganizationId } from '../identifiers.ts';
import type { Instant } from '../instant.ts';
import type { KeyStatus } from '../root-user.ts';
import { keysOf, type JudgedAccount } from './judgement.ts';
import type { SurveyState } from './survey-progress.ts';

export type RecordedKey = { keyId: AccessKeyId; status: KeyStatus };

/** One account as a survey leaves it for the next. */
export type RecordedAccount = {
  account: AccountId;
  name: string;
  at: Instant;
  state: SurveyState;
  /** As they were last known, which may be from an earlier survey where this one could not tell; null where they never were. */
  keys: RecordedKey[] | null;
  /** As it was last known, likewise; null where the policies could never be read. */
  seal: SealState | null;
};

export type SurveyRecord = {
  schema: 1;
  kind: 'survey';
  tool: string;
  world: string;
  at: Instant;
  organization: OrganizationId;
  /** Every account of the organization, whether it was looked at or not. */
  members: AccountId[];
  accounts: RecordedAccount[];
};

export type DriftChange =
  | { kind: 'account-new' | 'account-gone' | 'keys-unknown' | 'seal-unknown'; account: AccountId; name: string }
  /** Without an id where only its presence is known. */
  | { kind: 'key-appeared' | 'key-gone'; account: AccountId; name: string; keyId: AccessKeyId | null; status: KeyStatus | null }
  | { kind: 'key-status'; account: AccountId; name: string; keyId: AccessKeyId; from: KeyStatus; to: KeyStatus }
  | { kind: 'seal-fell'; account: AccountId; name: string; to: SealState };

/** 1: a key appeared or was switched on, or a seal fell · 2: what was known is unknown · 0: neither. */
export type Drift = { since: Instant; compared: number; changes: DriftChange[]; exitCode: 0 | 1 | 2 };

export const recordAccount = (judged: JudgedAccount, seal: SealState | null): RecordedAccount =>
  ({ account: judged.account, name: judged.name, at: judged.at, state: judged.verdict.state, keys: keysOf(judged), seal });

const hasKeys = ({ keys, state }: RecordedAccount): boolean | null => (state === 'unknown' ? (keys === null ? null : keys.length > 0) : state !== 'absent');

function compareKeys(before: RecordedAccount, now: RecordedAccount): DriftChange[] {
  const { account, name } = now;
  if (now.state === 'unknown') return before.state === 'unknown' ? [] : [{ kind: 'keys-unknown', account, name }];
  if (before.keys !== null && now.keys !== null) {
    const [old, fresh] = [new Map(before.keys.map((key) => [key.keyId, key.status])), new Map(now.keys.map((key) => [key.keyId, key.status]))];
    return [
      ...now.keys.flatMap(({ keyId, status }): DriftChange[] => {
        const from = old.get(keyId);
        if (from === undefined) return [{ kind: 'key-appeared', account, name, keyId, status }];
        return from === status ? [] : [{ kind: 'key-status', account, name, keyId, from, to: status }];
      }),
      ...before.keys.filter(({ keyId }) => !fresh.has(keyId)).map(({ keyId, status }): DriftChange => ({ kind: 'key-gone', account, name, keyId, status })),
    ];
  }
  const [had, has] = [hasKeys(before), hasKeys(now)];
  if (had === null || has === null || had === has) return [];
  return [{ kind: has ? 'key-appeared' : 'key-gone', account, name, keyId: null, status: null }];
}

function compareSeals(before: RecordedAccount, { account, name, seal }: RecordedAccount): DriftChange[] {
  if (before.seal !== 'sealed' || seal === 'sealed' || seal === 'not-applicable') return [];
  return seal === null || seal === 'undecided' ? [{ kind: 'seal-unknown', account, name }] : [{ kind: 'seal-fell', account, name, to: seal }];
}

/** The keys of an account that was not there before are new as well. */
function compareNew(now: RecordedAccount): DriftChange[] {
  const { account, name } = now;
  return [{ kind: 'account-new', account, name }, ...compareKeys({ ...now, state: 'absent', keys: [] }, now).filter(({ kind }) => kind === 'key-appeared')];
}

const isGrave = (change: DriftChange): boolean => change.kind === 'key-appeared' || change.kind === 'seal-fell' || (change.kind === 'key-status' && change.to === 'active');
const isDoubt = ({ kind }: DriftChange): boolean => kind === 'keys-unknown' || kind === 'seal-unknown';

const weigh = (changes: readonly DriftChange[]): 0 | 1 | 2 => (changes.some(isGrave) ? 1 : changes.some(isDoubt) ? 2 : 0);

/** Accounts are compared where both surveys looked at them; one is new or gone by whether the organization had it. */
export function assessDrift(before: SurveyRecord, now: SurveyRecord): Drift {
  const old = new Map(before.accounts.map((account) => [account.account, account]));
  const [wereMembers, areMembers] = [new Set(before.members), new Set(now.members)];
  const common = now.accounts.flatMap((account) => {
    const earlier = old.get(account.account);
    return earlier === undefined ? [] : [{ earlier, account }];
  });
  const changes = [
    ...now.accounts.filter(({ account }) => !wereMembers.has(account)).flatMap(compareNew),
    ...before.accounts.filter(({ account }) => !areMembers.has(account)).map(({ account, name }): DriftChange => ({ kind: 'account-gone', account, name })),
    ...common.flatMap(({ earlier, account }) => [...compareKeys(earlier, account), ...compareSeals(earlier, account)]),
  ];
  return { since: before.at, compared: common.length, changes, exitCode: weigh(changes) };
}

/** What this survey could not tell stays as it was known. */
function withKnown(now: RecordedAccount, before: RecordedAccount | undefined): RecordedAccount {
  if (before === undefined) return now;
  const isSealTold = now.seal !== null && now.seal !== 'undecided';
  return { ...now, keys: now.keys ?? before.keys, seal: isSealTold ? now.seal : (before.seal ?? now.seal) };
}

/**
 * What is kept for the next survey: accounts that this one left out stay as they were known, and so does what it could not tell; so neither a
 * narrow survey nor a refusal hides a key that appears, or a seal that falls, meanwhile.
 */
export function mergeRecord(before: SurveyRecord | null, now: SurveyRecord): SurveyRecord {
  if (before === null) return now;
  const old = new Map(before.accounts.map((account) => [account.account, account]));
  const [members, looked] = [new Set(now.members), new Set(now.accounts.map(({ account }) => account))];
  return {
    ...now,
    accounts: [
      ...now.accounts.map((account) => withKnown(account, old.get(account.account))),
      ...before.accounts.filter(({ account }) => members.has(account) && !looked.has(account)),
    ],
  };
}

const keyOf = (keyId: AccessKeyId | null): string => (keyId === null ? 'a key' : `key ${maskKeyId(keyId)}`);

/** One change as a clause about its account; holds no text from outside. */
export function describeChange(change: DriftChange): string {
  switch (change.kind) {
    case 'account-new': return 'new account';
    case 'account-gone': return 'account gone';
    case 'keys-unknown': return 'keys were known, and could not be told now';
    case 'seal-unknown': return 'was sealed, which could not be told now';
    case 'key-appeared': return `${keyOf(change.keyId)} appeared${change.status === null ? '' : `, ${change.status}`}`;
    case 'key-gone': return `${keyOf(change.keyId)} gone`;
    case 'key-status': return `${keyOf(change.keyId)} ${change.from} before, ${change.to} now`;
    case 'seal-fell': return `was sealed, and is ${change.to} now`;
  }
}

/** The changes of each account together, those that make the exit code first. */
export function groupChanges(changes: readonly DriftChange[]): { account: AccountId; name: string; changes: DriftChange[]; weight: 0 | 1 | 2 }[] {
  const groups = new Map<AccountId, DriftChange[]>();
  for (const change of changes) {
    const group = groups.get(change.account);
    if (group === undefined) groups.set(change.account, [change]);
    else group.push(change);
  }
  const rank = (weight: 0 | 1 | 2): number => [1, 2, 0].indexOf(weight);
  return [...groups]
    .map(([account, group]) => ({ account, name: group[0]?.name ?? '', changes: group, weight: weigh(group) }))
    .sort((first, second) => rank(first.weight) - rank(second.weight));
}
