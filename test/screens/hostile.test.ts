/** Text that AWS hands on is inert and visible as escapes on every screen of the guided session. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/world.ts';
import { closeStage, openStage, openStageWorld } from '../recovery/stage.ts';
import { careful, walk, type Person } from '../support/guided.ts';
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
