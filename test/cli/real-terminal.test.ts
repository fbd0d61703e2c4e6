/** The built program on a terminal of the kernel, where signals, echo and job control are what they are. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSandbox, PROGRAM, runRootzero, type Sandbox } from '../support/cli.ts';
import { openRealTerminal, type RealTerminal } from '../support/real-terminal.ts';

let sandbox: Sandbox;
beforeEach(() => { sandbox = openSandbox(); });
afterEach(() => sandbox.close());

const NODE = process.execPath;
/** What a terminal is like after the program: echo and lines as before. */
const AFTER = 'echo "exit $?"; stty -a | grep -q " echo " && stty -a | grep -q " icanon " && echo usable; echo over';
const isRunning = (argument: string): boolean => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').some((line) => line.startsWith(NODE) && line.includes(argument));
const open = (line: string): RealTerminal => openRealTerminal(line, sandbox);
const drill = `${NODE} ${PROGRAM} rehearse flagged-account`;

describe('a question on a real terminal', () => {
  it('ends at Ctrl-C with 5, and leaves the terminal as it was', async () => {
    const terminal = open(`${drill}; ${AFTER}`);
    await terminal.waitFor('Begin?');
    await terminal.waitFor('Enter');
    terminal.press('ctrl-c');
    await terminal.waitFor('over');
    expect(terminal.text()).toMatch(/exit 5\nusable\nover/);
    expect(terminal.isCursorShown()).toBe(true);
    await terminal.ended;
  });

  it('is not answered by keys that were pressed before it', async () => {
    const terminal = open(`sleep 0.2; ${drill}; ${AFTER}`);
    terminal.press('2', 'enter', '2', 'enter');
    await terminal.waitFor('↑↓');
    terminal.press('enter');
    await terminal.waitFor('over');
    expect(terminal.history().join('\n')).toMatch(/Begin\? {2}look only/);
    await terminal.ended;
  });

  it('survives Ctrl-Z and fg', async () => {
    const terminal = open('bash --norc -i');
    await terminal.waitFor(/[$#] *$/);
    terminal.press(drill, 'enter');
    await terminal.waitFor('↑↓');
    terminal.press('ctrl-z');
    await terminal.waitFor('Stopped');
    expect(terminal.isCursorShown()).toBe(true);
    terminal.press('fg', 'enter');
    await terminal.waitFor(/Stopped[^]*\? Begin\?[^]*↑↓/);
    terminal.press('down', 'down', 'enter');
    await terminal.waitFor(/\? Begin\? {2}leave[^]*[$#] *$/);
    terminal.press('exit', 'enter');
    await terminal.ended;
  });

  it('ends with its terminal: nothing stays locked, and the program is gone', async () => {
    const stateDir = sandbox.path('state', 'rootzero');
    const terminal = open(`${drill} --state-dir ${stateDir}`);
    await terminal.waitFor('↑↓');
    terminal.press('2', 'enter');
    await terminal.waitFor(/Caller 1 of 2[^]*↑↓/);
    expect(isRunning(stateDir)).toBe(true);
    terminal.hangUp();
    await terminal.ended;
    while (isRunning(stateDir)) await new Promise((resolve) => setTimeout(resolve, 20));
    const { exitCode } = await runRootzero(sandbox, 'rehearse', '--continue', '--', 'status');
    expect(exitCode).toBe(0);
    const accounts = sandbox.path('state', 'rootzero', 'rehearsal', 'accounts');
    expect(existsSync(accounts) ? readdirSync(accounts, { recursive: true }) : []).not.toContain('111122223333/lock');
  });
});

describe('a board on a real terminal, waiting for a call that never ends', () => {
  const silent = createServer(() => undefined);
  beforeAll(() => new Promise<void>((resolve) => { silent.listen(0, '127.0.0.1', resolve); }));
  afterAll(() => silent.close());
  const line = (): string => {
    const { port } = silent.address() as AddressInfo;
    return `AWS_ENDPOINT_URL=http://127.0.0.1:${port} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY ${NODE} ${PROGRAM} retire`;
  };
  const isCalled = (): Promise<void> => new Promise((resolve) => { silent.once('connection', () => resolve()); });

  it('stops at once at a second Ctrl-C, with 75, and leaves the terminal as it was', async () => {
    const called = isCalled();
    const terminal = open(`${line()}; ${AFTER}`);
    await Promise.all([terminal.waitFor('asking AWS'), called]);
    expect(terminal.isCursorShown()).toBe(false);
    terminal.press('ctrl-c', 'ctrl-c');
    await terminal.waitFor('over');
    expect(terminal.text()).toMatch(/exit 75\nusable\nover/);
    expect(terminal.isCursorShown()).toBe(true);
    await terminal.ended;
  });

  it('survives Ctrl-Z and fg', async () => {
    const called = isCalled();
    const terminal = open('bash --norc -i');
    await terminal.waitFor(/[$#] *$/);
    terminal.press(line(), 'enter');
    await Promise.all([terminal.waitFor('asking AWS'), called]);
    terminal.press('ctrl-z');
    await terminal.waitFor(/Stopped[^]*[$#] *$/);
    expect(terminal.isCursorShown()).toBe(true);
    terminal.press('fg', 'enter');
    await terminal.waitFor(/Stopped[^]*[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] asking AWS/);
    expect(terminal.isCursorShown()).toBe(false);
    terminal.press('ctrl-c', 'ctrl-c');
    await terminal.waitFor(/asking AWS[^]*[$#] *$/);
    terminal.press('exit', 'enter');
    await terminal.ended;
  });
});

describe('--plain on a real terminal', () => {
  it('takes numbers, and moves no cursor', async () => {
    const terminal = open(`${drill} --plain; ${AFTER}`);
    await terminal.waitFor('Enter is 1:');
    terminal.press('3', 'enter');
    await terminal.waitFor('over');
    expect(terminal.text()).toContain('usable');
    expect(terminal.raw()).not.toMatch(/\u001b\[(?!\d*m)/);
    await terminal.ended;
  });

  it('ends at Ctrl-C with 5', async () => {
    const terminal = open(`${drill} --plain; ${AFTER}`);
    await terminal.waitFor('Enter is 1:');
    terminal.press('ctrl-c');
    await terminal.waitFor('over');
    expect(terminal.text()).toMatch(/exit 5\nusable/);
    await terminal.ended;
  });
});
