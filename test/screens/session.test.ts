/** The guided session beside the straight path: signing in again, the menu, looking only, saying no. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/domain/instant.ts';
import { PROBLEMS } from '../../src/domain/problem-registry.ts';
import { FLAGGED_ACCOUNT, KEY } from '../../src/simulator/scenarios/cast.ts';
import { addRootProfile } from '../../src/simulator/world-builder.ts';
import type { World } from '../../src/simulator/world.ts';
import { closeStage, listRuns, openStage, openStageWorld, perform, worldOf, type Stage } from '../recovery/stage.ts';
import { careful, walk, type Asked, type Person } from '../support/guided.ts';
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
    expect(asked[0]?.code === 'menu' ? asked[0].about.entries.map(({ id }) => id) : []).toEqual([`resume ${runId}`, `roll-back ${runId}`, 'look', 'retire', 'leave']);
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
