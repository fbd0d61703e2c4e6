/** Alerts and their rollback × every fault point: crash there, rebuild everything from disk, go on; the world comes out the same. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/world.ts';
import { alertingIn, alertsAsTheyAre, openAlertWorld, writesOf } from '../support/alerting.ts';
import { closeOperator, newestRun, openOperator, type, type Circumstances, type Operator } from '../support/operator.ts';

const KEY_RULE = 'rootzero-root-key-page';
const APPLY = ['guard', 'alerts', 'apply', '--replace', '--alert-region', 'us-east-1', '--page-to', 'oncall@example.com'];

/** A rule to be replaced and a topic of somebody else's under our name, so that before-images matter. */
function openWorld(): World {
  const world = openAlertWorld('flagged-account', ['us-east-1']);
  const { rules, topics } = alertingIn(world);
  rules.push({ name: KEY_RULE, region: 'us-east-1', arn: `arn:aws:events:us-east-1:111122223333:rule/${KEY_RULE}`, pattern: '{"source":["aws.iam"]}', state: 'DISABLED', targets: [{ id: 'theirs', arn: 'arn:aws:sqs:us-east-1:111122223333:q' }] });
  topics.push({ name: 'rootzero-root-note', region: 'us-east-1', arn: 'arn:aws:sns:us-east-1:111122223333:rootzero-root-note', policy: '{"Statement":[]}', subscriptions: [] });
  return world;
}

/** Says the first command, then goes on with the run until it ends; every process dies as the circumstances say. @returns the last exit code */
async function persist(operator: Operator, first: readonly string[], circumstances: () => Circumstances): Promise<number> {
  let exit = await type(operator, first, circumstances());
  for (let processes = 0; exit === 'crashed'; processes += 1) {
    if (processes > 500) throw new Error('It never ends.');
    const newest = await newestRun(operator);
    // It died after its last word: the run is over.
    if (newest?.state === 'rolled-back') return 0;
    const again = newest === null || newest.state === 'done' ? first : ['resume', newest.runId];
    exit = await type(operator, again, circumstances());
  }
  return exit;
}

type Played = { points: number; after: unknown; writes: string[]; exit: number };

/** Applies and rolls back. `crashAt`: the fault point, counted over all processes, at which one dies; or the lifetime of each. */
async function play(crash: { at: number } | { every: number } | null): Promise<{ applied: Played; rolledBack: Played }> {
  const operator = await openOperator(openWorld());
  let reached = 0;
  const circumstances = (): Circumstances => ({
    crashOn: () => {
      reached += 1;
      return crash !== null && ('at' in crash ? reached === crash.at : reached % crash.every === 0);
    },
  });
  try {
    const played = async (argv: readonly string[]): Promise<Played> => {
      const exit = await persist(operator, argv, circumstances);
      return { points: reached, after: alertsAsTheyAre(operator.world), writes: writesOf(operator.world), exit };
    };
    const applied = await played(APPLY);
    const rolledBack = await played(['rollback', (await newestRun(operator))?.runId ?? '']);
    return { applied, rolledBack };
  } finally {
    await closeOperator(operator);
  }
}

describe('alerts and their rollback', () => {
  it('come to the same world wherever they crash', async () => {
    const before = alertsAsTheyAre(openWorld());
    const clean = await play(null);
    expect([clean.applied.exit, clean.rolledBack.exit]).toEqual([0, 0]);
    expect(clean.applied.after).not.toEqual(before);
    expect(clean.rolledBack.after).toEqual(before);
    expect(clean.rolledBack.points).toBeGreaterThan(60);
    // Points spread over all kinds, since seven has no factor in common with the points of a step; and processes that live for a few points only.
    const crashes = [
      ...Array.from({ length: Math.ceil(clean.rolledBack.points / 7) }, (_, index) => ({ at: index * 7 + 1 })),
      { every: 17 }, { every: 23 },
    ];
    for (const crash of crashes) {
      const { applied, rolledBack } = await play(crash);
      const where = JSON.stringify(crash);
      expect(rolledBack.after, where).toEqual(before);
      expect(applied.exit, where).toBe(0);
      expect(rolledBack.exit, where).toBe(0);
      expect(applied.after, where).toEqual(clean.applied.after);
      expect(rolledBack.writes, where).toEqual(clean.rolledBack.writes);
    }
  }, 300_000);
});
