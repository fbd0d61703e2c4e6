/**
 * Other hands in the organization while a run over it goes on, or after: a key that appears between two removals, a guardrail that falls off before
 * it takes over, a later run, a plan file that was touched. Nothing is removed, lifted or undone on the strength of what was read before.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountNamed } from '../../src/simulator/scenarios/retire-organization.ts';
import type { World } from '../../src/simulator/world.ts';
import { attachmentsOf } from '../support/organization-world.ts';
import { change, memberOf, planOrganization, statusOf, type PlannedStage } from '../support/organization-run.ts';
import { closeStage, Crash, listRuns, openStageWorld, perform, repeatStage, worldOf, type Stage } from './stage.ts';

const STRANGER = { id: 'AKIAEXAMPLESTRANGER1', status: 'Active' as const, createdAt: 0 };
const QUARANTINE = 'rootzero-quarantine-root-user';
const GUARDRAIL = 'rootzero-deny-root-user';

const begin = (stage: Stage, { path, plan }: PlannedStage): Promise<number> => perform(stage, ['apply', path, '--approve', plan.digest]);

/** Dies right before the first act whose step is of that kind. */
async function dieBefore(stage: Stage, argv: readonly string[], step: RegExp): Promise<void> {
  let isStruck = false;
  await expect(perform(stage, argv, { faults: { reach: (point, subject) => {
    if (point !== 'step/before-act' || !step.test(subject)) return;
    isStruck = true;
    throw new Crash(subject);
  } } })).rejects.toThrow(Crash);
  expect(isStruck).toBe(true);
}

const attachments = (stage: Stage): Record<string, string[]> => {
  const { organization } = worldOf(stage);
  return organization === undefined ? {} : attachmentsOf(organization);
};
const quarantined = (stage: Stage): string[] => Object.entries(attachments(stage)).filter(([, names]) => names.includes(QUARANTINE)).map(([target]) => target);

function detach(world: World, name: string, target: string): void {
  const { organization } = world;
  const id = organization?.policies.find((policy) => policy.name === name)?.id;
  if (organization !== undefined) organization.attachments[target] = (organization.attachments[target] ?? []).filter((one) => one !== id);
}

describe('credentials of every kind', () => {
  let planned: PlannedStage;
  beforeAll(async () => { planned = await planOrganization(); }, 60_000);
  afterAll(() => closeStage(planned.stage));

  it('a key that appears after the planned ones are gone keeps certificate, password and MFA where they are', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage, planned);
    const partners = accountNamed('partners');
    await dieBefore(stage, ['resume'], new RegExp(`^${partners}/delete-(?!AKIA)(?!password)`));
    change(stage, (world) => void memberOf(world, 'partners').root.keys.push({ ...STRANGER, createdAt: world.now }));
    expect(await perform(stage, ['resume'])).toBe(6);
    const { root } = memberOf(worldOf(stage), 'partners');
    expect([root.keys.map(({ id }) => id), root.signingCertificates, root.hasPassword, root.mfa]).toEqual([[STRANGER.id], 1, true, 'virtual']);
    expect((await statusOf(stage)).troubles.map(({ account, code }) => [account, code])).toEqual([[partners, 'soak/new-key']]);
    await closeStage(stage);
  }, 60_000);

  it('a crash right before a quarantine, and the account is another one afterwards: it is not attached', async () => {
    const stage = await repeatStage(planned.stage);
    const [canary = ''] = planned.plan.waves[0]?.accounts ?? [];
    await dieBefore(stage, ['apply', planned.path, '--approve', planned.plan.digest], new RegExp(`^${canary}/quarantine/attach`));
    change(stage, (world) => void world.accounts[canary]?.root.keys.push({ ...STRANGER, createdAt: world.now }));
    await perform(stage, ['resume']);
    expect(quarantined(stage)).not.toContain(canary);
    expect((await statusOf(stage)).troubles.map(({ account, code }) => [account, code])).toContainEqual([canary, 'plan/stale']);
    await closeStage(stage);
  }, 60_000);

  it('an account that is left out in doubt is told with what may be gone there', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage, planned);
    const search = accountNamed('search');
    const struck = perform(stage, ['resume'], { faults: { reach: (point, subject) => {
      if (point === 'step/after-act' && subject.startsWith(`${search}/delete-AKIA`)) throw new Crash(subject);
    } } });
    await expect(struck).rejects.toThrow(Crash);
    const [run = ''] = await listRuns(stage);
    stage.output = '';
    expect(await perform(stage, ['resume', run, '--leave-out', `${search}=its owner looks into it`])).toBe(0);
    expect(stage.output.replaceAll(/\s+/g, ' ')).toContain('its owner looks into it; 1 key may be gone there, which nobody has read back');
    await closeStage(stage);
  }, 60_000);

  it('a plan file of a run that was touched is told of that run; status and resume --all go on with what else there is', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage, planned);
    const [run = ''] = await listRuns(stage);
    const path = join(stage.directory, 'runs', run, 'plan.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('sandbox-1', 'sandbox-9'));
    expect(readdirSync(join(stage.directory, 'runs'))).toEqual([run]);
    stage.output = '';
    expect(await perform(stage, ['status'])).toBe(0);
    expect(stage.output).toContain(run);
    expect(stage.output).toContain('does not match its own digest');
    expect(await perform(stage, ['resume', '--all'])).toBe(6);
    await closeStage(stage);
  }, 60_000);
});

describe('a run whose first wave is sealed already, so that nothing was written yet', () => {
  it('has begun all the same: what changed in one account stops that account, and not the soak of the others', async () => {
    const world = openStageWorld('retire-organization');
    const every = await planOrganization(world, []);
    const sealed = every.plan.accounts.find(({ actions }) => actions.some(({ kind }) => kind === 'find-sealed'));
    await closeStage(every.stage);
    if (sealed === undefined) throw new Error('nobody is sealed');
    const planned = await planOrganization(openStageWorld('retire-organization'), ['--account', sealed.account, '--account', accountNamed('search'), '--canary', sealed.account]);
    const { stage } = planned;
    expect(await begin(stage, planned)).toBe(75);
    change(stage, (moved) => void memberOf(moved, 'search').root.keys.push({ ...STRANGER, createdAt: moved.now }));
    expect(await perform(stage, ['resume'])).toBe(6);
    expect(worldOf(stage).accounts[sealed.account]?.root.keys).toEqual([]);
    expect((await statusOf(stage)).troubles.map(({ account, code }) => [account, code])).toEqual([[accountNamed('search'), 'plan/stale']]);
    await closeStage(stage);
  }, 60_000);
});

describe('a guardrail that takes over', () => {
  let planned: PlannedStage;
  beforeAll(async () => {
    planned = await planOrganization(openStageWorld('retire-organization'), ['--afterwards', 'replace', '--replace-target', 'ou-ex4m-business', '--replace-target', 'ou-ex4m-engineer', '--replace-target', 'ou-ex4m-sandbox1']);
  }, 60_000);
  afterAll(() => closeStage(planned.stage));

  it('is tried before a quarantine comes off: where it refuses root sessions it is detached again, and every quarantine stays', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage, planned);
    const before = quarantined(stage);
    await dieBefore(stage, ['resume'], /^guardrail-.*\/attach/);
    const stillOn = quarantined(stage);
    expect(stillOn.length).toBeGreaterThan(before.length);
    change(stage, (world) => { if (world.organization !== undefined) world.organization.unmarkedAssumedRoots = Object.keys(world.accounts); });
    expect(await perform(stage, ['resume'])).toBe(6);
    expect(quarantined(stage)).toEqual(stillOn);
    expect(Object.values(attachments(stage)).flat()).not.toContain(GUARDRAIL);
    change(stage, (world) => { delete world.organization?.unmarkedAssumedRoots; });
    expect(await perform(stage, ['resume'])).toBe(0);
    await closeStage(stage);
  }, 60_000);

  it('is read back by the process that lifts: one that fell off meanwhile lifts nothing', async () => {
    const stage = await repeatStage(planned.stage);
    await begin(stage, planned);
    await dieBefore(stage, ['resume'], /\/release\/detach/);
    const stillOn = quarantined(stage);
    change(stage, (world) => detach(world, GUARDRAIL, 'ou-ex4m-business'));
    expect(await perform(stage, ['resume'])).toBe(6);
    expect(quarantined(stage)).toEqual(stillOn);
    await closeStage(stage);
  }, 60_000);
});

describe('a run that is over', () => {
  it('is not undone over the head of a later one, whose quarantines have the same name', async () => {
    const first = await planOrganization(openStageWorld('retire-organization'), []);
    const { stage } = first;
    await begin(stage, first);
    expect(await perform(stage, ['resume'])).toBe(0);
    const [over = ''] = await listRuns(stage);
    change(stage, (world) => void memberOf(world, 'search').root.keys.push({ ...STRANGER, createdAt: world.now }));
    const path = join(stage.directory, 'second.json');
    expect(await perform(stage, ['plan', '--org', '--account', accountNamed('search'), '--out', path])).toBe(0);
    const { digest } = JSON.parse(readFileSync(path, 'utf8')) as { digest: string };
    expect(await perform(stage, ['apply', path, '--approve', digest], { isWaiting: false })).toBe(75);
    const during = attachments(stage);
    expect(during[accountNamed('search')]).toEqual([QUARANTINE]);
    expect(await perform(stage, ['rollback', over])).toBe(6);
    expect(attachments(stage)).toEqual(during);
    await closeStage(stage);
  }, 60_000);

  it('undoes nothing of a policy of the same name that somebody made since', async () => {
    const first = await planOrganization(openStageWorld('retire-organization'), []);
    const { stage } = first;
    await begin(stage, first);
    expect(await perform(stage, ['resume'])).toBe(0);
    const search = accountNamed('search');
    change(stage, ({ organization }) => {
      organization?.policies.push({ id: 'p-somebody', name: QUARANTINE, description: 'of somebody else', content: first.plan.quarantine.content, isAwsManaged: false });
      organization?.attachments[search]?.push('p-somebody');
    });
    const [over = ''] = await listRuns(stage);
    await perform(stage, ['rollback', over]);
    expect(worldOf(stage).organization?.policies.map(({ id }) => id)).toContain('p-somebody');
    expect(attachments(stage)[search]).toEqual([QUARANTINE]);
    await closeStage(stage);
  }, 60_000);
});
