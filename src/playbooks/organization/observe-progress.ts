/** How far a run over an organization has come, from its plan and its journal alone. Asks nobody. */
import type { Instant } from '../../domain/instant.ts';
import type { OrganizationWave } from '../../domain/organization/organization-plan.ts';
import type { OrganizationStatus, WaveStatus } from '../../ports/organization-messages.ts';
import { troublesOf } from './end-run.ts';
import { actionOf, containedAt, dueAt, isSettled, leftOutBecause, troubleOf, verifiedAt, type OrganizationRecord } from './organization-run.ts';

function waveStatus(run: OrganizationRecord, { number, name, accounts }: OrganizationWave): WaveStatus {
  const planned = run.plan.accounts.filter(({ account }) => accounts.includes(account));
  const isOut = (account: (typeof planned)[number]['account']): boolean => !isSettled(run, account) && leftOutBecause(run, account) !== null;
  const leftOut = planned.filter(({ account }) => isOut(account));
  const done = planned.filter(({ account }) => isSettled(run, account));
  const rest = planned.filter((one) => !leftOut.includes(one) && !done.includes(one));
  const inTrouble = rest.filter(({ account }) => troubleOf(run, account) !== null);
  const good = rest.filter((one) => !inTrouble.includes(one));
  const contained = good.filter(({ account }) => containedAt(run, account) !== null);
  const ends = contained.filter((one) => actionOf(one, 'soak') !== undefined && verifiedAt(run, one.account) === null).map((one) => dueAt(run, one)).filter((at) => at !== null).sort();
  const [first, last] = [ends[0], ends.at(-1)];
  return {
    wave: number, name, accounts: planned.length, open: good.length - contained.length, contained: contained.length, done: done.length, inTrouble: inTrouble.length, leftOut: leftOut.length,
    soaksEnd: first === undefined || last === undefined ? null : { first, last },
  };
}

export const observeProgress = (run: OrganizationRecord): OrganizationStatus =>
  ({ waves: run.plan.waves.map((wave) => waveStatus(run, wave)), troubles: troublesOf(run), notCovered: run.plan.notCovered.length });

/** When the next wave can go on: a wave does once all of its soaks are over. Null where nothing soaks. */
export const nextDueAt = ({ waves }: OrganizationStatus): Instant | null => waves.flatMap(({ soaksEnd }) => (soaksEnd === null ? [] : [soaksEnd.last])).sort()[0] ?? null;
