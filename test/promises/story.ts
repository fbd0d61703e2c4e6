/** Random stories: what the operator does with a plan, and what happens to the account, the network and the process meanwhile. */
import * as fc from 'fast-check';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recordRootCall } from '../../src/simulator/trail.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/simulator/durations.ts';
import { consoleChange } from '../../src/simulator/scenarios/cast.ts';
import { homeRegion } from '../../src/simulator/regions.ts';
import type { Fault } from '../../src/simulator/world.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { NO_FAULTS } from '../../src/engine/fault-points.ts';
import type { RunRecord } from './ledger.ts';
import { acknowledgeAll, makePlan, newestRun, NoPlan, readPlanOf, sha256, type, type Operator } from '../support/operator.ts';
import { ACCOUNT, callWith, KEYS, profilesOfOthers } from './random-account.ts';

export type Move =
  | { kind: 'somebody uses the key'; key: 0 | 1; afterMs: number; isStranger: boolean }
  | { kind: 'somebody switches the key on'; key: 0 | 1; afterMs: number; forMs: number | null }
  | { kind: 'somebody switches the key off'; key: 0 | 1; afterMs: number }
  | { kind: 'somebody creates a key'; afterMs: number }
  | { kind: 'somebody deletes the key'; key: 0 | 1 }
  | { kind: 'trouble'; fault: Fault['kind']; skip: number; times: number }
  | { kind: 'time passes'; ms: number }
  | { kind: 'a Region becomes unreadable'; isHome: boolean }
  | { kind: 'resume'; crashAt: number | null; isWaiting: boolean }
  | { kind: 'resume with other credentials'; isRootOnly: boolean }
  | { kind: 'roll back'; crashAt: number | null }
  | { kind: 'plan again' };

export type Beginning = { soak: 'as required' | 'short' | 'long'; leavesOutCaller: boolean; isUnprovedAccepted: boolean; deletesSigningKey: boolean; isCompromise: boolean; crashAt: number | null };

const key = fc.constantFrom(0 as const, 1 as const);
const afterMs = fc.integer({ min: 0, max: 40 * HOUR_MS });
const crashAt = fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 });
const fault = fc.constantFrom<Fault['kind'][]>('throttle', 'server-error', 'timeout', 'lost-reply', 'access-denied');

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('resume' as const), crashAt, isWaiting: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('trouble' as const), fault, skip: fc.integer({ min: 0, max: 40 }), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('somebody switches the key on' as const), key, afterMs, forMs: fc.option(fc.integer({ min: MINUTE_MS, max: 3 * HOUR_MS }), { freq: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('somebody switches the key off' as const), key, afterMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('somebody uses the key' as const), key, afterMs, isStranger: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('somebody creates a key' as const), afterMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('somebody deletes the key' as const), key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time passes' as const), ms: fc.integer({ min: MINUTE_MS, max: 30 * HOUR_MS }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('a Region becomes unreadable' as const), isHome: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume with other credentials' as const), isRootOnly: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('roll back' as const), crashAt }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('plan again' as const) }) },
);

export const moves = fc.array(move, { maxLength: 5 });

export const beginning: fc.Arbitrary<Beginning> = fc.record({
  soak: fc.constantFrom('as required' as const, 'as required' as const, 'short' as const, 'long' as const),
  leavesOutCaller: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  isUnprovedAccepted: fc.boolean(),
  deletesSigningKey: fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
  isCompromise: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  crashAt,
});

/** Who is named with every command: in a member account, whoever manages its organization. */
const identitiesOf = ({ world }: Operator): string[] => (world.profiles['management'] === undefined ? [] : ['--org-profile', 'management']);

/** What a command ended with, and how many effects it had. */
export type Ending = { command: string; exit: number | 'crashed'; effects: number; isOfOthers: boolean };

/** The options with which the account can be planned, as a person would find them out: the first plan says what is missing. */
async function planOptions(operator: Operator, chosen: Beginning): Promise<string[]> {
  const attended = operator.world.profiles['root'] === undefined ? ['--console'] : [];
  if (chosen.isCompromise) return ['--suspected-compromise', ...attended];
  const acknowledgements = await acknowledgeAll(operator);
  const { plan } = await makePlan(operator);
  const signing = plan.keys.find((planned) => planned.isSigning);
  const isProvable = !plan.blockers.some((blocker) => blocker.code === 'soak/not-proved');
  return [
    ...attended,
    ...(chosen.leavesOutCaller ? acknowledgements.slice(2) : acknowledgements),
    ...(signing !== undefined && chosen.deletesSigningKey ? ['--delete-signing-key', `${signing.keyId}=nothing else signs`] : []),
    ...(!isProvable && chosen.isUnprovedAccepted ? ['--accept-unproved-soak', 'CloudTrail is denied here'] : []),
    ...(chosen.soak === 'short' && plan.soak.requiredMs > 30 * MINUTE_MS ? ['--soak', '30m', '--accept-short-soak', 'the caller is gone'] : []),
    ...(chosen.soak === 'long' ? ['--soak', '60d'] : []),
  ];
}

export async function begin(operator: Operator, chosen: Beginning): Promise<number | 'crashed'> {
  // Whoever meets trouble in planning, which changes nothing, plans until it works.
  const { faults } = operator.world;
  operator.world.faults = [];
  try {
    const { plan, path } = await makePlan(operator, ...(await planOptions(operator, chosen)), ...identitiesOf(operator));
    operator.world.faults = faults;
    return await type(operator, ['apply', path, '--approve', plan.digest, ...identitiesOf(operator)], { crashAt: chosen.crashAt });
  } catch (thrown) {
    // The last key deleted itself, and nobody is left who could ask for another plan.
    if (thrown instanceof NoPlan) return thrown.exit;
    throw thrown;
  } finally {
    operator.world.faults = faults;
  }
}

async function act(operator: Operator, next: Move): Promise<number | 'crashed' | null> {
  const { world } = operator;
  const account = world.accounts[ACCOUNT];
  const by = consoleChange(ACCOUNT, world.principals[0]?.accessKeyId ?? '');
  if (account === undefined) return null;
  const switchKey = (index: 0 | 1, at: number, status: 'Active' | 'Inactive'): void => {
    world.agenda.push({ kind: 'set-key-status', at, accountId: ACCOUNT, keyId: KEYS[index], status, by });
  };
  switch (next.kind) {
    case 'somebody uses the key': {
      const call = { ...callWith(world, KEYS[next.key]), ...(next.isStranger ? { sourceIp: '198.51.100.99' } : {}) };
      world.agenda.push({ kind: 'root-call', at: world.now + next.afterMs, call });
      return null;
    }
    case 'somebody switches the key on': {
      const at = world.now + next.afterMs;
      switchKey(next.key, at, 'Active');
      if (next.forMs !== null) switchKey(next.key, at + next.forMs, 'Inactive');
      return null;
    }
    case 'somebody switches the key off': {
      switchKey(next.key, world.now + next.afterMs, 'Inactive');
      return null;
    }
    case 'somebody creates a key': {
      world.agenda.push({ kind: 'create-key', at: world.now + next.afterMs, accountId: ACCOUNT, keyId: `AKIAEXAMPLENEW${String(world.agenda.length).padStart(6, '0')}`, by });
      return null;
    }
    case 'somebody deletes the key': {
      const keyId = KEYS[next.key];
      if (!account.root.keys.some((listed) => listed.id === keyId)) return null;
      account.root.keys = account.root.keys.filter((listed) => listed.id !== keyId);
      recordRootCall(world, { ...by, operation: 'DeleteAccessKey', region: homeRegion(world.partition), parameters: { accessKeyId: keyId } }, world.now);
      return null;
    }
    case 'trouble': {
      world.faults.push({ kind: next.fault, operation: '*', skip: next.skip, remaining: next.times });
      return null;
    }
    case 'time passes': {
      world.now += next.ms;
      return null;
    }
    case 'a Region becomes unreadable': {
      account.unreadableTrailRegions.push(next.isHome ? homeRegion(world.partition) : 'eu-west-1');
      return null;
    }
    case 'resume': return type(operator, ['resume', ...identitiesOf(operator)], next);
    case 'resume with other credentials': return resumeAsOthers(operator, next.isRootOnly);
    case 'roll back': return type(operator, ['rollback', ...identitiesOf(operator)], next);
    case 'plan again': return begin(operator, { soak: 'as required', leavesOutCaller: false, isUnprovedAccepted: false, deletesSigningKey: true, isCompromise: false, crashAt: null });
  }
}

async function resumeAsOthers(operator: Operator, isRootOnly: boolean): Promise<number | 'crashed'> {
  const { world } = operator;
  const own = world.profiles;
  const others = profilesOfOthers(world);
  const foreign = isRootOnly && others['root'] !== undefined ? { ...own, root: others['root'] } : others;
  world.profiles = foreign;
  try {
    return await type(operator, ['resume', ...identitiesOf(operator)]);
  } finally {
    world.profiles = own;
  }
}

/** Plays a story from the first plan on, then lets the operator finish in peace. @returns how each command ended */
export async function tell(operator: Operator, chosen: Beginning, story: Move[]): Promise<Ending[]> {
  const { world } = operator;
  const endings: Ending[] = [];
  const note = (command: string, exit: number | 'crashed' | null, before: number): void => {
    if (exit !== null) endings.push({ command, exit, effects: world.effects.length - before, isOfOthers: command === 'resume with other credentials' });
  };
  note('begin', await begin(operator, chosen), 0);
  for (const next of story) {
    const before = world.effects.length;
    note(next.kind, await act(operator, next), before);
  }
  world.faults = [];
  // A run that waits, was interrupted or failed on the way goes on until it ends or is stopped for safety again.
  for (let round = 0; round < 3; round += 1) {
    const run = await newestRun(operator);
    if (run === null || !['waiting', 'interrupted', 'stopped'].includes(run.state)) break;
    const before = world.effects.length;
    note('finish', await type(operator, ['resume', run.runId, ...identitiesOf(operator)]), before);
    if (run.state === 'stopped') break;
  }
  return endings;
}

/** Every run on disk, oldest first; opening a journal verifies its chain. */
export async function readRuns(operator: Operator): Promise<RunRecord[]> {
  const folder = join(operator.directory, 'runs');
  const names = await readdir(folder).catch(() => []);
  const clock = { now: () => operator.world.now, sleep: () => Promise.resolve() };
  const runs: RunRecord[] = [];
  for (const name of names) {
    const { lines } = await openJournal(join(folder, name), { clock, system: { sha256 }, faults: NO_FAULTS });
    if (lines.length > 0) runs.push({ plan: await readPlanOf(operator, name), lines });
  }
  return runs.sort((first, second) => ((first.lines[0]?.at ?? '') < (second.lines[0]?.at ?? '') ? -1 : 1));
}
