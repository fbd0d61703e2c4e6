/** The guided session beside the straight path: signing in again, the menu, looking only, saying no. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/domain/instant.ts';
import { PROBLEMS } from '../../src/domain/problem-registry.ts';
import { FLAGGED_ACCOUNT, KEY } from '../../src/simulator/scenarios/cast.ts';
import { addRootProfile } from '../../src/simulator/world-builder.ts';
import type { World } from '../../src/simulator/world.ts';
import { closeStage, listRuns, openStage, openStageWorld, perform, worldOf, type Stage } from '../recovery/stage.ts';
import { careful, walk, type Asked, type Person } from '../support/guided.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import { openScreen, type Screen } from '../support/screen.ts';

let stage: Stage;
let screen: Screen;
beforeEach(async () => {
  stage = await openStage(openStageWorld('flagged-account'));
  screen = openScreen();
});
afterEach(() => closeStage(stage));

const statusOf = (world: World): string | undefined => world.accounts[FLAGGED_ACCOUNT]?.root.keys.find((key) => key.id === KEY)?.status;
/** Everything that was said, however it was broken into lines. */
const said = (from: Screen = screen): string => `${from.history().join(' ')} ${stage.output}`.replaceAll(/\s+/g, ' ');
const codes = (asked: Asked[]): string[] => asked.map(({ code }) => code);

describe('a root session that ends in the soak', () => {
  const endSession = (world: World): void => {
    const session = world.principals.find(({ kind }) => kind === 'root-session');
    if (session !== undefined) session.expiresAt = world.now + 12 * HOUR_MS;
  };

  it('is asked for again, and the run goes on with the new one', async () => {
    let world: World | null = null;
    const meet = (met: World): void => {
      world = met;
      endSession(met);
    };
    const person: Person = (asked, nth) => {
      if (asked.code !== 'sign-in-again') return careful(asked, nth);
      const account = world?.accounts[FLAGGED_ACCOUNT];
      // In another terminal: aws login --profile root
      if (world !== null && account !== undefined) addRootProfile(world, 'root', account);
      return { choose: 'go on' };
    };
    const { exit, asked } = await walk(stage, ['retire'], screen, person, { meet });
    expect(exit, screen.text()).toBe(0);
    expect(codes(asked).filter((code) => code === 'sign-in-again')).toHaveLength(1);
    expect(statusOf(worldOf(stage))).toBeUndefined();
  });

  it('may wait for another day: nothing is lost', async () => {
    const { exit } = await walk(stage, ['retire'], screen, careful, { meet: endSession });
    expect(exit, screen.text()).toBe(4);
    expect(statusOf(worldOf(stage))).toBe('Inactive');
    expect(said()).toMatch(/The run waits\. Go on: rootzero resume [0-9a-f]{4}-[0-9a-f]{4}/);
  });
});

describe('saying no', () => {
  it.each([
    ['to begin', { begin: 'leave' }, 5],
    ['to a caller whom nobody knows', { caller: 'stop here' }, 5],
    ['until it is known who can sign in as root', { 'sign-in-possible': 'I must find out' }, 5],
    ['to the deactivation', { contain: 'no' }, 5],
  ] as const)('%s changes nothing', async (_when, answers: Partial<Record<string, string>>, code) => {
    const person: Person = (asked, nth) => {
      const answer = answers[asked.code];
      return answer === undefined ? careful(asked, nth) : { choose: answer };
    };
    const { exit } = await walk(stage, ['retire'], screen, person);
    expect(exit, screen.text()).toBe(code);
    expect(worldOf(stage).effects).toEqual([]);
    expect(said()).toContain('run/cancelled');
  });

  it('to the deletion keeps the key off, and asks again at the next resume', async () => {
    const refusing: Person = (asked, nth) => (asked.code === 'delete' ? { type: '' } : careful(asked, nth));
    expect((await walk(stage, ['retire'], screen, refusing)).exit, screen.text()).toBe(75);
    expect(statusOf(worldOf(stage))).toBe('Inactive');
    const [runId = ''] = await listRuns(stage);
    expect(said()).toContain(`rootzero resume ${runId}`);
    const again = await walk(stage, ['resume', runId], openScreen(), careful);
    expect(codes(again.asked)).toEqual(['delete']);
    expect(again.exit).toBe(0);
  });

  it('by a mistyped key id is no yes', async () => {
    let tries = 0;
    const hasty: Person = (asked, nth) => {
      if (asked.code !== 'delete') return careful(asked, nth);
      tries += 1;
      return { type: 'yes\r7qxa\r' };
    };
    expect((await walk(stage, ['retire'], screen, hasty)).exit, screen.text()).toBe(75);
    expect(tries).toBe(1);
    expect(statusOf(worldOf(stage))).toBe('Inactive');
  });
});

it('a suspected compromise is contained first, and what root did is listed after', async () => {
  await closeStage(stage);
  stage = await openStage(openStageWorld('compromised'));
  const person: Person = (asked, nth) => (asked.code === 'caller' ? { choose: 'this looks hostile' } : careful(asked, nth));
  const { exit, asked } = await walk(stage, ['retire'], screen, person);
  expect(exit, screen.text()).toBe(6);
  expect(codes(asked)).toEqual(['begin', 'caller', 'sign-in-possible', 'contain']);
  expect(said()).toContain('iam:CreateUser backup-svc');
});

describe('the menu', () => {
  const choosing = (label: string): Person => (asked, nth) => (asked.code === 'menu' ? { choose: label } : careful(asked, nth));

  it('shows the posture, and begins with looking', async () => {
    const { exit, asked } = await walk(stage, [], screen, choosing('leave'));
    expect(exit).toBe(0);
    expect(codes(asked)).toEqual(['menu']);
    expect(screen.text()).toContain('1 active root access key');
    expect(screen.text()).toContain('REHEARSAL flagged-account');
  });

  it('leads through the whole job', async () => {
    expect((await walk(stage, [], screen, choosing('retire the root access keys'))).exit, screen.text()).toBe(0);
    expect(statusOf(worldOf(stage))).toBeUndefined();
  });

  it('puts an unfinished run first, and says why no other can begin', async () => {
    const refusing: Person = (asked, nth) => (asked.code === 'delete' ? { press: 'ctrl-c' } : careful(asked, nth));
    expect((await walk(stage, ['retire'], screen, refusing)).exit).toBe(75);
    const [runId = ''] = await listRuns(stage);
    const second = openScreen();
    const { exit, asked } = await walk(stage, [], second, choosing(`resume ${runId}`));
    expect(asked[0]?.code === 'menu' ? asked[0].about.entries.map(({ id }) => id) : []).toEqual([`resume ${runId}`, `roll-back ${runId}`, 'look', 'retire', 'organization', 'guard', 'leave']);
    expect(said(second)).toContain(`run ${runId} of this account is unfinished`);
    expect(exit, second.text()).toBe(0);
    expect(statusOf(worldOf(stage))).toBeUndefined();
  });

  it('rolls back', async () => {
    const refusing: Person = (asked, nth) => (asked.code === 'delete' ? { press: 'ctrl-c' } : careful(asked, nth));
    await walk(stage, ['retire'], screen, refusing);
    expect((await walk(stage, [], openScreen(), choosing('roll back'))).exit).toBe(0);
    expect(statusOf(worldOf(stage))).toBe('Active');
  });

  it.each([
    ['flagged-account', 'work over an organization: there is none'],
    ['member-account', 'guardrails over the organization: 111122223333 manages it'],
  ])('on %s offers no guardrails over an organization, and says why and what to do', async (scenario, because) => {
    await closeStage(stage);
    stage = await openStage(openStageWorld(scenario));
    const { asked } = await walk(stage, [], screen, choosing('leave'));
    expect(said().replaceAll(/\s+/g, ' ')).toContain(because);
    expect(asked[0]?.code === 'menu' ? asked[0].about.entries.find(({ id }) => id === 'guard')?.unavailable?.remedy : '').toBeTruthy();
  });

  it('leads the management account through preview, callers and consequence to the first wave, as guard apply does', async () => {
    await closeStage(stage);
    stage = await openStage(openStageWorld('management-account'));
    const { exit, asked } = await walk(stage, [], screen, choosing('guardrails over the organization'));
    expect(codes(asked)).toEqual(['menu', 'member-role', 'guard/carry-out']);
    expect(exit, screen.text()).toBe(75);
    expect(said()).toContain('Watching wave 1');
    expect(worldOf(stage).effects.map(({ operation }) => operation)).toEqual(['EnableAWSServiceAccess', 'EnableOrganizationsRootCredentialsManagement', 'CreatePolicy', 'AttachPolicy']);
    const second = openScreen();
    const again = await walk(stage, [], second, choosing('leave'));
    expect(again.asked[0]?.code === 'menu' ? again.asked[0].about.entries.filter(({ unavailable }) => unavailable === null).map(({ task }) => task.kind) : []).toEqual(['resume', 'roll-back', 'look', 'retire', 'leave']);
    expect(again.asked[0]?.code === 'menu' ? again.asked[0].about.entries[0]?.task : null).toMatchObject({ account: 'o-exampleorg1', about: 'guardrails', waitsUntil: expect.stringContaining('2026-11-25') });
  });

  it('asks about whoever would be denied one by one, and stops at the first that nobody knows', async () => {
    await closeStage(stage);
    stage = await openStage(openStageWorld('management-account'));
    const meet = (world: World): void => {
      const member = world.accounts['222233334444'];
      if (member === undefined || member.root.keys.length > 0) return;
      addRootKey(world, member, { id: 'AKIAEXAMPLEROOT0NEXT', status: 'Active', createdAt: 0 });
      for (const [hours, sourceIp] of [[30, '10.9.8.7'], [20, '203.0.113.77']] as const) {
        recordRootCall(world, { accountId: member.id, accessKeyId: 'AKIAEXAMPLEROOT0NEXT', service: 's3', operation: 'ListBuckets', region: 'eu-west-1', sourceIp, userAgent: 'Boto3/1.26', isReadOnly: true }, world.now - hours * 3_600_000);
      }
    };
    const stopping: Person = (question, nth) => (question.code === 'guard/caller' && question.about.number === 2 ? { choose: 'stop here' } : choosing('guardrails over the organization')(question, nth));
    const { exit, asked } = await walk(stage, [], screen, stopping, { meet });
    expect(codes(asked)).toEqual(['menu', 'member-role', 'guard/caller', 'guard/caller']);
    expect(exit).toBe(5);
    expect(worldOf(stage).effects).toEqual([]);
    const yes = await walk(stage, [], openScreen(), choosing('guardrails over the organization'), { meet });
    expect([yes.exit, codes(yes.asked).at(-1)]).toEqual([75, 'guard/carry-out']);
  });

  it('says what is missing when there are no credentials, and how to get them', async () => {
    const meet = (world: World): void => {
      world.profiles = {};
    };
    const { exit } = await walk(stage, [], screen, choosing('leave'), { meet });
    expect(exit).toBe(0);
    expect(said()).toContain('There is no such profile.');
  });
});

it('without a terminal it says which commands there are instead', async () => {
  expect(await perform(stage, ['retire'])).toBe(3);
  expect(await perform(stage, [])).toBe(3);
  expect(stage.output.match(/input\/no-terminal/g)).toHaveLength(2);
  expect(PROBLEMS['input/no-terminal'].nextStep).toContain('rootzero plan --out plan.json');
});
