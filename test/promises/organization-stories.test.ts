/** Random stories around a run over an organization: whatever anybody does, no key goes that was not quarantined for its soak, and none that the plan does not name. */
import { AttachPolicyCommand, DetachPolicyCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVENT_LATENCY_MS } from '../../src/domain/plan.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/instant.ts';
import { nightlyBackup } from '../../src/simulator/scenarios/cast.ts';
import { accountNamed } from '../../src/simulator/scenarios/retire-organization.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import { renderWorld } from '../../src/simulator/kept-world.ts';
import type { Effect, World } from '../../src/simulator/world.ts';
import { closeStage, Crash, perform, repeatStage, worldOf, type Stage } from '../recovery/stage.ts';
import { memberOf, planOrganization, statusOf, type PlannedStage } from '../support/organization-run.ts';

const NAMES = ['sandbox-1', 'build', 'data', 'partners', 'intranet', 'search', 'mobile', 'payments', 'warehouse'] as const;
const RUNS = 25;

let planned: PlannedStage;
beforeAll(async () => { planned = await planOrganization(); }, 60_000);
afterAll(() => closeStage(planned.stage));

type Deed =
  | { kind: 'lift' | 'put-back' | 'use' | 'new-key' | 'suspend' | 'wake'; name: (typeof NAMES)[number] }
  | { kind: 'wait'; minutes: number }
  | { kind: 'resume' }
  | { kind: 'crash'; at: number }
  | { kind: 'throttle'; operation: string };

const name = fc.constantFrom(...NAMES);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constantFrom('lift' as const, 'put-back' as const, 'use' as const, 'new-key' as const, 'suspend' as const, 'wake' as const), name }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('resume' as const) }),
  fc.record({ kind: fc.constant('crash' as const), at: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constant('throttle' as const), operation: fc.constantFrom('iam:DeleteAccessKey', 'sts:AssumeRoot', 'organizations:AttachPolicy', 'cloudtrail:LookupEvents') }),
);

/** What somebody else does; policies by the real client, so that it stands in CloudTrail. */
async function act(stage: Stage, one: Exclude<Deed, { kind: 'resume' | 'crash' }>): Promise<void> {
  const world = worldOf(stage);
  if (one.kind === 'wait') world.now += one.minutes * MINUTE_MS;
  else if (one.kind === 'throttle') world.faults.push({ kind: 'throttle', operation: one.operation, skip: 2, remaining: 12 });
  else {
    const account = memberOf(world, one.name);
    const [key] = account.root.keys;
    if (one.kind === 'suspend' || one.kind === 'wake') account.state = one.kind === 'wake' ? 'ACTIVE' : 'SUSPENDED';
    else if (one.kind === 'new-key' && account.root.keys.length < 2) account.root.keys.push({ id: `AKIASTRANGER${account.id.slice(-8)}`, status: 'Active', createdAt: world.now });
    else if (one.kind === 'use' && key !== undefined) world.agenda.push({ kind: 'root-call', at: world.now + 10 * MINUTE_MS, call: { ...nightlyBackup(account.id, key.id), sourceIp: '203.0.113.99' } });
    else if (one.kind === 'lift' || one.kind === 'put-back') {
      const { requestHandler } = openSimulator({ world, clock: { now: () => world.now, sleep: () => Promise.resolve() } });
      const credentials = world.profiles['admin'];
      const PolicyId = world.organization?.policies.find((policy) => policy.name === planned.plan.quarantine.name)?.id;
      if (credentials === undefined || PolicyId === undefined) return;
      const client = new OrganizationsClient({ region: credentials.region, requestHandler, credentials, maxAttempts: 1 });
      const input = { PolicyId, TargetId: account.id };
      // Refused where it is there already, or not.
      await client.send(one.kind === 'lift' ? new DetachPolicyCommand(input) : new AttachPolicyCommand(input)).catch(() => undefined);
    }
  }
  stage.kept = renderWorld(world);
}

async function goOn(stage: Stage, crashAt: number | null): Promise<void> {
  let reached = 0;
  const faults = { reach: () => { reached += 1; if (reached === crashAt) throw new Crash('story'); } };
  const { runId } = await statusOf(stage);
  await perform(stage, ['resume', runId], crashAt === null ? {} : { faults }).catch((thrown: unknown) => {
    if (!(thrown instanceof Crash)) throw thrown;
  });
}

/** Every deletion in the world against what went before it; in words. */
function brokenPromises({ effects }: World): string[] {
  const accountOf = (keyId: string): string => planned.plan.accounts.find(({ keys }) => keys.some((key) => key.keyId === keyId))?.account ?? '';
  const deletions = effects.filter(({ operation }) => operation === 'DeleteAccessKey');
  return deletions.flatMap(({ target, at }): string[] => {
    const account = accountOf(target);
    const one = planned.plan.accounts.find((other) => other.account === account);
    if (one === undefined) return [`${target} is in no plan`];
    if (one.actions.some(({ kind }) => kind === 'find-sealed')) return [];
    const changes = effects.filter((effect: Effect) => /^(Attach|Detach)Policy$/.test(effect.operation) && effect.target.endsWith(`@${account}`) && effect.at <= at);
    const last = changes.at(-1);
    if (last?.operation !== 'AttachPolicy') return [`${target} was deleted while its account was not quarantined`];
    return at - last.at < one.soak.plannedMs + EVENT_LATENCY_MS - SECOND_MS ? [`${target} was deleted ${(at - last.at) / HOUR_MS} h after its quarantine`] : [];
  });
}

it('a key is deleted only after its quarantine was on for the whole soak, whatever happens around it', async () => {
  let deleted = 0;
  await fc.assert(fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 9 }), async (story) => {
    const stage = await repeatStage(planned.stage);
    try {
      await perform(stage, ['apply', planned.path, '--approve', planned.plan.digest]);
      for (const one of [...story, { kind: 'resume' as const }]) {
        if (one.kind === 'resume') await goOn(stage, null);
        else if (one.kind === 'crash') await goOn(stage, one.at);
        else await act(stage, one);
      }
      const world = worldOf(stage);
      expect(brokenPromises(world), stage.output.slice(-1_500)).toEqual([]);
      expect(stage.output).not.toContain('tool/defect');
      deleted += world.effects.filter(({ operation }) => operation === 'DeleteAccessKey').length;
      // What the plan leaves out, nobody touched.
      expect(world.accounts[accountNamed('billing-1998')]?.root.keys).toHaveLength(1);
    } finally {
      await closeStage(stage);
    }
  }), { numRuns: RUNS, seed: 20_261_124, endOnFailure: true });
  expect(deleted).toBeGreaterThan(RUNS);
}, 600_000);
