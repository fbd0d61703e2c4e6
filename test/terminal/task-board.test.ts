/** The board as a person sees it: lines that change in their place, on any screen, whatever is said meanwhile. */
import { describe, expect, it } from 'vitest';
import { openStyle } from '../../src/terminal/style.ts';
import { openBoard, type Board } from '../../src/terminal/task-board.ts';
import { openScreen, type Screen, type ScreenSize } from '../support/screen.ts';
import { HOSTILE, OBEYED } from './hostile-text.ts';

const TITLE = 'Who used root?  90 days, 17 Regions';
const boardOn = (screen: Screen): Board => openBoard(screen.streams.terminal, openStyle(screen.streams.terminal));
const regions = (count: number, events: number): string[] => Array.from({ length: count }, (_, index) => `  ✔ region-${index + 1}  ${events} events`);

async function opened(size?: ScreenSize, environment?: Record<string, string>): Promise<{ screen: Screen; board: Board }> {
  const screen = openScreen(size, environment);
  const board = boardOn(screen);
  board.start(TITLE);
  await screen.tick();
  return { screen, board };
}

describe('a board', () => {
  it('changes in its place, and leaves behind what it is told to', async () => {
    const { screen, board } = await opened();
    for (let events = 0; events < 20; events += 1) {
      board.update(regions(3, events));
      await screen.tick();
    }
    expect(screen.history()).toHaveLength(4);
    expect(screen.text()).toContain('region-3  19 events');
    expect(screen.isCursorShown()).toBe(false);
    board.finish(['✔ looked back']);
    screen.streams.progress('what follows\n');
    await screen.tick();
    expect(screen.history()).toEqual(['✔ looked back', 'what follows']);
    expect(screen.isCursorShown()).toBe(true);
  });

  it('turns its spinner at each tick, and stops with the work', async () => {
    const { screen, board } = await opened();
    const first = screen.lines()[0];
    await screen.tick();
    expect(screen.lines()[0]).not.toBe(first);
    board.finish([]);
    const written = screen.raw().length;
    await screen.tick(5);
    expect(screen.raw()).toHaveLength(written);
  });

  it.each([24, 12, 6])('fits on %i rows: what is too much is summed up', async (rows) => {
    const { screen, board } = await opened({ columns: 80, rows });
    board.update(regions(40, 7));
    await screen.tick(3);
    expect(screen.history()).toEqual(screen.lines());
    expect(screen.lines().length).toBeLessThanOrEqual(rows - 2);
    expect(screen.lines().at(-1)).toBe(`  … ${40 - (rows - 4) + 1} more`);
    expect(screen.lines()[0]).toContain(TITLE);
  });

  it('finishes with all its lines, even where they are more than the screen has', async () => {
    const { screen, board } = await opened({ columns: 80, rows: 10 });
    board.finish(regions(30, 1));
    await screen.tick();
    expect(screen.history()).toHaveLength(30);
  });

  it('lets what is said meanwhile stand above it', async () => {
    const { screen, board } = await opened();
    board.update(regions(2, 1));
    await screen.tick();
    screen.streams.progress('⚠ throttled\n');
    screen.streams.result('a result\n');
    await screen.tick();
    expect(screen.history().map((line) => line.trim().replace(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /, ''))).toEqual(['⚠ throttled', 'a result', TITLE, '✔ region-1  1 events', '✔ region-2  1 events']);
  });

  it('stays one board while the terminal changes its size, with lines wider than it', async () => {
    const { screen, board } = await opened();
    screen.streams.progress('before\n');
    for (const [columns, rows] of [[40, 24], [25, 24], [120, 30], [60, 24], [80, 24]] as const) {
      board.update([`  ✔ ${'wide '.repeat(40)}`, '  ✔ 日本語 '.repeat(10), ...regions(3, columns)]);
      await screen.tick();
      await screen.resize({ columns, rows });
      await screen.tick();
      expect(screen.history().filter((line) => line.includes('Who used root?')), `${columns} columns`).toHaveLength(1);
      expect(screen.history()[0]).toBe('before');
    }
  });

  it('is drawn below what the shell wrote while it was suspended', async () => {
    const { screen, board } = await opened();
    board.update(regions(2, 1));
    await screen.tick();
    const { terminal } = screen.streams;
    terminal.restore();
    expect(screen.isCursorShown()).toBe(true);
    terminal.output.write('[1]+ Stopped\n$ fg\n');
    terminal.announce('continued');
    await screen.tick();
    expect(screen.text()).toMatch(/\$ fg\n. Who used root\?/);
    expect(screen.isCursorShown()).toBe(false);
    board.finish(['done']);
    await screen.tick();
    expect(screen.text()).toMatch(/\$ fg\ndone$/);
  });

  it('may end before it began', async () => {
    const screen = openScreen();
    const board = boardOn(screen);
    board.start(TITLE);
    board.update(['line']);
    board.finish(['end']);
    await screen.tick();
    expect(screen.history()).toEqual(['end']);
  });

  it('shows hostile lines as escapes, each on one line', async () => {
    const { screen, board } = await opened();
    board.update(HOSTILE.map(([, text]) => `  ✔ ${text} ${'x'.repeat(100_000)}`));
    await screen.tick();
    expect(screen.lines()).toHaveLength(HOSTILE.length + 1);
    expect(screen.text()).toContain('\\u{1b}[2J');
    board.finish(HOSTILE.map(([, text]) => text));
    await screen.tick();
    for (const line of screen.history()) expect(line).not.toMatch(OBEYED);
  });

  it('takes the signals of nobody', async () => {
    const before = process.listenerCount('SIGINT');
    const { board } = await opened();
    expect(process.listenerCount('SIGINT')).toBe(before);
    board.finish([]);
  });
});

describe('a board that must not be redrawn', () => {
  it.each([['plain', { TERM: 'xterm', LANG: 'C.UTF-8', ROOTZERO_PLAIN: '1' }], ['a dumb terminal', { TERM: 'dumb', LANG: 'C.UTF-8' }]])('%s: title and end are printed, each once', async (_, environment) => {
    const { screen, board } = await opened(undefined, environment);
    board.update(regions(3, 1));
    board.update(regions(3, 2));
    await screen.tick(5);
    board.finish(['done']);
    await screen.tick();
    expect(screen.raw()).toBe(`${TITLE}\ndone\n`);
  });
});
