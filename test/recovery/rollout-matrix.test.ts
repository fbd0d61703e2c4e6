/**
 * A rollout × every fault point of it, with throttling, and somebody else changing the organization all the time: crash there, rebuild everything
 * from disk, go on; the organization comes out the same. Wholly on a small organization, and on one of 300 accounts in 40 units in steps.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseGuardPlan } from '../../src/commands/guard-plan-file.ts';
import { HOUR_MS, SECOND_MS } from '../../src/domain/instant.ts';
import type { LargeOrganization } from '../../src/simulator/scenarios/large-organization.ts';
import { parseWorld, renderWorld } from '../../src/simulator/kept-world.ts';
import type { Fault, World } from '../../src/simulator/world.ts';
import { attachmentsOf, MEMBER_ROLE, openOrganizationWorld } from '../support/organization-world.ts';
import { sha256 } from '../support/operator.ts';
import { closeStage, Crash, openStage, perform, playScript, repeatStage, worldOf, type Stage } from './stage.ts';

function openBusyWorld(size?: LargeOrganization): World {
  const { world } = openOrganizationWorld(size);
  world.agenda.push({ kind: 'organization-change', at: world.now, everyMs: 50 * SECOND_MS, untilAt: world.now + 500 * HOUR_MS, takesMs: 12 * SECOND_MS, change: { kind: 'unrelated' } });
  for (const operation of ['organizations:AttachPolicy', 'organizations:CreatePolicy', 'iam:ListAccessKeys', 'sts:AssumeRoot']) world.faults.push({ kind: 'throttle', operation, skip: 0, remaining: 2 });
  return world;
}

/** What the organization has come to, and every effect as often as it happened. */
function endOf({ organization, effects }: World): unknown {
  return {
    attachments: organization === undefined ? null : attachmentsOf(organization),
    policies: organization?.policies.map(({ name }) => name),
    features: [organization?.trustedServices, organization?.rootFeatures],
    effects: effects.map(({ operation, target }) => `${operation} ${target.replace(/^p-[0-9a-f-]+/, 'p')}`).sort(),
  };
}

async function preview(stage: Stage, ...options: string[]): Promise<string[][]> {
  const path = join(stage.directory, 'rollout.json');
  expect(await perform(stage, ['guard', 'preview', '--observe', '1h', '--out', path, ...options]), stage.output).toBe(0);
  const { digest } = parseGuardPlan(JSON.parse(await readFile(path, 'utf8')), sha256);
  return [['guard', 'apply', path, '--approve', digest], ['resume']];
}

const play = (stage: Stage, script: readonly string[][], reach: () => void): Promise<number | null> =>
  playScript(stage, script, async (argv) => {
    try {
      return await perform(stage, argv, { faults: { reach } });
    } catch (thrown) {
      if (!(thrown instanceof Crash)) throw thrown;
      stage.output += 'crashed\n';
      return null;
    }
  });

let cases = 0;
afterAll(() => console.log(`rollout matrix: ${cases} cases`));

/** @param every which of the fault points crash, the first being 1 */
async function crashAll(world: World, every: number, ...options: string[]): Promise<void> {
  const planned = await openStage(world);
  const script = await preview(planned, ...options);
  const clean = await repeatStage(planned);
  let points = 0;
  expect(await play(clean, script, () => { points += 1; }), clean.output.slice(-1_500)).toBe(0);
  const expected = endOf(worldOf(clean));
  await closeStage(clean);
  expect(points).toBeGreaterThan(100);
  for (let point = 1; point <= points; point += every) {
    const stage = await repeatStage(planned);
    let reached = 0;
    const exit = await play(stage, script, () => {
      reached += 1;
      if (reached === point) throw new Crash(`fault point ${point}`);
    });
    const where = `crash at ${point} of ${points}\n${stage.output.slice(-1_500)}`;
    expect(exit, where).toBe(0);
    expect(endOf(worldOf(stage)), where).toEqual(expected);
    await closeStage(stage);
    cases += 1;
  }
  for (const lifetime of [13, 29]) {
    const stage = await repeatStage(planned);
    let reached = 0;
    const exit = await play(stage, script, () => {
      reached += 1;
      if (reached % lifetime === 0) throw new Crash(`every ${lifetime}th`);
    });
    expect(exit, stage.output.slice(-1_500)).toBe(0);
    expect(endOf(worldOf(stage))).toEqual(expected);
    await closeStage(stage);
    cases += 1;
  }
  await closeStage(planned);
}

describe('a rollout comes to the same organization wherever it crashes', () => {
  it('twelve accounts in six units, watched, at every fault point', async () => {
    await crashAll(openBusyWorld(), 1, '--member-role', MEMBER_ROLE);
  }, 900_000);

  it('three hundred accounts in forty units, at every eleventh', async () => {
    await crashAll(openBusyWorld({ accounts: 300, units: 40, seed: 7 }), 11);
  }, 900_000);
});

const KINDS: Fault['kind'][] = ['server-error', 'timeout', 'lost-reply', 'access-denied'];
const OPERATIONS = [
  'sts:GetCallerIdentity', 'sts:AssumeRoot', 'sts:AssumeRole', 'iam:ListAccessKeys', 'iam:GetAccountSummary', 'iam:ListOrganizationsFeatures', 'iam:EnableOrganizationsRootCredentialsManagement',
  'organizations:EnableAWSServiceAccess', 'organizations:ListAWSServiceAccessForOrganization', 'organizations:CreatePolicy', 'organizations:AttachPolicy', 'organizations:ListPolicies',
  'organizations:ListPoliciesForTarget', 'organizations:DescribePolicy', 'cloudtrail:LookupEvents', 'account:ListRegions',
];
/** The product page's codes for an end that is neither done nor a defect nor wrong usage. */
const CLEAN_STOPS = [null, 2, 4, 6];

describe.each(KINDS)('a rollout under %s', (kind) => {
  it('comes to the same organization, whichever call it strikes', async () => {
    const planned = await openStage(openOrganizationWorld().world);
    const script = await preview(planned, '--member-role', MEMBER_ROLE);
    const clean = await repeatStage(planned);
    expect(await play(clean, script, () => undefined)).toBe(0);
    const expected = endOf(worldOf(clean));
    await closeStage(clean);
    for (const operation of OPERATIONS) {
      const stage = await repeatStage(planned);
      const world = parseWorld(stage.kept);
      // The first call of some is made by the first check of the run; the second comes in the middle.
      world.faults.push({ kind, operation, skip: 1, remaining: 1 });
      stage.kept = renderWorld(world);
      let stop: number | null = null;
      const exit = await playScript(stage, script, async (argv) => {
        const ended = await perform(stage, argv);
        if (ended === 0 || ended === 75 || stop !== null) return ended;
        stop = ended;
        return null;
      });
      const where = `${kind} at ${operation}: stopped with ${stop}\n${stage.output.slice(-1_500)}`;
      expect(CLEAN_STOPS, where).toContain(stop);
      expect(exit, where).toBe(0);
      expect(endOf(worldOf(stage)), where).toEqual(expected);
      await closeStage(stage);
      cases += 1;
    }
    await closeStage(planned);
  }, 300_000);
});
