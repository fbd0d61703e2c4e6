/** Text that AWS hands on is inert and visible as escapes on every screen of the guided session. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/world.ts';
import { closeStage, listRuns, openStage, openStageWorld, perform } from '../recovery/stage.ts';
import { careful, walk, type Person } from '../support/guided.ts';
import { planOrganization } from '../support/organization-run.ts';
import { openScreen } from '../support/screen.ts';
import { HOSTILE, OBEYED } from '../terminal/hostile-text.ts';

/** What the program itself writes to a terminal: colours, cursor, erasing; and lines. */
const OWN = /\u001b\[(?:\?25[hl]|[0-9;]*m|[0-9]*[A-DGJK]|[0-9]*;[0-9]*H)|[\r\n]/g;
const EVIL = HOSTILE.map(([, text]) => text).join(' ');
const HUGE = `${EVIL}${'A'.repeat(100_000)}`;

/** Somebody has put it wherever AWS lets text through. */
function poison(world: World): World {
  for (const event of world.events) {
    event.detail['userAgent'] = HUGE;
    event.detail['sourceIPAddress'] = EVIL;
    event.detail['errorCode'] = EVIL;
    event.detail['errorMessage'] = HUGE;
  }
  for (const account of Object.values(world.accounts)) {
    account.name = EVIL;
    account.alias = EVIL;
    for (const key of account.root.keys) key.lastUsed = { at: world.now, service: EVIL, region: EVIL };
  }
  for (const unit of world.organization?.units ?? []) unit.name = EVIL;
  return world;
}

const hostile: Person = (asked, nth) => (asked.code === 'caller' ? { choose: 'this looks hostile' } : careful(asked, nth));

describe.each([
  ['flagged-account', careful], ['management-account', careful], ['self-key', careful], ['compromised', hostile],
] as const)('%s', (scenario, person) => {
  it('is inert', async () => {
    const world = poison(openStageWorld(scenario));
    // Under an alias events come by that name.
    const stage = await openStage(world);
    const screen = openScreen();
    const { asked } = await walk(stage, ['retire'], screen, person);
    expect(asked.length, screen.text()).toBeGreaterThan(2);
    expect(screen.raw().replaceAll(OWN, '')).not.toMatch(OBEYED);
    expect(screen.history().join('\n')).toContain(String.raw`\u{1b}`);
    await closeStage(stage);
  });
});

it('an organization whose every name, caller and policy is hostile: nothing that is said of it is obeyed', async () => {
  const world = openStageWorld('retire-organization');
  for (const event of world.events) for (const field of ['userAgent', 'sourceIPAddress', 'errorCode']) event.detail[field] = EVIL;
  for (const account of Object.values(world.accounts)) account.name = `${EVIL}${account.name}`;
  for (const named of [...(world.organization?.units ?? []), ...(world.organization?.policies ?? []).filter(({ isAwsManaged }) => !isAwsManaged)]) named.name = EVIL;
  const { stage, path, plan } = await planOrganization(world);
  for (const argv of [['check', '--org'], ['plan', '--org'], ['apply', path, '--approve', plan.digest], ['resume']]) await perform(stage, argv);
  const [run = ''] = await listRuns(stage);
  await perform(stage, ['rollback', run]);
  expect(stage.output.split('\n').filter((line) => OBEYED.test(line))).toEqual([]);
  expect(stage.output.split(String.raw`\u{1b}`).length).toBeGreaterThan(50);
  await closeStage(stage);
}, 60_000);
