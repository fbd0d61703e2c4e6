/** The organization of twenty accounts on the stage: planned once, carried out as often as a test needs, and what it has come to. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseOrganizationPlan } from '../../src/commands/organization-plan-file.ts';
import type { OrganizationPlan } from '../../src/domain/organization/organization-plan.ts';
import { MEMBER_ROLE } from '../../src/simulator/scenarios/large-organization.ts';
import { parseWorld, renderWorld } from '../../src/simulator/kept-world.ts';
import { accountNamed } from '../../src/simulator/scenarios/retire-organization.ts';
import type { Account, World } from '../../src/simulator/world.ts';
import { attachmentsOf } from './organization-world.ts';
import { openStage, openStageWorld, perform, type Stage } from '../recovery/stage.ts';
import { sha256 } from './operator.ts';

const ALL_KINDS = ['--credentials', 'keys,certificates,password,mfa'];
const asked = z.object({ notCovered: z.array(z.object({ next: z.string() })) });

export type PlannedStage = { stage: Stage; plan: OrganizationPlan; path: string };

/** Everything that is asked for is acknowledged. */
export async function planOrganization(world: World = openStageWorld('retire-organization'), options: readonly string[] = ALL_KINDS): Promise<PlannedStage> {
  const stage = await openStage(world);
  const path = join(stage.directory, 'plan.json');
  const command = ['plan', '--org', '--member-role', MEMBER_ROLE, ...options];
  await perform(stage, [...command, '-o', 'json']);
  const names = asked.parse(JSON.parse(stage.result)).notCovered.flatMap(({ next }) => [...next.matchAll(/--acknowledge ([0-9A-Za-z]+)=/g)].map(([, name = '']) => name));
  const exit = await perform(stage, [...command, ...names.flatMap((name) => ['--acknowledge', `${name}=known`]), '--out', path]);
  if (exit !== 0) throw new Error(`plan ended with ${exit}\n${stage.output.slice(-2_000)}`);
  return { stage, path, plan: parseOrganizationPlan(JSON.parse(await readFile(path, 'utf8')), sha256) };
}

/** What an organization has come to: credentials, attachments, policies, and every effect as often as it happened. */
export const endOf = ({ accounts, organization, effects }: World): unknown => ({
  roots: Object.values(accounts).map(({ name, root }) => [name, root.keys.map(({ id, status }) => `${id} ${status}`), root.hasPassword, root.mfa, root.signingCertificates]),
  attachments: organization === undefined ? null : attachmentsOf(organization),
  policies: organization?.policies.map(({ name }) => name),
  effects: effects.map(({ operation, target }) => `${operation} ${target.replace(/^p-[0-9a-f-]+/, 'p')}`).sort(),
});

/** Somebody else does something while no process of ours runs. */
export function change(stage: Stage, how: (world: World) => void): void {
  const world = parseWorld(stage.kept);
  how(world);
  stage.kept = renderWorld(world);
}

export function memberOf(world: World, name: string): Account {
  const found = world.accounts[accountNamed(name)];
  if (found === undefined) throw new Error(`no account ${name}`);
  return found;
}

export function moveTo(world: World, name: string, unit: string): void {
  if (world.organization !== undefined) world.organization.parents[accountNamed(name)] = unit;
}

const trouble = z.object({ account: z.string(), code: z.string(), text: z.string(), next: z.string() });
const wave = z.object({ done: z.number(), inTrouble: z.number(), leftOut: z.number(), contained: z.number() });
const status = z.object({ runs: z.array(z.object({ runId: z.string(), state: z.string(), organization: z.object({ troubles: z.array(trouble), waves: z.array(wave) }).nullable() })) });

/** The newest run as `status` tells it. */
export async function statusOf(stage: Stage): Promise<{ runId: string; state: string; troubles: z.infer<typeof trouble>[]; done: number; contained: number }> {
  await perform(stage, ['status', '-o', 'json']);
  const run = status.parse(JSON.parse(stage.result)).runs[0];
  const waves = run?.organization?.waves ?? [];
  const sum = (of: 'done' | 'contained'): number => waves.reduce((count, one) => count + one[of], 0);
  return { runId: run?.runId ?? '', state: run?.state ?? '', troubles: run?.organization?.troubles ?? [], done: sum('done'), contained: sum('contained') };
}
