/** What a person sees at each question, kept as text: read these files before a change of them is accepted (`-u` writes them anew). */
import { beforeAll, describe, expect, it } from 'vitest';
import { closeStage, openStage, openStageWorld } from '../recovery/stage.ts';
import { careful, walk } from '../support/guided.ts';
import { openScreen, type ScreenSize } from '../support/screen.ts';
import type { Environment } from '../../src/terminal/terminal.ts';

const UTF8: Environment = { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' };

type Seen = { pictures: string[]; raw: string; isInColour: boolean };

async function see(scenario: string, size: ScreenSize, environment: Environment): Promise<Seen> {
  const stage = await openStage(openStageWorld(scenario));
  const screen = openScreen(size, environment);
  const pictures: string[] = [];
  let isInColour = false;
  await walk(stage, ['retire'], screen, careful, { look: ({ cells, text }) => {
    pictures.push(text());
    isInColour ||= cells().flat().some((cell) => cell.colour !== null || cell.isBold || cell.isDim);
  } });
  await screen.tick(0);
  pictures.push(screen.text());
  await closeStage(stage);
  return { pictures: pictures.map((picture) => picture.replaceAll(stage.directory, '/home/me/.local/state/rootzero')), raw: screen.raw(), isInColour };
}

const cut = (columns: number): string => `\n${'='.repeat(columns)}\n`;

describe.each([
  ['80x24', { columns: 80, rows: 24 }, UTF8],
  ['60x24', { columns: 60, rows: 24 }, UTF8],
  ['200x50', { columns: 200, rows: 50 }, UTF8],
  ['80x24-ascii', { columns: 80, rows: 24 }, { TERM: 'xterm', LANG: 'C' }],
] as const)('flagged-account at %s', (name, size, environment) => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await see('flagged-account', size, environment);
  });

  it('looks as it was read and accepted', async () => {
    await expect(`${seen.pictures.join(cut(size.columns))}\n`).toMatchFileSnapshot(`flagged-account-${name}.txt`);
  });

  it('asks on every screen, with the question in sight', () => {
    for (const picture of seen.pictures.slice(0, -1)) expect(picture).toMatch(/^\? /m);
  });

  it('says the same without colours', async () => {
    expect(seen.isInColour).toBe(true);
    const plain = await see('flagged-account', size, { ...environment, NO_COLOR: '1' });
    expect(plain.isInColour).toBe(false);
    expect(plain.pictures).toEqual(seen.pictures);
  });
});

describe('flagged-account in plain mode', () => {
  it('looks as it was read and accepted, and moves no cursor', async () => {
    const { pictures, raw } = await see('flagged-account', { columns: 80, rows: 24 }, { ...UTF8, NO_COLOR: '1', ROOTZERO_PLAIN: '1' });
    await expect(`${pictures.join(cut(80))}\n`).toMatchFileSnapshot('flagged-account-80x24-plain.txt');
    expect(raw).not.toContain('\u001b');
  });
});
