/** In which order accounts are retired: a canary alone, then unused keys, then used ones, never more at a time than were done before. Pure. */
import type { AccountId } from '../identifiers.ts';
import { problem } from '../problem.ts';
import type { OrganizationWave, PlannedAccount } from './organization-plan.ts';

/** `ou`: units one after another, small ones first, kept together where they fit. `size`: as many as may be, whatever unit they are in. */
export const WAVE_ORDERS = ['ou', 'size'] as const;
export type WaveOrder = (typeof WAVE_ORDERS)[number];

/** What one wave may hold at most: its soak, its questions and its blast radius stay those that a person can follow. */
export const LARGEST_WAVE = 1_000;

type Waved = Pick<PlannedAccount, 'account' | 'name' | 'path' | 'keys' | 'usage'>;

/** Used: IAM has a use on record for a key, or a caller was seen. Both are wider than "still in use". */
export const isUsed = ({ keys, usage }: Waved): boolean => keys.some(({ lastUse }) => lastUse !== null) || (usage?.callers.length ?? 0) > 0;

const byText = (first: string, second: string): number => (first < second ? -1 : first > second ? 1 : 0);
const unitOf = ({ path }: Waved): string => path.ids.at(-1) ?? '';
const unitNameOf = ({ path }: Waved): string => path.names.slice(1).join('/') || (path.names[0] ?? '');
const isSandbox = ({ name, path }: Waved): boolean => [name, ...path.names].some((text) => /sandbox/i.test(text));

type SizeOf = (account: Waved) => number;

/** How many of the accounts are in the same unit. */
function unitSizes(accounts: readonly Waved[]): SizeOf {
  const sizes = new Map<string, number>();
  for (const account of accounts) sizes.set(unitOf(account), (sizes.get(unitOf(account)) ?? 0) + 1);
  return (account) => sizes.get(unitOf(account)) ?? 0;
}

const byUnit = (sizeOf: SizeOf) => (first: Waved, second: Waved): number =>
  sizeOf(first) - sizeOf(second) || byText(unitOf(first), unitOf(second)) || byText(first.account, second.account);

/** Without a word from the operator: an unused key in a sandbox, else one in the smallest unit; where none is unused, an account without a key. */
function chooseCanary(accounts: readonly Waved[]): Waved | undefined {
  const order = byUnit(unitSizes(accounts));
  return [...accounts].sort((first, second) => Number(isUsed(first)) - Number(isUsed(second)) || Number(second.keys.length > 0) - Number(first.keys.length > 0) || Number(isSandbox(second)) - Number(isSandbox(first)) || order(first, second))[0];
}

/** Each wave holds at most as many as all before it together. */
function gather(accounts: readonly Waved[], order: WaveOrder, reachedBefore: number): Waved[][] {
  const sizeOf = unitSizes(accounts);
  const waves: Waved[][] = [];
  let [reached, latest, room] = [reachedBefore, [] as Waved[], 0];
  const begin = (): void => {
    room = Math.min(Math.max(reached, 1), LARGEST_WAVE);
    latest = [];
    waves.push(latest);
  };
  let unit: string | null = null;
  for (const account of [...accounts].sort(order === 'ou' ? byUnit(sizeOf) : (first, second) => byText(first.account, second.account))) {
    const isWholeUnit = order === 'size' || unit === unitOf(account) || latest.length === 0 || latest.length + sizeOf(account) <= room;
    if (waves.length === 0 || latest.length >= room || !isWholeUnit) begin();
    latest.push(account);
    reached += 1;
    unit = unitOf(account);
  }
  return waves;
}

/** `unused 2: Sandbox, Workloads/Development and 3 more` */
function nameOf(kind: 'unused' | 'used', index: number, accounts: readonly Waved[], order: WaveOrder): string {
  const units = [...new Set(accounts.map(unitNameOf))];
  const more = units.length > 2 ? ` and ${units.length - 2} more` : '';
  return order === 'size' ? `${kind} ${index + 1}` : `${kind} ${index + 1}: ${units.slice(0, 2).join(', ')}${more}`;
}

/**
 * Every account in one wave, and in one only.
 * @throws Problem `guardrail/no-canary` for a canary that is none of them
 */
export function assembleOrganizationWaves(accounts: readonly Waved[], { canary, order }: { canary: AccountId | null; order: WaveOrder }): OrganizationWave[] {
  if (accounts.length === 0) return [];
  const first = canary === null ? chooseCanary(accounts) : accounts.find(({ account }) => account === canary);
  if (first === undefined) throw problem('guardrail/no-canary', { detail: `Account ${canary} is not among those that would be retired.`, nextStep: 'Name one that is (--canary ID), or leave it out.' });
  const rest = accounts.filter((account) => account !== first);
  const unused = gather(rest.filter((account) => !isUsed(account)), order, 1);
  const used = gather(rest.filter(isUsed), order, 1 + unused.flat().length);
  const named = [
    { name: 'canary', accounts: [first] },
    ...unused.map((wave, index) => ({ name: nameOf('unused', index, wave, order), accounts: wave })),
    ...used.map((wave, index) => ({ name: nameOf('used', index, wave, order), accounts: wave })),
  ];
  return named.map((wave, index) => ({ number: index + 1, name: wave.name, accounts: wave.accounts.map(({ account }) => account) }));
}
