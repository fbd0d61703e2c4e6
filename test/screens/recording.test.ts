/** The moving picture of the README is a session as it is: `npx vitest run test/screens/recording.test.ts -u` records it anew. */
import { describe, expect, it } from 'vitest';
import { openScenario } from '../../src/simulator/scenarios.ts';
import { closeStage, NOON, openStage, perform } from '../recovery/stage.ts';
import { record, renderSvg, type Step } from '../support/recording.ts';
import { openScreen } from '../support/screen.ts';

const SIZE = { columns: 80, rows: 24 };
const QUESTION = '[^]*↑↓';

const STEPS: readonly Step[] = [
  { waitFor: /Begin\?[^]*↑↓/, press: ['down', 'enter'] },
  { waitFor: new RegExp(`Caller 1 of 2${QUESTION}`), holdMs: 5_000, press: ['down', 'enter'] },
  { waitFor: new RegExp(`Caller 2 of 2${QUESTION}`), press: ['down', 'enter'] },
  { waitFor: new RegExp(`Can somebody sign in as root${QUESTION}`), holdMs: 5_000, press: ['down', 'enter'] },
  { waitFor: new RegExp(`Deactivate now${QUESTION}`), press: ['down', 'enter'] },
  { waitFor: /last four characters[^]*help/, holdMs: 4_000, type: '7QXA', press: ['enter'] },
  { waitFor: 'exit 1 if a root key comes back', holdMs: 7_000 },
];

async function recordSession(): Promise<string> {
  const stage = await openStage(openScenario('flagged-account', NOON));
  const screen = openScreen(SIZE);
  screen.streams.progress('$ npm start\n');
  const home = (text: string): string => text.replaceAll(stage.directory, '~/.local/state/rootzero');
  const [frames, exit] = await Promise.all([record(screen, STEPS, home), perform(stage, ['retire'], { streams: screen.streams })]);
  expect(exit).toBe(0);
  await closeStage(stage);
  return renderSvg(frames, SIZE, 'rootzero: a guided session, from one active root access key to none');
}

it('is the session of now', async () => {
  await expect(await recordSession()).toMatchFileSnapshot('flagged-account.svg');
});

describe('a picture', () => {
  it('shows text as text, whatever it says', async () => {
    const screen = openScreen({ columns: 40, rows: 3 });
    screen.streams.progress('<script>alert("&")</script>\n');
    const [frame] = await record(screen, [{ waitFor: 'script' }]);
    const svg = renderSvg(frame === undefined ? [] : [frame], { columns: 40, rows: 3 }, '<title> & "title"');
    expect(svg).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
    expect(svg).not.toContain('<script');
    expect(svg).toContain('<title>&lt;title&gt; &amp; &quot;title&quot;</title>');
  });
});
