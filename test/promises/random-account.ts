/** Random accounts with root keys: where they stand, who uses the keys, who may read, and what cannot be read. */
import * as fc from 'fast-check';
import { playAgenda } from '../../src/simulator/agenda.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/simulator/durations.ts';
import { ACCOUNT_CREATED_AT, KEY, KEY_CREATED_AT, ORGANIZATION_ADMIN, SECOND_KEY, consoleChange, nightlyBackup } from '../../src/simulator/scenarios/cast.ts';
import { openPerson } from '../../src/simulator/scenarios/console.ts';
import { homeRegion } from '../../src/simulator/regions.ts';
import { renderCredentialReport } from '../../src/simulator/services/iam-report.ts';
import {
  addAccount, addKeyProfile, addOrganization, addRoleProfile, addRootKey, addRootProfile, addRootSession, openWorld,
} from '../../src/simulator/world-builder.ts';
import type { Account, Happening, RootCall, World } from '../../src/simulator/world.ts';

export const NOON = Date.parse('2026-11-24T12:00:00Z');
export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '999988887777';
export const KEYS: readonly [string, string] = [KEY, SECOND_KEY];
/** Few Regions, so that hundreds of look-backs stay cheap. */
const REGIONS = new Set(['us-east-1', 'eu-west-1', 'us-gov-west-1']);

const keyRecipe = fc.record({
  status: fc.constantFrom('active' as const, 'active' as const, 'deactivated' as const, 'inactive without an event' as const),
  use: fc.constantFrom('never' as const, 'once' as const, 'nightly, silent now' as const, 'hourly, still' as const, 'irregular' as const),
});

export type AccountRecipe = {
  place: 'standalone' | 'management' | 'member' | 'govcloud';
  keys: { status: 'active' | 'deactivated' | 'inactive without an event'; use: 'never' | 'once' | 'nightly, silent now' | 'hourly, still' | 'irregular' }[];
  root: 'independent' | 'first key' | 'none';
  /** Who sits at the console where there is no session of root. */
  person: 'does it' | 'does it to one key' | 'deletes at once' | 'deletes in the soak' | 'switches it on again' | 'does nothing';
  isWitnessed: boolean;
  unreadable: 'nothing' | 'a Region' | 'the home Region';
  hasStaleReport: boolean;
};

export const accountRecipe: fc.Arbitrary<AccountRecipe> = fc.record({
  place: fc.constantFrom('standalone', 'management', 'member', 'govcloud'),
  keys: fc.array(keyRecipe, { minLength: 1, maxLength: 2 }),
  root: fc.constantFrom('independent', 'independent', 'independent', 'first key', 'none'),
  person: fc.constantFrom('does it', 'does it', 'does it', 'does it to one key', 'deletes at once', 'deletes in the soak', 'switches it on again', 'does nothing'),
  isWitnessed: fc.boolean(),
  unreadable: fc.constantFrom('nothing', 'nothing', 'nothing', 'a Region', 'the home Region'),
  hasStaleReport: fc.boolean(),
});

/** The call of whoever uses a key of this place. */
export function callWith(world: World, keyId: string): RootCall {
  const region = world.partition === 'aws-us-gov' ? 'us-gov-west-1' : 'eu-west-1';
  return { ...nightlyBackup(ACCOUNT, keyId), region };
}

function addUse(world: World, keyId: string, use: AccountRecipe['keys'][number]['use']): void {
  const call = callWith(world, keyId);
  const { now } = world;
  const times: Record<typeof use, number[]> = {
    'never': [],
    'once': [now - 20 * DAY_MS],
    'irregular': [now - 60 * DAY_MS, now - 59 * DAY_MS, now - 31 * DAY_MS, now - 4 * DAY_MS],
    'nightly, silent now': [],
    'hourly, still': [],
  };
  for (const at of times[use]) world.agenda.push({ kind: 'root-call', at, call });
  if (use === 'nightly, silent now') world.agenda.push({ kind: 'root-call', at: now - 30 * DAY_MS, everyMs: DAY_MS, untilAt: now - 14 * DAY_MS, jitterMs: MINUTE_MS, call });
  if (use === 'hourly, still') world.agenda.push({ kind: 'root-call', at: now - 2 * DAY_MS, everyMs: HOUR_MS, jitterMs: MINUTE_MS, call });
}

function addKey(world: World, account: Account, keyId: string, { status, use }: AccountRecipe['keys'][number], consoleKeyId: string): void {
  addUse(world, keyId, use);
  addRootKey(world, account, { id: keyId, status: status === 'inactive without an event' ? 'Inactive' : 'Active', createdAt: KEY_CREATED_AT });
  if (status !== 'deactivated') return;
  world.agenda.push({ kind: 'set-key-status', at: world.now - 3 * DAY_MS, accountId: account.id, keyId, status: 'Inactive', by: consoleChange(account.id, consoleKeyId) });
}

/** Somebody at the console, who goes about it when told. */
function addPerson(world: World, account: Account, { person, keys }: AccountRecipe): void {
  const { by, when } = openPerson(world, account);
  const keyIds = keys.map((_, index) => KEYS[index] ?? KEY).slice(0, person === 'does it to one key' ? 1 : 2);
  const every = (make: (keyId: string) => Happening): Happening[] => keyIds.map(make);
  const switches = (status: 'Active' | 'Inactive', at: number) => every((keyId) => ({ kind: 'set-key-status', at, accountId: account.id, keyId, status, by }));
  const deletes = (at: number) => every((keyId) => ({ kind: 'delete-key', at, accountId: account.id, keyId, by }));
  const atOnce = 10 * MINUTE_MS;
  if (person === 'does nothing') return;
  if (person === 'deletes at once') return void world.agenda.push(when('deactivate', deletes(atOnce)));
  const between = person === 'deletes in the soak' ? deletes(40 * MINUTE_MS) : person === 'switches it on again' ? [...switches('Active', 30 * MINUTE_MS), ...switches('Inactive', 32 * MINUTE_MS)] : [];
  world.agenda.push(when('deactivate', [...switches('Inactive', atOnce), ...between]), when('delete', deletes(atOnce)), when('activate', switches('Active', atOnce)));
}

/** A key that is inactive cannot sign. */
const isSigning = (recipe: AccountRecipe): boolean => recipe.root === 'first key' && recipe.keys[0]?.status === 'active';

export function openAccount(recipe: AccountRecipe): World {
  const world = openWorld('random', NOON, { partition: recipe.place === 'govcloud' ? 'aws-us-gov' : 'aws' });
  const account = addAccount(world, { id: ACCOUNT, name: 'random', createdAt: ACCOUNT_CREATED_AT });
  const other = addAccount(world, { id: OTHER_ACCOUNT, name: 'other', createdAt: ACCOUNT_CREATED_AT });
  for (const { regions } of [account, other]) for (const region of regions) region.isEnabled &&= REGIONS.has(region.name);
  if (recipe.place === 'management' || recipe.place === 'member') {
    const managementAccountId = recipe.place === 'management' ? ACCOUNT : OTHER_ACCOUNT;
    addOrganization(world, {
      id: 'o-exampleorg1', rootId: 'r-ex4m', managementAccountId,
      units: [{ id: 'ou-ex4m-sandbox1', name: 'sandbox', parentId: 'r-ex4m' }],
      parents: { [ACCOUNT]: 'r-ex4m', [OTHER_ACCOUNT]: 'ou-ex4m-sandbox1' },
    });
  }
  const consoleKeyId = addRootSession(world, account).accessKeyId;
  recipe.keys.forEach((key, index) => addKey(world, account, KEYS[index] ?? KEY, key, consoleKeyId));
  if (isSigning(recipe)) addKeyProfile(world, 'root', KEY);
  else if (recipe.root !== 'none') addRootProfile(world, 'root', account);
  if (recipe.place === 'member') addRoleProfile(world, 'management', other, 'OrganizationAdmin', ORGANIZATION_ADMIN);
  if (recipe.isWitnessed || world.profiles['root'] === undefined) addRoleProfile(world, 'admin', account, 'SecurityAdmin', ORGANIZATION_ADMIN);
  if (world.profiles['root'] === undefined) addPerson(world, account, recipe);
  if (recipe.hasStaleReport) {
    const generatedAt = world.now - 2 * HOUR_MS;
    account.report = { startedAt: generatedAt, generatedAt, csv: renderCredentialReport(world, account) };
  }
  if (recipe.unreadable !== 'nothing') account.unreadableTrailRegions.push(recipe.unreadable === 'a Region' ? 'eu-west-1' : homeRegion(world.partition));
  playAgenda(world, world.now);
  return world;
}

/** Keys that are inactive without any event that says since when. */
export const inactiveFromTheStart = (recipe: AccountRecipe): Set<string> =>
  new Set(KEYS.filter((_, index) => recipe.keys[index]?.status === 'inactive without an event'));

/** The profiles of another account, under the same names. */
export function profilesOfOthers(world: World): World['profiles'] {
  const stranger: World = { ...world, profiles: {} };
  const other = world.accounts[OTHER_ACCOUNT];
  if (other === undefined) return {};
  for (const name of Object.keys(world.profiles)) {
    if (name === 'root') addRootProfile(stranger, name, other);
    else addRoleProfile(stranger, name, other, 'SecurityAdmin', ORGANIZATION_ADMIN);
  }
  world.sequence = stranger.sequence;
  return stranger.profiles;
}
