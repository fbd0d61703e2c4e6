/** Root keys over a whole organization through the menu: what a person sees and presses, where it stops, and that it comes to the same end as plan and apply. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseOrganizationPlan } from '../../src/commands/organization-plan-file.ts';
import type { OrganizationPlan } from '../../src/domain/organization/organization-plan.ts';
import { addRoleProfile, addRootKey } from '../../src/simulator/world-builder.ts';
import { accountNamed } from '../../src/simulator/scenarios/retire-organization.ts';
import type { World } from '../../src/simulator/world.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import { closeStage, listRuns, openStage, openStageWorld, perform, worldOf, type Stage } from '../recovery/stage.ts';
import { careful, walk, type Asked, type Person, type Walk } from '../support/guided.ts';
import { endOf, planOrganization } from '../support/organization-run.ts';
import { sha256 } from '../support/operator.ts';
import { openScreen, type Screen } from '../support/screen.ts';

const SCENARIO = 'retire-organization';
const [CANCELLED, WAITING] = [5, 75];

const stages: Stage[] = [];
async function open(world: World = openStageWorld(SCENARIO)): Promise<Stage> {
  const stage = await openStage(world);
  stages.push(stage);
  return stage;
}
afterEach(async () => { await Promise.all(stages.splice(0).map(closeStage)); });

const codes = (asked: Asked[]): string[] => asked.map(({ code }) => code);
const said = (screen: Screen): string => screen.history().join(' ').replaceAll(/\s+/g, ' ');
const choosing = (label: string, then: Person = careful): Person => (asked, nth) => (asked.code === 'menu' ? { choose: label } : then(asked, nth));
const beginning = (then?: Person): Person => choosing('root keys over the whole organization', then);

/** Comes back at another time, on a new terminal, by the menu. */
const comeBack = (stage: Stage, screen: Screen = openScreen(), person: Person = choosing('resume')): Promise<Walk> => walk(stage, [], screen, person);

async function scriptedEnd(): Promise<unknown> {
  const { stage, path, plan } = await planOrganization(openStageWorld(SCENARIO), []);
  stages.push(stage);
  await perform(stage, ['apply', path, '--approve', plan.digest]);
  expect(await perform(stage, ['resume'])).toBe(0);
  return endOf(worldOf(stage));
}

it('comes through the menu to the same end as plan and apply, and looks as it was read and accepted', async () => {
  const stage = await open();
  const pictures: string[] = [];
  const look = (screen: Screen): void => { pictures.push(screen.text()); };
  const first = openScreen();
  const begun = await walk(stage, [], first, beginning(), { look });
  pictures.push(first.text());
  expect(begun.exit, first.text()).toBe(WAITING);
  expect(codes(begun.asked)).toEqual(['menu', 'member-role', ...Array.from({ length: 5 }, () => 'organization/caller'), 'organization/carry-out']);
  const [runId = ''] = await listRuns(stage);
  expect(said(first)).toContain(`rootzero resume ${runId}`);

  const second = openScreen();
  const done = await walk(stage, [], second, choosing('resume'), { look });
  pictures.push(second.text());
  expect(done.asked[0]?.code === 'menu' ? done.asked[0].about.entries[0]?.task : null).toMatchObject({ kind: 'resume', about: 'organization', inTrouble: 0, waitsUntil: expect.any(String) as string });
  expect(codes(done.asked).slice(1)).toEqual(Array.from({ length: 6 }, () => 'organization/remove'));
  expect(done.exit, second.text()).toBe(0);
  expect(endOf(worldOf(stage))).toEqual(await scriptedEnd());

  for (const picture of pictures.filter((_, index) => index !== begun.asked.length && index !== pictures.length - 1)) expect(picture).toMatch(/^\? /m);
  const kept = pictures.map((picture) => picture.replaceAll(stage.directory, '/home/me/.local/state/rootzero').replaceAll(runId, '7f3a-91c2'));
  await expect(`${kept.join(`\n${'='.repeat(80)}\n`)}\n`).toMatchFileSnapshot('organization-80x24.txt');
}, 120_000);

describe('who is asked about', () => {
  const planOf = async (stage: Stage): Promise<OrganizationPlan> =>
    parseOrganizationPlan(JSON.parse(await readFile(join(stage.directory, 'runs', (await listRuns(stage))[0] ?? '', 'plan.json'), 'utf8')), sha256);

  it('stays out of the plan with its account, once somebody says so, and is not asked about again', async () => {
    const stage = await open();
    const leaving: Person = (asked, nth) => (asked.code === 'organization/caller' && asked.about.missed.name === 'payments' ? { choose: 'leave this account out' } : asked.code === 'organization/carry-out' ? { choose: 'no' } : careful(asked, nth));
    const { exit, asked } = await walk(stage, [], openScreen(), beginning(leaving));
    const names = asked.flatMap((one) => (one.code === 'organization/caller' ? [one.about.missed.name] : []));
    expect(names).toEqual(['payments', 'logistics', 'reports', 'warehouse']);
    expect(exit).toBe(CANCELLED);
    expect(worldOf(stage).effects).toEqual([]);
    expect(await planOf(stage)).toMatchObject({ notCovered: expect.arrayContaining([expect.objectContaining({ name: 'payments', because: expect.stringContaining('Needs an acknowledgement') as string })]) as unknown[] });
  });

  it('is on record in the words of whoever answered', async () => {
    const stage = await open();
    const wording: Person = (asked, nth) => {
      if (asked.code === 'organization/caller' && asked.about.missed.name === 'reports') return { choose: 'in my own words' };
      if (asked.code === 'reason') return { type: 'asked the reports team, it is gone' };
      return asked.code === 'organization/carry-out' ? { choose: 'no' } : careful(asked, nth);
    };
    await walk(stage, [], openScreen(), beginning(wording));
    expect(await planOf(stage)).toMatchObject({ acknowledgements: expect.arrayContaining([expect.objectContaining({ reason: 'asked the reports team, it is gone' }), expect.objectContaining({ reason: 'known; has moved to a role' })]) as unknown[] });
  });

  it('stops everything where nobody knows, before a run is there', async () => {
    const stage = await open();
    const { exit, asked } = await walk(stage, [], openScreen(), beginning((one, nth) => (one.code === 'organization/caller' ? { press: 'enter' } : careful(one, nth))));
    expect(codes(asked)).toEqual(['menu', 'member-role', 'organization/caller']);
    expect(exit).toBe(CANCELLED);
    expect(await listRuns(stage)).toEqual([]);
    expect(worldOf(stage).effects).toEqual([]);
  });

  it('is every key that was ever used, where no role is named', async () => {
    const { asked } = await walk(await open(), [], openScreen(), beginning((one, nth) => (one.code === 'member-role' ? { press: 'enter' } : one.code === 'organization/carry-out' ? { choose: 'no' } : careful(one, nth))));
    const kinds = asked.flatMap((one) => (one.code === 'organization/caller' ? [`${one.about.missed.name} ${one.about.missed.word.by.kind}`] : []));
    expect(kinds).toEqual(['payments key', 'logistics key', 'identity key', 'reports key', 'warehouse key']);
  });

  it('is too much for questions beyond ten: then the plan is shown, a command is named, and nothing begins', async () => {
    const stage = await open();
    const account = accountNamed('sandbox-2');
    const meet = (world: World): void => {
      const member = world.accounts[account];
      if (member === undefined || member.root.keys.length > 0) return;
      addRootKey(world, member, { id: 'AKIAEXAMPLE03ROOT01Q', status: 'Active', createdAt: 0 });
      for (let host = 1; host <= 8; host += 1) {
        recordRootCall(world, { accountId: account, accessKeyId: 'AKIAEXAMPLE03ROOT01Q', service: 's3', operation: 'ListBuckets', region: 'eu-west-1', sourceIp: `10.9.8.${host}`, userAgent: 'Boto3/1.26', isReadOnly: true }, world.now - (24 + host) * 3_600_000);
      }
    };
    const screen = openScreen();
    const { exit, asked } = await walk(stage, [], screen, beginning(), { meet });
    expect(codes(asked)).toEqual(['menu', 'member-role']);
    expect(exit).toBe(0);
    expect(said(screen)).toMatch(/13 callers and keys need an acknowledgement, .* next rootzero plan --org --member-role SecurityAudit --out plan\.json/);
    expect(await listRuns(stage)).toEqual([]);
    expect(worldOf(stage).effects).toEqual([]);
  });
});

describe('the menu', () => {
  const SECURITY = accountNamed('identity');
  /** A member with a profile of its own, as delegate or not. */
  const asMember = (isDelegate: boolean): World => {
    const world = openStageWorld(SCENARIO);
    const member = world.accounts[SECURITY];
    if (member !== undefined) addRoleProfile(world, 'security', member, 'SecurityTeam', ['iam:*', 'sts:*', 'organizations:Describe*', 'organizations:List*']);
    if (isDelegate) world.organization?.delegatedAdministrators.push({ accountId: SECURITY, servicePrincipal: 'iam.amazonaws.com' });
    return world;
  };
  const entry = ({ asked: [menu] }: Walk) => (menu?.code === 'menu' ? menu.about.entries.find(({ id }) => id === 'organization') : undefined);

  it.each([
    ['flagged-account', 'there is none', 'rootzero guard alerts', 'work over an organization'],
    ['member-account', 'neither 111122223333 nor its delegate for IAM asks', '--profile with an identity of that account', 'root keys over the whole organization'],
  ])('in the world of %s says why there are no root keys of an organization to be had', async (scenario, because, remedy, what) => {
    const screen = openScreen();
    const seen = entry(await walk(await open(openStageWorld(scenario)), [], screen, choosing('leave')));
    expect(seen?.unavailable).toEqual({ because, remedy });
    expect(said(screen)).toContain(`${what}: ${because}`);
  });

  it('offers it to the delegated administrator for IAM, and to no other member', async () => {
    const options = ['menu', '--profile', 'security'];
    expect(entry(await walk(await open(asMember(true)), options, openScreen(), choosing('leave')))?.unavailable).toBeNull();
    expect(entry(await walk(await open(asMember(false)), options, openScreen(), choosing('leave')))?.unavailable).toMatchObject({ because: expect.stringContaining('delegate') as string });
  });

  it('takes the quarantines off again', async () => {
    const stage = await open();
    const before = endOf(worldOf(stage));
    await walk(stage, [], openScreen(), beginning());
    const screen = openScreen();
    expect((await comeBack(stage, screen, choosing('roll back'))).exit, screen.text()).toBe(0);
    expect(said(screen)).toContain('its quarantines come off again');
    expect({ ...(endOf(worldOf(stage)) as object), effects: [] }).toEqual({ ...(before as object), effects: [] });
  });
});

it('Ctrl-C at each question leaves a usable terminal, says how to go on, and going on comes to the same end', async () => {
  const clean = await open();
  const begun = await walk(clean, [], openScreen(), beginning());
  const questions = begun.asked.length + (await comeBack(clean)).asked.length - 1;
  const expected = endOf(worldOf(clean));
  expect(questions).toBe(14);
  for (let at = 1; at <= questions; at += 1) {
    const stage = await open();
    const screen = openScreen();
    let counted = 0;
    const cutOff = (label: string): Person => (asked, nth) => {
      counted += asked.code === 'menu' && counted > 0 ? 0 : 1;
      return counted === at ? { press: 'ctrl-c' } : choosing(label)(asked, nth);
    };
    let { exit } = await walk(stage, [], screen, cutOff('root keys over the whole organization'));
    if (counted < at) ({ exit } = await walk(stage, [], screen, cutOff('resume')));
    const where = `Ctrl-C at question ${at} of ${questions}\n${screen.text()}`;
    const [runId] = await listRuns(stage);
    // Before the go-ahead nothing is begun, whether or not there is a run.
    expect(exit, where).toBe(at <= begun.asked.length ? CANCELLED : WAITING);
    if (at >= begun.asked.length) expect(said(screen), where).toContain(`run/interrupted (exit ${exit})`);
    if (runId !== undefined) expect(said(screen), where).toContain(`rootzero resume ${runId}`);
    expect([screen.isRaw(), screen.isCursorShown()], where).toEqual([false, true]);
    if (runId === undefined) await walk(stage, [], openScreen(), beginning());
    for (let tries = 0; tries < 2 && exit !== 0; tries += 1) ({ exit } = await comeBack(stage));
    expect(exit, where).toBe(0);
    expect(endOf(worldOf(stage)), where).toEqual(expected);
  }
}, 300_000);
